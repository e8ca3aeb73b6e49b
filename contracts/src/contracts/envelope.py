"""The envelope every event travels in, as values, and the base of all payloads."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class EventData(BaseModel):
    """Base of every payload: writers may not add unknown fields; readers ignore them (`read`)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def read(cls, raw: bytes) -> "EventData":
        """Parse a payload as a consumer must: fields this version does not know are ignored."""
        return cls.model_validate_json(raw, extra="ignore")


T = TypeVar("T", bound=EventData)
T_co = TypeVar("T_co", bound=EventData, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventMeta:
    """CloudEvents attributes (names as the specification demands) and Meridian's extensions.

    `version` counts the aggregate's changes without gaps: `epoch << 40 | n`, n from 1.
    `partitionkey` is `<tenant uuid>:<aggregate uuid>`; `subject` is the aggregate's uuid.
    """

    id: UUID
    type: str
    source: str
    subject: UUID
    time: datetime
    tenantid: UUID
    version: int
    correlationid: UUID
    causationid: UUID | None = None
    traceparent: str | None = None

    @property
    def partitionkey(self) -> str:
        return partition_key(self.tenantid, self.subject)

    @property
    def dataschema(self) -> str:
        return f"schemas/{self.type}.json"


@dataclass(frozen=True, slots=True)
class Event(Generic[T_co]):
    meta: EventMeta
    data: T_co


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(Generic[T_co]):
    """What a handler gives to the outbox; the outbox completes the envelope.

    `aggregate` must be unique over all aggregate types (a work item is not the ticket's id again).
    `time` is when the fact became true (server time), not when it is published.
    """

    tenant: UUID
    aggregate: UUID
    version: int
    time: datetime
    data: T_co


def partition_key(tenant: UUID, aggregate: UUID) -> str:
    return f"{tenant}:{aggregate}"
