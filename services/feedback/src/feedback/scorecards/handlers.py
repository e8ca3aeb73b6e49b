"""Keeps the roll-ups in step with the questions, and reads scores from them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis import directory
from chassis.db import Transaction
from feedback.scorecards import store
from feedback.scorecards.decide import add_up, local_day, month_days, moved
from feedback.scorecards.model import NOBODY, Counts
from feedback.surveys.model import Moment, Survey

UNKNOWN_ZONE = "UTC"


@dataclass(frozen=True, slots=True)
class Month:
    """A client's month. `agents` counts only questions about somebody."""

    total: Counts
    languages: dict[str, Counts]
    channels: dict[str, Counts]
    agents: dict[UUID, Counts]
    suppressed: dict[str, int]


async def moment(tx: Transaction, tenant: UUID, now: datetime) -> Moment:
    """Now, with the client's local day."""
    return Moment(now, local_day(now, await zone_of(tx, tenant)), tx.database.epoch)


async def zone_of(tx: Transaction, tenant: UUID) -> str:
    known = await directory.tenant(tx, tenant)
    return known.state.zone if known else UNKNOWN_ZONE


async def count(tx: Transaction, before: Survey, after: Survey) -> None:
    """Move a question from where it is counted to where it counts now."""
    change = moved(before, after)
    for bucket, by in change.counts:
        await store.add(tx, after.tenant, bucket, by)
    for bucket, reason in change.suppressed:
        await store.add_suppressed(tx, after.tenant, bucket, reason)


async def month(tx: Transaction, tenant: UUID, month: str) -> Month:
    days = month_days(month)
    slices = await store.slices(tx, tenant, days)
    agents = add_up(slices, lambda one: one.agent)
    agents.pop(NOBODY, None)
    return Month(
        total=sum((one.counts for one in slices), Counts()),
        languages=add_up(slices, lambda one: one.language),
        channels=add_up(slices, lambda one: one.channel),
        agents=agents,
        suppressed=await store.suppressed(tx, tenant, days),
    )


async def of_person(tx: Transaction, person: UUID, month: str) -> dict[UUID, Counts]:
    """One agent's counts by client, among the tenants in scope."""
    return dict(await store.slices_of(tx, person, month_days(month)))


async def names(tx: Transaction) -> dict[UUID, str]:
    """Names of the staff. Needs FIRM in scope."""
    return {entry.person: entry.name for entry in await directory.all_staff(tx)}


async def colleague(tx: Transaction, person: UUID) -> directory.Entry | None:
    """Needs FIRM in scope."""
    return await directory.staff(tx, person)
