"""Who is called for a client: by rights and by the published roster. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from contracts.vocabulary import Role
from sla.duty.model import Colleague, Shift

ON_CALL = "on_call"
_EVERYWHERE = frozenset({Role.MANAGER, Role.ADMIN})


def choose_lead(
    shifts: Iterable[Shift], staff: Mapping[UUID, Colleague], tenant: UUID, at: datetime
) -> UUID | None:
    """The lead on duty for a client: at work before on call, then who began first; or nobody.

    A shift alone is not enough: the person must have the role and the client's permission now.
    """
    on = [
        shift
        for shift in shifts
        if shift.lead and _on(shift, tenant, at) and _may(staff.get(shift.person), tenant)
    ]
    first = min(on, key=lambda s: (s.kind == ON_CALL, s.starts_at, s.person), default=None)
    return first.person if first else None


def choose_manager(
    shifts: Iterable[Shift], staff: Mapping[UUID, Colleague], tenant: UUID, at: datetime
) -> UUID | None:
    """A manager: one who is at work before one who is not, then always the same one; or nobody."""
    managers = [c.person for c in staff.values() if c.active and Role.MANAGER in c.roles]
    at_work = {shift.person for shift in shifts if _on(shift, tenant, at)}
    return min(managers, key=lambda person: (person not in at_work, person), default=None)


def _on(shift: Shift, tenant: UUID, at: datetime) -> bool:
    covers = not shift.tenants or tenant in shift.tenants
    return covers and not shift.over and shift.starts_at <= at < shift.ends_at


def _may(colleague: Colleague | None, tenant: UUID) -> bool:
    if colleague is None or not colleague.active:
        return False
    leads = colleague.roles & {Role.LEAD, *_EVERYWHERE}
    return bool(leads) and (bool(colleague.roles & _EVERYWHERE) or tenant in colleague.tenants)
