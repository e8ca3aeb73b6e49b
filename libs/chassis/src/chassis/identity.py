"""From a bearer token to a `Principal`, with the rights that this service's directory holds now.

A token proves who asks; what they may do is looked up, and remembered for two seconds at most.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Generic, TypeVar

from chassis import api_keys, directory, problems, tokens
from chassis.auth import Principal
from chassis.clock import Clock
from chassis.db import Database
from chassis.issuer import Issuer, IssuerSilentError
from chassis.tenancy import scope
from chassis.tokens import Claims, WrongTokenError
from chassis.values import FIRM, TenantId
from contracts.vocabulary import Role

PROVEN = timedelta(seconds=5)
RIGHTS = timedelta(seconds=2)

V = TypeVar("V")


@dataclass(slots=True)
class Memory(Generic[V]):
    """The latest answers, each for `ttl` only."""

    clock: Clock
    ttl: timedelta
    size: int = 5000
    _kept: OrderedDict[Hashable, tuple[datetime, V]] = field(default_factory=OrderedDict)

    def get(self, key: Hashable) -> V | None:
        since, value = self._kept.get(key, (None, None))
        if since is None or not timedelta() <= self.clock.now() - since < self.ttl:
            return None
        return value

    def put(self, key: Hashable, value: V) -> V:
        self._kept[key] = (self.clock.now(), value)
        self._kept.move_to_end(key)
        while len(self._kept) > self.size:
            self._kept.popitem(last=False)
        return value


class Identity:
    """`chassis.auth.Auth`, as every service uses it."""

    def __init__(
        self, *, database: Database, issuer: Issuer, audience: str, service_secret: str
    ) -> None:
        clock = database.clock
        self._clock = clock
        self._database = database
        self._issuer = issuer
        self._audience = audience
        self._service_key = tokens.service_key(service_secret)
        self._proven: Memory[Claims] = Memory(clock, PROVEN)
        self._people: Memory[Principal] = Memory(clock, RIGHTS)
        self._keys: Memory[Principal] = Memory(clock, RIGHTS)
        self._tenants: Memory[frozenset[TenantId]] = Memory(clock, RIGHTS)

    async def principal(self, token: str | None) -> Principal:
        if not token:
            raise problems.unauthenticated()
        try:
            if token.startswith(api_keys.PREFIX):
                return await self._by_key(token)
            if tokens.header(token)["alg"] in tokens.SERVICE_ALGORITHMS:
                return await self._service(token)
            return await self._person(token)
        except WrongTokenError as error:
            raise problems.unauthenticated("Your sign-in is not valid or is over.") from error
        except IssuerSilentError as error:
            raise problems.unavailable("Sign-ins cannot be checked at the moment.") from error

    async def _person(self, token: str) -> Principal:
        claims = await self._claims(token)
        subject = tokens.check(
            claims, issuer=self._issuer.url, audience=self._audience, now=self._clock.now()
        )
        known = self._people.get(subject)
        return known or self._people.put(subject, await self._rights(subject))

    async def _claims(self, token: str) -> Claims:
        digest = sha256(token.encode()).digest()
        proven = self._proven.get(digest)
        if proven is not None:
            return proven
        key = await self._issuer.key(tokens.header(token).get("kid"))
        return self._proven.put(digest, tokens.person_claims(token, key))

    async def _rights(self, subject: str) -> Principal:
        async with self._database.transaction(scope(FIRM)) as tx:
            found = await directory.person_by_subject(tx, subject)
        if found is None:
            raise problems.no_rights()
        return Principal(
            subject=subject,
            person=found.person,
            name=found.name,
            roles=found.roles,
            tenants=await self._all_tenants() if found.everywhere else found.tenants,
            everywhere=found.everywhere,
        )

    async def _service(self, token: str) -> Principal:
        name = tokens.check(
            tokens.service_claims(token, self._service_key),
            issuer=tokens.SERVICE_ISSUER,
            audience=tokens.SERVICE_AUDIENCE,
            now=self._clock.now(),
        )
        return Principal(
            subject=f"service:{name}",
            person=None,
            name=name,
            roles=frozenset({Role.SERVICE}),
            tenants=await self._all_tenants(),
            everywhere=True,
        )

    async def _by_key(self, sent: str) -> Principal:
        digest = sha256(sent.encode()).digest()
        known = self._keys.get(digest)
        if known is not None:
            return known
        claim = api_keys.parse(sent)
        if claim is None:
            raise WrongTokenError("key")
        async with self._database.transaction(scope(claim.tenant)) as tx:
            key = await api_keys.verify(tx, claim)
        if key is None:
            raise WrongTokenError("key")
        return self._keys.put(digest, _bearer_of(key))

    async def _all_tenants(self) -> frozenset[TenantId]:
        known = self._tenants.get("all")
        if known is not None:
            return known
        async with self._database.transaction(scope(FIRM)) as tx:
            return self._tenants.put("all", frozenset(await directory.all_tenants(tx)))


def _bearer_of(key: api_keys.ApiKey) -> Principal:
    return Principal(
        subject=f"key:{key.id}",
        person=None,
        name=key.name,
        roles=frozenset(),
        tenants=frozenset({key.tenant}),
        scopes=key.scopes,
    )
