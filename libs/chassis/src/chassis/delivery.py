"""What the relay, the lanes and their upkeep are given: databases, broker, instruments."""

from dataclasses import dataclass, field
from pathlib import Path
from ssl import SSLContext, create_default_context
from typing import Protocol

from opentelemetry.trace import NoOpTracer, Tracer

from chassis.db import Database
from chassis.settings import BaseServiceSettings
from chassis.wakeups import Wakeups


class DeliveryMetrics(Protocol):
    """Plain numbers; the names of the metrics are `chassis.meters`' business."""

    def consumer_lag(self, group: str, topic: str, seconds: float) -> None:
        """Now minus the time of the last record handled; 0 when caught up."""
        ...

    def events_handled(self, group: str, count: int) -> None: ...
    def events_ignored(self, group: str, count: int) -> None:
        """Of types that this catalogue does not know."""
        ...

    def inbox_duplicates(self, group: str, count: int) -> None: ...
    def parked_events(self, group: str, count: int) -> None: ...
    def unreadable_records(self, group: str, count: int) -> None: ...
    def lane_retries(self, group: str, count: int) -> None:
        """Pauses after an infrastructure error."""
        ...

    def lane_halted(self, group: str, halted: bool) -> None: ...
    def outbox(self, rows: int, age_s: float) -> None:
        """What waits to be sent, and the age of the oldest of it."""
        ...

    def relay_shards(self, held: int, stopped: int) -> None: ...


class SilentMetrics:
    """For tests and tools."""

    def consumer_lag(self, group: str, topic: str, seconds: float) -> None: ...
    def events_handled(self, group: str, count: int) -> None: ...
    def events_ignored(self, group: str, count: int) -> None: ...
    def inbox_duplicates(self, group: str, count: int) -> None: ...
    def parked_events(self, group: str, count: int) -> None: ...
    def unreadable_records(self, group: str, count: int) -> None: ...
    def lane_retries(self, group: str, count: int) -> None: ...
    def lane_halted(self, group: str, halted: bool) -> None: ...
    def outbox(self, rows: int, age_s: float) -> None: ...
    def relay_shards(self, held: int, stopped: int) -> None: ...


@dataclass(frozen=True, slots=True)
class KafkaPlace:
    """`prefix` stands before every topic and group on the wire, and nowhere else."""

    bootstrap: str
    prefix: str = ""
    tls: Path | None = None

    @classmethod
    def of(cls, settings: BaseServiceSettings) -> "KafkaPlace":
        return cls(settings.kafka_bootstrap, settings.kafka_prefix, settings.kafka_tls)

    def proof(self) -> SSLContext | None:
        """Who we are to the broker, and whom we take for it; None: both speak in plain."""
        if self.tls is None:
            return None
        context = create_default_context(cafile=self.tls / "ca.crt")
        context.load_cert_chain(self.tls / "user.crt", self.tls / "user.key")
        return context


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """`database` has the runtime role, `loops` the loops role."""

    database: Database
    loops: Database
    kafka: KafkaPlace
    wakeups: Wakeups
    metrics: DeliveryMetrics = field(default_factory=SilentMetrics)
    tracer: Tracer = field(default_factory=NoOpTracer)
