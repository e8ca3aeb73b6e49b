"""What people make of a decision, and what time does: approved, refused, expired."""

from datetime import datetime
from uuid import UUID

from billing_policy.budgets import handlers as budgets
from billing_policy.budgets.model import Place
from billing_policy.payments import handlers as payments
from billing_policy.remedies import store
from billing_policy.remedies.decide import (
    decide_approval,
    decide_expiry,
    decide_refusal,
    decide_remedy,
)
from billing_policy.remedies.handlers.asking import EXPIRY, give
from billing_policy.remedies.handlers.situation import facts_of, paid_of, plan_of
from billing_policy.remedies.model import NotCovered, Refusal, Remedy, RemedyError, Terms
from billing_policy.remedies.translate import events
from billing_policy.rules import handlers as rules
from billing_policy.tickets.model import Ticket
from chassis import outbox, timers
from chassis.db import Transaction


async def approve(
    tx: Transaction, known: Remedy, seen_sha256: str, by: UUID, now: datetime
) -> Remedy:
    """`known` is locked. Its hold stays: it was made when it was asked for.

    Raises:
        RemedyError: see `decide_approval`.
    """
    approved = decide_approval(known, seen_sha256, by, now, tx.database.epoch)
    await store.save(tx, approved)
    await timers.disarm(tx, approved.tenant, EXPIRY, approved.id)
    await _tell(tx, approved, now)
    await give(tx, approved, now)
    return approved


async def refuse(
    tx: Transaction, known: Remedy, seen_sha256: str, ticket: Ticket, refusal: Refusal
) -> Remedy:
    """`known` is locked. What was held for it is free again; the customer is told.

    Raises:
        RemedyError: see `decide_refusal`; or the alternative is nothing the policy allows.
    """
    refused = decide_refusal(known, seen_sha256, ticket, refusal, tx.database.epoch)
    if refusal.alternative is not None:
        await _check_alternative(tx, known, ticket, refusal.alternative, refusal.at)
    await store.save(tx, refused)
    await timers.disarm(tx, refused.tenant, EXPIRY, refused.id)
    await budgets.release(tx, refused.tenant, refused.id, refusal.at)
    await _tell(tx, refused, refusal.at)
    return refused


async def expire(tx: Transaction, remedy: UUID, now: datetime) -> Remedy | None:
    known = await store.remedy(tx, remedy, lock=True)
    expired = decide_expiry(known, now, tx.database.epoch) if known else None
    if expired is None:
        return None
    await store.save(tx, expired)
    await budgets.release(tx, expired.tenant, expired.id, now)
    await outbox.put(tx, events.told(expired, now))
    return expired


async def payment_failed(tx: Transaction, tenant: UUID, remedy: UUID, now: datetime) -> None:
    """What was held for a refund that failed is free again. Saying it twice changes nothing."""
    await budgets.release(tx, tenant, remedy, now)


async def _tell(tx: Transaction, remedy: Remedy, now: datetime) -> None:
    await outbox.put(tx, events.told(remedy, now))
    letter = events.outreach(remedy, now, tx.database.epoch)
    if letter is not None:
        await outbox.put(tx, letter)


async def _check_alternative(
    tx: Transaction, known: Remedy, ticket: Ticket, wanted: Terms, now: datetime
) -> None:
    """What a customer is told instead must be something the policy would let us give."""
    edition = await rules.edition_in_force(tx, known.tenant, now)
    assert edition is not None
    place = Place(known.tenant, known.month, known.customer, known.ticket, without=known.id)
    plan, segment = await plan_of(tx, ticket)
    charge = known.charge and await payments.charge(tx, known.tenant, known.charge)
    facts = facts_of(ticket, plan, segment, paid_of(charge, 0) if charge else None)
    offered = facts.asking(wanted)
    ledger = await budgets.look(tx, place, now)
    if isinstance(decide_remedy(offered, edition, ledger, now), NotCovered):
        raise RemedyError("alternative-not-allowed")
