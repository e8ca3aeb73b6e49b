"""Labour rules a roster may break, by name, with figures. Hours are elapsed, never of the wall."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import groupby, pairwise
from uuid import UUID

from routing.rosters.model import Kind, Plan, Warn

REST = timedelta(hours=11)
LONG = timedelta(hours=12)

Planned = tuple[UUID, Plan]


def warnings(shifts: Iterable[Planned]) -> tuple[Warn, ...]:
    """What is wrong with these shifts: overlaps, too little rest, overlong shifts.

    Rest is the time between two instants: over a clock change it is an hour more or less than
    the wall says. Being on call is not work, so it breaks no rest.
    """
    at_work = [(id_, plan) for id_, plan in shifts if plan.kind is Kind.WORK]
    ordered = sorted(at_work, key=lambda planned: (planned[1].person, *_order(planned)))
    found: list[Warn] = []
    for _, group in groupby(ordered, key=lambda planned: planned[1].person):
        own = list(group)
        found += [warn for shift in own for warn in _alone(shift)]
        found += _overlapping(own)
        found += [warn for pair in pairwise(_runs(own)) for warn in _between(*pair)]
    return tuple(found)


def _alone(shift: Planned) -> list[Warn]:
    id_, plan = shift
    if plan.length <= LONG:
        return []
    return [Warn("longest-shift", id_, None, {"hours": _hours(plan.length), "limit": _hours(LONG)})]


def _overlapping(own: list[Planned]) -> list[Warn]:
    return [
        Warn("overlap", later[0], earlier[0], {"hours": _hours(_shared(earlier[1], later[1]))})
        for position, later in enumerate(own)
        for earlier in own[:position]
        if earlier[1].overlaps(later[1])
    ]


def _runs(own: list[Planned]) -> list[tuple[Planned, Planned]]:
    """Stretches of unbroken work as (first shift, shift that ends last)."""
    runs: list[tuple[Planned, Planned]] = []
    for shift in own:
        if runs and shift[1].starts_at <= runs[-1][1][1].ends_at:
            first, last = runs[-1]
            runs[-1] = (first, max(last, shift, key=lambda planned: planned[1].ends_at))
        else:
            runs.append((shift, shift))
    return runs


def _between(earlier: tuple[Planned, Planned], later: tuple[Planned, Planned]) -> list[Warn]:
    before, after = earlier[1], later[0]
    rest = after[1].starts_at - before[1].ends_at
    if rest >= REST:
        return []
    return [Warn("rest", after[0], before[0], {"hours": _hours(rest), "limit": _hours(REST)})]


def _shared(one: Plan, other: Plan) -> timedelta:
    return min(one.ends_at, other.ends_at) - max(one.starts_at, other.starts_at)


def _hours(length: timedelta) -> float:
    return round(length / timedelta(hours=1), 2)


def _order(planned: Planned) -> tuple[object, ...]:
    return planned[1].starts_at, planned[1].ends_at, planned[0]
