"""Sessions over time: made at sign-in, renewed while used, ended by the person or the clock."""

import secrets
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from chassis.kit import Kit
from chassis.tenancy import scope
from chassis.values import FIRM
from console.session import store
from console.session.model import Preferences, Session, is_over, needs_refresh
from console.session.provider import Provider, ProviderUnreachableError, SignInRefusedError, Tokens
from console.settings import Settings

OURS = scope(FIRM)


class Sessions:
    """The cookie's text is 256 random bits; only its digest is stored."""

    def __init__(self, kit: Kit[Settings], provider: Provider) -> None:
        self._kit = kit
        self._provider = provider

    async def open(self, tokens: Tokens, old_cookie: str | None) -> str:
        """A new session for a fresh sign-in, ending the browser's old one. Returns the cookie."""
        cookie, now = secrets.token_urlsafe(32), self._kit.clock.now()
        async with self._kit.database.transaction(OURS) as tx:
            if old_cookie:
                await store.remove(tx, digest(old_cookie))
            session = Session(
                digest=digest(cookie),
                subject=tokens.subject,
                id_token=tokens.id_token,
                refresh_token=tokens.refresh_token,
                token_until=tokens.until,
                csrf=secrets.token_urlsafe(24),
                preferences=await store.latest_preferences(tx, tokens.subject),
                until=now + timedelta(hours=self._kit.settings.session_hours),
            )
            await store.save(tx, session, now)
        return cookie

    async def find(self, cookie: str | None) -> Session | None:
        """The live session behind a cookie, its token renewed when it is about to end."""
        if not cookie:
            return None
        async with self._kit.database.transaction(OURS) as tx:
            session = await store.by_digest(tx, digest(cookie))
        if session is None:
            return None
        now = self._kit.clock.now()
        if needs_refresh(session, now):
            session = await self._renewed(session)
        return None if is_over(session, now) else session

    async def prefer(self, session: Session, preferences: Preferences) -> None:
        async with self._kit.database.transaction(OURS) as tx:
            await store.change_preferences(tx, session.digest, preferences)

    async def close(self, cookie: str) -> None:
        async with self._kit.database.transaction(OURS) as tx:
            await store.remove(tx, digest(cookie))

    async def _renewed(self, session: Session) -> Session:
        try:
            tokens = await self._provider.renew(session.refresh_token or "")
        except (ProviderUnreachableError, SignInRefusedError):
            # The old token serves until it ends; then the person signs in again.
            return session
        if tokens.subject != session.subject:
            return session
        fresh = replace(
            session,
            id_token=tokens.id_token,
            refresh_token=tokens.refresh_token,
            token_until=tokens.until,
        )
        async with self._kit.database.transaction(OURS) as tx:
            await store.change_tokens(tx, fresh)
        return fresh


def digest(cookie: str) -> bytes:
    return sha256(cookie.encode()).digest()
