"""What was promised? Contract versions, which targets they hold, and which one applies."""
