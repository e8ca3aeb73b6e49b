"""What may be given, by whose leave? A tenant's policy: versions that are written once."""
