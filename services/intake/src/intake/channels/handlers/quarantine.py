"""A person decides on what was held back: let it through as a ticket, or put it aside for good."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.db import Transaction
from chassis.tenancy import scope
from chassis.values import FIRM
from intake.channels.handlers.keeping import MAIL
from intake.channels.store import quarantine, raw
from intake.channels.store.quarantine import RowMapping


class AlreadyDecidedError(Exception):
    """Somebody released or discarded it before."""


class HeldAbsentError(Exception):
    """No such item within the caller's walls."""


@dataclass(frozen=True, slots=True)
class Ruling:
    id: UUID
    state: str
    by: UUID | None


async def held(
    tx: Transaction, state: str, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[RowMapping]:
    return await quarantine.page(tx, state, after, limit)


async def rule(tx: Transaction, ruling: Ruling) -> UUID:
    """Released mail goes to the worker again, past every check, and counts from now.

    The transaction may see all tenants of the caller; afterwards the item's alone. Its tenant.
    """
    found = await quarantine.one_for_change(tx, ruling.id)
    if found is None:
        raise HeldAbsentError
    if found["state"] != "held":
        raise AlreadyDecidedError
    tenant: UUID = found["tenant_id"]
    await tx.scope_to(scope(tenant, FIRM))
    await quarantine.decided(tx, tenant, ruling.id, ruling.state, ruling.by)
    if ruling.state == "released":
        await raw.pend_again(tx, tenant, found["raw_id"], ruling.id)
        tx.wake(MAIL)
    return tenant
