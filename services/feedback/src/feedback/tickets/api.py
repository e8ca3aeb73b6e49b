"""HTTP of a ticket's opinion: its questions, answers and follow-up."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends

from chassis import http, problems
from chassis.auth import Principal, signed_in
from chassis.db import Transaction
from chassis.kit import Kit
from chassis.tenancy import scope
from chassis.values import FIRM
from contracts.vocabulary import Role
from feedback.followups import api_models as followups
from feedback.followups.decide import may_see
from feedback.followups.handlers import working
from feedback.followups.model import Actor, Followup
from feedback.scorecards import handlers as scorecards
from feedback.surveys import api_models as surveys
from feedback.surveys.handlers import reading
from feedback.surveys.handlers.reading import Shown
from feedback.tickets.api_models import TicketFeedbackView

router = APIRouter(prefix="/v1/tickets", tags=["tickets"])

LEADING = frozenset({Role.LEAD, Role.MANAGER, Role.ADMIN, Role.SERVICE})
CLIENTS = frozenset({Role.CLIENT_VIEWER, Role.CLIENT_ADMIN})


@router.get("/{ticket}/feedback")
async def get_ticket_feedback(
    ticket: UUID,
    kit: Annotated[Kit[Any], Depends(http.kit)],
    principal: Annotated[Principal, Depends(signed_in)],
) -> TicketFeedbackView:
    """Agents see answers about themselves and what they follow up; clients see no names."""
    async with kit.database.transaction(scope(FIRM, *principal.scope().tenants)) as tx:
        known = await reading.ticket(tx, ticket)
        if known is None:
            raise problems.not_found()
        followup = next(iter(await working.of_ticket(tx, ticket)), None)
        found = [
            one for one in await reading.of_ticket(tx, known) if _may_read(principal, one, followup)
        ]
        seen = [surveys.view(one, with_names=not principal.roles & CLIENTS) for one in found]
        now = kit.clock.now()
        return TicketFeedbackView(
            ticket=ticket,
            survey=seen[0] if seen else None,
            earlier=seen[1:],
            followup=await _followup(tx, principal, followup, found, now),
            followup_state=followups.state_view(followup, now) if followup else None,
        )


def _may_read(principal: Principal, one: Shown, followup: Followup | None) -> bool:
    if principal.roles & (LEADING | CLIENTS):
        return True
    owned = followup is not None and followup.owner == principal.person
    return one.survey.attributed_to == principal.person or owned


async def _followup(
    tx: Transaction,
    principal: Principal,
    known: Followup | None,
    found: list[Shown],
    now: datetime,
) -> followups.FollowupView | None:
    if known is None or principal.person is None or principal.roles & CLIENTS:
        return None
    if not may_see(known, Actor(principal.person, bool(principal.roles & LEADING))):
        return None
    words = {one.survey.id: one.answers[-1].words for one in found if one.answers}
    names = await scorecards.names(tx)
    owner = names.get(known.owner, "") if known.owner else ""
    return followups.view(known, words.get(known.survey, ""), owner, now)
