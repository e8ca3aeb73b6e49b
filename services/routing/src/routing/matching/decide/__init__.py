"""Pure decisions of matching, one file per question."""
