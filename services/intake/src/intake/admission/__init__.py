"""How a contact of any channel becomes a ticket: accepted once, whole, in batches."""
