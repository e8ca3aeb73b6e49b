"""Who comes back until when, and who may end or hand over a follow-up. Pure."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid5

from chassis.values import first_version, next_version
from feedback.duty.model import Choice, Why
from feedback.followups.model import (
    Actor,
    Bad,
    Cause,
    Ending,
    Followup,
    FollowupState,
    NotPossible,
)


def followup_id(survey: UUID) -> UUID:
    """One per question, however often its answer is revised."""
    return uuid5(survey, "followup")


def decide_open(bad: Bad, choice: Choice, now: datetime, epoch: int = 0) -> Followup:
    """A follow-up with its owner and its due time, at once."""
    survey = bad.survey
    assert survey.score is not None
    return Followup(
        id=followup_id(survey.id),
        tenant=survey.tenant,
        ticket=survey.ticket,
        reference=bad.reference,
        language=survey.language,
        customer=survey.customer,
        survey=survey.id,
        rated=survey.attributed_to,
        reason=Cause.BAD_ANSWER,
        score=survey.score,
        state=FollowupState.OPEN,
        owner=choice.owner,
        owned_by_way_of=choice.why,
        opened_at=now,
        due_at=bad.due_at,
        version=first_version(epoch),
    )


def may_see(known: Followup, actor: Actor) -> bool:
    """Its owner and those who lead; never the person rated."""
    return actor.person != known.rated and (actor.leads or actor.person == known.owner)


def decide_done(
    known: Followup, actor: Actor, ending: Ending, now: datetime, epoch: int = 0
) -> Followup | NotPossible:
    """The contact happened, or was tried. The same ending by the same person again changes nothing.

    A follow-up without an owner becomes theirs who end it.
    """
    if not may_see(known, actor):
        return NotPossible.FOREIGN
    if known.state is FollowupState.DONE:
        said = (known.done_by, known.outcome, known.note)
        same = said == (actor.person, ending.outcome, ending.note)
        return known if same else NotPossible.DONE
    return replace(
        known,
        state=FollowupState.DONE,
        owner=known.owner or actor.person,
        owned_by_way_of=known.owned_by_way_of if known.owner else Why.BY_HAND,
        done_at=now,
        done_by=actor.person,
        outcome=ending.outcome,
        note=ending.note,
        version=next_version(known.version, epoch),
    )


def decide_reassign(
    known: Followup, actor: Actor, owner: UUID, *, may_take: bool, epoch: int = 0
) -> Followup | NotPossible:
    """Somebody else owns it from now on: never the person rated, nor one without rights."""
    if not may_see(known, actor):
        return NotPossible.FOREIGN
    if known.state is FollowupState.DONE:
        return NotPossible.DONE
    if owner == known.rated:
        return NotPossible.RATED
    if not may_take:
        return NotPossible.NO_RIGHTS
    if owner == known.owner:
        return known
    return replace(
        known,
        owner=owner,
        owned_by_way_of=Why.BY_HAND,
        version=next_version(known.version, epoch),
    )


def overdue(known: Followup, now: datetime) -> bool:
    return known.state is FollowupState.OPEN and now > known.due_at


def load_moves(before: Followup | None, after: Followup) -> dict[UUID, int]:
    """How many open follow-ups more or fewer each person has, by person, in a fixed order."""
    found: dict[UUID, int] = {}
    for known, by in ((before, -1), (after, 1)):
        if known and known.owner and known.state is FollowupState.OPEN:
            found[known.owner] = found.get(known.owner, 0) + by
    return {person: by for person, by in sorted(found.items()) if by}
