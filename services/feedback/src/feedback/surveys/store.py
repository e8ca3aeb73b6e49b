"""All SQL of questions: the tickets they rest on, settings, questions and answers."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from chassis.db import Transaction
from contracts.vocabulary import Channel, SurveyType, TicketState
from feedback.surveys.model import Answer, Reason, State, Survey, SurveySettings, Ticket


async def save_ticket(tx: Transaction, seen: Ticket) -> Ticket:
    """The ticket as it now stands; that a person wrote or we answered is never unlearned."""
    named = asdict(seen)
    row = await tx.one(_SAVE_TICKET, {**named, "channel": seen.channel, "state": seen.state})
    return _ticket(row)


async def ticket(tx: Transaction, ticket: UUID) -> Ticket | None:
    """Among the tenants in scope."""
    row = await tx.first(_TICKET, {"ticket": ticket})
    return _ticket(row) if row else None


async def settings(tx: Transaction, tenant: UUID) -> SurveySettings:
    row = await tx.first(_SETTINGS, {"tenant": tenant})
    if row is None:
        return SurveySettings()
    return SurveySettings(
        enabled=row["enabled"],
        delay=timedelta(seconds=row["delay_s"]),
        sample_percent=row["sample_percent"],
        followup_within=timedelta(seconds=row["followup_within_s"]),
        bad_at_most=row["bad_at_most"],
        good_at_least=row["good_at_least"],
    )


async def save_settings(
    tx: Transaction, tenant: UUID, wanted: SurveySettings, *, by: str, at: datetime
) -> None:
    await tx.execute(
        _SAVE_SETTINGS,
        {
            "tenant": tenant,
            "enabled": wanted.enabled,
            "delay_s": int(wanted.delay.total_seconds()),
            "sample_percent": wanted.sample_percent,
            "followup_within_s": int(wanted.followup_within.total_seconds()),
            "bad_at_most": wanted.bad_at_most,
            "good_at_least": wanted.good_at_least,
            "by": by,
            "at": at,
        },
    )


async def save_new(tx: Transaction, planned: Survey) -> bool:
    """False: the cycle has its question already."""
    return await tx.first(_PLAN, _values(planned)) is not None


async def save(tx: Transaction, changed: Survey) -> None:
    await tx.execute(_SAVE, _values(changed))


async def to_change(tx: Transaction, survey: UUID) -> Survey | None:
    """Among the tenants in scope, locked until the transaction ends."""
    row = await tx.first(_LOCK, {"survey": survey})
    return _survey(row) if row else None


async def planned_of(tx: Transaction, tenant: UUID, ticket: UUID) -> list[Survey]:
    """Locked until the transaction ends."""
    return [_survey(row) for row in await tx.all(_PLANNED, {"tenant": tenant, "ticket": ticket})]


async def survey(tx: Transaction, survey: UUID) -> Survey | None:
    row = await tx.first(_READ, {"survey": survey})
    return _survey(row) if row else None


async def of_ticket(tx: Transaction, ticket: UUID) -> list[Survey]:
    """Newest cycle first."""
    return [_survey(row) for row in await tx.all(_OF_TICKET, {"ticket": ticket})]


async def asked_since(
    tx: Transaction, tenant: UUID, customer: UUID, since: datetime
) -> tuple[datetime, ...]:
    """When the customer was asked; what never reached them does not count."""
    rows = await tx.all(_ASKED, {"tenant": tenant, "customer": customer, "since": since})
    return tuple(row["asked_at"] for row in rows)


async def save_answer(tx: Transaction, survey: Survey, answer: Answer) -> None:
    named = {"tenant": survey.tenant, "survey": survey.id}
    await tx.execute(_ANSWER, {**named, **asdict(answer)})


async def answers(tx: Transaction, survey: UUID) -> list[Answer]:
    """The first and what took its place, in order."""
    return [
        Answer(row["nth"], row["score"], row["words"], row["at"])
        for row in await tx.all(_ANSWERS, {"survey": survey})
    ]


async def last_words(tx: Transaction, surveys: list[UUID]) -> dict[UUID, str]:
    rows = await tx.all(_WORDS, {"surveys": surveys})
    return {row["survey_id"]: row["words"] for row in rows}


async def erase(tx: Transaction, tenant: UUID, customer: UUID) -> list[UUID]:
    """Every row about the customer; the ids of the questions there were."""
    named = {"tenant": tenant, "customer": customer}
    await tx.execute(_ERASE_ANSWERS, named)
    gone = [row["id"] for row in await tx.all(_ERASE_SURVEYS, named)]
    await tx.execute(_ERASE_TICKETS, named)
    return gone


def _values(one: Survey) -> dict[str, Any]:
    return {**asdict(one), "type": str(one.type), "channel": str(one.channel)}


def _ticket(row: RowMapping) -> Ticket:
    return Ticket(
        id=row["id"],
        tenant=row["tenant_id"],
        reference=row["reference"],
        customer=row["customer_id"],
        brand=row["brand_id"],
        channel=Channel(row["channel"]),
        language=row["language"],
        live=row["live"],
        state=TicketState(row["state"]),
        cycle=row["cycle"],
        incident=row["incident"],
        by_person=row["by_person"],
        answered=row["answered"],
        answered_by=row["answered_by"],
    )


def _survey(row: RowMapping) -> Survey:
    plain = {name: row[name] for name in _PLAIN}
    return Survey(
        **plain,
        tenant=row["tenant_id"],
        ticket=row["ticket_id"],
        customer=row["customer_id"],
        brand=row["brand_id"],
        type=SurveyType(row["type"]),
        channel=Channel(row["channel"]),
        state=State(row["state"]),
        reason=Reason(row["reason"]) if row["reason"] else None,
    )


_PLAIN = (
    "id", "cycle", "language", "attributed_to", "ask_at", "day", "asked_at", "delivered_at",
    "expires_at", "answered_at", "score", "good", "answers", "suppressed_by", "version",
)  # fmt: skip
_ALL = "tenant_id, ticket_id, customer_id, brand_id, type, channel, state, reason, " + ", ".join(
    _PLAIN
)
_SAVE_TICKET = text(
    """INSERT INTO tickets AS t (tenant_id, id, reference, customer_id, brand_id, channel, language,
                                 live, state, cycle, incident, by_person, answered, answered_by)
       VALUES (:tenant, :id, :reference, :customer, :brand, :channel, :language, :live, :state,
               :cycle, :incident, :by_person, :answered, :answered_by)
       ON CONFLICT (tenant_id, id) DO UPDATE SET
         reference = excluded.reference, customer_id = excluded.customer_id,
         brand_id = excluded.brand_id, channel = excluded.channel, language = excluded.language,
         live = excluded.live, state = excluded.state, cycle = excluded.cycle,
         incident = excluded.incident, by_person = t.by_person OR excluded.by_person,
         answered = t.answered OR excluded.answered,
         answered_by = coalesce(excluded.answered_by, t.answered_by)
       RETURNING *"""
)
_TICKET = text("SELECT * FROM tickets WHERE id = :ticket")
_SETTINGS = text("SELECT * FROM survey_settings WHERE tenant_id = :tenant")
_SAVE_SETTINGS = text(
    """INSERT INTO survey_settings (tenant_id, enabled, delay_s, sample_percent, followup_within_s,
                                    bad_at_most, good_at_least, changed_by, changed_at)
       VALUES (:tenant, :enabled, :delay_s, :sample_percent, :followup_within_s, :bad_at_most,
               :good_at_least, :by, :at)
       ON CONFLICT (tenant_id) DO UPDATE SET
         enabled = excluded.enabled, delay_s = excluded.delay_s,
         sample_percent = excluded.sample_percent,
         followup_within_s = excluded.followup_within_s, bad_at_most = excluded.bad_at_most,
         good_at_least = excluded.good_at_least, changed_by = excluded.changed_by,
         changed_at = excluded.changed_at"""
)
_PLAN = text(
    """INSERT INTO surveys (tenant_id, id, ticket_id, customer_id, brand_id, type, cycle, language,
                            channel, attributed_to, state, ask_at, version)
       VALUES (:tenant, :id, :ticket, :customer, :brand, :type, :cycle, :language, :channel,
               :attributed_to, :state, :ask_at, :version)
       ON CONFLICT DO NOTHING RETURNING id"""
)
_SAVE = text(
    """UPDATE surveys SET state = :state, language = :language, day = :day, asked_at = :asked_at,
              delivered_at = :delivered_at, expires_at = :expires_at, answered_at = :answered_at,
              score = :score, good = :good, answers = :answers, reason = :reason,
              suppressed_by = :suppressed_by, version = :version
        WHERE tenant_id = :tenant AND id = :id"""
)
_READ = text(f"SELECT {_ALL} FROM surveys WHERE id = :survey")
_LOCK = text(f"SELECT {_ALL} FROM surveys WHERE id = :survey FOR UPDATE")
_PLANNED = text(
    f"""SELECT {_ALL} FROM surveys
         WHERE tenant_id = :tenant AND ticket_id = :ticket AND state = 'planned'
         ORDER BY cycle FOR UPDATE"""
)
_OF_TICKET = text(f"SELECT {_ALL} FROM surveys WHERE ticket_id = :ticket ORDER BY cycle DESC, type")
_ASKED = text(
    """SELECT asked_at FROM surveys
        WHERE tenant_id = :tenant AND customer_id = :customer AND asked_at > :since
          AND reason IS DISTINCT FROM 'undeliverable' ORDER BY asked_at"""
)
_ANSWER = text(
    """INSERT INTO answers (tenant_id, survey_id, nth, score, words, at)
       VALUES (:tenant, :survey, :nth, :score, :words, :at)"""
)
_ANSWERS = text("SELECT * FROM answers WHERE survey_id = :survey ORDER BY nth")
_WORDS = text(
    """SELECT DISTINCT ON (survey_id) survey_id, words FROM answers
        WHERE survey_id = ANY (CAST(:surveys AS uuid[])) ORDER BY survey_id, nth DESC"""
)
_ERASE_ANSWERS = text(
    """DELETE FROM answers a USING surveys s
        WHERE s.tenant_id = :tenant AND s.customer_id = :customer
          AND a.tenant_id = s.tenant_id AND a.survey_id = s.id"""
)
_ERASE_SURVEYS = text(
    "DELETE FROM surveys WHERE tenant_id = :tenant AND customer_id = :customer RETURNING id"
)
_ERASE_TICKETS = text("DELETE FROM tickets WHERE tenant_id = :tenant AND customer_id = :customer")
