"""All SQL of charges, payments and what the provider said of them."""
