"""Reads tickets for those who may see them: a list, one whole ticket, an attachment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis import directory
from chassis.db import Transaction
from chassis.tenancy import scope
from chassis.values import FIRM
from intake.customers import handlers as customers
from intake.customers.model import Customer, Identity
from intake.outreach import handlers as outreach
from intake.outreach.model import Outreach
from intake.remedies import handlers as remedies
from intake.remedies.model import Given
from intake.tickets.store import pages, tickets
from intake.tickets.store.pages import RowMapping, Shown, Wanted

Names = Mapping[UUID, str]


@dataclass(frozen=True, slots=True)
class Whole:
    """A ticket with its conversation; `names` are those of colleagues."""

    shown: Shown
    customer: Customer
    identities: Sequence[Identity]
    messages: Sequence[RowMapping]
    attachments: Mapping[UUID, Sequence[RowMapping]]
    changes: Sequence[RowMapping]
    promises: Sequence[RowMapping]
    remedies: Sequence[Given]
    outreach: Sequence[Outreach]
    names: Names


async def found(tx: Transaction, wanted: Wanted) -> tuple[Sequence[Shown], Names]:
    """Of the tenants in scope; afterwards the scope is the firm's."""
    shown = await pages.found(tx, wanted)
    await tx.scope_to(scope(FIRM))
    return shown, await names_of(tx, (each.owner for each in shown))


async def one(tx: Transaction, ticket: UUID) -> Shown | None:
    """Of the tenants in scope; afterwards the scope is the ticket's tenant and the firm."""
    shown = await pages.one(tx, ticket)
    if shown:
        await tx.scope_to(scope(shown.ticket.tenant, FIRM))
    return shown


async def version_of(tx: Transaction, tenant: UUID, ticket: UUID) -> int | None:
    """The version, and nobody changes it until this transaction ends."""
    locked = await tickets.ticket_for_change(tx, tenant, ticket)
    return locked.version if locked else None


async def whole(tx: Transaction, shown: Shown) -> Whole | None:
    """Needs the ticket's tenant and FIRM in scope."""
    tenant, ticket = shown.ticket.tenant, shown.ticket.id
    customer = await customers.customer(tx, tenant, shown.ticket.customer)
    if customer is None:
        return None
    changes = await pages.changes(tx, tenant, ticket)
    named = [shown.owner, *(change["by"] for change in changes)]
    return Whole(
        shown=shown,
        customer=customer,
        identities=await customers.identities(tx, tenant, customer.id),
        messages=await pages.messages(tx, tenant, ticket),
        attachments=_by_message(await pages.attachments(tx, tenant, ticket)),
        changes=changes,
        promises=await pages.promises(tx, tenant, ticket),
        remedies=await remedies.of_ticket(tx, tenant, ticket),
        outreach=await outreach.of_ticket(tx, tenant, ticket),
        names=await names_of(tx, named),
    )


async def attachment(tx: Transaction, shown: Shown, attachment: UUID) -> RowMapping | None:
    return await pages.attachment(tx, shown.ticket.tenant, shown.ticket.id, attachment)


async def names_of(tx: Transaction, people: Iterable[UUID | None]) -> Names:
    """Needs FIRM in scope."""
    names: dict[UUID, str] = {}
    for person in {person for person in people if person}:
        entry = await directory.staff(tx, person)
        if entry:
            names[person] = entry.name
    return names


def _by_message(rows: Sequence[RowMapping]) -> dict[UUID, list[RowMapping]]:
    found: dict[Any, list[RowMapping]] = {}
    for row in rows:
        found.setdefault(row["message_id"], []).append(row)
    return found
