"""`routing.coverage.v1`: people against need, by tenant, language and interval."""

from uuid import UUID

from pydantic import AwareDatetime

from contracts.envelope import EventData


class CoverageFacts(EventData):
    for_tenant: UUID
    language: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    required: int
    rostered: int


class CoverageForecastV1(CoverageFacts):
    """What is needed and rostered for an interval."""


class CoverageShortV1(CoverageFacts):
    """Fewer people than needed."""


class CoverageRecoveredV1(CoverageFacts):
    """Enough people again."""
