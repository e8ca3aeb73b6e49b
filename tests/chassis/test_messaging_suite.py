"""The suite that services inherit, on the directory's own handlers and on a projection."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from chassis import directory
from chassis.db import Transaction
from chassis.messaging import Subscription
from chassis.testing.applied import apply
from chassis.testing.bench import Side
from chassis.testing.events import TENANT_A, TENANT_B, THEN, meta, new_id, noted
from chassis.testing.suites.delivery import DeliverySuite, Told, Trial
from contracts import catalog
from contracts.envelope import Event
from contracts.tenant import TenantClientUserChangedV1
from contracts.vocabulary import Role


def notes(tenant: UUID) -> Sequence[Told]:
    aggregate = new_id()
    return [
        Told(catalog.TICKET, meta("message.noted.v1", aggregate, version, tenant=tenant), noted())
        for version in (1, 2, 3)
    ]


async def apply_all(events: Sequence[Event[Any]], tx: Transaction, now: datetime) -> None:
    for event in events:
        await apply(event, tx, now)


class TestHandlers(DeliverySuite):
    @pytest.fixture
    async def trial(self, reader: Side) -> Trial:
        return Trial(
            made=reader.made,
            subscription=Subscription(
                group="sla.clocks", topics=(catalog.TICKET,), handlers={"message.noted.v1": apply}
            ),
            tenants=(TENANT_A, TENANT_B),
            story=notes,
        )


class TestProjection(DeliverySuite):
    @pytest.fixture
    async def trial(self, reader: Side) -> Trial:
        return Trial(
            made=reader.made,
            subscription=Subscription(
                group="sla.clocks", topics=(catalog.TICKET,), handle_many=apply_all
            ),
            tenants=(TENANT_A, TENANT_B),
            story=notes,
        )


def client_user(tenant: UUID) -> Sequence[Told]:
    person = new_id()
    type_ = "tenant.client-user-changed.v1"
    return [
        Told(
            catalog.TENANT,
            meta(type_, person, version, tenant=tenant),
            TenantClientUserChangedV1(
                subject=f"{person}@example.com",
                name="Mira",
                roles=(Role.CLIENT_VIEWER,),
                active=version < 3,
                changed_at=THEN,
            ),
        )
        for version in (1, 2, 3)
    ]


class TestDirectory(DeliverySuite):
    @pytest.fixture
    async def trial(self, reader: Side) -> Trial:
        return Trial(
            made=reader.made,
            subscription=directory.subscription("sla"),
            tenants=(TENANT_A, TENANT_B),
            story=client_user,
        )
