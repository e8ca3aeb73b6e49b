"""Tickets and questions to decide about."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.vocabulary import Channel, SurveyType, TicketState
from feedback.surveys.decide import survey_id
from feedback.surveys.model import LIVES, Moment, Seen, State, Survey, SurveySettings, Ticket

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
AT = Moment(NOW, date(2026, 11, 2))
TENANT, TICKET, CUSTOMER, BRAND, INES, OMAR = (UUID(int=n) for n in range(1, 7))

SOLVED = Ticket(
    id=TICKET,
    tenant=TENANT,
    reference="NH-1",
    customer=CUSTOMER,
    brand=BRAND,
    channel=Channel.MAIL,
    language="pt",
    live=False,
    state=TicketState.SOLVED,
    cycle=1,
    by_person=True,
    answered=True,
    answered_by=INES,
)
PLANNED = Survey(
    id=survey_id(TICKET, 1),
    tenant=TENANT,
    ticket=TICKET,
    customer=CUSTOMER,
    brand=BRAND,
    type=SurveyType.CSAT,
    cycle=1,
    language="pt",
    channel=Channel.MAIL,
    attributed_to=INES,
    state=State.PLANNED,
    ask_at=NOW,
)
ASKED = replace(
    PLANNED, state=State.ASKED, day=AT.day, asked_at=NOW, expires_at=NOW + LIVES, version=1
)


def seen(ticket: Ticket = SOLVED, **given: Any) -> Seen:
    plain: dict[str, Any] = {
        "settings": SurveySettings(),
        "asked": (),
        "erased": False,
        "sampled": True,
    }
    return Seen(ticket=ticket, **(plain | given))


def later(**given: Any) -> Moment:
    return replace(AT, now=NOW + timedelta(**given))
