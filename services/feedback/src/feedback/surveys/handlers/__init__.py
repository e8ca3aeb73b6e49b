"""One use case of questions per module: planning, asking, answering, reading, forgetting."""
