"""Doors over HTTP: partners' contacts, brands' forms, and what is held back."""
