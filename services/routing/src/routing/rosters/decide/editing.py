"""What a lead may change, what a draft changes, and what publishing makes of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from routing.rosters.model import Amendment, Phase, Plan, Published, Refused, Shift, Status

LONGEST = timedelta(hours=24)
UNTOLD = (Status.ADDED, Status.CHANGED, Status.REMOVED)


def status(shift: Shift) -> Status:
    told = shift.published
    if shift.draft is None:
        gone = told is not None and told.phase is Phase.CANCELLED
        return Status.CANCELLED if gone else Status.REMOVED
    if told is None:
        return Status.ADDED
    return Status.PUBLISHED if told.plan == shift.draft else Status.CHANGED


def amended(plan: Plan, change: Amendment) -> Plan:
    return Plan(
        person=change.person or plan.person,
        starts_at=change.starts_at or plan.starts_at,
        ends_at=change.ends_at or plan.ends_at,
        zone=plan.zone,
        kind=change.kind or plan.kind,
        tenants=plan.tenants if change.tenants is None else change.tenants,
        lead=plan.lead if change.lead is None else change.lead,
    )


def decide_plan(plan: Plan, now: datetime) -> Plan | Refused:
    """A shift has a length, at most a day, and does not lie in the past."""
    if plan.ends_at <= plan.starts_at:
        return Refused("no-length", "A shift ends after it starts.")
    if plan.length > LONGEST:
        return Refused("too-long", "A shift lasts at most 24 hours.")
    if plan.ends_at <= now:
        return Refused("in-the-past", "This shift would already be over.")
    return plan


def decide_edit(shift: Shift, plan: Plan, now: datetime) -> Shift | Refused:
    """Edits change the future only: a shift that runs keeps its person and its start."""
    if status(shift) is Status.CANCELLED:
        return Refused("cancelled", "This shift was taken out; draft a new one.")
    if _over(shift, now):
        return Refused("over", "This shift is over; what was worked stays as it was.")
    wanted = decide_plan(plan, now)
    if isinstance(wanted, Refused):
        return wanted
    if _running(shift, now) and _beginning(shift) != (plan.person, plan.starts_at):
        return Refused("running", "This shift has begun; only its end can be moved.")
    return replace(shift, draft=plan, revision=shift.revision + 1)


def decide_removal(shift: Shift, now: datetime) -> Shift | Refused:
    """Only what has not begun can be taken out."""
    if _over(shift, now) or _running(shift, now):
        return Refused("running", "This shift has begun; move its end instead.")
    return replace(shift, draft=None, revision=shift.revision + 1)


@dataclass(frozen=True, slots=True)
class Release:
    """What publishing tells people: shifts that hold now, and shifts that no longer do."""

    published: tuple[Shift, ...]
    cancelled: tuple[Shift, ...]


def publish(shifts: Iterable[Shift], roster_version: int, now: datetime) -> Release:
    """Every change becomes what holds; unchanged shifts are not told again, nor what is past."""
    changed = [shift for shift in shifts if status(shift) in UNTOLD and shift.plan.ends_at > now]
    return Release(
        published=tuple(
            replace(
                shift,
                published=_told(shift.draft, shift.published, roster_version),
                revision=shift.revision + 1,
            )
            for shift in changed
            if shift.draft is not None
        ),
        cancelled=tuple(
            replace(
                shift,
                published=replace(
                    shift.published, phase=Phase.CANCELLED, roster_version=roster_version
                ),
                revision=shift.revision + 1,
            )
            for shift in changed
            if shift.draft is None and shift.published is not None
        ),
    )


def touches(shift: Shift, start: datetime, end: datetime) -> bool:
    """Whether the shift, as drafted or as published, starts within the range."""
    plans = [shift.draft, shift.published.plan if shift.published else None]
    return any(plan is not None and start <= plan.starts_at < end for plan in plans)


def changes(shifts: Sequence[Shift]) -> tuple[Shift, ...]:
    """The draft's difference from what was published, in the order of the calendar."""
    differing = [shift for shift in shifts if status(shift) in UNTOLD]
    return tuple(sorted(differing, key=lambda shift: (shift.plan.starts_at, shift.id)))


def _told(plan: Plan, before: Published | None, roster_version: int) -> Published:
    running = before is not None and before.phase is Phase.RUNNING
    phase = Phase.RUNNING if running else Phase.AHEAD
    return Published(plan=plan, roster_version=roster_version, phase=phase)


def _beginning(shift: Shift) -> object:
    return shift.published and (shift.published.plan.person, shift.published.plan.starts_at)


def _running(shift: Shift, now: datetime) -> bool:
    found = shift.published
    return found is not None and found.plan.starts_at <= now < found.plan.ends_at


def _over(shift: Shift, now: datetime) -> bool:
    found = shift.published
    return found is not None and found.plan.ends_at <= now
