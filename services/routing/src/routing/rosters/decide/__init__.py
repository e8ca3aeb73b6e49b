"""Pure decisions of rosters, one file per question."""
