"""HTTP of praise: what customers thanked the reader for."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends

from chassis import http, problems
from chassis.auth import Principal, allow
from chassis.kit import Kit
from chassis.pagination import Page, PageParams, page, page_params
from contracts.vocabulary import Role
from feedback.praise import handlers
from feedback.praise.api_models import PraiseView, view
from feedback.surveys.handlers import reading

router = APIRouter(prefix="/v1/me", tags=["praise"])


@router.get("/praise")
async def list_praise(
    kit: Annotated[Kit[Any], Depends(http.kit)],
    principal: Annotated[
        Principal, Depends(allow(Role.AGENT, Role.LEAD, Role.MANAGER, Role.ADMIN))
    ],
    params: Annotated[PageParams, Depends(page_params)],
) -> Page[PraiseView]:
    """One's own alone, newest first. What the customer has taken back is gone."""
    if principal.person is None:
        raise problems.forbidden("Praise belongs to a person.", "Sign in as a person.")
    after: Any = params.after(datetime, UUID)
    async with kit.database.transaction(principal.scope()) as tx:
        found = await handlers.of_staff(tx, principal.person, after, params.fetch)
        shown, following = page(found, params.limit, lambda one: (one.at, one.id))
        words = await reading.words_of(tx, [one.survey for one in shown])
    return Page(items=[view(one, words.get(one.survey, "")) for one in shown], next=following)
