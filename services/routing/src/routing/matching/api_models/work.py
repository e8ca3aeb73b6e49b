"""Work, offers, hand-overs and decisions over HTTP."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.http import Command
from contracts.vocabulary import Channel, Priority
from routing.matching.handlers.reading import Place
from routing.matching.model import (
    Decision,
    Reservation,
    Work,
)

Reason = Annotated[str, Field(min_length=1, max_length=200)]


class RejectOffer(Command):
    reason: Reason


class HandOver(Command):
    """`note` is for the colleague; it stays in routing and is forgotten with the customer."""

    to: UUID
    note: str = Field(default="", max_length=4000)


class GiveUp(Command):
    reason: Reason = "given up"


class HeldView(BaseModel):
    """What one owns (`accepted`) or was offered (`pending`, to be answered by `expires_at`)."""

    reservation: UUID
    state: str
    version: int
    ticket: UUID
    tenant: UUID
    reference: str
    channel: Channel
    language: str
    priority: Priority
    since: datetime
    waiting_since: datetime
    expires_at: datetime | None
    units: int
    note: str


class MyWorkView(BaseModel):
    reservations: list[HeldView]


class RefusalView(BaseModel):
    person: UUID
    cause: str


class DecisionView(BaseModel):
    """Why this agent."""

    id: UUID
    at: datetime
    rule: str
    step: int
    chosen: UUID | None
    refused: list[RefusalView]
    inputs: dict[str, Any]


class PlaceView(BaseModel):
    ticket: UUID
    tenant: UUID
    state: str
    owner: UUID | None
    owner_since: datetime | None
    last_owner: UUID | None
    offered_to: UUID | None
    waiting_since: datetime
    step: int
    stuck_since: datetime | None
    note: str
    decision: DecisionView | None
    trouble: str | None
    version: int


def held_view(work: Work, held: Reservation) -> HeldView:
    facts = work.facts
    return HeldView(
        reservation=held.id,
        state=held.state,
        version=held.version,
        ticket=work.ticket,
        tenant=work.tenant,
        reference=facts.reference,
        channel=facts.channel,
        language=facts.language,
        priority=facts.priority,
        since=held.offered_at,
        waiting_since=work.waiting_since,
        expires_at=held.expires_at,
        units=held.units,
        note=held.note,
    )


def place_view(place: Place) -> PlaceView:
    work, held = place.work, place.reservation
    return PlaceView(
        ticket=work.ticket,
        tenant=work.tenant,
        state=work.state,
        owner=work.owner,
        owner_since=work.owned_at if work.owner else None,
        last_owner=work.last_owner,
        offered_to=held.person if held and work.owner is None else None,
        waiting_since=work.waiting_since,
        step=work.step,
        stuck_since=work.stuck_at,
        note=held.note if held else "",
        decision=decision_view(place.decision) if place.decision else None,
        trouble=place.trouble,
        version=work.version,
    )


def decision_view(made: Decision) -> DecisionView:
    return DecisionView(
        id=made.id,
        at=made.at,
        rule=made.rule,
        step=made.step,
        chosen=made.chosen,
        refused=[RefusalView(person=r.person, cause=r.cause.value) for r in made.refused],
        inputs=dict(made.inputs),
    )
