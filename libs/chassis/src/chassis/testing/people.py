"""People for tests: an identity provider with keys of its own, and rows of the directory."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import ECKey, KeyParameters, RSAKey

from chassis.clock import Clock
from chassis.db import Database
from chassis.directory import store
from chassis.directory.model import Entry, TenantRecord
from chassis.tenancy import scope
from chassis.testing.events import named
from chassis.values import FIRM, TenantId
from contracts.tenant import TenantState
from contracts.vocabulary import Role

ISSUER = "https://id.firm.example"
AUDIENCE = "meridian"

# Later calls win, as later events do.
_versions = count(1)


class Provider:
    """Signs what it is told; `fetch` serves its discovery and its keys, and counts."""

    def __init__(self, clock: Clock, *, url: str = ISSUER, kind: str = "RSA") -> None:
        self.url = url
        self.fetched: list[str] = []
        self.silent = False
        self.keys: list[RSAKey | ECKey] = []
        self._clock = clock
        self.new_key(kind)

    def new_key(self, kind: str = "RSA") -> RSAKey | ECKey:
        """Tokens from here on are signed with it; earlier keys stay published."""
        kid: KeyParameters = {"kid": f"key-{len(self.keys) + 1}", "use": "sig"}
        made = RSAKey.generate_key(2048, kid) if kind == "RSA" else ECKey.generate_key("P-256", kid)
        self.keys.append(made)
        return made

    async def fetch(self, url: str) -> Mapping[str, Any]:
        self.fetched.append(url)
        if self.silent:
            raise OSError("no route")
        if url.endswith("openid-configuration"):
            return {"issuer": self.url, "jwks_uri": f"{self.url}/jwks"}
        return {"keys": [key.as_dict(private=False) for key in self.keys]}

    def token(
        self,
        subject: str,
        *,
        header: Mapping[str, Any] | None = None,
        key: RSAKey | ECKey | None = None,
        **claims: Any,
    ) -> str:
        """Valid for an hour unless `claims` say otherwise; a claim of None is left out."""
        now, used = self._clock.now(), key or self.keys[-1]
        content = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": subject,
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(hours=1)).timestamp()),
            **claims,
        }
        algorithm = "RS256" if isinstance(used, RSAKey) else "ES256"
        return jwt.encode(
            {"alg": algorithm, "kid": used.kid, "typ": "JWT", **(header or {})},
            {name: value for name, value in content.items() if value is not None},
            used,
        )


async def add_staff(
    database: Database, subject: str, *roles: Role, tenants: tuple[UUID, ...] = ()
) -> UUID:
    """A member of staff in the service's directory; again with the same subject: changed rights.

    Without roles the person has left.
    """
    return await _add(database, TenantId(FIRM), subject, roles, tenants)


async def add_client_user(database: Database, tenant: UUID, subject: str, *roles: Role) -> UUID:
    return await _add(database, TenantId(tenant), subject, roles, (tenant,))


async def add_tenant(database: Database, tenant: UUID, **given: Any) -> TenantRecord:
    """A client company in the service's directory; `given` are fields of its state."""
    fields: dict[str, Any] = {
        "slug": f"client-{tenant.hex[:6]}",
        "name": "Nordhost",
        "initials": "NH",
        "chip": "teal",
        "zone": "Europe/Berlin",
        "default_language": "en",
        "languages": ("en", "ar"),
        "brands": (),
        "plans": (),
        "priorities": (),
    }
    record = TenantRecord(
        TenantId(tenant), next(_versions), TenantState.model_validate(fields | given)
    )
    async with database.transaction(scope(FIRM, tenant)) as tx:
        await store.save_tenant(tx, record)
    return record


async def _add(
    database: Database,
    home: TenantId,
    subject: str,
    roles: tuple[Role, ...],
    tenants: tuple[UUID, ...],
) -> UUID:
    entry = Entry(
        home=home,
        person=named(f"{home} {subject}"),
        subject=subject,
        name=subject.partition("@")[0].title(),
        roles=frozenset(roles),
        tenants=frozenset(TenantId(tenant) for tenant in tenants),
        active=bool(roles),
    )
    async with database.transaction(scope(FIRM)) as tx:
        await store.save_entry(tx, entry, next(_versions))
    return entry.person
