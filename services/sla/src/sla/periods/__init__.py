"""Is a month over, and what did it hold? Closed once, as a snapshot that never changes."""
