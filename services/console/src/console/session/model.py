"""A session as a value, and what may follow from it."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

REFRESH_BEFORE = timedelta(minutes=5)

Theme = Literal["system", "light", "dark"]
Density = Literal["comfortable", "compact"]


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a reader chose; empty means: as the browser or the directory says."""

    locale: str = ""
    theme: Theme = "system"
    density: Density = "comfortable"
    client: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """`digest` is the SHA-256 of what the cookie holds: the cookie's own text is kept nowhere."""

    digest: bytes
    subject: str
    id_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    token_until: datetime
    csrf: str = field(repr=False)
    preferences: Preferences
    until: datetime


def choose_preferences(old: Preferences, sent: dict[str, str]) -> Preferences:
    """The preferences after a form was sent; what it does not know stays as it was."""
    chosen = old
    if sent.get("locale") in ("en", "ar"):
        chosen = replace(chosen, locale=sent["locale"])
    match sent.get("theme"):
        case "system" | "light" | "dark" as theme:
            chosen = replace(chosen, theme=theme)
    match sent.get("density"):
        case "comfortable" | "compact" as density:
            chosen = replace(chosen, density=density)
    return chosen


def needs_refresh(session: Session, now: datetime) -> bool:
    """Whether the token should be renewed before it is shown to a service."""
    return session.refresh_token is not None and session.token_until - now < REFRESH_BEFORE


def is_over(session: Session, now: datetime) -> bool:
    """Whether the person has to sign in again."""
    return now >= session.until or now >= session.token_until
