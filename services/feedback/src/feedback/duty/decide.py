"""Who is asked to come back to a customer: by the roster, by rights, by load. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from contracts.vocabulary import Role
from feedback.duty.model import Choice, Colleague, Rating, Shift, Why

ON_CALL = "on_call"
EVERYWHERE = frozenset({Role.MANAGER, Role.ADMIN})
STAFF = frozenset({Role.AGENT, Role.LEAD, *EVERYWHERE})


def choose_owner(
    shifts: Iterable[Shift],
    staff: Mapping[UUID, Colleague],
    loads: Mapping[UUID, int],
    rating: Rating,
) -> Choice:
    """The lead on duty for the client, else its least busy lead, else visibly nobody.

    Never the person rated. Ties: who began first; then always the same one.
    """
    on_duty = _on_duty(shifts, staff, rating)
    if on_duty is not None:
        return Choice(on_duty, Why.ON_DUTY)
    leads = [
        colleague.person
        for colleague in staff.values()
        if Role.LEAD in colleague.roles and may_own(colleague, rating)
    ]
    idlest = min(leads, key=lambda person: (loads.get(person, 0), person), default=None)
    return Choice(idlest, Why.NOBODY if idlest is None else Why.LEAST_BUSY)


def may_own(colleague: Colleague | None, rating: Rating) -> bool:
    """An active member of staff with the client's permission, and not the person rated."""
    if colleague is None or not colleague.active or colleague.person == rating.rated:
        return False
    if colleague.roles & EVERYWHERE:
        return True
    return bool(colleague.roles & STAFF) and rating.tenant in colleague.tenants


def _on_duty(
    shifts: Iterable[Shift], staff: Mapping[UUID, Colleague], rating: Rating
) -> UUID | None:
    """At work before on call. A shift alone is not enough: rights count as they are now."""
    on = [
        shift
        for shift in shifts
        if shift.lead and _covers(shift, rating) and _may_lead(staff.get(shift.person), rating)
    ]
    first = min(on, key=lambda s: (s.kind == ON_CALL, s.starts_at, s.person), default=None)
    return first.person if first else None


def _covers(shift: Shift, rating: Rating) -> bool:
    """`tenants` empty: all that the person may work for."""
    for_client = not shift.tenants or rating.tenant in shift.tenants
    return for_client and not shift.over and _within(shift, rating.at)


def _within(shift: Shift, at: datetime) -> bool:
    return shift.starts_at <= at < shift.ends_at


def _may_lead(colleague: Colleague | None, rating: Rating) -> bool:
    if colleague is None or not may_own(colleague, rating):
        return False
    return bool(colleague.roles & {Role.LEAD, *EVERYWHERE})
