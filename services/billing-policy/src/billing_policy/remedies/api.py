"""HTTP of remedies: the panel of a ticket, asking, approving, refusing, explaining."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request, Response

from billing_policy.metrics import Metrics
from billing_policy.remedies import handlers
from billing_policy.remedies.api_models import (
    ApproveBody,
    ChangeBody,
    DryRunBody,
    DryRunView,
    ExplanationView,
    PanelView,
    RefuseBody,
    RemedyBody,
    RemedyView,
    dry_run_view,
    explanation_view,
    panel_view,
    remedy_view,
)
from billing_policy.remedies.decide.people import LEVEL_ROLES, may_approve
from billing_policy.remedies.model import Asked, Refusal, Remedy, RemedyError, Terms
from billing_policy.remedies.translate.events import remedy_id
from billing_policy.remedies.translate.problems import problem_of
from billing_policy.rules import handlers as rules
from billing_policy.rules.translate.problems import refuse_findings
from billing_policy.tickets import handlers as tickets
from billing_policy.tickets.model import Ticket
from chassis import http, idempotency, problems
from chassis.auth import Principal, allow, signed_in
from chassis.db import Transaction
from chassis.idempotency import Answer, RequestKey
from chassis.kit import Kit
from chassis.pagination import Page, PageParams, page, page_params
from contracts.vocabulary import RemedyState, Role

STAFF = (Role.AGENT, Role.LEAD, Role.MANAGER, Role.ADMIN)
APPROVERS = (Role.LEAD, Role.MANAGER, Role.ADMIN, Role.CLIENT_ADMIN)

Given = Annotated[Kit[Any], Depends(http.kit)]
Person = Annotated[Principal, Depends(signed_in)]
Staff = Annotated[Principal, Depends(allow(*STAFF, Role.SERVICE))]
Approver = Annotated[Principal, Depends(allow(*APPROVERS))]
Manager = Annotated[Principal, Depends(allow(Role.MANAGER))]
Keeper = Annotated[Principal, Depends(allow(Role.MANAGER, Role.ADMIN, Role.SERVICE))]
Key = Annotated[RequestKey, Depends(http.require_key)]


async def _metrics(request: Request) -> Metrics:
    found: Metrics = request.app.state.metrics
    return found


Counted = Annotated[Metrics, Depends(_metrics)]
MaybeKey = Annotated[RequestKey | None, Depends(http.request_key)]


router = APIRouter(prefix="/v1", tags=["remedies"])


@router.post("/remedies")
async def ask_for_remedy(
    body: RemedyBody, kit: Given, principal: Staff, key: Key, metrics: Counted
) -> Response:
    """Decided at once by the policy in force: granted, for approval, or not covered."""
    by = _person(principal)
    async with kit.database.transaction(principal.scope()) as tx:
        ticket = await _ticket(tx, principal, body.ticket)

        async def work() -> Answer:
            asked = _asked(body, remedy_id(ticket.id, principal.subject, key.key), by)
            made, fresh = await handlers.request(tx, asked, ticket, kit.clock.now())
            if fresh:
                metrics.remedies.labels(made.state).inc()
            return await _answer(tx, made, 201 if fresh else 200)

        with _told():
            return http.answered(await idempotency.once(tx, key, ticket.tenant, work))


@router.post("/remedies/{remedy}/change")
async def change_remedy(
    remedy: UUID, body: ChangeBody, kit: Given, principal: Staff, key: MaybeKey, metrics: Counted
) -> Response:
    """Another amount for one that waits: decided anew, to be looked at anew."""
    by = _person(principal)
    async with kit.database.transaction(principal.scope()) as tx:
        known, ticket = await _known(tx, principal, remedy)

        async def work() -> Answer:
            asked = _asked_anew(known, body, by)
            made = await handlers.change(tx, known, ticket, asked, kit.clock.now())
            metrics.remedies.labels(made.state).inc()
            return await _answer(tx, made)

        with _told():
            return http.answered(await idempotency.once(tx, key, known.tenant, work))


@router.post("/remedies/{remedy}/approve")
async def approve_remedy(
    remedy: UUID,
    body: ApproveBody,
    kit: Given,
    principal: Approver,
    key: MaybeKey,
    metrics: Counted,
) -> Response:
    """By a second person of the level, for exactly what they have seen."""
    by = _person(principal)
    async with kit.database.transaction(principal.scope()) as tx:
        known, _ = await _known(tx, principal, remedy, lock=True)
        if known.approval and not may_approve(known.approval.level, principal.roles):
            raise problems.forbidden()

        async def work() -> Answer:
            now = kit.clock.now()
            made = await handlers.approve(tx, known, body.decision_sha256, by, now)
            metrics.remedies.labels(made.state).inc()
            return await _answer(tx, made)

        with _told():
            return http.answered(await idempotency.once(tx, key, known.tenant, work))


@router.post("/remedies/{remedy}/refuse")
async def refuse_remedy(
    remedy: UUID, body: RefuseBody, kit: Given, principal: Manager, key: MaybeKey, metrics: Counted
) -> Response:
    """A manager's act, once the ticket itself is settled; the customer is told why."""
    by = _person(principal)
    async with kit.database.transaction(principal.scope()) as tx:
        known, ticket = await _known(tx, principal, remedy, lock=True)

        async def work() -> Answer:
            refusal = _refusal(body, by, kit.clock.now())
            made = await handlers.refuse(tx, known, body.decision_sha256, ticket, refusal)
            metrics.remedies.labels(made.state).inc()
            return await _answer(tx, made)

        with _told():
            return http.answered(await idempotency.once(tx, key, known.tenant, work))


