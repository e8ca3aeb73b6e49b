"""What was given back on a ticket: billing-policy decides and pays it, this shows it."""
