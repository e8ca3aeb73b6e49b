"""What becomes of a question that is out: delivered, answered, revised, expired, taken back."""

from datetime import datetime
from uuid import UUID

from chassis import outbox, timers
from chassis.db import Transaction
from chassis.timers import Timer
from contracts.envelope import EventMeta
from feedback.followups.handlers import opening as followups
from feedback.followups.model import Bad
from feedback.praise import handlers as praise
from feedback.scorecards import handlers as scorecards
from feedback.surveys import store, translate
from feedback.surveys.decide import (
    decide_answer,
    decide_delivered,
    decide_expire,
    decide_suppress,
    decide_undeliverable,
)
from feedback.surveys.handlers.asking import suppress
from feedback.surveys.handlers.kinds import EXPIRE
from feedback.surveys.model import (
    Given,
    Over,
    Reason,
    Refusal,
    Same,
    Survey,
    SurveySettings,
    Taken,
)

to_change = store.to_change


async def note_delivered(
    tx: Transaction, survey: UUID, when: datetime, cause: EventMeta | None = None
) -> Survey | None:
    before = await store.to_change(tx, survey)
    after = decide_delivered(before, when, tx.database.epoch) if before else None
    if before is None or after is None:
        return None
    await store.save(tx, after)
    await scorecards.count(tx, before, after)
    await outbox.put(tx, translate.delivered(after, when), cause)
    if after.expires_at is not None and after.expires_at != before.expires_at:
        await timers.arm(tx, Timer(after.tenant, EXPIRE, after.id, after.expires_at))
    return after


async def note_undeliverable(
    tx: Transaction, survey: UUID, now: datetime, cause: EventMeta | None = None
) -> Survey | None:
    before = await store.to_change(tx, survey)
    if before is None:
        return None
    at = await scorecards.moment(tx, before.tenant, now)
    after = decide_undeliverable(before, at)
    if after is not None:
        await suppress(tx, before, after, at, cause)
    return after


async def answer(
    tx: Transaction, before: Survey, given: Given, now: datetime
) -> Taken | Same | Over:
    """The answer with all that follows from it, in one transaction. Needs FIRM in scope."""
    settings = await store.settings(tx, before.tenant)
    kept = await store.answers(tx, before.id)
    at = await scorecards.moment(tx, before.tenant, now)
    outcome = decide_answer(before, given, kept[-1] if kept else None, settings, at)
    if isinstance(outcome, Taken):
        await store.save(tx, outcome.survey)
        await store.save_answer(tx, outcome.survey, outcome.answer)
        await scorecards.count(tx, before, outcome.survey)
        told = await outbox.put(tx, translate.answered(outcome, now))
        await _follow(tx, outcome.survey, settings, now, told)
    return outcome


async def expire(tx: Transaction, survey: UUID, now: datetime) -> Survey | None:
    before = await store.to_change(tx, survey)
    if before is None:
        return None
    at = await scorecards.moment(tx, before.tenant, now)
    after = decide_expire(before, at)
    if after is not None:
        await store.save(tx, after)
        await outbox.put(tx, translate.expired(after, now))
    return after


async def suppress_by_lead(
    tx: Transaction, before: Survey, by: UUID, reason: Reason, now: datetime
) -> Survey | Refusal:
    at = await scorecards.moment(tx, before.tenant, now)
    decided = decide_suppress(before, by, reason, at)
    if isinstance(decided, Survey):
        await suppress(tx, before, decided, at)
    return decided


async def _follow(
    tx: Transaction, survey: Survey, settings: SurveySettings, now: datetime, told: EventMeta
) -> None:
    """A bad answer is somebody's to come back to; a good one reaches who earned it."""
    ticket = await store.ticket(tx, survey.ticket)
    assert ticket is not None
    if survey.good is False:
        bad = Bad(survey, ticket.reference, now + settings.followup_within)
        await followups.open_for(tx, bad, now, told)
    if survey.good is True:
        await praise.give(tx, survey, ticket.reference, now, told)
    else:
        await praise.withdraw(tx, survey)
