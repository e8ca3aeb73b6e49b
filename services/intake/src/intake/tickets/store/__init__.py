"""All SQL of tickets: the aggregate (`tickets`), its messages (`conversation`), pages of it."""