@router.get("/tickets/{ticket}/remedies")
async def list_remedies(ticket: UUID, kit: Given, principal: Staff) -> PanelView:
    """What the customer paid, what the policy allows now, and what was asked for before."""
    async with kit.database.transaction(principal.scope()) as tx:
        found = await _ticket(tx, principal, ticket)
        return panel_view(await handlers.panel(tx, found, kit.clock.now()))


@router.get("/approvals")
async def list_approvals(
    kit: Given,
    principal: Approver,
    params: Annotated[PageParams, Depends(page_params)],
    state: Literal["open", "not_covered"] = "open",
) -> Page[RemedyView]:
    """Those that wait for the reader, oldest first; `not_covered`: what a manager may refuse."""
    after: Any = params.after(datetime, UUID)
    levels = [level for level in LEVEL_ROLES if may_approve(level, principal.roles)]
    wanted = [RemedyState.APPROVAL_NEEDED]
    if state == "not_covered":
        wanted = [RemedyState.NOT_COVERED] if Role.MANAGER in principal.roles else []
    async with kit.database.transaction(principal.scope()) as tx:
        found = await handlers.approvals(tx, wanted, levels, after, params.fetch)
        shown, following = page(found, params.limit, lambda one: (one.requested_at, one.id))
        items = [remedy_view(await handlers.seen(tx, one)) for one in shown]
    return Page(items=items, next=following)


@router.get("/remedies/{remedy}")
async def get_remedy(remedy: UUID, kit: Given, principal: Person) -> RemedyView:
    async with kit.database.transaction(principal.scope()) as tx:
        known, _ = await _known(tx, principal, remedy)
        return remedy_view(await handlers.seen(tx, known))


@router.get("/remedies/{remedy}/explanation")
async def explain_remedy(
    remedy: UUID,
    kit: Given,
    principal: Person,
    wanted: Annotated[str | None, Header(alias="Accept-Language")] = None,
) -> ExplanationView:
    """Rule, conditions, inputs, caps, who decided, and what would have changed it."""
    async with kit.database.transaction(principal.scope()) as tx:
        known, _ = await _known(tx, principal, remedy)
        found = await handlers.explain(tx, known)
    return explanation_view(found, kit.texts, kit.texts.choose(wanted))


@router.post("/tenants/{tenant}/policy/dry-run")
async def dry_run_policy(
    tenant: UUID, body: DryRunBody, kit: Given, principal: Keeper
) -> DryRunView:
    """What a draft would have made of a month's requests. Nothing is kept."""
    scope = principal.require_tenant(tenant)
    now = kit.clock.now()
    async with kit.database.transaction(scope) as tx:
        draft = await rules.draft_of(tx, tenant, body.policy, principal.name, now)
    refuse_findings(await rules.find_problems(draft))
    async with kit.database.transaction(scope) as tx:
        run = await handlers.dry_run(tx, tenant, body.month, rules.edition_of_draft(draft))
    return dry_run_view(body.month, draft.currency, run)


@contextmanager
def _told() -> Iterator[None]:
    """What cannot be done, said to people."""
    try:
        yield
    except RemedyError as error:
        raise problem_of(error) from None


def _person(principal: Principal) -> UUID:
    if principal.person is None:
        raise problems.forbidden("Only a person decides about money.", "Sign in as a person.")
    return principal.person


async def _ticket(tx: Transaction, principal: Principal, id_: UUID) -> Ticket:
    """From here on the transaction sees its tenant alone."""
    found = await tickets.ticket(tx, id_)
    if found is None:
        raise problems.not_found()
    await tx.scope_to(principal.require_tenant(found.tenant))
    return found


async def _known(
    tx: Transaction, principal: Principal, id_: UUID, *, lock: bool = False
) -> tuple[Remedy, Ticket]:
    found = await handlers.remedy(tx, id_, lock=lock)
    if found is None:
        raise problems.not_found()
    return found, await _ticket(tx, principal, found.ticket)


def _asked(body: RemedyBody, id_: UUID, by: UUID) -> Asked:
    return Asked(
        id=id_,
        ticket=body.ticket,
        kind=body.kind,
        charge=body.charge,
        amount_minor=body.amount_minor or 0,
        currency=body.currency,
        days=body.days or 0,
        reason=body.reason,
        by=by,
    )


def _asked_anew(known: Remedy, body: ChangeBody, by: UUID) -> Asked:
    return Asked(
        id=known.id,
        ticket=known.ticket,
        kind=known.terms.kind,
        charge=known.charge,
        amount_minor=body.amount_minor or 0,
        currency=None,
        days=body.days or 0,
        reason=known.reason,
        by=by,
    )


def _refusal(body: RefuseBody, by: UUID, now: datetime) -> Refusal:
    other = body.alternative
    if other is None:
        return Refusal(body.reason, None, by, now)
    terms = Terms(kind=other.kind, amount_minor=other.amount_minor, days=other.days)
    return Refusal(body.reason, terms, by, now)


async def _answer(tx: Transaction, made: Remedy, status: int = 200) -> Answer:
    return Answer(status, remedy_view(await handlers.seen(tx, made)).model_dump(mode="json"))
