"""Use cases of the ledger: judging writes it, reading shows it with what it rests on."""
