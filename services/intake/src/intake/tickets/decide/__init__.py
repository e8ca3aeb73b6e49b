"""The life cycle of a ticket as pure decisions: `conversation` (messages), `life_cycle` (state)."""
