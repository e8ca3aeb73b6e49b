"""The lead's board over HTTP."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from chassis.auth import Principal
from contracts.vocabulary import Channel
from routing.matching.handlers.reading import Board
from routing.people.model import FULL, Person


class WaitingView(BaseModel):
    tenant: UUID
    language: str
    count: int
    oldest_since: datetime
    tightest_due: datetime | None


class OnShiftView(BaseModel):
    person: UUID
    name: str
    initials: str
    state: str
    since: datetime
    reason: str
    units: int
    capacity: int
    shift_end: datetime | None
    lead: bool
    languages: list[str]


class RiskView(BaseModel):
    ticket: UUID
    tenant: UUID
    reference: str
    channel: Channel
    language: str
    metric: str
    state: str
    started_at: datetime
    due_at: datetime
    owner: UUID | None


class ArrivalsView(BaseModel):
    hour: datetime
    count: int


class BoardView(BaseModel):
    as_of: datetime
    waiting: list[WaitingView]
    people: list[OnShiftView]
    at_risk: list[RiskView]
    arrivals: list[ArrivalsView]


def board_view(board: Board, reader: Principal) -> BoardView:
    """People are shown to whoever shares a client company with them."""
    shown = [
        person
        for person in board.people
        if reader.everywhere or person.rights.tenants & reader.tenants
    ]
    return BoardView(
        as_of=board.as_of,
        waiting=[WaitingView.model_validate(each, from_attributes=True) for each in board.waiting],
        people=[_on_shift(person, lead=person.id in board.leads) for person in shown],
        at_risk=[RiskView.model_validate(each, from_attributes=True) for each in board.at_risk],
        arrivals=[
            ArrivalsView.model_validate(each, from_attributes=True) for each in board.arrivals
        ],
    )


def _on_shift(person: Person, *, lead: bool) -> OnShiftView:
    return OnShiftView(
        person=person.id,
        name=person.profile.name,
        initials=person.profile.initials,
        state=person.presence,
        since=person.presence_since,
        reason=person.presence_reason,
        units=person.units,
        capacity=FULL,
        shift_end=person.duty.until,
        lead=lead,
        languages=sorted(person.profile.languages),
    )
