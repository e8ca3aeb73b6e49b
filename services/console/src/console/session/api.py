"""Sign in, come back, sign out, choose how it looks."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from chassis.links import LinkExpired, LinkForged
from console.live.model import Who
from console.pages import Client, LoginHint, LoginPage, Person
from console.screen import (
    Screen,
    SignedIn,
    fields,
    find_session,
    form,
    refuse_foreign_origin,
    safe_target,
    screen_of,
    signed_in,
    stranger,
)
from console.session.model import choose_preferences
from console.session.provider import Hop, ProviderUnreachableError, SignInRefusedError
from contracts.vocabulary import Role

router = APIRouter()

HOP = timedelta(minutes=10)
ROLES = (
    Role.MANAGER,
    Role.ADMIN,
    Role.LEAD,
    Role.AGENT,
    Role.CLIENT_ADMIN,
    Role.CLIENT_VIEWER,
)


@router.get("/login")
async def login(request: Request, notice: str = "", next: str = "/") -> Response:
    screen = screen_of(request)
    known = {"signed_out", "expired", "refused", "unreachable"}
    page = LoginPage(
        reader=stranger(request),
        firm=screen.kit.settings.firm_name,
        start=f"/login/start?next={safe_target(next)}",
        notice=notice if notice in known else "",  # type: ignore[arg-type]
        hints=_hints(screen),
    )
    return HTMLResponse(screen.templates.render("login.html", page))


@router.get("/login/start")
async def start(request: Request, next: str = "/", hint: str = "") -> Response:
    """To the provider. What must come back unchanged waits in a signed cookie."""
    screen = screen_of(request)
    try:
        url, hop = await screen.provider.start(safe_target(next), hint)
    except ProviderUnreachableError:
        return _to_login("unreachable")
    answer = RedirectResponse(url, 303)
    answer.set_cookie(
        screen.hop_cookie,
        screen.kit.links.sign("sign-in", asdict(hop), HOP),
        max_age=int(HOP.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=screen.kit.settings.safe_cookies,
        path="/",
    )
    return answer


@router.get("/login/callback")
async def callback(request: Request, code: str = "", state: str = "") -> Response:
    screen = screen_of(request)
    try:
        claims = screen.kit.links.read("sign-in", request.cookies.get(screen.hop_cookie, ""))
        hop = Hop(**{name: str(value) for name, value in claims.items()})
        tokens = await screen.provider.finish(hop, code=code, state=state)
    except (LinkExpired, LinkForged, SignInRefusedError):
        return _to_login("refused")
    except ProviderUnreachableError:
        return _to_login("unreachable")
    cookie = await screen.sessions.open(tokens, request.cookies.get(screen.cookie))
    answer = RedirectResponse(safe_target(hop.target), 303)
    answer.delete_cookie(screen.hop_cookie, path="/")
    answer.set_cookie(
        screen.cookie,
        cookie,
        max_age=screen.kit.settings.session_hours * 3600,
        httponly=True,
        samesite="lax",
        secure=screen.kit.settings.safe_cookies,
        path="/",
    )
    return answer


@router.post("/logout")
async def logout(request: Request) -> Response:
    """Leaving needs no rights: whoever holds the cookie and our form may go."""
    screen = screen_of(request)
    refuse_foreign_origin(request)
    session = await find_session(request)
    sent = await fields(request)
    if session is not None and sent.get("csrf") == session.csrf:
        await screen.sessions.close(request.cookies[screen.cookie])
    answer = _to_login("signed_out")
    answer.delete_cookie(screen.cookie, path="/")
    return answer


@router.post("/preferences")
async def prefer(
    request: Request,
    sent: Annotated[dict[str, str], Depends(form)],
    person: Annotated[SignedIn, Depends(signed_in)],
) -> Response:
    chosen = choose_preferences(person.session.preferences, sent)
    await screen_of(request).sessions.prefer(person.session, chosen)
    return RedirectResponse(safe_target(sent.get("next", "/")), 303)


def _to_login(notice: str) -> RedirectResponse:
    return RedirectResponse(f"/login?notice={notice}", 303)


def _hints(screen: Screen) -> tuple[LoginHint, ...]:
    """The demo people, one click each; none anywhere else."""
    if not screen.kit.settings.demo_people:
        return ()
    people = (screen.world.who(subject) for subject in screen.world.demo_subjects())
    return tuple(_hint(screen, who) for who in people if who is not None)


def _hint(screen: Screen, who: Who) -> LoginHint:
    role = next(role for role in ROLES if role in who.roles)
    return LoginHint(
        person=Person(who.name, who.initials),
        role=role.value,  # type: ignore[arg-type]
        href=f"/login/start?hint={who.subject}",
        client=_client(screen, next(iter(who.tenants), None)) if who.staff is None else None,
    )


def _client(screen: Screen, tenant: UUID | None) -> Client | None:
    state = screen.world.tenants.get(tenant) if tenant else None
    return Client(state.name, state.initials, state.chip) if state else None
