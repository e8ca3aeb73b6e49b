"""What tests stand on: fresh databases, event builders, suites to inherit. Services never import it."""
