"""Who gets the work: hard constraints first, then who knows the customer, then longest idle.

The answer depends on the set of people only, never on the order in which they were read.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from uuid import UUID

from chassis.values import StaffId
from contracts.vocabulary import Presence
from routing.matching.model import Cause, Choice, Decision, Demand, Look, Need, Refusal
from routing.people.model import FULL, Person, speaks

# So many of the ranked are kept with a decision: enough to repeat the choice.
KEPT = 20
_NEVER = datetime.min.replace(tzinfo=UTC)
_NEAREST = (
    Cause.FULL,
    Cause.EXCLUDED,
    Cause.SHIFT_ENDS,
    Cause.NOT_AVAILABLE,
    Cause.SKILL,
    Cause.LANGUAGE,
    Cause.CHANNEL,
    Cause.NOT_PERMITTED,
)


def obstacle(demand: Demand, person: Person, now: datetime) -> Cause | None:
    """The first hard constraint that keeps this person from this work; None when admissible.

    Permission and presence are never relaxed; what may be relaxed is already in the demand.
    """
    if not person.rights.active or demand.tenant not in person.rights.tenants:
        return Cause.NOT_PERMITTED
    cost = person.profile.cost_of(demand.meter)
    if cost is None:
        return Cause.CHANNEL
    if not speaks(person.profile.languages, demand.language, demand.floor):
        return Cause.LANGUAGE
    if not all(_has(person, need) for need in demand.needs):
        return Cause.SKILL
    if person.presence is not Presence.AVAILABLE:
        return Cause.NOT_AVAILABLE
    if person.duty.until is None or person.duty.until - now < demand.remaining:
        return Cause.SHIFT_ENDS
    return Cause.FULL if person.units + cost > FULL else None


def choose(
    demand: Demand,
    people: Sequence[Person],
    excluded: Collection[StaffId],
    known: StaffId | None,
    now: datetime,
) -> Choice:
    """Rank the admissible: who knows the customer, then longest without new work, then by id."""
    found = [(person, obstacle(demand, person, now)) for person in people]
    fit = [person for person, cause in found if cause is None]
    ranking = sorted(
        (person for person in fit if person.id not in excluded),
        key=lambda person: (person.id != known, *_idle(person)),
    )
    refusals = [Refusal(person.id, cause) for person, cause in found if cause is not None]
    refusals += [Refusal(person.id, Cause.EXCLUDED) for person in fit if person.id in excluded]
    return Choice(
        ranking=tuple(ranking),
        refusals=tuple(sorted(refusals, key=lambda r: (_NEAREST.index(r.cause), r.person))),
        barren=not fit,
    )


def explain(look: Look, chosen: Person | None, id_: UUID, now: datetime) -> Decision:
    """Why this agent: what was asked, who could, whom it fell to, who came next and why not."""
    asked, choice = look.demand, look.choice
    return Decision(
        id=id_,
        work=look.work.id,
        at=now,
        step=asked.relaxation.step,
        chosen=chosen.id if chosen else None,
        refused=next_best(choice, chosen.id if chosen else None, look.known),
        inputs={
            "meter": asked.meter,
            "language": asked.language,
            "floor": asked.floor,
            "skills": [[need.skill, need.level] for need in asked.needs],
            "least_shift_s": int(asked.remaining.total_seconds()),
            "waiting_since": look.work.waiting_since,
            "known": look.known,
            "considered": len(choice.ranking) + len(choice.refusals),
            "ranking": [
                {"person": person.id, "units": person.units, "idle_since": person.last_assigned_at}
                for person in choice.ranking[:KEPT]
            ],
        },
    )


def next_best(choice: Choice, chosen: StaffId | None, known: StaffId | None) -> tuple[Refusal, ...]:
    """The three who came nearest after the chosen one, each with the cause."""
    cause = Cause.NOT_KNOWN if chosen is not None and chosen == known else Cause.IDLE_LESS
    passed = tuple(Refusal(p.id, cause) for p in choice.ranking if p.id != chosen)
    return (*passed, *choice.refusals)[:3]


def reasons(choice: Choice) -> tuple[str, ...]:
    """Why nobody takes it, as counts: for the lead, without naming anybody."""
    if not choice.refusals:
        return ("nobody on shift may work for this client",)
    counts = Counter(refusal.cause for refusal in choice.refusals)
    return tuple(f"{counts[cause]} {cause.value}" for cause in _NEAREST if counts[cause])


def _has(person: Person, need: Need) -> bool:
    return person.profile.skills.get(need.skill, 0) >= need.level


def _idle(person: Person) -> tuple[datetime, StaffId]:
    return person.last_assigned_at or _NEVER, person.id
