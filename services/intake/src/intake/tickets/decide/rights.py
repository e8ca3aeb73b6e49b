"""Who may do what to a ticket, among those who may see its tenant."""

from collections.abc import Collection
from uuid import UUID

from contracts.vocabulary import Role

ABOVE = frozenset({Role.LEAD, Role.MANAGER, Role.ADMIN})
COLLEAGUES = frozenset({Role.AGENT, *ABOVE})


def may_work(person: UUID | None, roles: Collection[Role], owner: UUID | None) -> bool:
    """Only the owner answers a customer and changes a ticket, or whoever leads."""
    if ABOVE.intersection(roles):
        return True
    return Role.AGENT in roles and person is not None and person == owner


def may_read_notes(roles: Collection[Role]) -> bool:
    """Notes are for colleagues: neither the customer nor the client company sees them."""
    return bool(COLLEAGUES.intersection(roles))
