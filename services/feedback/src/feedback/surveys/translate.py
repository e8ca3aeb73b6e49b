"""Ticket events as what a question rests on; questions as the events that others follow."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from chassis.values import first_version
from contracts import survey as events
from contracts import ticket as ticket_events
from contracts.envelope import Draft, Event
from contracts.outreach import OutreachAnswer, OutreachRequestedV1
from contracts.ticket import TicketEvent
from contracts.vocabulary import AuthorKind
from feedback.surveys.model import SCALE, Solved, Survey, Taken, Ticket

SERVICE = "feedback"
TEMPLATE = "survey"
LINK_PURPOSE = "survey"
_KEY = "survey:"


def ticket(event: Event[TicketEvent]) -> Ticket:
    """What this event alone says of a ticket; the store keeps what was known before."""
    facts, data = event.data.ticket, event.data
    answerer = _answerer(data)
    return Ticket(
        id=event.meta.subject,
        tenant=event.meta.tenantid,
        reference=facts.reference,
        customer=facts.customer,
        brand=facts.brand,
        channel=facts.channel,
        language=facts.language,
        live=facts.live,
        state=facts.state,
        cycle=facts.cycle,
        incident=facts.incident,
        by_person=_by_person(data),
        answered=_answers(data),
        answered_by=answerer,
    )


def solved(data: ticket_events.TicketSolvedV1) -> Solved:
    return Solved(data.solved_at, data.solved_by, data.confirm_until)


def _by_person(data: TicketEvent) -> bool:
    """A restated ticket does not say who wrote; it is taken for a person's."""
    match data:
        case ticket_events.MessageReceivedV1():
            return not data.machine and data.author_kind is AuthorKind.CUSTOMER
        case ticket_events.TicketRestatedV1():
            return True
    return False


def _answers(data: TicketEvent) -> bool:
    match data:
        case ticket_events.MessageSentV1():
            return data.public and data.author_kind is AuthorKind.AGENT
        case ticket_events.TicketRestatedV1():
            return data.first_answered_at is not None
    return False


def _answerer(data: TicketEvent) -> UUID | None:
    return data.author if isinstance(data, ticket_events.MessageSentV1) and _answers(data) else None


def survey_of(data: OutreachAnswer) -> UUID | None:
    """The question an outreach was about; None when it was none of ours."""
    ours = data.requested_by == SERVICE and data.template == TEMPLATE
    if not ours or not data.dedup_key.startswith(_KEY):
        return None
    try:
        return UUID(data.dedup_key.removeprefix(_KEY))
    except ValueError:
        return None


def outreach(survey: Survey, now: datetime, *, own_act: bool, epoch: int) -> Draft[Any]:
    """Quiet hours hold a question back, unless the customer has just confirmed or is there."""
    data = OutreachRequestedV1(
        ticket=survey.ticket,
        template=TEMPLATE,
        values={"survey": str(survey.id)},
        respects_quiet_hours=not own_act,
        dedup_key=f"{_KEY}{survey.id}",
    )
    return Draft(
        tenant=survey.tenant,
        aggregate=uuid5(survey.id, "outreach"),
        version=first_version(epoch),
        time=now,
        data=data,
    )


def asked(survey: Survey, now: datetime) -> Draft[Any]:
    data = events.SurveyAskedV1(**_facts(survey, now), expires_at=survey.expires_at)
    return _draft(survey, now, data)


def delivered(survey: Survey, now: datetime) -> Draft[Any]:
    return _draft(survey, now, events.SurveyDeliveredV1(**_facts(survey, now)))


def answered(taken: Taken, now: datetime) -> Draft[Any]:
    survey = taken.survey
    told = {
        **_facts(survey, now),
        "score": survey.score,
        "scale": SCALE,
        "good": survey.good,
        "has_words": bool(taken.answer.words),
    }
    if taken.previous is None:
        return _draft(survey, now, events.SurveyAnsweredV1(**told))
    return _draft(survey, now, events.SurveyRevisedV1(**told, previous_score=taken.previous))


def expired(survey: Survey, now: datetime) -> Draft[Any]:
    return _draft(survey, now, events.SurveyExpiredV1(**_facts(survey, now)))


def suppressed(survey: Survey, now: datetime) -> Draft[Any]:
    data = events.SurveySuppressedV1(**_facts(survey, now), reason=str(survey.reason))
    return _draft(survey, now, data)


def _facts(survey: Survey, now: datetime) -> dict[str, Any]:
    return {
        "ticket": survey.ticket,
        "customer": survey.customer,
        "brand": survey.brand,
        "survey_type": survey.type,
        "cycle": survey.cycle,
        "language": survey.language,
        "attributed_to": survey.attributed_to,
        "at": now,
    }


def _draft(survey: Survey, now: datetime, data: events.SurveyFacts) -> Draft[Any]:
    return Draft(
        tenant=survey.tenant, aggregate=survey.id, version=survey.version, time=now, data=data
    )
