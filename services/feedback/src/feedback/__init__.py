"""Decides what was asked, what was answered, and what follows from it."""
