"""The ledger of a month, and what the comparisons with the provider found."""

from datetime import UTC, datetime
from uuid import UUID

from billing_policy.payments.api_models import (
    EntryView,
    LedgerView,
    ReconciliationsView,
    ReconciliationView,
    TotalView,
)
from billing_policy.payments.store import books
from chassis.db import Transaction

SHOWN_DAYS = 31


async def ledger(tx: Transaction, tenant: UUID, month: str) -> LedgerView:
    since, until = span(month)
    return LedgerView(
        month=month,
        totals=[TotalView(**row) for row in await books.totals(tx, tenant, since, until)],
        entries=[EntryView(**row) for row in await books.entries(tx, tenant, since, until)],
    )


async def reconciliations(tx: Transaction, tenant: UUID) -> ReconciliationsView:
    found = await books.reconciliations(tx, tenant, SHOWN_DAYS)
    return ReconciliationsView(items=[ReconciliationView(**row) for row in found])


def span(month: str) -> tuple[datetime, datetime]:
    """From its first instant to the next month's, in UTC."""
    year, number = (int(part) for part in month.split("-"))
    following = (year + 1, 1) if number == 12 else (year, number + 1)
    return datetime(year, number, 1, tzinfo=UTC), datetime(*following, 1, tzinfo=UTC)
