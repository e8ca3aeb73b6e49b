"""What a message says of itself: its language, what it is about, and how badly it hurts."""
