"""Attainment as clients see it. Shares are decimal texts, never rounded by us."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from contracts.vocabulary import Metric
from sla.periods.model import Closed
from sla.policies.model import Contract, Hours
from sla.reports.decide import FORMULA, attainment
from sla.reports.handlers import Month
from sla.reports.model import Attainment, Counts, DayCounts


class CountsView(BaseModel):
    met: int
    breached: int
    excused: int
    void: int
    running: int


class TargetView(BaseModel):
    priority: str
    plan: str | None
    channel: str | None
    language: str | None
    seconds: int
    hours: Hours


class MetricView(CountsView):
    """`misses` is `breached`; `misses_allowed` of those counted so far."""

    metric: Metric
    target: str | None
    attainment: str | None
    holds: bool | None
    misses: int
    misses_allowed: int | None
    budget_left: int | None
    formula: str
    targets: list[TargetView]


class DayView(CountsView):
    day: date
    metric: Metric


class HeatView(BaseModel):
    """Misses by hour of the day in the contract's zone."""

    metric: Metric
    hour: int
    language: str
    misses: int


class AttainmentView(BaseModel):
    """`undecided` counts promises past their instant whose verdict waits for the ticket feed.

    A closed month shows the counts of its snapshot; days and hours are those of the ledger now.
    """

    tenant: UUID
    month: str
    zone: str
    contract_version: int
    as_of: AwareDatetime
    metrics: list[MetricView]
    days: list[DayView]
    heat: list[HeatView]
    undecided: int
    closed_at: AwareDatetime | None
    snapshot_sha256: str | None


def view(
    contract: Contract,
    month: str,
    found: Month,
    undecided: int,
    now: AwareDatetime,
    *,
    frozen: Closed | None,
) -> AttainmentView:
    return AttainmentView(
        tenant=contract.tenant,
        month=month,
        zone=contract.calendar.zone,
        contract_version=contract.version,
        as_of=now,
        metrics=[_metric(contract, one) for one in _frozen(frozen) or found.metrics],
        days=[_day(one) for one in found.days],
        heat=[
            HeatView(metric=metric, hour=hour, language=language, misses=misses)
            for metric, hour, language, misses in found.heat
        ],
        undecided=undecided,
        closed_at=frozen.closed_at if frozen else None,
        snapshot_sha256=frozen.sha256 if frozen else None,
    )


def _frozen(month: Closed | None) -> list[Attainment]:
    if month is None:
        return []
    return [attainment(one.metric, one.counts, one.target) for one in month.tallies.values()]


def _metric(contract: Contract, one: Attainment) -> MetricView:
    share = one.counts.attainment
    return MetricView(
        metric=one.metric,
        target=str(one.target) if one.target is not None else None,
        attainment=str(share) if share is not None else None,
        holds=one.holds,
        misses=one.counts.breached,
        misses_allowed=one.misses_allowed,
        budget_left=one.budget_left,
        formula=f"{FORMULA} = {one.counts.met} / {one.counts.eligible}",
        targets=[
            TargetView(
                priority=target.priority,
                plan=target.plan,
                channel=target.channel,
                language=target.language,
                seconds=target.seconds,
                hours=target.hours,
            )
            for target in contract.targets
            if target.metric is one.metric
        ],
        **_counts(one.counts),
    )


def _day(one: DayCounts) -> DayView:
    return DayView(day=one.day, metric=one.metric, **_counts(one.counts))


def _counts(counts: Counts) -> dict[str, int]:
    return {
        "met": counts.met,
        "breached": counts.breached,
        "excused": counts.excused,
        "void": counts.void,
        "running": counts.running,
    }
