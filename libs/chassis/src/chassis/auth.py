"""Who is asking: `Principal`, and the dependencies of routes that want one."""

from dataclasses import dataclass, field
from typing import Annotated, Protocol
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from chassis import problems
from chassis.tenancy import TenantScope
from chassis.tokens import service_token
from chassis.values import FIRM, TenantId
from contracts.vocabulary import Role

__all__ = ["Allowed", "Auth", "Authenticated", "Principal", "allow", "service_token", "signed_in"]

_bearer = HTTPBearer(
    auto_error=False, description="A person's OIDC token, a service's token or an API key (mk_…)."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A person, a service or an API key. `everywhere`: all tenants of the directory."""

    subject: str
    person: UUID | None
    name: str
    roles: frozenset[Role]
    tenants: frozenset[TenantId]
    scopes: frozenset[str] = field(default_factory=frozenset)
    everywhere: bool = False

    def may_see(self, tenant: UUID) -> bool:
        return self.everywhere or tenant in self.tenants

    def scope(self) -> TenantScope:
        """The tenants of this caller; with `everywhere` also the firm's own rows.

        Raises:
            Problem: 403 when there is none.
        """
        tenants = sorted(self.tenants)
        if self.everywhere:
            return TenantScope((FIRM, *tenants))
        if not tenants:
            raise problems.no_rights()
        return TenantScope(tuple(tenants))

    def require_tenant(self, tenant: UUID) -> TenantScope:
        """The scope of one tenant.

        Raises:
            Problem: 404 for a foreign tenant, the same as for an absent one.
        """
        if not self.may_see(tenant):
            raise problems.not_found()
        return TenantScope((TenantId(tenant),))


class Auth(Protocol):
    async def principal(self, token: str | None) -> Principal:
        """Who sent this bearer token.

        Raises:
            Problem: 401 for none or a wrong one, 403 for one without rights.
        """
        ...


async def _authenticated(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Principal:
    auth: Auth = request.app.state.kit.auth
    principal = await auth.principal(credentials.credentials if credentials else None)
    request.state.person = str(principal.person or principal.subject)
    return principal


Authenticated = Annotated[Principal, Depends(_authenticated)]


async def signed_in(principal: Authenticated) -> Principal:
    """Any person with rights, or a service. API keys open only what names their scope (`allow`)."""
    if not principal.roles:
        raise problems.forbidden("An API key cannot do this.", "Use a key with the right scope.")
    return principal


@dataclass(frozen=True, slots=True)
class Allowed:
    """The dependency that `allow` makes; the matrix test of rights reads its fields."""

    roles: frozenset[Role]
    scopes: frozenset[str]

    async def __call__(self, principal: Authenticated) -> Principal:
        if principal.roles & self.roles or principal.scopes & self.scopes:
            return principal
        raise problems.forbidden()


def allow(*roles: Role, scopes: tuple[str, ...] = ()) -> Allowed:
    """A dependency: one of these roles, or an API key with one of these scopes."""
    return Allowed(frozenset(roles), frozenset(scopes))
