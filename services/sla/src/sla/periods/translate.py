"""Counts of a month into the document that is kept, and into events."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from contracts.envelope import Draft
from contracts.sla_period import MetricCounts, PeriodClosedV1, PeriodCorrectedV1
from contracts.vocabulary import Metric
from sla.periods.decide import period_id
from sla.periods.model import Closed, Correction, Tallies, Tally
from sla.reports.model import Counts


def to_document(tallies: Tallies) -> Sequence[Mapping[str, Any]]:
    return [
        {
            "metric": tally.metric,
            "met": tally.counts.met,
            "breached": tally.counts.breached,
            "excused": tally.counts.excused,
            "void": tally.counts.void,
            "target": str(tally.target) if tally.target is not None else None,
        }
        for tally in tallies.values()
    ]


def from_document(told: Sequence[Mapping[str, Any]]) -> Tallies:
    return {
        Metric(said["metric"]): Tally(
            Metric(said["metric"]),
            Counts(said["met"], said["breached"], said["excused"], said["void"]),
            Decimal(said["target"]) if said["target"] is not None else None,
        )
        for said in told
    }


def closed_told(month: Closed, version: int) -> Draft[PeriodClosedV1]:
    data = PeriodClosedV1(
        **_facts(month, month.tallies),
        snapshot_sha256=month.sha256,
        at=month.closed_at,
    )
    return _draft(month, version, data)


def corrected_told(month: Closed, entry: Correction, version: int) -> Draft[PeriodCorrectedV1]:
    data = PeriodCorrectedV1(
        **_facts(month, entry.tallies),
        snapshot_sha256=entry.sha256,
        corrects_sha256=month.sha256,
        at=entry.at,
    )
    return _draft(month, version, data)


def _draft(month: Closed, version: int, data: Any) -> Draft[Any]:
    aggregate = period_id(month.tenant, month.month)
    return Draft(tenant=month.tenant, aggregate=aggregate, version=version, time=data.at, data=data)


def _facts(month: Closed, tallies: Tallies) -> dict[str, Any]:
    return {
        "month": month.month,
        "metrics": tuple(_metric(tally) for tally in tallies.values()),
        "zone": month.zone,
        "contract_version": month.contract_version,
        "clocks": month.clocks,
    }


def _metric(tally: Tally) -> MetricCounts:
    counts, share = tally.counts, tally.counts.attainment
    return MetricCounts(
        metric=tally.metric,
        met=counts.met,
        breached=counts.breached,
        excused=counts.excused,
        void=counts.void,
        running=counts.running,
        target=str(tally.target) if tally.target is not None else "0",
        attainment=str(share) if share is not None else None,
    )
