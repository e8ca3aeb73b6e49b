"""When a question is asked, whom it spares, and what an answer does to it. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta
from hmac import digest
from uuid import UUID, uuid5

from chassis.values import next_version
from contracts.vocabulary import SurveyType, TicketState
from feedback.surveys.model import (
    LIVES,
    Answer,
    Given,
    Moment,
    Over,
    Reason,
    Refusal,
    Same,
    Seen,
    Solved,
    State,
    Survey,
    SurveySettings,
    Taken,
    Ticket,
)

BETWEEN = timedelta(days=14)
LONG_RUN = timedelta(days=90)
MOST_IN_LONG_RUN = 3


def survey_id(ticket: UUID, cycle: int) -> UUID:
    """One per cycle, whoever plans it."""
    return uuid5(ticket, f"survey:csat:{cycle}")


def decide_plan(ticket: Ticket, solved: Solved, settings: SurveySettings) -> Survey:
    """The question after this cycle, with the person who solved it as known now.

    It is due after the client's delay, but always before the ticket closes by itself; where a
    person waits at the other end, at once.
    """
    half = (solved.confirm_until - solved.at) / 2
    wait = timedelta() if ticket.live else min(settings.delay, max(half, timedelta()))
    return Survey(
        id=survey_id(ticket.id, ticket.cycle),
        tenant=ticket.tenant,
        ticket=ticket.id,
        customer=ticket.customer,
        brand=ticket.brand,
        type=SurveyType.CSAT,
        cycle=ticket.cycle,
        language=ticket.language,
        channel=ticket.channel,
        attributed_to=solved.by or ticket.answered_by,
        state=State.PLANNED,
        ask_at=solved.at + wait,
    )


def sampled(key: bytes, ticket: UUID, percent: int) -> bool:
    """The same answer for a ticket for ever; nobody without the key can foresee it."""
    return int.from_bytes(digest(key, ticket.bytes, "sha256")) % 100 < percent


def decide_ask(survey: Survey, seen: Seen, at: Moment) -> Survey | None:
    """The question asked, or suppressed with the reason; None when it is no longer planned."""
    if survey.state is not State.PLANNED:
        return None
    reason = why_not(seen, at.now)
    if reason is not None:
        return _suppressed(survey, reason, at)
    return replace(
        survey,
        state=State.ASKED,
        language=seen.ticket.language,
        day=at.day,
        asked_at=at.now,
        expires_at=at.now + LIVES,
        version=next_version(survey.version, at.epoch),
    )


def why_not(seen: Seen, now: datetime) -> Reason | None:
    """The first reason against asking, or None."""
    ticket, settings = seen.ticket, seen.settings
    against = (
        (Reason.ERASED, seen.erased),
        (Reason.DISABLED, not settings.enabled),
        (Reason.SPAM, ticket.state is TicketState.SPAM),
        (Reason.MERGED, ticket.state is TicketState.MERGED),
        (Reason.MACHINE, not ticket.by_person),
        (Reason.UNANSWERED, not ticket.answered),
        (Reason.INCIDENT, ticket.incident is not None),
        (Reason.NOT_SAMPLED, not seen.sampled),
    )
    return next((reason for reason, holds in against if holds), throttled(seen.asked, now))


def throttled(asked: tuple[datetime, ...], now: datetime) -> Reason | None:
    """At most one question in 14 days and three in 90, counted from when they were asked."""
    if any(now - at < BETWEEN for at in asked):
        return Reason.ASKED_IN_14_DAYS
    if sum(now - at < LONG_RUN for at in asked) >= MOST_IN_LONG_RUN:
        return Reason.ASKED_3_IN_90_DAYS
    return None


def decide_cancel(survey: Survey, reason: Reason, at: Moment) -> Survey | None:
    """What happened to the ticket ends a question that was only planned."""
    return _suppressed(survey, reason, at) if survey.state is State.PLANNED else None


def decide_delivered(survey: Survey, when: datetime, epoch: int = 0) -> Survey | None:
    """It left our house: response rates count from here, and so do its seven days."""
    if survey.delivered_at is not None or survey.state not in (State.ASKED, State.EXPIRED):
        return None
    open_ = survey.state is State.ASKED
    return replace(
        survey,
        delivered_at=when,
        expires_at=when + LIVES if open_ else survey.expires_at,
        version=next_version(survey.version, epoch),
    )


def decide_undeliverable(survey: Survey, at: Moment) -> Survey | None:
    """It cannot reach the customer: as if nobody had been asked. An answer proves it did."""
    if survey.state not in (State.ASKED, State.EXPIRED):
        return None
    return _suppressed(survey, Reason.UNDELIVERABLE, at)


def decide_expire(survey: Survey, at: Moment) -> Survey | None:
    """Seven days without an answer; None while it may still be answered."""
    if survey.state is not State.ASKED or survey.expires_at is None or at.now < survey.expires_at:
        return None
    return replace(survey, state=State.EXPIRED, version=next_version(survey.version, at.epoch))


def decide_answer(
    survey: Survey, given: Given, last: Answer | None, settings: SurveySettings, at: Moment
) -> Taken | Same | Over:
    """The first answer wins; a later one takes its place while the seven days last.

    An answer proves that the question arrived, whatever was heard of its delivery.
    """
    if not answerable(survey, at.now):
        return Over()
    if last is not None and (last.score, last.words) == (given.score, given.words):
        return Same(survey)
    answer = Answer(survey.answers + 1, given.score, given.words, at.now)
    answered = replace(
        survey,
        state=State.ANSWERED,
        delivered_at=survey.delivered_at or at.now,
        answered_at=survey.answered_at or at.now,
        score=given.score,
        good=judge(given.score, settings),
        answers=answer.nth,
        version=next_version(survey.version, at.epoch),
    )
    return Taken(answered, answer, survey.score)


def answerable(survey: Survey, now: datetime) -> bool:
    open_ = survey.state in (State.ASKED, State.ANSWERED)
    return open_ and survey.expires_at is not None and now < survey.expires_at


def judge(score: int, settings: SurveySettings) -> bool | None:
    """Good, bad, or neither, where the client draws the lines."""
    if score >= settings.good_at_least:
        return True
    return False if score <= settings.bad_at_most else None


def decide_suppress(survey: Survey, by: UUID, reason: Reason, at: Moment) -> Survey | Refusal:
    """A lead takes a question back, for a reason, never one about themselves.

    An answer once given stands.
    """
    if survey.attributed_to == by:
        return Refusal.OWN
    if survey.state is State.ANSWERED:
        return Refusal.ANSWERED
    if survey.state not in (State.PLANNED, State.ASKED):
        return Refusal.OVER
    return replace(_suppressed(survey, reason, at), suppressed_by=by)


def _suppressed(survey: Survey, reason: Reason, at: Moment) -> Survey:
    return replace(
        survey,
        state=State.SUPPRESSED,
        reason=reason,
        day=survey.day or at.day,
        version=next_version(survey.version, at.epoch),
    )
