"""The parts of the local stack: real servers, started from packages alone."""
