"""When is a promise counted? Business hours as wall time in a zone, and the instants they mean."""
