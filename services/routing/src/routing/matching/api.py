"""Matching over HTTP: one's own work, answers to offers, hand-overs, the board, policies."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from chassis import http, idempotency, problems
from chassis.auth import Principal, allow
from chassis.etags import expected_version, tag
from chassis.idempotency import Answer, RequestKey
from chassis.kit import Kit
from chassis.tenancy import TenantScope, scope
from chassis.values import FIRM, StaffId, TenantId
from contracts.vocabulary import Role
from routing.matching.api_models.board import BoardView, board_view
from routing.matching.api_models.policies import PolicyView, PutPolicy, policy_view
from routing.matching.api_models.work import (
    DecisionView,
    GiveUp,
    HandOver,
    MyWorkView,
    PlaceView,
    RejectOffer,
    decision_view,
    held_view,
    place_view,
)
from routing.matching.decide.offers import (
    Accept,
    AlreadyAccepted,
    Gone,
    NotTheirs,
    Reject,
    Stale,
)
from routing.matching.decide.transfer import Actor, Handover, HandoverRefused
from routing.matching.handlers import answering, deciding, reading
from routing.matching.handlers.deciding import Absent

router = APIRouter(prefix="/v1", tags=["matching"])

LEADS = (Role.LEAD, Role.MANAGER, Role.ADMIN)

Given = Annotated[Kit[Any], Depends(http.kit)]
Worker = Annotated[Principal, Depends(allow(Role.AGENT, *LEADS))]
Staff = Annotated[Principal, Depends(allow(Role.AGENT, *LEADS, Role.SERVICE))]
Lead = Annotated[Principal, Depends(allow(*LEADS, Role.SERVICE))]
Admin = Annotated[Principal, Depends(allow(Role.ADMIN, Role.SERVICE))]
Key = Annotated[RequestKey | None, Depends(http.request_key)]


@router.get("/me/work")
async def my_work(kit: Given, by: Worker) -> MyWorkView:
    """What one owns or was offered, the most urgent first, then the longest waiting."""
    async with kit.database.transaction(_reach(by)) as tx:
        held = await reading.held_by(tx, sorted(by.tenants), _own_id(by))
    return MyWorkView(reservations=[held_view(work, claim) for work, claim in held])


@router.post("/reservations/{reservation}/accept")
async def accept_offer(
    reservation: UUID, request: Request, kit: Given, by: Worker, key: Key
) -> Response:
    """A late answer is gone (410), whatever version it names; a repeated one is no error."""
    async with kit.database.transaction(_reach(by)) as tx:

        async def work() -> Answer:
            seen = expected_version(request)
            answer = await answering.accept(tx, reservation, _own_id(by), seen, kit.clock.now())
            return _accepted(answer)

        return http.answered(await idempotency.once(tx, key, FIRM, work))


@router.post("/reservations/{reservation}/reject")
async def reject_offer(
    reservation: UUID, body: RejectOffer, request: Request, kit: Given, by: Worker, key: Key
) -> Response:
    async with kit.database.transaction(_reach(by)) as tx:

        async def work() -> Answer:
            seen = expected_version(request)
            _rejected(
                await answering.reject(
                    tx, reservation, _own_id(by), seen, reason=body.reason, now=kit.clock.now()
                )
            )
            return Answer(204)

        return http.answered(await idempotency.once(tx, key, FIRM, work))


@router.get("/work/{ticket}")
async def get_place(ticket: UUID, kit: Given, reader: Staff, response: Response) -> PlaceView:
    """Who owns it or since when it waits, and why it went where it went."""
    async with kit.database.transaction(_reach(reader)) as tx:
        place = await reading.place_of(tx, ticket)
    if place is None:
        raise problems.not_found()
    tag(response, place.work.version)
    return place_view(place)


@router.post("/work/{ticket}/transfer")
async def hand_over(ticket: UUID, body: HandOver, kit: Given, by: Worker, key: Key) -> Response:
    """To a named colleague: by the owner, or by a lead, who may exceed capacity."""
    async with kit.database.transaction(_reach(by)) as tx:

        async def work() -> Answer:
            done = _handed_over(
                await deciding.transfer(
                    tx, ticket, StaffId(body.to), _actor(by), note=body.note, now=kit.clock.now()
                )
            )
            told = {"owner": str(done.to.id), "manual_over_capacity": done.over_capacity}
            return Answer(200, told)

        return http.answered(await idempotency.once(tx, key, FIRM, work))


@router.post("/work/{ticket}/release")
async def give_up(ticket: UUID, body: GiveUp, kit: Given, by: Worker, key: Key) -> Response:
    """Back to the queue, in its old place."""
    async with kit.database.transaction(_reach(by)) as tx:

        async def work() -> Answer:
            done = await deciding.give_up(tx, ticket, _actor(by), body.reason, kit.clock.now())
            _given_up(done)
            return Answer(204)

        return http.answered(await idempotency.once(tx, key, FIRM, work))


@router.post("/work/{ticket}/restate", status_code=204)
async def restate(ticket: UUID, kit: Given, by: Admin) -> Response:
    """Tell the whole state again, for a consumer that starts late or lacks versions."""
    async with kit.database.transaction(_reach(by)) as tx:
        if not await deciding.tell_again(tx, ticket, kit.clock.now()):
            raise problems.not_found()
    return Response(status_code=204)


@router.get("/decisions/{decision}")
async def get_decision(decision: UUID, kit: Given, reader: Staff) -> DecisionView:
    async with kit.database.transaction(_reach(reader)) as tx:
        found = await reading.decision(tx, decision)
    if found is None:
        raise problems.not_found()
    return decision_view(found[1])


@router.get("/board")
async def get_board(kit: Given, reader: Lead, tenant: UUID | None = None) -> BoardView:
    """Over the reader's clients, or one of them."""
    asked = reader.require_tenant(tenant).tenants if tenant else _reach(reader).tenants
    async with kit.database.transaction(scope(FIRM, *asked)) as tx:
        return board_view(await reading.board(tx, kit.clock.now()), reader)


