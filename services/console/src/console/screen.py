"""What every route of the console stands on, and who is looking at it now."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from fastapi import Request

from chassis.i18n import choose_locale
from chassis.kit import Kit
from console.gateway.client import Caller, Gateway
from console.live.hub import Hub
from console.live.model import KnownWorld, Who
from console.pages import Reader
from console.session.handlers import Sessions
from console.session.model import Preferences, Session
from console.session.provider import Provider
from console.settings import Settings
from console.templating import LOCALES, Templates

STRANGERS_ZONE = "UTC"


@dataclass(frozen=True, slots=True)
class Screen:
    kit: Kit[Settings]
    templates: Templates
    world: KnownWorld
    hub: Hub
    provider: Provider
    sessions: Sessions
    gateway: Gateway

    @property
    def cookie(self) -> str:
        """Browsers accept the safe prefix over https only; `make up` speaks http on loopback."""
        return "__Host-meridian" if self.kit.settings.safe_cookies else "meridian"

    @property
    def hop_cookie(self) -> str:
        return f"{self.cookie}-hop"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody with a live session. `who` is None when they have no rights (any more)."""

    session: Session
    who: Who
    reader: Reader

    @property
    def caller(self) -> Caller:
        return Caller(self.session.id_token, self.reader.locale)


class NotSignedInError(Exception):
    """The page is for people who signed in; they are sent there and come back."""


class NoRightsError(Exception):
    """Signed in, but nobody we know, or not for this page."""

    def __init__(self, session: Session | None = None) -> None:
        super().__init__("no rights")
        self.session = session


class ForgedFormError(Exception):
    """A form without this session's token, or from another site."""


def screen_of(request: Request) -> Screen:
    found: Screen = request.app.state.screen
    return found


async def find_session(request: Request) -> Session | None:
    screen = screen_of(request)
    return await screen.sessions.find(request.cookies.get(screen.cookie))


async def signed_in(request: Request) -> SignedIn:
    """Dependency of every page for people with an account.

    Raises:
        NotSignedInError: no live session.
        NoRightsError: the directory gives this person nothing.
    """
    screen = screen_of(request)
    session = await find_session(request)
    if session is None:
        raise NotSignedInError
    who = screen.world.who(session.subject)
    if who is None:
        raise NoRightsError(session)
    reader = reader_for(request, session.preferences, who.zone, screen.kit.clock.now())
    return SignedIn(session, who, reader)


async def form(request: Request) -> dict[str, str]:
    """Dependency of every page's POST: the fields, once the form proved to be ours.

    Raises:
        ForgedFormError: token or origin is wrong.
    """
    refuse_foreign_origin(request)
    session = await find_session(request)
    if session is None:
        raise NotSignedInError
    sent = await fields(request)
    if sent.pop("csrf", "") != session.csrf:
        raise ForgedFormError
    return sent


async def fields(request: Request) -> dict[str, str]:
    """Text fields of a form; a field sent twice keeps its last value."""
    async with request.form(max_files=0, max_fields=200) as sent:
        return {name: value for name, value in sent.items() if isinstance(value, str)}


def refuse_foreign_origin(request: Request) -> None:
    """A browser says where a form comes from; only our own address may post."""
    origin = request.headers.get("origin")
    ours = urlsplit(screen_of(request).kit.settings.public_url)
    if origin not in (None, f"{ours.scheme}://{ours.netloc}"):
        raise ForgedFormError


def reader_for(request: Request, chosen: Preferences, zone: str, now: datetime) -> Reader:
    return Reader(
        locale=chosen.locale or browser_locale(request),
        zone=chosen.zone or zone,
        now=now,
        theme=chosen.theme,
        density=chosen.density,
    )


def stranger(request: Request, locale: str = "", zone: str = "") -> Reader:
    """The reader of a page that needs no account."""
    now = screen_of(request).kit.clock.now()
    return Reader(locale or browser_locale(request), zone or STRANGERS_ZONE, now)


def browser_locale(request: Request) -> str:
    return choose_locale(request.headers.get("accept-language"), LOCALES, "en").tag


def safe_target(target: str) -> str:
    """Where to go after an action: a path of ours, never another site."""
    parts = urlsplit(target)
    ours = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.netloc
    return target if ours and "\n" not in target and "\r" not in target else "/"
