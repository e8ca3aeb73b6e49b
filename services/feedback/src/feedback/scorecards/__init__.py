"""How good is it, and how sure may one be? Scores with intervals, from roll-ups, never raw rows."""
