"""Sets up client companies, and knows them quickly for the doors."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid5

from chassis import outbox
from chassis.db import Database, Transaction
from chassis.tenancy import TenantScope, scope
from chassis.values import FIRM, TenantId, next_version
from intake.tenants import store, translate
from intake.tenants.decide import Fault, faults
from intake.tenants.model import Brand, ClientUser, Tenant

FRESH = timedelta(seconds=2)

V = TypeVar("V")


class SettingsFaultyError(Exception):
    """The settings contradict themselves or take what another client company has."""

    def __init__(self, found: Sequence[Fault]) -> None:
        super().__init__(", ".join(fault.field for fault in found))
        self.faults = tuple(found)


async def configure(tx: Transaction, wanted: Tenant) -> Tenant:
    """Needs the tenant and FIRM in scope. The same settings again change nothing.

    Raises:
        SettingsFaultyError: naming each fault.
    """
    before = await store.tenant_for_change(tx, wanted.id)
    taken = await store.addresses_of_others(tx, wanted)
    found = (*faults(wanted), *(Fault("brands", f"{a} is taken") for a in taken))
    if found:
        raise SettingsFaultyError(found)
    if before and replace(wanted, version=before.version) == before:
        return before
    version = next_version(before.version if before else 0, tx.database.epoch)
    tenant = replace(wanted, version=version)
    await store.save_tenant(tx, tenant)
    await outbox.put(tx, translate.configured(tenant, await store.now(tx)))
    return tenant


async def change_client_user(tx: Transaction, wanted: ClientUser) -> ClientUser:
    """The person's id follows from tenant and subject, so that it never changes."""
    before = await store.client_user_for_change(tx, wanted.tenant, wanted.subject)
    if before and replace(wanted, id=before.id, version=before.version) == before:
        return before
    version = next_version(before.version if before else 0, tx.database.epoch)
    user = replace(wanted, id=before.id if before else wanted.id, version=version)
    await store.save_client_user(tx, user)
    await outbox.put(tx, translate.client_user_changed(user, await store.now(tx)))
    return user


def client_user_id(tenant: UUID, subject: str) -> UUID:
    return uuid5(tenant, f"client-user:{subject}")


async def tenant(tx: Transaction, tenant: UUID) -> Tenant | None:
    return await store.tenant(tx, tenant)


async def tenants(tx: Transaction) -> Sequence[Tenant]:
    return await store.tenants(tx)


async def now(tx: Transaction) -> datetime:
    return await store.now(tx)


@dataclass(frozen=True, slots=True)
class Home:
    """Where a contact belongs: known from the endpoint that it reached, never from its sender."""

    tenant: Tenant
    brand: Brand


@dataclass(slots=True)
class _Fresh(Generic[V]):
    """Values for two seconds each; who asks while one is being read waits for that reading."""

    now: Callable[[], datetime]
    _kept: dict[str, tuple[datetime, V]] = field(default_factory=dict)
    _readings: dict[str, asyncio.Task[V | None]] = field(default_factory=dict)

    async def get(self, name: str, read: Callable[[], Coroutine[Any, Any, V | None]]) -> V | None:
        since, value = self._kept.get(name, (None, None))
        if since is not None and self.now() - since < FRESH:
            return value
        if name not in self._readings:
            self._readings[name] = asyncio.create_task(self._read(name, read))
        return await asyncio.shield(self._readings[name])

    async def _read(self, name: str, read: Callable[[], Coroutine[Any, Any, V | None]]) -> V | None:
        try:
            value = await read()
        finally:
            del self._readings[name]
        if value is None:
            self._kept.pop(name, None)
        else:
            self._kept[name] = (self.now(), value)
        return value


class Catalogue:
    """Tenants by id, mail address and brand, as they were at most two seconds ago."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._tenants: _Fresh[Tenant] = _Fresh(now)
        self._owners: _Fresh[TenantId] = _Fresh(now)

    async def tenant(self, tenant: UUID) -> Tenant | None:
        async def read() -> Tenant | None:
            async with self._database.transaction(scope(tenant)) as tx:
                return await store.tenant(tx, tenant)

        return await self._tenants.get(str(tenant), read)

    async def of_address(self, address: str) -> Home | None:
        """The brand whose mail address this is (in small letters, without a reply token)."""

        async def read() -> TenantId | None:
            async with self._database.transaction(_FIRM) as tx:
                found = await store.mailbox(tx, address)
            return found[0] if found else None

        tenant = await self._owned(address, read)
        if tenant is None:
            return None
        brands = (brand for brand in tenant.brands if brand.mail_address.lower() == address)
        return next((Home(tenant, brand) for brand in brands), None)

    async def of_brand(self, brand: UUID) -> Home | None:
        async def read() -> TenantId | None:
            async with self._database.transaction(_FIRM) as tx:
                return await store.owner_of_brand(tx, brand)

        tenant = await self._owned(str(brand), read)
        found = tenant.brand(brand) if tenant else None
        return Home(tenant, found) if tenant and found else None

    async def _owned(
        self, name: str, read: Callable[[], Coroutine[Any, Any, TenantId | None]]
    ) -> Tenant | None:
        owner = await self._owners.get(name, read)
        return await self.tenant(owner) if owner else None


_FIRM: TenantScope = scope(FIRM)
