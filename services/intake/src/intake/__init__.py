"""Decides what a ticket is and its conversation; all that a customer is told leaves here."""
