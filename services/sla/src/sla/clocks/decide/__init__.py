"""The ledger engine: facts in, clocks out. Each file answers one question; all of it is pure."""
