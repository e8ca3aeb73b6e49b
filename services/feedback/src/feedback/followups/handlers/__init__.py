"""One use case of follow-ups per module: opening, working, forgetting."""
