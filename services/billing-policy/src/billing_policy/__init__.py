"""Decides what money may move, and what a client company is owed."""
