"""How many promises were kept? Counts by month, the formula, and what may still be missed."""
