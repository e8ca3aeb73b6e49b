"""The roster's page, the shift form, the draft and its publishing."""

import asyncio
import secrets
from datetime import date, timedelta
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from console.framing import allowed, frame
from console.gateway.client import Json, RefusedError
from console.pages import Choice, DiffLine, Field, Frame, RosterDiff, RosterPage, ShiftForm
from console.reading import instant
from console.roster import translate
from console.screen import NoRightsError, SignedIn, form, screen_of, signed_in
from contracts.vocabulary import Role

router = APIRouter()

SignedInPerson = Annotated[SignedIn, Depends(signed_in)]
Sent = Annotated[dict[str, str], Depends(form)]

KINDS = {"work": "Shift", "on_call": "On call"}
EDITORS = (Role.LEAD, Role.MANAGER, Role.ADMIN)


class Week:
    """The week and zone a page shows, and the addresses that keep them."""

    def __init__(self, request: Request, person: SignedIn) -> None:
        asked = request.query_params
        self.zone = _zone(asked.get("zone", ""), person.reader.zone)
        today = person.reader.now.astimezone(ZoneInfo(self.zone)).date()
        self.today = today
        self.first = translate.monday(_date(asked.get("week", ""), today))

    def link(self, first: date | None = None, zone: str = "", **more: str) -> str:
        said = {"week": (first or self.first).isoformat(), "zone": zone or self.zone, **more}
        return f"/roster?{urlencode(said)}"


@router.get("/roster")
async def roster(request: Request, person: SignedInPerson) -> Response:
    return HTMLResponse(await _page(request, person))


@router.post("/roster/shifts")
async def save_shift(request: Request, person: SignedInPerson, sent: Sent) -> Response:
    """Add a shift, or change the one that the form names; into the draft only."""
    _editors_only(person)
    week = Week(request, person)
    try:
        begins, ends = translate.shift_instants(
            sent.get("day", ""), sent.get("start", ""), sent.get("end", ""), week.zone
        )
    except ValueError:
        return HTMLResponse(
            await _page(
                request,
                person,
                sent=sent,
                error=_words(request, person, "Fill in a day and both times."),
            ),
            422,
        )
    body = {
        "person": sent.get("person", ""),
        "starts_at": begins.isoformat(),
        "ends_at": ends.isoformat(),
        "kind": sent.get("kind", "work"),
        "lead": sent.get("lead") == "yes",
    }
    id_ = request.query_params.get("shift", "")
    try:
        await _command(
            request,
            person,
            ("PATCH", f"/v1/shifts/{UUID(id_)}") if id_ else ("POST", "/v1/shifts"),
            body,
            sent,
        )
    except RefusedError as error:
        if error.status not in (400, 409, 422):
            raise
        return HTMLResponse(await _page(request, person, sent=sent, error=error.detail), 422)
    return RedirectResponse(week.link(done="shift_saved"), 303)


@router.post("/roster/shifts/{shift}/remove")
async def remove_shift(
    request: Request, person: SignedInPerson, shift: UUID, sent: Sent
) -> Response:
    _editors_only(person)
    await _command(request, person, ("DELETE", f"/v1/shifts/{shift}"), {}, sent)
    return RedirectResponse(Week(request, person).link(done="shift_removed"), 303)


@router.post("/roster/publish")
async def publish(request: Request, person: SignedInPerson, sent: Sent) -> Response:
    _editors_only(person)
    week = Week(request, person)
    first, last = translate.bounds(week.first, week.zone)
    body = {"from": first.isoformat(), "to": last.isoformat()}
    await _command(request, person, ("POST", "/v1/roster/publish"), body, sent)
    return RedirectResponse(week.link(done="published"), 303)


async def _page(
    request: Request, person: SignedIn, *, sent: dict[str, str] | None = None, error: str = ""
) -> str:
    if "roster" not in allowed(person.who):
        raise NoRightsError(person.session)
    screen, week = screen_of(request), Week(request, person)
    shifts, people, cover, diff, around = await _asked(request, person, week)
    editor, open_ = person.who.has(*EDITORS), request.query_params.get("shift", "")
    names = {str(one["id"]): str(one["name"]) for one in people}
    lines = translate.diff_lines(diff, names)
    reviewing = editor and request.query_params.get("review") == "1"
    adding = editor and (bool(open_) or "add" in request.query_params or sent is not None)
    shown = [one for one in people if any(str(s["person"]) == str(one["id"]) for s in shifts)]
    page = RosterPage(
        frame=around,
        first=week.first,
        last=week.first + timedelta(days=6),
        zone=week.zone,
        zones=_zones(week, person, people),
        before=week.link(week.first - timedelta(days=7)),
        after=week.link(week.first + timedelta(days=7)),
        this_week=week.link(translate.monday(week.today))
        if week.first != translate.monday(week.today)
        else "",
        days=translate.days(week.first, week.today, week.link(add="1") if editor else ""),
        rows=translate.rows(
            shown if not editor else people,
            shifts,
            week.first,
            week.zone,
            href=week.link() if editor else "",
            open_=open_,
        ),
        cover=translate.cover(cover, week.first, week.zone),
        changes=len(lines),
        editable=editor,
        review=week.link(review="1"),
        add=week.link(add="1"),
        form=_form(request, person, week, (people, shifts), sent=sent, error=error)
        if adding and not reviewing
        else None,
        diff=_diff(week, lines) if reviewing else None,
    )
    return screen.templates.render("roster.html", page)


