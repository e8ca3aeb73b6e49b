"""Alembic runs this; the chassis does the work."""

from chassis.migrations import run_env

run_env()
