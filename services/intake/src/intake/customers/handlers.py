"""Sets what is known of a customer, and answers who somebody is."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from chassis import outbox
from chassis.db import Transaction
from chassis.values import next_version
from intake.customers import decide, store, translate
from intake.customers.model import Customer, Identity
from intake.tenants import handlers as tenants


class AddressTakenError(Exception):
    """Another customer of the same tenant is known by this address."""


async def change_customer(tx: Transaction, wanted: Customer, identity: Identity | None) -> Customer:
    """Make or change a customer; the same values again change nothing.

    Raises:
        AddressTakenError: the address is another customer's.
    """
    before = await store.customer_for_change(tx, wanted.tenant, wanted.id)
    after = decide.changed(before, wanted)
    customer = after or before or wanted
    if after:
        customer = replace(
            after, version=next_version(before.version if before else 0, tx.database.epoch)
        )
        await store.save_customer(tx, customer)
        tell = translate.changed if before else translate.known
        await outbox.put(tx, tell(customer, await tenants.now(tx)))
    if identity:
        await _name_address(tx, customer, identity)
    return customer


async def customer(tx: Transaction, tenant: UUID, customer: UUID) -> Customer | None:
    return await store.customer(tx, tenant, customer)


async def identities(tx: Transaction, tenant: UUID, customer: UUID) -> Sequence[Identity]:
    return await store.identities(tx, tenant, customer)


async def _name_address(tx: Transaction, customer: Customer, identity: Identity) -> None:
    await store.save_identity(tx, customer, identity)
    if await store.holder(tx, customer.tenant, identity) != customer.id:
        raise AddressTakenError
