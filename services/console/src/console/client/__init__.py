"""A client company's promises: attainment of a month, every miss with its evidence."""
