"""Client companies over HTTP: settings, their own people, their API keys."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Response

from chassis import api_keys, http, idempotency, problems
from chassis.auth import Principal, allow
from chassis.etags import tag
from chassis.idempotency import Answer, RequestKey
from chassis.kit import Kit
from chassis.tenancy import scope
from chassis.values import FIRM, TenantId
from contracts.vocabulary import Role
from intake.tenants import handlers
from intake.tenants.api_models import (
    ClientUserIn,
    ClientUserOut,
    KeyIn,
    KeyIssuedOut,
    KeyOut,
    TenantIn,
    TenantOut,
    client_user_out,
    key_out,
    tenant_out,
)
from intake.tenants.handlers import SettingsFaultyError
from intake.tenants.model import ClientUser

router = APIRouter(prefix="/v1/tenants", tags=["tenants"])

Given = Annotated[Kit[Any], Depends(http.kit)]
Admin = Annotated[Principal, Depends(allow(Role.ADMIN, Role.SERVICE))]
Owner = Annotated[Principal, Depends(allow(Role.ADMIN, Role.SERVICE, Role.CLIENT_ADMIN))]
Reader = Annotated[
    Principal,
    Depends(
        allow(
            Role.AGENT,
            Role.LEAD,
            Role.MANAGER,
            Role.ADMIN,
            Role.SERVICE,
            Role.CLIENT_VIEWER,
            Role.CLIENT_ADMIN,
        )
    ),
]
Key = Annotated[RequestKey | None, Depends(http.request_key)]
Subject = Annotated[str, Path(min_length=1, max_length=200)]
CLIENT_ROLES = frozenset({Role.CLIENT_VIEWER, Role.CLIENT_ADMIN})


@router.put("/{tenant}")
async def put_tenant(
    tenant: UUID, body: TenantIn, kit: Given, by: Admin, response: Response
) -> TenantOut:
    """The whole configuration; a client company that is new is made."""
    if tenant == FIRM:
        raise problems.not_found()
    try:
        async with kit.database.transaction(scope(tenant, FIRM)) as tx:
            after = await handlers.configure(tx, body.tenant(tenant))
    except SettingsFaultyError as error:
        found = [{"field": fault.field, "problem": fault.problem} for fault in error.faults]
        raise problems.invalid(errors=found) from error
    tag(response, after.version)
    return tenant_out(after)


@router.get("")
async def list_tenants(kit: Given, reader: Reader) -> dict[str, Any]:
    """Those that the reader may see; another client company is never among them."""
    async with kit.database.transaction(reader.scope()) as tx:
        found = await handlers.tenants(tx)
    return {"items": [tenant_out(tenant) for tenant in found], "next": None}


@router.get("/{tenant}")
async def get_tenant(tenant: UUID, kit: Given, reader: Reader, response: Response) -> TenantOut:
    async with kit.database.transaction(reader.require_tenant(tenant)) as tx:
        found = await handlers.tenant(tx, tenant)
    if found is None:
        raise problems.not_found()
    tag(response, found.version)
    return tenant_out(found)


@router.put("/{tenant}/client-users/{subject}")
async def put_client_user(
    tenant: UUID, subject: Subject, body: ClientUserIn, kit: Given, by: Owner
) -> ClientUserOut:
    """A person of the client company, as the identity provider names them."""
    if not CLIENT_ROLES.issuperset(body.roles):
        told = [{"field": "roles", "problem": "must be client_viewer or client_admin"}]
        raise problems.invalid(errors=told)
    async with kit.database.transaction(by.require_tenant(tenant)) as tx:
        if await handlers.tenant(tx, tenant) is None:
            raise problems.not_found()
        wanted = ClientUser(
            tenant=TenantId(tenant),
            id=handlers.client_user_id(tenant, subject),
            subject=subject,
            name=body.name,
            roles=tuple(role.value for role in body.roles),
            active=body.active,
        )
        return client_user_out(await handlers.change_client_user(tx, wanted))


@router.post("/{tenant}/api-keys", status_code=201)
async def issue_key(tenant: UUID, body: KeyIn, kit: Given, by: Owner, key: Key) -> Response:
    async with kit.database.transaction(by.require_tenant(tenant)) as tx:
        if await handlers.tenant(tx, tenant) is None:
            raise problems.not_found()

        async def once() -> Answer:
            issued = await api_keys.issue(tx, tenant=tenant, name=body.name, scopes=body.scopes)
            told = KeyIssuedOut(id=issued.id, key=issued.text)
            return Answer(201, told.model_dump(mode="json"))

        return http.answered(await idempotency.once(tx, key, tenant, once))


@router.get("/{tenant}/api-keys")
async def list_keys(tenant: UUID, kit: Given, by: Owner) -> dict[str, Any]:
    async with kit.database.transaction(by.require_tenant(tenant)) as tx:
        found: list[KeyOut] = [key_out(each) for each in await api_keys.keys_of(tx, tenant)]
    return {"items": found, "next": None}


@router.post("/{tenant}/api-keys/{id}/rotate", status_code=201)
async def rotate_key(tenant: UUID, id: UUID, kit: Given, by: Owner, key: Key) -> Response:
    """A new key with the same rights; the old one works for another day."""
    async with kit.database.transaction(by.require_tenant(tenant)) as tx:

        async def once() -> Answer:
            issued = await api_keys.rotate(tx, tenant=tenant, id=id)
            if issued is None:
                raise problems.not_found()
            told = KeyIssuedOut(id=issued.id, key=issued.text)
            return Answer(201, told.model_dump(mode="json"))

        return http.answered(await idempotency.once(tx, key, tenant, once))


@router.delete("/{tenant}/api-keys/{id}", status_code=204)
async def revoke_key(tenant: UUID, id: UUID, kit: Given, by: Owner) -> None:
    async with kit.database.transaction(by.require_tenant(tenant)) as tx:
        if not await api_keys.revoke(tx, tenant=tenant, id=id):
            raise problems.not_found()
