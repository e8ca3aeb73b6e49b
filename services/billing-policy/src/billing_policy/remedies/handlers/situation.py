"""Everything a decision needs, loaded before it is made."""

from dataclasses import dataclass
from datetime import datetime

from billing_policy.budgets import handlers as budgets
from billing_policy.budgets.decide import month_of
from billing_policy.budgets.model import Ledger, Place
from billing_policy.customers import handlers as customers
from billing_policy.payments import handlers as payments
from billing_policy.payments.model import Charge
from billing_policy.remedies import store
from billing_policy.remedies.model import Asked, Facts, Paid, RemedyError
from billing_policy.rules import handlers as rules
from billing_policy.rules.model import Edition
from billing_policy.tickets.model import Ticket
from chassis.db import Transaction
from contracts.vocabulary import RemedyKind


@dataclass(frozen=True, slots=True)
class Situation:
    facts: Facts
    paid: Paid | None
    edition: Edition
    ledger: Ledger
    month: str


async def for_request(tx: Transaction, asked: Asked, ticket: Ticket, now: datetime) -> Situation:
    """Under the book's locks, so that what is decided is still true when it is kept.

    Raises:
        RemedyError: the client has no policy, or the charge is none of this customer's.
    """
    edition = await rules.edition_in_force(tx, ticket.tenant, now)
    if edition is None:
        raise RemedyError("no-policy")
    month = month_of(now, edition.policy.zone)
    place = Place(ticket.tenant, month, ticket.customer, ticket.id, without=asked.id)
    ledger = await budgets.open_book(tx, place, now)
    paid = await _paid(tx, ticket, asked)
    plan, segment = await plan_of(tx, ticket)
    facts = facts_of(ticket, plan, segment, paid, asked)
    return Situation(facts, paid, edition, ledger, month)


async def plan_of(tx: Transaction, ticket: Ticket) -> tuple[str, str]:
    """The customer's present plan and segment; the ticket's plan where the customer is unknown."""
    known = await customers.customer(tx, ticket.tenant, ticket.customer)
    return (known.plan, known.segment) if known else (ticket.plan, "")


def facts_of(
    ticket: Ticket, plan: str, segment: str, paid: Paid | None, asked: Asked | None = None
) -> Facts:
    return Facts(
        kind=asked.kind if asked else RemedyKind.REFUND,
        reason=asked.reason if asked else "",
        asked_minor=asked.amount_minor if asked else 0,
        asked_days=asked.days if asked else 0,
        paid=paid,
        plan=plan,
        segment=segment,
        damage=ticket.damage,
        priority=ticket.priority,
        channel=ticket.channel,
        language=ticket.language,
        category=ticket.category,
        cycle=ticket.cycle,
    )


def paid_of(charge: Charge, waiting_minor: int) -> Paid:
    return Paid(
        captured_minor=charge.captured_minor,
        refunded_minor=charge.refunded_minor + waiting_minor,
        currency=charge.currency,
        charged_at=charge.charged_at,
        period_days=charge.period_days,
        used_percent=charge.used_percent,
        product=charge.product,
        disputed=charge.disputed,
    )


async def _paid(tx: Transaction, ticket: Ticket, asked: Asked) -> Paid | None:
    if asked.charge is None:
        return None
    charge = await payments.charge(tx, ticket.tenant, asked.charge, lock=True)
    if charge is None or charge.customer != ticket.customer:
        raise RemedyError("unknown-charge")
    waiting = await store.waiting_minor(tx, ticket.tenant, ticket.customer, without=asked.id)
    return paid_of(charge, waiting.get(charge.id, 0))
