"""The demo roster: every person's daily shift, for some days around today."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from meridian.demo.firm import Firm, Person, Shift


@dataclass(frozen=True, slots=True)
class PlannedShift:
    person: UUID
    starts_at: datetime
    ends_at: datetime
    lead: bool


def planned_shifts(firm: Firm, first: date, days: int) -> list[PlannedShift]:
    """One shift a day for everybody, in order of its start. The demo firm knows no weekends off:
    whenever a newcomer tries it, somebody speaks every language.
    """
    found = [
        _planned(person, shift, first + timedelta(days=number))
        for number in range(days)
        for person in firm.people
        for shift in person.shifts
    ]
    return sorted(found, key=lambda shift: (shift.starts_at, shift.person))


def missing(wanted: list[PlannedShift], known: set[tuple[UUID, datetime]]) -> list[PlannedShift]:
    return [shift for shift in wanted if (shift.person, shift.starts_at) not in known]


def _planned(person: Person, shift: Shift, day: date) -> PlannedShift:
    starts, ends = (_at(day, clock) for clock in (shift.start, shift.end))
    if ends <= starts:
        ends += timedelta(days=1)
    return PlannedShift(person.id, starts, ends, "lead" in person.roles)


def _at(day: date, clock: str) -> datetime:
    hour, minute = (int(part) for part in clock.split(":"))
    return datetime.combine(day, time(hour, minute), UTC)
