"""What customers receive: authored texts and agents' replies composed into mail by pure functions."""
