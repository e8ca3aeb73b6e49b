"""What legs add up to: elapsed, due, breached, warned. Rules R3, R8 and R9 are here."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sla.clocks.model import Leg, Measure, Threshold
from sla.policies.model import Rules, Terms

ZERO = timedelta()


def measure(legs: Sequence[Leg], rules: Rules, *, ended: bool) -> Measure:
    """The last leg is what comes; a clock that ended is projected as if it had run on."""
    past, ahead = legs[:-1], legs[-1]
    opened = [_open(leg) for leg in past]
    elapsed = sum(opened, ZERO)
    breach_at, forced = _breach(past, opened, ahead, rules.grace)
    final = next(leg.terms for leg in reversed(legs) if leg.terms)
    due_at = _reach(past, opened, final.target, _ahead(ahead, final, ended=ended))
    if due_at and forced and rules.grace:
        due_at = max(due_at, forced)
    exceeds_at = None
    if breach_at is None and not ended:
        exceeds_at = forced or _exceeds(ahead, elapsed)
    return Measure(
        elapsed=elapsed,
        due_at=due_at,
        breach_at=breach_at,
        exceeds_at=exceeds_at,
        warnings=() if ended else _warnings(legs, opened, rules.warn),
    )


def _breach(
    past: Sequence[Leg], opened: Sequence[timedelta], ahead: Leg, grace: timedelta
) -> tuple[datetime | None, datetime | None]:
    """The first breach (R9: it stays), and the deadline a change of terms left, if one is open.

    R8: terms already exceeded when they take effect are breached then, or after the grace.
    """
    elapsed, before, forced = ZERO, None, None
    for leg, amount in [*zip(past, opened, strict=True), (ahead, ZERO)]:
        if leg.terms is None:
            before = forced = None
            continue
        if not leg.terms.same_promise(before):
            forced = leg.start + grace if elapsed > leg.terms.target else None
        before = leg.terms
        if forced:
            if not grace or (leg.end and forced < leg.end):
                return forced, forced
        elif elapsed + amount > leg.terms.target:
            return leg.terms.open.exceeded(leg.start, leg.terms.target - elapsed), None
        elapsed += amount
    return None, forced


def _reach(
    past: Sequence[Leg], opened: Sequence[timedelta], target: timedelta, ahead: Leg | None
) -> datetime | None:
    """R3: the earliest instant by which `target` has elapsed."""
    elapsed = ZERO
    for leg, amount in zip(past, opened, strict=True):
        if leg.terms and leg.running and elapsed + amount >= target:
            return leg.terms.open.due(leg.start, target - elapsed)
        elapsed += amount
    if ahead is None or ahead.terms is None:
        return None
    return ahead.terms.open.due(ahead.start, target - elapsed)


def _ahead(ahead: Leg, final: Terms, *, ended: bool) -> Leg | None:
    if ended:
        return ahead._replace(terms=ahead.terms or final)
    return ahead if ahead.running else None


def _exceeds(ahead: Leg, elapsed: timedelta) -> datetime | None:
    if not ahead.running or ahead.terms is None:
        return None
    return ahead.terms.open.exceeded(ahead.start, ahead.terms.target - elapsed)


def _warnings(
    legs: Sequence[Leg], opened: Sequence[timedelta], percents: Sequence[int]
) -> tuple[Threshold, ...]:
    found = [(percent, _warning(legs, opened, percent)) for percent in percents]
    return tuple(Threshold(percent, at) for percent, at in found if at)


def _warning(legs: Sequence[Leg], opened: Sequence[timedelta], percent: int) -> datetime | None:
    """The earliest instant at which this share of the target then in force has elapsed."""
    elapsed = ZERO
    for leg, amount in zip(legs, [*opened, None], strict=True):
        if leg.terms:
            needed = leg.terms.target * percent / 100
            if elapsed >= needed:
                return leg.start
            if leg.running and (amount is None or elapsed + amount >= needed):
                return leg.terms.open.due(leg.start, needed - elapsed)
        elapsed += amount or ZERO
    return None


def _open(leg: Leg) -> timedelta:
    if leg.terms is None or leg.pause or leg.end is None:
        return ZERO
    return leg.terms.open.elapsed(leg.start, leg.end)
