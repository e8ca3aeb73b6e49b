"""Signed links: a purpose, a few claims and an end, in one opaque text. Nothing is stored."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from chassis.clock import Clock

MAX_LENGTH = 2048
SHORTEST_SECRET = 32


class LinkExpired(Exception):
    """It was ours and is over."""


class LinkForged(Exception):
    """Not ours, changed, or made for another purpose."""


class Links:
    """Signs with the last secret, reads with each, so that a secret can be replaced."""

    def __init__(self, *secrets: str, clock: Clock) -> None:
        if not secrets or min(len(secret.encode()) for secret in secrets) < SHORTEST_SECRET:
            raise ValueError(f"a link secret needs {SHORTEST_SECRET} bytes or more")
        self._secrets: Sequence[str] = secrets
        self._clock = clock

    def sign(self, purpose: str, claims: Mapping[str, Any], ttl: timedelta) -> str:
        """`claims` are readable by whoever has the link: ids only."""
        ends = int((self._clock.now() + ttl).timestamp())
        return str(self._serializer(purpose).dumps([ends, dict(claims)]))

    def read(self, purpose: str, token: str) -> dict[str, Any]:
        """The claims.

        Raises:
            LinkForged: changed, of another purpose, or not a link at all.
            LinkExpired: genuine, but its time is over.
        """
        if len(token) > MAX_LENGTH:
            raise LinkForged(purpose)
        try:
            ends, claims = self._serializer(purpose).loads(token)
        except (BadData, UnicodeError) as error:
            raise LinkForged(purpose) from error
        if self._clock.now().timestamp() >= ends:
            raise LinkExpired(purpose)
        found: dict[str, Any] = claims
        return found

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        return URLSafeSerializer(
            list(self._secrets),
            salt=f"meridian.link.{purpose}",
            signer_kwargs={"key_derivation": "hmac", "digest_method": sha256},
        )
