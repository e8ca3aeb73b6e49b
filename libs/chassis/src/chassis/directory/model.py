"""Entries of the directory, and what rights they add up to. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from chassis.values import FIRM, TenantId
from contracts.person import PersonState
from contracts.tenant import TenantState
from contracts.vocabulary import Role

STAFF_ROLES = frozenset({Role.AGENT, Role.LEAD, Role.MANAGER, Role.ADMIN})
CLIENT_ROLES = frozenset({Role.CLIENT_VIEWER, Role.CLIENT_ADMIN})
EVERYWHERE = frozenset({Role.MANAGER, Role.ADMIN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one owner says about one person. `home` is the owner: FIRM for staff, else the client.

    `state` is the staff member's full state (skills, languages, presence); None for client users.
    """

    home: TenantId
    person: UUID
    subject: str
    name: str
    roles: frozenset[Role]
    tenants: frozenset[TenantId]
    active: bool
    state: PersonState | None = None

    @property
    def is_staff(self) -> bool:
        return self.home == FIRM


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What a subject of the identity provider may do here. `everywhere`: for all tenants."""

    person: UUID
    subject: str
    name: str
    roles: frozenset[Role]
    tenants: frozenset[TenantId]
    everywhere: bool


@dataclass(frozen=True, slots=True)
class TenantRecord:
    id: TenantId
    version: int
    state: TenantState


def decide_rights(entries: Sequence[Entry]) -> Person | None:
    """The rights of one subject; None when nobody active grants any.

    The firm's word goes before a client's, so that no client can take rights from staff or give
    theirs away. Several entries of a kind leave only the roles that all of them grant: a client
    admin in one company who is a viewer in another is a viewer in both.
    """
    active = [entry for entry in entries if entry.active]
    staff = [entry for entry in active if entry.is_staff]
    counted = staff or active
    if not counted:
        return None
    roles = frozenset.intersection(*(_granted(entry) for entry in counted))
    if not roles:
        return None
    first = min(counted, key=lambda entry: entry.person)
    return Person(
        person=first.person,
        subject=first.subject,
        name=first.name,
        roles=roles,
        tenants=frozenset[TenantId]().union(*(_reach(entry) for entry in counted)),
        everywhere=bool(staff) and bool(roles & EVERYWHERE),
    )


def _granted(entry: Entry) -> frozenset[Role]:
    if entry.is_staff:
        return entry.roles & STAFF_ROLES
    granted = entry.roles & CLIENT_ROLES
    return granted | {Role.CLIENT_VIEWER} if Role.CLIENT_ADMIN in granted else granted


def _reach(entry: Entry) -> frozenset[TenantId]:
    return entry.tenants if entry.is_staff else frozenset({entry.home})
