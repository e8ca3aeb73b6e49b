"""Months as people and services see them. Shares are decimal texts, never rounded by us."""

from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from contracts.vocabulary import Metric
from sla.periods.model import Closed, Correction, Listed, Obstacle, PeriodState, Tallies


class PeriodRow(BaseModel):
    month: str
    state: PeriodState
    closed_at: AwareDatetime | None
    sha256: str | None


class PeriodsView(BaseModel):
    """Newest first; the last two years at most."""

    items: list[PeriodRow]


class TallyView(BaseModel):
    metric: Metric
    met: int
    breached: int
    excused: int
    void: int
    target: str | None
    attainment: str | None


class CorrectionView(BaseModel):
    """`was`, `now`: lines as in the snapshot; `metrics`: the counts with this correction."""

    number: int
    clock: UUID
    was: str | None
    now: str | None
    at: AwareDatetime
    cause: UUID | None
    sha256: str
    metrics: list[TallyView]


class PeriodView(PeriodRow):
    """`obstacle` says why an open month cannot close. The rest is there once it is closed."""

    obstacle: Obstacle | None
    closed_by: Literal["service", "person"] | None = None
    zone: str | None = None
    contract_version: int | None = None
    clocks: int | None = None
    metrics: list[TallyView] = []
    corrections: list[CorrectionView] = []


def row(one: Listed) -> PeriodRow:
    return PeriodRow(**_row(one))


def open_view(one: Listed, obstacle: Obstacle | None) -> PeriodView:
    return PeriodView(**_row(one), obstacle=obstacle)


def closed_view(month: Closed, corrections: list[Correction]) -> PeriodView:
    return PeriodView(
        month=month.month,
        state=PeriodState.CLOSED,
        closed_at=month.closed_at,
        sha256=month.sha256,
        obstacle=None,
        closed_by="person" if month.by_person else "service",
        zone=month.zone,
        contract_version=month.contract_version,
        clocks=month.clocks,
        metrics=_tallies(month.tallies),
        corrections=[_correction(one) for one in corrections],
    )


def _row(one: Listed) -> dict[str, Any]:
    return {
        "month": one.month,
        "state": one.state,
        "closed_at": one.closed_at,
        "sha256": one.sha256 or None,
    }


def _correction(one: Correction) -> CorrectionView:
    return CorrectionView(
        number=one.number,
        clock=one.clock,
        was=one.was,
        now=one.now,
        at=one.at,
        cause=one.cause,
        sha256=one.sha256,
        metrics=_tallies(one.tallies),
    )


def _tallies(tallies: Tallies) -> list[TallyView]:
    return [
        TallyView(
            metric=tally.metric,
            met=tally.counts.met,
            breached=tally.counts.breached,
            excused=tally.counts.excused,
            void=tally.counts.void,
            target=str(tally.target) if tally.target is not None else None,
            attainment=_share(tally.counts.attainment),
        )
        for tally in tallies.values()
    ]


def _share(share: object) -> str | None:
    return str(share) if share is not None else None