async def _asked(
    request: Request, person: SignedIn, week: Week
) -> tuple[list[Json], list[Json], Json, Json, Frame]:
    routing = screen_of(request).gateway.routing
    first, last = translate.bounds(week.first, week.zone)
    span = {"from": first.isoformat(), "to": last.isoformat()}
    editor = person.who.has(*EDITORS)
    shifts, people, cover, diff, around = await asyncio.gather(
        routing.get("/v1/shifts", person.caller, **span),
        routing.get("/v1/people", person.caller),
        routing.get("/v1/coverage", person.caller, **span),
        routing.get("/v1/roster/draft-diff", person.caller, **span) if editor else _nothing(),
        frame(request, person, "roster"),
    )
    return shifts["items"], people["items"], cover, diff, around


async def _nothing() -> Json:
    return {}


async def _command(
    request: Request,
    person: SignedIn,
    verb: tuple[str, str],
    body: Json,
    sent: dict[str, str],
) -> None:
    method, path = verb
    headers = {"Idempotency-Key": sent.get("key") or secrets.token_hex(16)}
    if revision := request.query_params.get("rev", ""):
        headers["If-Match"] = f'"{revision}"'
    routing = screen_of(request).gateway.routing
    await routing.send(method, path, person.caller, body=body, headers=headers)


def _form(
    request: Request,
    person: SignedIn,
    week: Week,
    told: tuple[list[Json], list[Json]],
    *,
    sent: dict[str, str] | None,
    error: str,
) -> ShiftForm:
    people, shifts = told
    open_ = request.query_params.get("shift", "")
    known = next((one for one in shifts if str(one["id"]) == open_), None)
    values = sent or _values(known, week, request.query_params.get("day", ""))
    seen = str(known["revision"]) if known else request.query_params.get("rev", "")
    action = week.link(shift=open_, rev=seen) if open_ else week.link()
    query = action.partition("?")[2]
    return ShiftForm(
        save=f"/roster/shifts?{query}",
        cancel=week.link(),
        people=tuple(
            Choice(str(one["name"]), str(one["id"]), chosen=str(one["id"]) == values["person"])
            for one in people
        ),
        kinds=tuple(
            Choice(_words(request, person, label), kind, chosen=kind == values.get("kind", "work"))
            for kind, label in KINDS.items()
        ),
        clients=(),
        zone=week.zone,
        key=secrets.token_hex(16),
        person=Field(values["person"]),
        day=Field(values["day"]),
        start=Field(values["start"]),
        end=Field(values["end"]),
        id=open_,
        remove=f"/roster/shifts/{open_}/remove?{query}" if open_ else "",
        lead=values.get("lead") == "yes",
        error=error,
    )


def _values(known: Json | None, week: Week, day: str) -> dict[str, str]:
    if known is None:
        return {"person": "", "day": day or week.first.isoformat(), "start": "", "end": ""}
    place = ZoneInfo(week.zone)
    begins, ends = (instant(known[name]).astimezone(place) for name in ("starts_at", "ends_at"))
    return {
        "person": str(known["person"]),
        "day": begins.date().isoformat(),
        "start": f"{begins:%H:%M}",
        "end": f"{ends:%H:%M}",
        "kind": str(known.get("kind", "work")),
        "lead": "yes" if known.get("lead") else "",
    }


def _diff(week: Week, lines: tuple[DiffLine, ...]) -> RosterDiff:
    people = {line.person.name for line in lines}
    query = week.link().partition("?")[2]
    return RosterDiff(lines, len(people), f"/roster/publish?{query}", secrets.token_hex(16))


def _zones(week: Week, person: SignedIn, people: list[Json]) -> tuple[Choice, ...]:
    known = {person.reader.zone, "UTC", week.zone, *(str(one["zone"]) for one in people)}
    return tuple(
        Choice(zone, zone, week.link(zone=zone), chosen=zone == week.zone) for zone in sorted(known)
    )


def _zone(asked: str, own: str) -> str:
    try:
        ZoneInfo(asked or own)
    except (KeyError, ValueError):
        return own
    return asked or own


def _date(asked: str, today: date) -> date:
    try:
        return date.fromisoformat(asked)
    except ValueError:
        return today


def _words(request: Request, person: SignedIn, text: str) -> str:
    return screen_of(request).templates.words(person.reader.locale).gettext(text)


def _editors_only(person: SignedIn) -> None:
    if not person.who.has(*EDITORS):
        raise NoRightsError(person.session)