@router.get("/tenants/{tenant}/matching")
async def get_policy(tenant: UUID, kit: Given, reader: Lead) -> PolicyView:
    async with kit.database.transaction(reader.require_tenant(tenant)) as tx:
        return policy_view(*await reading.policy(tx, TenantId(tenant)))


@router.put("/tenants/{tenant}/matching")
async def put_policy(tenant: UUID, body: PutPolicy, kit: Given, by: Admin) -> PolicyView:
    async with kit.database.transaction(by.require_tenant(tenant)) as tx:
        version = await reading.put_policy(
            tx, TenantId(tenant), body.policy(), by.subject, kit.clock.now()
        )
    return policy_view(body.policy(), version)


def _reach(principal: Principal) -> TenantScope:
    """The caller's clients, and the firm whose people they are."""
    return scope(FIRM, *principal.tenants)


def _own_id(principal: Principal) -> StaffId:
    if principal.person is None:
        raise problems.not_found()
    return StaffId(principal.person)


def _actor(principal: Principal) -> Actor:
    return Actor(_own_id(principal), leads=bool(principal.roles & set(LEADS)))


def _accepted(answer: Accept | AlreadyAccepted | Gone | Stale | NotTheirs) -> Answer:
    match answer:
        case Accept(taken) | AlreadyAccepted(taken):
            told = {"reservation": str(taken.id), "state": taken.state, "version": taken.version}
            return Answer(200, told)
        case Gone():
            raise _gone()
        case Stale():
            raise problems.stale()
        case NotTheirs():
            raise problems.not_found()


def _rejected(answer: Reject | Gone | Stale | NotTheirs) -> None:
    match answer:
        case Reject():
            return
        case Gone():
            raise _gone()
        case Stale():
            raise problems.stale()
        case NotTheirs():
            raise problems.not_found()


def _gone() -> problems.Problem:
    return problems.gone("This offer no longer stands.", "Look at your work for the next one.")


def _handed_over(answer: Handover | HandoverRefused | Absent) -> Handover:
    match answer:
        case Handover():
            return answer
        case HandoverRefused(slug, reason):
            raise problems.conflict(slug, "Not possible now", reason, "Choose somebody else.")
        case Absent():
            raise problems.not_found()


def _given_up(done: bool | Absent) -> None:
    if isinstance(done, Absent):
        raise problems.not_found()
    if not done:
        raise problems.conflict(
            "not-owner",
            "Not possible now",
            "Only its owner or a lead can give this back.",
            "Reload and try again.",
        )
