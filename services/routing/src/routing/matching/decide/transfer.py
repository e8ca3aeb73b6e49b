"""A person's own decision about who owns a ticket: what stays forbidden to them."""

from dataclasses import dataclass

from chassis.values import StaffId
from contracts.vocabulary import Presence
from routing.matching.decide.ownership import UNFINISHED, held_share, permitted
from routing.matching.model import Demand, Reservation, Work
from routing.people.model import FULL, Person, speaks


@dataclass(frozen=True, slots=True)
class Actor:
    """Who decides; `leads` for leads, managers and admins."""

    person: StaffId
    leads: bool


@dataclass(frozen=True, slots=True)
class Handover:
    """Ownership goes to `to`, at `units` of `full_units`; beyond capacity only by a lead."""

    to: Person
    units: int
    full_units: int
    over_capacity: bool


@dataclass(frozen=True, slots=True)
class HandoverRefused:
    """`slug` names the rule that forbids it."""

    slug: str
    reason: str


def decide_transfer(
    work: Work, demand: Demand, held: Reservation | None, to: Person, by: Actor
) -> Handover | HandoverRefused:
    """Permission, language and shift hold for a chosen person too; a lead may exceed capacity."""
    if work.facts.state not in UNFINISHED:
        return HandoverRefused("finished", "The ticket is finished.")
    if not by.leads and by.person != work.owner:
        return HandoverRefused("not-owner", "Only its owner or a lead can hand this over.")
    if held is not None and work.owner == to.id:
        return HandoverRefused("already-owner", "This person owns it already.")
    return _fits(work, demand, to, by)


def _fits(work: Work, demand: Demand, to: Person, by: Actor) -> Handover | HandoverRefused:
    if not permitted(to, work.tenant):
        return HandoverRefused("not-permitted", "This person may not work for this client.")
    if not speaks(to.profile.languages, demand.language, demand.floor):
        return HandoverRefused("language", "This person does not have the language it needs.")
    if to.presence is Presence.OFF:
        return HandoverRefused("off-shift", "This person is not on shift.")
    full = to.profile.cost_of(demand.meter)
    if full is None:
        return HandoverRefused("channel", "This person does not work on this channel.")
    units = held_share(full, work.facts.state)
    over = to.units + units > FULL
    if over and not by.leads:
        return HandoverRefused("full", "This person has no room for it; a lead can decide so.")
    return Handover(to, units, full, over)


def may_release(work: Work, by: Actor) -> bool:
    return by.leads or by.person == work.owner
