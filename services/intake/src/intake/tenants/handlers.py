"""Sets up client companies, and knows them quickly for the doors."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from chassis import outbox
from chassis.db import Database, Transaction
from chassis.tenancy import TenantScope, scope
from chassis.values import FIRM, TenantId, next_version
from intake.tenants import store, translate
from intake.tenants.decide import Fault, faults
from intake.tenants.model import Brand, ClientUser, Tenant

FRESH = timedelta(seconds=2)


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


class Catalogue:
    """Tenants by id, mail address and brand, read again after two seconds."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._known: dict[str, tuple[datetime, Tenant]] = {}
        self._owners: dict[str, tuple[datetime, TenantId]] = {}

    async def tenant(self, tenant: UUID) -> Tenant | None:
        since, known = self._known.get(str(tenant), (None, None))
        if since and known and self._clock() - since < FRESH:
            return known
        async with self._database.transaction(scope(tenant)) as tx:
            found = await store.tenant(tx, tenant)
        if found:
            self._known[str(tenant)] = (self._clock(), found)
        return found

    async def of_address(self, address: str) -> Home | None:
        """The brand whose mail address this is (in small letters, without a reply token)."""

        async def find(tx: Transaction) -> TenantId | None:
            found = await store.mailbox(tx, address)
            return found[0] if found else None

        tenant = await self._owned(address, find)
        if tenant is None:
            return None
        brands = (brand for brand in tenant.brands if brand.mail_address.lower() == address)
        return next((Home(tenant, brand) for brand in brands), None)

    async def of_brand(self, brand: UUID) -> Home | None:
        async def find(tx: Transaction) -> TenantId | None:
            return await store.owner_of_brand(tx, brand)

        tenant = await self._owned(str(brand), find)
        found = tenant.brand(brand) if tenant else None
        return Home(tenant, found) if tenant and found else None

    async def _owned(
        self, name: str, find: Callable[[Transaction], Awaitable[TenantId | None]]
    ) -> Tenant | None:
        since, owner = self._owners.get(name, (None, None))
        if since is None or owner is None or self._clock() - since >= FRESH:
            async with self._database.transaction(_FIRM) as tx:
                owner = await find(tx)
            if owner is None:
                self._owners.pop(name, None)
                return None
            self._owners[name] = (self._clock(), owner)
        return await self.tenant(owner)


_FIRM: TenantScope = scope(FIRM)
