"""Keeps the roll-ups in step with the clocks, and reads a month from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from chassis import outbox
from chassis.db import Transaction
from contracts.catalog import TICKET, Scale
from contracts.envelope import partition_key
from contracts.vocabulary import Metric
from sla.clocks.model import Posting
from sla.policies.model import Contract, Edition
from sla.reports import store
from sla.reports.decide import add_up, attainment, month_days, moved
from sla.reports.model import Attainment, Counts, DayCounts


@dataclass(frozen=True, slots=True)
class Month:
    metrics: tuple[Attainment, ...]
    days: tuple[DayCounts, ...]
    heat: tuple[tuple[Metric, int, str, int], ...]


async def count(
    tx: Transaction, tenant: UUID, postings: Sequence[Posting], book: Sequence[Edition]
) -> None:
    """Move each changed clock from the bucket it was counted in to the one it is in now."""
    zones = {edition.contract.version: edition.contract.calendar.zone for edition in book}
    for posting in postings:
        move = moved(posting, zones)
        lane = _lane(tx, tenant, posting.after.ticket)
        if move.counted:
            await store.move(tx, tenant, lane, *move.counted)
        if move.missed:
            await store.move_miss(tx, tenant, lane, *move.missed)


async def month(tx: Transaction, contract: Contract, month: str) -> Month:
    first, until = month_days(month)
    days = await store.days(tx, contract.tenant, first, until)
    totals = add_up(days)
    metrics = dict.fromkeys([*contract.attainment, *totals])
    return Month(
        metrics=tuple(
            attainment(metric, totals.get(metric, Counts()), contract.attainment.get(metric))
            for metric in metrics
        ),
        days=tuple(days),
        heat=tuple(await store.heat(tx, contract.tenant, first, until)),
    )


def _lane(tx: Transaction, tenant: UUID, ticket: UUID) -> int:
    scale = cast(Scale, tx.database.scale)
    return outbox.shard_of(TICKET, partition_key(tenant, ticket), scale)
