"""HTTP of follow-ups: the inbox, ending one, handing one over.

Its owner and those who lead see it; the person rated does not, and clients never see notes.
"""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from chassis import etags, http, problems
from chassis.auth import Principal, allow
from chassis.db import Transaction
from chassis.kit import Kit
from chassis.pagination import Page, PageParams, page, page_params
from chassis.tenancy import TenantScope, scope
from chassis.values import FIRM
from contracts.vocabulary import Role
from feedback.followups.api_models import DoneIn, FollowupView, ReassignIn, view
from feedback.followups.decide import may_see
from feedback.followups.handlers import working
from feedback.followups.model import Actor, Followup, NotPossible, Wanted
from feedback.metrics import Metrics, of_service
from feedback.scorecards import handlers as scorecards
from feedback.surveys.handlers import reading

router = APIRouter(prefix="/v1/followups", tags=["followups"])

LEADING = frozenset({Role.LEAD, Role.MANAGER, Role.ADMIN})
Given = Annotated[Kit[Any], Depends(http.kit)]
Counting = Annotated[Metrics, Depends(of_service)]
Staff = Annotated[Principal, Depends(allow(Role.AGENT, Role.LEAD, Role.MANAGER, Role.ADMIN))]


@router.get("")
async def list_followups(
    kit: Given,
    principal: Staff,
    params: Annotated[PageParams, Depends(page_params)],
    state: Literal["open", "done"] | None = None,
    owner: Literal["me"] | None = None,
    tenant: UUID | None = None,
) -> Page[FollowupView]:
    """The first due first. Agents see their own alone."""
    actor = actor_of(principal)
    if tenant is not None:
        principal.require_tenant(tenant)
    own = owner == "me" or not actor.leads
    wanted = Wanted(state and state == "open", actor.person if own else None, tenant)
    after: Any = params.after(datetime, UUID)
    async with kit.database.transaction(whole(principal)) as tx:
        found = await working.listed(
            tx, wanted, not_about=actor.person, after=after, limit=params.fetch
        )
        shown, following = page(found, params.limit, lambda one: (one.due_at, one.id))
        items = await _views(tx, shown, kit.clock.now())
    return Page(items=items, next=following)


@router.get("/{followup}")
async def get_followup(
    followup: UUID, response: Response, kit: Given, principal: Staff
) -> FollowupView:
    async with kit.database.transaction(whole(principal)) as tx:
        known = await working.one(tx, followup)
        if known is None or not may_see(known, actor_of(principal)):
            raise problems.not_found()
        etags.tag(response, known.version)
        return (await _views(tx, [known], kit.clock.now()))[0]


@router.post("/{followup}/done")
async def end_followup(
    followup: UUID,
    body: DoneIn,
    request: Request,
    response: Response,
    kit: Given,
    principal: Staff,
    counting: Counting,
) -> FollowupView:
    """The contact happened, or was tried. The same again changes nothing."""
    now = kit.clock.now()
    async with kit.database.transaction(whole(principal)) as tx:
        known = await _to_change(tx, followup, actor_of(principal), request)
        outcome = await working.end(tx, known, actor_of(principal), body.ending, now)
        ended = _done(outcome)
        etags.tag(response, ended.version)
        shown = (await _views(tx, [ended], now))[0]
    if ended != known:
        counting.followed_up(ended, now)
    return shown


@router.post("/{followup}/reassign")
async def reassign_followup(
    followup: UUID,
    body: ReassignIn,
    request: Request,
    response: Response,
    kit: Given,
    principal: Staff,
) -> FollowupView:
    """Somebody else of the client's staff owns it from now on, never the person rated."""
    now = kit.clock.now()
    async with kit.database.transaction(whole(principal)) as tx:
        known = await _to_change(tx, followup, actor_of(principal), request)
        outcome = await working.reassign(tx, known, actor_of(principal), body.owner, now)
        changed = _done(outcome)
        etags.tag(response, changed.version)
        return (await _views(tx, [changed], now))[0]


def actor_of(principal: Principal) -> Actor:
    if principal.person is None:
        raise problems.forbidden("A person works on a follow-up.", "Sign in as a person.")
    return Actor(principal.person, bool(principal.roles & LEADING))


def whole(principal: Principal) -> TenantScope:
    """The caller's clients, and the firm's rows that name owners and count their load."""
    return scope(FIRM, *principal.scope().tenants)


async def _to_change(tx: Transaction, followup: UUID, actor: Actor, request: Request) -> Followup:
    known = await working.to_change(tx, followup)
    if known is None or not may_see(known, actor):
        raise problems.not_found()
    if etags.expected_version(request) not in (None, known.version):
        raise problems.stale()
    return known


async def _views(tx: Transaction, found: list[Followup], now: datetime) -> list[FollowupView]:
    words = await reading.words_of(tx, [one.survey for one in found])
    names = await scorecards.names(tx)
    return [
        view(one, words.get(one.survey, ""), names.get(one.owner, "") if one.owner else "", now)
        for one in found
    ]


def _done(outcome: Followup | NotPossible) -> Followup:
    if isinstance(outcome, Followup):
        return outcome
    match outcome:
        case NotPossible.FOREIGN:
            raise problems.not_found()
        case NotPossible.DONE:
            raise problems.conflict(
                "already-done",
                "Not possible now",
                "This follow-up is done already.",
                "Reload to see how it ended.",
            )
        case NotPossible.RATED:
            raise problems.conflict(
                "rated-owner",
                "Not possible now",
                "The answer is about this person, who cannot own its follow-up.",
                "Choose somebody else.",
            )
        case NotPossible.NO_RIGHTS:
            raise problems.conflict(
                "owner-without-rights",
                "Not possible now",
                "This person does not work for this client.",
                "Choose somebody with rights for this client.",
            )
