"""Who is on duty for a client now? The leads of published shifts."""
