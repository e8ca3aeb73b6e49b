"""`sla.period.v1`: a month of promises, in counts."""

from pydantic import AwareDatetime, Field

from contracts.envelope import EventData
from contracts.vocabulary import Metric


class MetricCounts(EventData):
    metric: Metric
    met: int
    breached: int
    excused: int
    void: int
    running: int
    target: str = Field(description="promised share as a decimal text, for example 0.95")
    attainment: str | None = Field(
        description="met / (met + breached), unrounded; null without any"
    )


class PeriodFacts(EventData):
    month: str = Field(
        pattern=r"^\d{4}-\d{2}$", description="in the contract's zone, by due instant"
    )
    metrics: tuple[MetricCounts, ...]
    snapshot_sha256: str
    at: AwareDatetime
    zone: str = Field(default="", description="where the contract lives")
    contract_version: int = Field(default=0, description="in force at the month's end; 0: unsaid")
    clocks: int = Field(default=0, description="promises in the snapshot")


class PeriodForecastV1(PeriodFacts):
    """How the month stands."""


class PeriodClosedV1(PeriodFacts):
    """Frozen: credits and invoices are computed from this snapshot alone."""


class PeriodCorrectedV1(PeriodFacts):
    """A correction entry; the closed snapshot stays as it was."""

    corrects_sha256: str
