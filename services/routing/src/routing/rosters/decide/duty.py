"""Who is on shift now and until when; who comes back when; what a shift's border means."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from routing.people.model import Duty
from routing.rosters.model import Kind, Phase, Plan, Published, Shift


def duty_at(published: Iterable[Published], now: datetime) -> Duty:
    """On shift to the end of the unbroken run of work shifts that holds `now`.

    Shifts are half-open: at its end a person is off, unless the next one starts there.
    """
    plans = sorted(
        (
            shift.plan
            for shift in published
            if shift.plan.kind is Kind.WORK and shift.phase is not Phase.CANCELLED
        ),
        key=lambda plan: (plan.starts_at, plan.ends_at),
    )
    until = _unbroken_until(plans, now)
    later = until or now
    back = min((plan.starts_at for plan in plans if plan.starts_at > later), default=None)
    return Duty(until=until, back=back)


def begin(shift: Shift, now: datetime) -> Shift | None:
    """The shift as running, when its time has come; None for a border that was moved or taken."""
    found = shift.published
    if found is None or found.phase is not Phase.AHEAD or found.plan.starts_at > now:
        return None
    return replace(shift, published=replace(found, phase=Phase.RUNNING))


def end(shift: Shift, now: datetime) -> Shift | None:
    found = shift.published
    if found is None or found.phase is not Phase.RUNNING or found.plan.ends_at > now:
        return None
    return replace(shift, published=replace(found, phase=Phase.OVER))


def _unbroken_until(plans: list[Plan], now: datetime) -> datetime | None:
    until: datetime | None = None
    for plan in plans:
        if plan.starts_at <= now < plan.ends_at or (until and plan.starts_at <= until):
            until = max(until or plan.ends_at, plan.ends_at)
    return until
