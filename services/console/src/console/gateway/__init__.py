"""The services' APIs as the console calls them: always with the person's own token."""
