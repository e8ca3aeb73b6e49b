"""A service for the tests of the runtime: it stands in for routing and writes a diary."""
