"""Decisions as canonical documents and back; remedies as the events and letters others get."""
