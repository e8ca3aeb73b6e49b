"""Scores as people read them. Shares are decimal texts with four places."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from feedback.scorecards.decide import FORMULA, rounded, score
from feedback.scorecards.handlers import Month
from feedback.scorecards.model import Counts, Standing


class ScoreView(BaseModel):
    """`none`: no answers, so no score. `hidden`: under five answers, so no figures of them.

    `wide`: under thirty; shown with its interval, never ranked. `low` and `high` are the 95 %
    Wilson interval of `value`.
    """

    standing: Standing
    n: int
    value: str | None
    low: str | None
    high: str | None
    good: int | None
    bad: int | None


class SliceView(BaseModel):
    key: str
    asked: int
    delivered: int
    answered: int
    response_rate: str | None
    score: ScoreView


class AgentView(BaseModel):
    person: UUID
    name: str
    asked: int
    delivered: int
    answered: int
    response_rate: str | None
    score: ScoreView


class ScoresView(BaseModel):
    """Questions count in the month they were asked in, in the client's zone, with their answers.

    `response_rate` is answers of what was delivered. `agents` null: not for this reader.
    """

    tenant: UUID
    month: str
    zone: str
    as_of: AwareDatetime
    asked: int
    delivered: int
    answered: int
    response_rate: str | None
    score: ScoreView
    formula: str = FORMULA
    languages: list[SliceView]
    channels: list[SliceView]
    agents: list[AgentView] | None
    suppressed: dict[str, int] = Field(description="questions that were not asked, by reason")


class PersonTenantView(BaseModel):
    tenant: UUID
    asked: int
    delivered: int
    answered: int
    response_rate: str | None
    score: ScoreView


class PersonScoresView(BaseModel):
    """Over all clients that the reader may see, and by client."""

    person: UUID
    name: str
    month: str
    asked: int
    delivered: int
    answered: int
    response_rate: str | None
    score: ScoreView
    formula: str = FORMULA
    tenants: list[PersonTenantView]


def score_view(counts: Counts) -> ScoreView:
    found = score(counts)
    shown = found.share is not None and found.interval is not None
    return ScoreView(
        standing=found.standing,
        n=found.n,
        value=str(rounded(found.share)) if found.share is not None else None,
        low=str(rounded(found.interval.low)) if found.interval else None,
        high=str(rounded(found.interval.high)) if found.interval else None,
        good=counts.good if shown else None,
        bad=counts.bad if shown else None,
    )


def scores_view(
    tenant: UUID, found: Month, names: Mapping[UUID, str] | None, **when: object
) -> ScoresView:
    """`names` None: the reader may not know who."""
    agents = None
    if names is not None:
        agents = [
            AgentView(person=person, name=names.get(person, ""), **_common(counts))
            for person, counts in sorted(found.agents.items())
        ]
    return ScoresView.model_validate(
        {
            "tenant": tenant,
            **when,
            **_common(found.total),
            "languages": _slices(found.languages),
            "channels": _slices(found.channels),
            "agents": agents,
            "suppressed": found.suppressed,
        }
    )


def person_view(
    person: UUID, name: str, month: str, by_tenant: Mapping[UUID, Counts]
) -> PersonScoresView:
    return PersonScoresView(
        person=person,
        name=name,
        month=month,
        **_common(sum(by_tenant.values(), Counts())),
        tenants=[
            PersonTenantView(tenant=tenant, **_common(counts))
            for tenant, counts in by_tenant.items()
        ],
    )


def _slices(found: Mapping[str, Counts]) -> list[SliceView]:
    return [SliceView(key=key, **_common(counts)) for key, counts in sorted(found.items())]


def _common(counts: Counts) -> dict[str, Any]:
    rate = counts.response_rate
    return {
        "asked": counts.asked,
        "delivered": counts.delivered,
        "answered": counts.answered,
        "response_rate": str(rounded(rate)) if rate is not None else None,
        "score": score_view(counts),
    }
