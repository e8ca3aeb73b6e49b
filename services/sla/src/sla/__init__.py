"""What was promised, when it falls due, whether it was kept: this service alone decides it."""
