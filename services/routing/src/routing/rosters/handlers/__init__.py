"""Use cases of rosters: load, decide, store. Whoever calls has FIRM in scope."""
