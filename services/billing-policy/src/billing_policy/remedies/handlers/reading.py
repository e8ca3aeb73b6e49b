"""Remedies as people look at them: on a ticket, one by one, and those that wait for them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from billing_policy.budgets import handlers as budgets
from billing_policy.budgets.decide import month_of
from billing_policy.budgets.model import Place
from billing_policy.payments import handlers as payments
from billing_policy.payments.model import Charge, Payment
from billing_policy.remedies import store
from billing_policy.remedies.decide import choose_offers
from billing_policy.remedies.handlers.situation import facts_of, paid_of, plan_of
from billing_policy.remedies.model import Offer, Remedy
from billing_policy.rules import handlers as rules
from billing_policy.rules.model import Edition, Level
from billing_policy.tickets.model import Ticket
from chassis.db import Transaction
from contracts.vocabulary import RemedyState

MOST_CHARGES = 20

remedy = store.remedy


@dataclass(frozen=True, slots=True)
class Seen:
    """A remedy with the payment it led to."""

    remedy: Remedy
    payment: Payment | None


@dataclass(frozen=True, slots=True)
class Panel:
    """What an agent sees beside a ticket. Without a policy there are no offers."""

    charges: list[Charge]
    offers: tuple[Offer, ...]
    remedies: list[Seen]
    edition: Edition | None
    month: str
    month_used: int


async def panel(tx: Transaction, ticket: Ticket, now: datetime) -> Panel:
    tenant, customer = ticket.tenant, ticket.customer
    charges = (await payments.charges_of(tx, tenant, customer))[:MOST_CHARGES]
    known = [await seen(tx, each) for each in await store.of_ticket(tx, tenant, ticket.id)]
    edition = await rules.edition_in_force(tx, tenant, now)
    if edition is None or ticket.void:
        return Panel(charges, (), known, edition, "", 0)
    waiting = await store.waiting_minor(tx, tenant, customer)
    plan, segment = await plan_of(tx, ticket)
    situations: list[tuple[UUID | None, Any]] = [
        (each.id, facts_of(ticket, plan, segment, paid_of(each, waiting.get(each.id, 0))))
        for each in charges
        if each.currency == edition.policy.currency
    ]
    situations = situations or [(None, facts_of(ticket, plan, segment, None))]
    month = month_of(now, edition.policy.zone)
    ledger = await budgets.look(tx, Place(tenant, month, customer, ticket.id), now)
    offers = choose_offers(situations, edition, ledger, now)
    return Panel(charges, offers, known, edition, month, ledger.tenant_month_minor)


async def seen(tx: Transaction, remedy: Remedy) -> Seen:
    return Seen(remedy, await payments.payment_of(tx, remedy.tenant, remedy.id))


async def approvals(
    tx: Transaction,
    states: list[RemedyState],
    levels: list[Level],
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Remedy]:
    return await store.listed(tx, states, levels, after, limit)
