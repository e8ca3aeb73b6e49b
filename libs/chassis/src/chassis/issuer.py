"""The identity provider's public keys: found by discovery, kept for a while, fetched again."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from chassis.clock import Clock
from chassis.tokens import PublicKey, WrongTokenError

FRESH = timedelta(minutes=5)
USABLE = timedelta(hours=1)
ASK_AGAIN = timedelta(seconds=10)
ASK_SILENT_ONE_AGAIN = timedelta(seconds=1)

_FETCH_S = 2.0
_LARGEST = 262_144

Fetch = Callable[[str], Awaitable[Mapping[str, Any]]]


class IssuerSilentError(Exception):
    """The provider's keys cannot be had, so nobody's token can be proven."""


class Issuer:
    """Keys are used for five minutes, and up to an hour while the provider is silent.

    An unknown key id asks again, at most once in ten seconds for all callers together.
    """

    def __init__(self, url: str, *, clock: Clock, fetch: Fetch) -> None:
        self.url = url
        self._clock = clock
        self._fetch = fetch
        self._keys: dict[str | None, PublicKey] = {}
        self._fetched: datetime | None = None
        self._ask_from: datetime | None = None
        self._one_at_a_time = asyncio.Lock()

    async def key(self, kid: str | None) -> PublicKey:
        """
        Raises:
            WrongTokenError: the provider has no such key.
            IssuerSilentError: it did not say, and what it said before is too old.
        """
        asking = self._one_at_a_time.locked()
        if kid not in self._keys or self._age() >= (USABLE if asking else FRESH):
            async with self._one_at_a_time:
                if kid not in self._keys or self._age() >= FRESH:
                    await self._refresh()
        if self._age() >= USABLE:
            raise IssuerSilentError(self.url)
        if kid not in self._keys:
            raise WrongTokenError("kid")
        return self._keys[kid]

    async def _refresh(self) -> None:
        now = self._clock.now()
        if self._ask_from is not None and now < self._ask_from:
            return
        self._ask_from = now + ASK_AGAIN
        try:
            self._keys = _usable(await self._published())
            self._fetched = now
        except (OSError, ValueError, TypeError):
            # The keys we have stay usable for a while; the caller looks at their age.
            self._ask_from = now + ASK_SILENT_ONE_AGAIN

    async def _published(self) -> Mapping[str, Any]:
        found = await self._fetch(f"{self.url.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self.url:
            raise ValueError("the provider calls itself otherwise")
        place = str(found.get("jwks_uri", ""))
        if urlsplit(place).scheme not in {"https", urlsplit(self.url).scheme}:
            raise ValueError("keys must come as safely as the provider's own address")
        return await self._fetch(place)

    def _age(self) -> timedelta:
        return self._clock.now() - self._fetched if self._fetched else timedelta.max


def _usable(published: Mapping[str, Any]) -> dict[str | None, PublicKey]:
    """Public signing keys by id. A single key also serves tokens that name none."""
    keys: dict[str | None, PublicKey] = {}
    for described in published.get("keys", ()):
        key = _imported(described)
        if key is not None:
            keys[str(described["kid"]) if "kid" in described else None] = key
    if len(keys) == 1:
        keys[None] = next(iter(keys.values()))
    elif None in keys:
        del keys[None]
    return keys


def _imported(described: Any) -> PublicKey | None:
    if not isinstance(described, dict) or described.get("use", "sig") != "sig":
        return None
    kinds: dict[str, type[RSAKey] | type[ECKey]] = {"RSA": RSAKey, "EC": ECKey}
    kind = kinds.get(str(described.get("kty")))
    if kind is None:
        return None
    try:
        return kind.import_key({key: value for key, value in described.items() if key != "d"})
    except (JoseError, ValueError, TypeError):
        return None


async def fetch_json(url: str) -> Mapping[str, Any]:
    """Over HTTP, without following the provider anywhere else.

    Raises:
        OSError: no answer, or a refusal.
        ValueError: an answer that is not a small JSON object.
    """
    import httpx

    try:
        async with httpx.AsyncClient(timeout=_FETCH_S, follow_redirects=False) as client:
            answer = (await client.get(url)).raise_for_status()
    except httpx.HTTPError as error:
        raise OSError(type(error).__name__) from error
    if len(answer.content) > _LARGEST:
        raise ValueError("too large")
    found = answer.json()
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found
