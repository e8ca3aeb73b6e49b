"""A remedy is asked for, or the amount of one that waits is changed: load, decide, store."""

from dataclasses import replace
from datetime import datetime

from billing_policy.budgets import handlers as budgets
from billing_policy.budgets.model import Entry
from billing_policy.payments import handlers as payments
from billing_policy.payments.decide import payment_id
from billing_policy.payments.model import RefundOrder, RefundRefused
from billing_policy.remedies import store
from billing_policy.remedies.decide import check_request, decide_remedy
from billing_policy.remedies.decide.drafts import changed_remedy, new_remedy
from billing_policy.remedies.handlers.situation import Situation, for_request
from billing_policy.remedies.model import Asked, NotCovered, Outcome, Remedy, RemedyError
from billing_policy.remedies.translate import documents, events
from billing_policy.rules.model import Caps
from billing_policy.tickets.model import Ticket
from chassis import outbox, timers
from chassis.db import Transaction
from chassis.timers import Timer
from chassis.values import first_version, next_version
from contracts.vocabulary import RemedyKind, RemedyState

EXPIRY = "remedy.expiry"
GIVEN = frozenset({RemedyState.GRANTED, RemedyState.APPROVED})


async def request(
    tx: Transaction, asked: Asked, ticket: Ticket, now: datetime
) -> tuple[Remedy, bool]:
    """The remedy with its answer, and whether it is new. The same command is the same remedy.

    Raises:
        RemedyError: it cannot be asked for so.
    """
    situation = await for_request(tx, asked, ticket, now)
    known = await store.remedy(tx, asked.id)
    if known is not None:
        return known, False
    outcome = _decide(asked, ticket, situation, now)
    draft = new_remedy(asked, ticket, situation.month, outcome, now)
    draft = replace(
        draft,
        policy_version=situation.edition.policy.version,
        currency=situation.edition.policy.currency,
        version=first_version(tx.database.epoch),
    )
    await _refuse_twin(tx, draft)
    decision = documents.decision_of(draft, situation.facts, situation.ledger, outcome, now)
    made = replace(draft, decision_sha256=decision.sha256)
    decided = replace(made, version=next_version(made.version, tx.database.epoch))
    await store.save_new(tx, decided)
    await store.save_decision(tx, made.tenant, decision)
    await outbox.put(tx, events.requested(made, now))
    await _follow(tx, decided, outcome, situation, now)
    return decided, True


async def change(
    tx: Transaction, known: Remedy, ticket: Ticket, asked: Asked, now: datetime
) -> Remedy:
    """Decided anew for another amount. What was seen before can no longer be approved.

    Raises:
        RemedyError: it no longer waits, or cannot be asked for so.
    """
    fresh = await store.remedy(tx, known.id, lock=True)
    if fresh is None or fresh.state is not RemedyState.APPROVAL_NEEDED:
        raise RemedyError("not-waiting", state=fresh.state if fresh else known.state)
    situation = await for_request(tx, asked, ticket, now)
    outcome = _decide(asked, ticket, situation, now)
    draft = replace(
        changed_remedy(fresh, asked.by, situation.month, outcome, now),
        policy_version=situation.edition.policy.version,
        version=next_version(fresh.version, tx.database.epoch),
    )
    decision = documents.decision_of(draft, situation.facts, situation.ledger, outcome, now)
    made = replace(draft, decision_sha256=decision.sha256)
    await store.save(tx, made)
    await store.save_decision(tx, made.tenant, decision)
    await budgets.release(tx, made.tenant, made.id, now)
    await timers.disarm(tx, made.tenant, EXPIRY, made.id)
    await _follow(tx, made, outcome, situation, now, again=True)
    return made


async def give(tx: Transaction, remedy: Remedy, now: datetime) -> None:
    """Money that goes back is ordered, once for each decision; the rest needs no payment.

    Raises:
        RemedyError: the charge has not so much left.
    """
    if remedy.state not in GIVEN or remedy.terms.kind is not RemedyKind.REFUND:
        return
    assert remedy.charge is not None
    order = RefundOrder(
        id=payment_id(remedy.id),
        remedy=remedy.id,
        ticket=remedy.ticket,
        customer=remedy.customer,
        charge=remedy.charge,
        amount_minor=remedy.terms.amount_minor,
        currency=remedy.currency,
    )
    try:
        await payments.order_refund(tx, remedy.tenant, order, None, now)
    except RefundRefused:
        raise RemedyError("charge-changed") from None


def _decide(asked: Asked, ticket: Ticket, found: Situation, now: datetime) -> Outcome:
    check_request(asked, ticket, found.paid, found.edition.policy.currency)
    return decide_remedy(found.facts, found.edition, found.ledger, now)


async def _refuse_twin(tx: Transaction, draft: Remedy) -> None:
    if draft.state is RemedyState.APPROVAL_NEEDED and await store.twin(tx, draft) is not None:
        raise RemedyError("already-waiting")


async def _follow(
    tx: Transaction,
    remedy: Remedy,
    outcome: Outcome,
    found: Situation,
    now: datetime,
    *,
    again: bool = False,
) -> None:
    """What follows from a decision, as rows: the hold, the event, the timer, the money, the letter.

    Changed again, it is not said twice that somebody looks into it.
    """
    if not isinstance(outcome, NotCovered):
        await budgets.hold(tx, _entry(remedy, _caps(found, outcome), now))
    await outbox.put(tx, events.told(remedy, now))
    if remedy.approval is not None:
        await timers.arm(tx, Timer(remedy.tenant, EXPIRY, remedy.id, remedy.approval.expires_at))
    await give(tx, remedy, now)
    letter = events.outreach(remedy, now, tx.database.epoch)
    if letter is not None and not (again and remedy.state is RemedyState.APPROVAL_NEEDED):
        await outbox.put(tx, letter)


def _entry(remedy: Remedy, caps: Caps, now: datetime) -> Entry:
    return Entry(
        tenant=remedy.tenant,
        remedy=remedy.id,
        ticket=remedy.ticket,
        customer=remedy.customer,
        month=remedy.month,
        amount_minor=remedy.terms.amount_minor,
        days=remedy.terms.days,
        at=now,
        caps=caps,
    )


def _caps(found: Situation, outcome: Outcome) -> Caps:
    rules = found.edition.policy.rules
    return next((rule.caps for rule in rules if rule.id == outcome.because.rule), Caps())
