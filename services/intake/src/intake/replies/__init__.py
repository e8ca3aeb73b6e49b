"""What customers receive: authored texts and replies, composed into mail by pure functions."""
