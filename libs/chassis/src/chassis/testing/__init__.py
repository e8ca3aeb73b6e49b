"""What tests stand on: fresh databases, event builders, suites to inherit."""
