"""Behaviour written once and inherited by the tests of every service."""
