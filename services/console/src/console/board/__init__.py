"""The lead's live board: what waits, who is on, which promises are in danger."""
