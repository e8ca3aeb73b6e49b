"""What changes while somebody looks: people and clients by heart, hints to open pages."""
