"""All SQL of the ledger: tickets with their facts, clocks, and what was told of them."""
