"""HTTP of questions: the customer's page by its link, a client's settings, taking one back.

Reading never writes, whoever reads: scanners and previews open every link.
"""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends

from chassis import directory, http, problems
from chassis.auth import Principal, allow, signed_in
from chassis.kit import Kit
from chassis.links import LinkExpired, LinkForged
from chassis.tenancy import TenantScope, scope
from chassis.values import FIRM
from contracts.vocabulary import Role
from feedback.metrics import Metrics, of_service
from feedback.surveys.api_models import (
    AnswerIn,
    PublicSurveyView,
    SettingsBody,
    SuppressedView,
    SuppressIn,
    public_view,
    settings_view,
    suppressed_view,
)
from feedback.surveys.handlers import answering, reading
from feedback.surveys.model import Over, Reason, Refusal, State, Survey, Taken
from feedback.surveys.translate import LINK_PURPOSE

router = APIRouter(prefix="/v1", tags=["surveys"])

Given = Annotated[Kit[Any], Depends(http.kit)]
Counting = Annotated[Metrics, Depends(of_service)]
Person = Annotated[Principal, Depends(signed_in)]
Lead = Annotated[Principal, Depends(allow(Role.LEAD, Role.MANAGER))]
Setter = Annotated[Principal, Depends(allow(Role.MANAGER, Role.ADMIN, Role.SERVICE))]


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whose link it is."""

    tenant: UUID
    survey: UUID

    @property
    def scope(self) -> TenantScope:
        return scope(self.tenant, FIRM)


async def bearer(token: str, kit: Given) -> Bearer:
    """Dependency: what the link opens.

    Raises:
        Problem: 410 for one that is over, 404 for one that is not ours.
    """
    try:
        claims = kit.links.read(LINK_PURPOSE, token)
        return Bearer(UUID(claims["t"]), UUID(claims["s"]))
    except LinkExpired as error:
        raise _over() from error
    except (LinkForged, KeyError, ValueError, AttributeError, TypeError) as error:
        raise problems.not_found() from error


By = Annotated[Bearer, Depends(bearer)]


@router.get("/surveys/{token}")
async def see_survey(kit: Given, by: By) -> PublicSurveyView:
    """The question, and the answer given so far."""
    async with kit.database.transaction(by.scope) as tx:
        shown = await reading.shown(tx, by.survey)
    if shown is None or shown.survey.state is State.PLANNED:
        raise problems.not_found()
    return public_view(shown, kit.clock.now())


@router.post("/surveys/{token}/answers")
async def answer_survey(body: AnswerIn, kit: Given, by: By, counting: Counting) -> PublicSurveyView:
    """The first answer wins; a later one takes its place. The same one again changes nothing."""
    now = kit.clock.now()
    async with kit.database.transaction(by.scope) as tx:
        survey = await answering.to_change(tx, by.survey)
        if survey is None or survey.state is State.PLANNED:
            raise problems.not_found()
        outcome = await answering.answer(tx, survey, body.given, now)
        if isinstance(outcome, Over):
            raise _over()
        shown = await reading.shown(tx, by.survey)
    if isinstance(outcome, Taken):
        counting.answered(outcome)
    assert shown is not None
    return public_view(shown, now)


@router.post("/surveys/{survey}/suppress")
async def suppress_survey(
    survey: UUID, body: SuppressIn, kit: Given, principal: Lead, counting: Counting
) -> SuppressedView:
    """Nobody is asked; a lead says why, and it is counted. The same again changes nothing."""
    if principal.person is None:
        raise problems.forbidden("A person suppresses a question.", "Sign in as a person.")
    async with kit.database.transaction(principal.scope()) as tx:
        known = await answering.to_change(tx, survey)
        if known is None:
            raise problems.not_found()
        if (known.suppressed_by, known.reason) == (principal.person, body.reason):
            return suppressed_view(known)
        reason = Reason(body.reason)
        outcome = await answering.suppress_by_lead(
            tx, known, principal.person, reason, kit.clock.now()
        )
    if not isinstance(outcome, Survey):
        raise _refused(outcome)
    counting.asked_or_not(outcome)
    return suppressed_view(outcome)


@router.get("/tenants/{tenant}/survey-settings")
async def get_survey_settings(tenant: UUID, kit: Given, principal: Person) -> SettingsBody:
    """What holds now; a client that said nothing has the defaults."""
    async with kit.database.transaction(principal.require_tenant(tenant)) as tx:
        if await directory.tenant(tx, tenant) is None:
            raise problems.not_found()
        return settings_view(await reading.settings(tx, tenant))


@router.put("/tenants/{tenant}/survey-settings")
async def put_survey_settings(
    tenant: UUID, body: SettingsBody, kit: Given, principal: Setter
) -> SettingsBody:
    """From now on. Questions already planned keep their instant; all else is as it is set then."""
    if body.bad_at_most >= body.good_at_least:
        raise problems.invalid("A bad score has to be lower than a good one.")
    async with kit.database.transaction(principal.require_tenant(tenant)) as tx:
        await reading.save_settings(
            tx, tenant, body.settings, by=principal.subject, at=kit.clock.now()
        )
    return body


def _over() -> problems.Problem:
    return problems.gone(
        "This question can no longer be answered.",
        "Write to us: every message of ours can be answered.",
    )


def _refused(why: Refusal) -> problems.Problem:
    match why:
        case Refusal.OWN:
            return problems.forbidden(
                "Nobody suppresses a question about themselves.", "Ask another lead."
            )
        case Refusal.ANSWERED:
            return problems.conflict(
                "already-answered",
                "Not possible now",
                "The customer has answered, and the answer stands.",
                "Open its follow-up, or say in its note what was wrong.",
            )
        case Refusal.OVER:
            return problems.conflict(
                "already-over",
                "Not possible now",
                "This question is over.",
                "Reload to see how it ended.",
            )
