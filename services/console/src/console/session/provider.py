"""The identity provider as the console needs it: start a sign-in, finish it, renew a token."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from chassis import tokens
from chassis.clock import Clock
from chassis.issuer import Issuer, IssuerSilentError, fetch_json
from chassis.tokens import WrongTokenError

SCOPE = "openid profile email"


class SignInRefusedError(Exception):
    """The provider, or what it sent back, does not let this person in."""


class ProviderUnreachableError(Exception):
    """The provider does not answer."""


@dataclass(frozen=True, slots=True)
class Hop:
    """What must come back unchanged from the provider; travels in a short-lived signed cookie."""

    state: str
    nonce: str
    verifier: str
    target: str


@dataclass(frozen=True, slots=True)
class Tokens:
    subject: str
    id_token: str
    refresh_token: str | None
    until: datetime


class Provider:
    def __init__(
        self, *, issuer: str, client_id: str, client_secret: str, redirect: str, clock: Clock
    ) -> None:
        self._url = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect = redirect
        self._clock = clock
        self._issuer = Issuer(issuer, clock=clock, fetch=fetch_json)
        self._described: dict[str, Any] = {}

    async def start(self, target: str, hint: str = "") -> tuple[str, Hop]:
        """Where to send the browser, and what to remember meanwhile."""
        hop = Hop(
            state=secrets.token_urlsafe(24),
            nonce=secrets.token_urlsafe(24),
            verifier=secrets.token_urlsafe(48),
            target=target,
        )
        place = (await self._discovery())["authorization_endpoint"]
        more = {"login_hint": hint} if hint else {}
        url, _ = self._client().create_authorization_url(
            place,
            state=hop.state,
            nonce=hop.nonce,
            code_challenge=create_s256_code_challenge(hop.verifier),
            code_challenge_method="S256",
            **more,
        )
        return str(url), hop

    async def finish(self, hop: Hop, *, code: str, state: str) -> Tokens:
        """Trade the code for tokens and prove them.

        Raises:
            SignInRefusedError: state, nonce, code or token is wrong.
        """
        if not secrets.compare_digest(hop.state.encode(), state.encode()):
            raise SignInRefusedError("state")
        found = await self._ask(code=code, code_verifier=hop.verifier)
        claims, result = await self._proven(found)
        if claims.get("nonce") != hop.nonce:
            raise SignInRefusedError("nonce")
        return result

    async def renew(self, refresh_token: str) -> Tokens:
        found = await self._ask(grant_type="refresh_token", refresh_token=refresh_token)
        _, result = await self._proven({"refresh_token": refresh_token, **found})
        return result

    async def _ask(self, **form: str) -> dict[str, Any]:
        place = (await self._discovery())["token_endpoint"]
        try:
            async with self._client() as client:
                return dict(await client.fetch_token(place, **form))
        except httpx.HTTPError as error:
            raise ProviderUnreachableError(type(error).__name__) from error
        except (AuthlibBaseError, ValueError) as error:
            raise SignInRefusedError(type(error).__name__) from error

    async def _proven(self, found: dict[str, Any]) -> tuple[tokens.Claims, Tokens]:
        token = str(found.get("id_token", ""))
        try:
            key = await self._issuer.key(tokens.header(token).get("kid"))
            claims = tokens.person_claims(token, key)
            subject = tokens.check(
                claims, issuer=self._url, audience=self._client_id, now=self._clock.now()
            )
        except WrongTokenError as error:
            raise SignInRefusedError(str(error)) from error
        except IssuerSilentError as error:
            raise ProviderUnreachableError("keys") from error
        left = timedelta(seconds=float(claims["exp"]) - self._clock.now().timestamp())
        refresh = found.get("refresh_token")
        until = self._clock.now() + left
        return claims, Tokens(subject, token, str(refresh) if refresh else None, until)

    async def _discovery(self) -> dict[str, Any]:
        if not self._described:
            try:
                url = f"{self._url.rstrip('/')}/.well-known/openid-configuration"
                self._described = dict(await fetch_json(url))
            except (OSError, ValueError) as error:
                raise ProviderUnreachableError(type(error).__name__) from error
        return self._described

    def _client(self) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            client_id=self._client_id,
            client_secret=self._client_secret,
            scope=SCOPE,
            redirect_uri=self._redirect,
            timeout=5.0,
        )
