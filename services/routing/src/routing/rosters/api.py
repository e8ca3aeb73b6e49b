"""Rosters over HTTP: planners draft and publish, everybody reads what was published."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AwareDatetime

from chassis import http, idempotency, problems
from chassis.auth import Principal, allow
from chassis.etags import etag, expected_version
from chassis.idempotency import Answer, RequestKey
from chassis.kit import Kit
from chassis.tenancy import scope
from chassis.values import FIRM, TenantId, aware
from contracts.vocabulary import Role
from routing.people import handlers as people
from routing.rosters.api_models import (
    AmendShift,
    CoverView,
    DraftDiffView,
    DraftShift,
    PublishRoster,
    Say,
    ShiftsView,
    cover_view,
    diff_view,
    publication_view,
    shift_view,
    warning_views,
)
from routing.rosters.handlers import cover, drafting, publishing
from routing.rosters.handlers.drafting import Absent, Drafted, Stale
from routing.rosters.model import Refused, Shift

router = APIRouter(prefix="/v1", tags=["rosters"])

PLANNERS = (Role.LEAD, Role.MANAGER, Role.ADMIN, Role.SERVICE)
LONGEST_SPAN = timedelta(days=62)

Given = Annotated[Kit[Any], Depends(http.kit)]
Planner = Annotated[Principal, Depends(allow(*PLANNERS))]
Staff = Annotated[Principal, Depends(allow(Role.AGENT, *PLANNERS))]
Key = Annotated[RequestKey | None, Depends(http.request_key)]
From = Annotated[AwareDatetime, Query(alias="from")]
To = Annotated[AwareDatetime, Query(alias="to")]


def span(start: From, end: To) -> tuple[datetime, datetime]:
    return _span(start, end)


def words(request: Request, kit: Given) -> Say:
    """Texts in the reader's language."""
    texts = kit.texts
    locale = texts.choose(request.headers.get("accept-language"))
    return lambda text, **values: texts.gettext(locale, text, **values)


Words = Annotated[Say, Depends(words)]
Span = Annotated[tuple[datetime, datetime], Depends(span)]


@router.get("/shifts")
async def list_shifts(
    span: Span, kit: Given, reader: Staff, say: Words, person: UUID | None = None
) -> ShiftsView:
    """Planners see the draft with the rules it breaks, everybody else what was published."""
    async with kit.database.transaction(scope(FIRM)) as tx:
        shifts = await drafting.roster(tx, *span, person)
        if _plans(reader):
            broken = (await publishing.changes(tx, *span)).warnings
            warnings = warning_views(broken, say)
            return ShiftsView(items=[shift_view(shift, reader, warnings) for shift in shifts])
    return ShiftsView(items=[shift_view(each, reader, told=True) for each in _told(shifts, span)])


@router.post("/shifts", status_code=201)
async def draft_shift(body: DraftShift, kit: Given, by: Planner, say: Words, key: Key) -> Response:
    async with kit.database.transaction(scope(FIRM)) as tx:

        async def work() -> Answer:
            found = await people.person(tx, body.person)
            plan = body.plan(found.profile.zone if found else "UTC")
            id_ = kit.clock.new_id()
            shift = _drafted(await drafting.draft_shift(tx, id_, plan, kit.clock.now()))
            warnings = warning_views(await drafting.warnings_about(tx, shift), say)
            shown = shift_view(shift, by, warnings).model_dump(mode="json")
            return Answer(201, shown, {"etag": etag(shift.revision)})

        return http.answered(await idempotency.once(tx, key, FIRM, work))


@router.patch("/shifts/{shift}")
async def amend_shift(
    shift: UUID, body: AmendShift, request: Request, kit: Given, by: Planner, say: Words
) -> Response:
    """Into the draft; a shift that runs can only end otherwise."""
    async with kit.database.transaction(scope(FIRM)) as tx:
        seen = expected_version(request)
        after = _drafted(await drafting.edit_shift(tx, shift, body.change(), seen, kit.clock.now()))
        warnings = warning_views(await drafting.warnings_about(tx, after), say)
    shown = shift_view(after, by, warnings).model_dump(mode="json")
    return http.answered(Answer(200, shown, {"etag": etag(after.revision)}))


@router.delete("/shifts/{shift}", status_code=204)
async def remove_shift(shift: UUID, request: Request, kit: Given, by: Planner) -> Response:
    """Out of the draft; people are told with the next publication."""
    async with kit.database.transaction(scope(FIRM)) as tx:
        seen = expected_version(request)
        _drafted(await drafting.remove_shift(tx, shift, seen, kit.clock.now()))
    return Response(status_code=204)


@router.get("/roster/draft-diff")
async def draft_diff(span: Span, kit: Given, reader: Planner, say: Words) -> DraftDiffView:
    async with kit.database.transaction(scope(FIRM)) as tx:
        return diff_view(await publishing.changes(tx, *span), say)


@router.post("/roster/publish")
async def publish(body: PublishRoster, kit: Given, by: Planner, key: Key) -> Response:
    start, end = _span(body.start, body.end)
    async with kit.database.transaction(scope(FIRM)) as tx:

        async def work() -> Answer:
            done = await publishing.publish(tx, start, end, kit.clock.now())
            return Answer(200, publication_view(done).model_dump(mode="json"))

        return http.answered(await idempotency.once(tx, key, FIRM, work))


@router.get("/coverage")
async def coverage(span: Span, kit: Given, reader: Staff, tenant: UUID | None = None) -> CoverView:
    """For the reader's clients, or for one of them."""
    asked = reader.require_tenant(tenant) if tenant else scope(FIRM, *reader.tenants)
    async with kit.database.transaction(scope(FIRM, *asked.tenants)) as tx:
        chosen = TenantId(tenant) if tenant else None
        return cover_view(await cover.cover_between(tx, *span, chosen))


def _span(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    if not start < end <= start + LONGEST_SPAN:
        raise problems.invalid(
            "A range ends after it starts, at most 62 days later.",
            "Ask for a shorter range.",
        )
    return aware(start), aware(end)


def _plans(reader: Principal) -> bool:
    return bool(reader.roles & set(PLANNERS))


def _told(shifts: Sequence[Shift], span: tuple[datetime, datetime]) -> list[Shift]:
    start, end = span
    return [
        shift
        for shift in shifts
        if shift.published
        and shift.published.plan.starts_at < end
        and shift.published.plan.ends_at > start
    ]


def _drafted(answer: Drafted) -> Shift:
    match answer:
        case Absent():
            raise problems.not_found()
        case Stale():
            raise problems.stale()
        case Refused(slug, reason):
            raise problems.conflict(slug, "Not possible now", reason, "Choose another time.")
        case Shift():
            return answer
