"""The events Meridian's services exchange: shapes, names and the table of who sends what to whom."""
