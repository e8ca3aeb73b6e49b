"""Alembic's environment: the chassis does it."""

from chassis.migrations import run_env

run_env()
