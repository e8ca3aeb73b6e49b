"""The frame around a page: where this person may go, whom they work for, how they are present."""

from typing import Literal
from uuid import UUID

from fastapi import Request

from console.gateway.client import Json, RefusedError, UnavailableError
from console.live.model import Who
from console.pages import (
    Choice,
    Client,
    Frame,
    NavItem,
    Person,
    PresenceView,
    SearchBox,
    Toast,
)
from console.reading import maybe_instant
from console.screen import Screen, SignedIn, screen_of
from contracts.vocabulary import Role

Key = Literal["work", "board", "roster", "promises"]

NAV: tuple[tuple[Key, frozenset[Role]], ...] = (
    ("work", frozenset({Role.AGENT, Role.LEAD})),
    ("board", frozenset({Role.LEAD, Role.MANAGER, Role.ADMIN})),
    ("roster", frozenset({Role.AGENT, Role.LEAD, Role.MANAGER, Role.ADMIN})),
    (
        "promises",
        frozenset(
            {Role.CLIENT_VIEWER, Role.CLIENT_ADMIN, Role.LEAD, Role.MANAGER, Role.ADMIN},
        ),
    ),
)
WORKERS = (Role.AGENT, Role.LEAD)
TOASTS = frozenset(
    {
        "sent",
        "noted",
        "solved",
        "accepted",
        "rejected",
        "shift_saved",
        "shift_removed",
        "published",
        "presence",
        "saved",
    }
)


async def frame(request: Request, person: SignedIn, at: Key | Literal[""]) -> Frame:
    """`at` is the place in the rail this page belongs to."""
    screen = screen_of(request)
    who = person.who
    home = client(screen, next(iter(who.tenants), None)) if who.staff is None else None
    return Frame(
        reader=person.reader,
        firm=screen.kit.settings.firm_name,
        person=Person(who.name, who.initials),
        csrf=person.session.csrf,
        nav=tuple(NavItem(key, f"/{key}", key == at) for key in allowed(who)),
        clients=choices(screen, who, request) if home is None else (),
        presence=await presence(screen, person),
        search=SearchBox(request.query_params.get("q", ""), client_only=home is not None)
        if who.has(*WORKERS)
        else None,
        home=home,
        toast=_toast(request),
        here=_here(request),
    )


def allowed(who: Who) -> tuple[Key, ...]:
    return tuple(key for key, roles in NAV if who.roles & roles)


def start_page(who: Who) -> str:
    """Where a person's day begins: leads at the board, agents at work, clients at promises."""
    places = allowed(who)
    first = "board" if "board" in places else next(iter(places), "")
    return f"/{first}"


def client(screen: Screen, tenant: UUID | None) -> Client | None:
    state = screen.world.tenants.get(tenant) if tenant else None
    return Client(state.name, state.initials, state.chip) if state else None


def some_client(screen: Screen, tenant: UUID) -> Client:
    """A client in a list; one that the console has not read yet shows as a question mark."""
    return client(screen, tenant) or Client("?", "?", "")


def chosen_tenant(screen: Screen, who: Who, request: Request) -> UUID | None:
    """The client the person filters by, if it is one of theirs."""
    slug = request.query_params.get("client", "")
    found = (t for t in who.tenants if t in screen.world.tenants)
    return next((t for t in found if screen.world.tenants[t].slug == slug), None)


def choices(screen: Screen, who: Who, request: Request) -> tuple[Choice, ...]:
    chosen = chosen_tenant(screen, who, request)
    known = ((tenant, screen.world.tenants.get(tenant)) for tenant in who.tenants)
    listed = sorted(((s.name, t, s) for t, s in known if s is not None), key=lambda one: one[0])
    path = request.url.path
    return tuple(
        Choice(
            state.name,
            value=state.slug,
            href=path if tenant == chosen else f"{path}?client={state.slug}",
            chosen=tenant == chosen,
            client=Client(state.name, state.initials, state.chip),
        )
        for _, tenant, state in listed
    )


async def presence(screen: Screen, person: SignedIn) -> PresenceView | None:
    """As routing says; None when it does not answer, so that the page still stands."""
    if not person.who.has(*WORKERS):
        return None
    try:
        me = await screen.gateway.routing.get("/v1/me", person.caller)
    except (RefusedError, UnavailableError):
        return None
    return _presence(me, lead=person.who.has(Role.LEAD))


def _presence(me: Json, *, lead: bool) -> PresenceView | None:
    state = me.get("presence")
    if state not in ("available", "away", "off"):
        return None
    return PresenceView(
        state=state,
        since=maybe_instant(me.get("presence_since")),
        until=maybe_instant(me.get("shift_ends_at")),
        lead_on_duty=lead and state != "off",
    )


def _toast(request: Request) -> Toast | None:
    kind = request.query_params.get("done", "")
    if kind not in TOASTS:
        return None
    count = request.query_params.get("n", "0")
    return Toast(kind, count=int(count) if count.isdigit() else 0)  # type: ignore[arg-type]


def _here(request: Request) -> str:
    """The page without the notice of the last action, for forms that come back here."""
    kept = [(k, v) for k, v in request.query_params.multi_items() if k not in ("done", "n")]
    query = "&".join(f"{key}={value}" for key, value in kept)
    return f"{request.url.path}?{query}" if query else request.url.path
