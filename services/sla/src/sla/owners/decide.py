"""Who owned a ticket at an instant. Pure."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sla.owners.model import Ownership


def owner_at(held: Sequence[Ownership], at: datetime) -> UUID | None:
    """The agent whose stretch holds the instant; None while it waited for an owner."""
    for one in reversed(held):
        if one.since <= at and (one.until is None or at < one.until):
            return one.agent
    return None
