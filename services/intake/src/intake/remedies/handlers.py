"""Keeps what billing-policy decided and paid; reads it for the ticket's pages."""

from collections.abc import Sequence
from uuid import UUID

from chassis.db import Transaction
from intake.remedies import store
from intake.remedies.model import Given, Payment, Remedy


async def note_remedy(tx: Transaction, remedy: Remedy) -> None:
    await store.save_remedy(tx, remedy)


async def note_payment(tx: Transaction, payment: Payment) -> None:
    await store.save_payment(tx, payment)


async def of_ticket(tx: Transaction, tenant: UUID, ticket: UUID) -> Sequence[Given]:
    """Oldest first."""
    return await store.of_ticket(tx, tenant, ticket)
