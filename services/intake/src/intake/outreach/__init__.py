"""What others ask us to tell a customer: once, in the customer's words, at a decent hour."""
