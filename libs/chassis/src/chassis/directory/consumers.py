"""`intake.tenant.v1` and `routing.person.v1` into the directory."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from chassis.db import Transaction
from chassis.directory import store
from chassis.directory.model import Entry, TenantRecord
from chassis.values import FIRM, TenantId
from contracts import catalog
from contracts.envelope import Event
from contracts.person import PersonState
from contracts.tenant import TenantClientUserChangedV1, TenantState

if TYPE_CHECKING:
    from chassis.messaging import Subscription


class WrongOwnerError(Exception):
    """An event about staff came under a client's name, or the other way round."""


async def on_tenant_changed(event: Event[TenantState], tx: Transaction, now: datetime) -> None:
    tenant = TenantId(event.meta.tenantid)
    await store.save_tenant(tx, TenantRecord(tenant, event.meta.version, event.data))


async def on_client_user_changed(
    event: Event[TenantClientUserChangedV1], tx: Transaction, now: datetime
) -> None:
    home, data = TenantId(event.meta.tenantid), event.data
    if home == FIRM:
        raise WrongOwnerError(str(event.meta.id))
    entry = Entry(
        home=home,
        person=event.meta.subject,
        subject=data.subject,
        name=data.name,
        roles=frozenset(data.roles),
        tenants=frozenset({home}),
        active=data.active,
    )
    await store.save_entry(tx, entry, event.meta.version)


async def on_person_changed(event: Event[PersonState], tx: Transaction, now: datetime) -> None:
    data = event.data
    if event.meta.tenantid != FIRM:
        raise WrongOwnerError(str(event.meta.id))
    entry = Entry(
        home=FIRM,
        person=event.meta.subject,
        subject=data.subject,
        name=data.name,
        roles=frozenset(data.roles),
        tenants=frozenset(TenantId(tenant) for tenant in data.tenants),
        active=data.active,
        state=data,
    )
    await store.save_entry(tx, entry, event.meta.version)


def subscription(service: str) -> Subscription:
    """Group `<service>.directory`."""
    from chassis.messaging import Subscription

    return Subscription(
        group=f"{service}.directory",
        topics=(catalog.TENANT, catalog.PERSON),
        handlers={
            "tenant.configured.v1": on_tenant_changed,
            "tenant.suspended.v1": on_tenant_changed,
            "tenant.client-user-changed.v1": on_client_user_changed,
            "person.profiled.v1": on_person_changed,
            "person.rights-changed.v1": on_person_changed,
            "person.presence-changed.v1": on_person_changed,
            "person.load-changed.v1": on_person_changed,
        },
        with_firm=True,
    )
