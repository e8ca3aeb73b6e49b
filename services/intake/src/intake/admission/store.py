"""The database functions of admission: look, then accept, in one transaction for a whole batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, text

from chassis import effects, outbox
from chassis.db import Transaction
from chassis.values import CustomerId, TicketId
from intake.admission.model import Admitted, Contact, Known, Status
from intake.customers.model import Customer

STALE = "IN001"


@dataclass(frozen=True, slots=True)
class Refused:
    """The database took back this row alone; `state` is its SQLSTATE."""

    state: str


async def look(tx: Transaction, contacts: Sequence[Contact]) -> list[Known]:
    rows = await tx.all(
        _LOOK,
        {
            "tenants": [str(contact.tenant.id) for contact in contacts],
            "kinds": [contact.sender.kind.value for contact in contacts],
            "addresses": [contact.sender.address for contact in contacts],
        },
    )
    return [_known(row, contact) for row, contact in zip(rows, contacts, strict=True)]


async def accept(tx: Transaction, rows: Sequence[tuple[Any, ...]]) -> list[Admitted | Refused]:
    found = await tx.all(_ACCEPT, {"rows": list(rows)})
    tx.wake(outbox.CHANNEL)
    tx.wake(effects.CHANNEL)
    return [_admitted(row) for row in found]


def _known(row: RowMapping, contact: Contact) -> Known:
    if row["customer"] is None:
        return Known(row["at"], row["number"], None)
    customer = Customer(
        tenant=contact.tenant.id,
        id=CustomerId(row["customer"]),
        name=row["name"],
        plan=row["plan"],
        locale=row["locale"],
        zone=row["zone"],
        version=row["version"],
    )
    return Known(row["at"], row["number"], customer)


def _admitted(row: RowMapping) -> Admitted | Refused:
    if row["o_state"] not in _STATES:
        return Refused(row["o_state"])
    ticket = TicketId(row["o_ticket"]) if row["o_ticket"] else None
    return Admitted(Status(row["o_state"]), ticket, row["o_reference"])


_STATES = frozenset(Status)
_LOOK = text(
    """SELECT * FROM peek_loop(CAST(:tenants AS uuid[]), CAST(:kinds AS text[]),
                               CAST(:addresses AS text[]))"""
)
_ACCEPT = text("SELECT * FROM accept_loop(CAST(:rows AS contact_in[]))")
