"""What a process tells about itself: metrics in a registry of its own, spans, and the log."""

from collections.abc import Sequence
from typing import Any

from opentelemetry import propagate, trace
from opentelemetry.propagators.textmap import TextMapPropagator
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import (
    BatchSpanProcessor,
    SimpleSpanProcessor,
    SpanExporter,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector

from chassis import logs
from chassis.meters import Meters

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


class Telemetry:
    """Metric names get the service before them: `counter("breaches_total", …)`.

    Labels are bounded: never an id, a tenant only on the few gauges of decision 26.
    """

    def __init__(self, service: str, exporter: SpanExporter | None = None) -> None:
        self.service = service
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self.provider = TracerProvider(
            resource=Resource.create({"service.name": service, "service.namespace": "meridian"}),
            shutdown_on_exit=False,
        )
        if exporter is not None:
            self.provider.add_span_processor(SimpleSpanProcessor(exporter))
        self.tracer = self.provider.get_tracer(service)
        self.log: Any = logs.logger(service)
        self.meters = Meters(self)

    def counter(self, name: str, told: str, labels: Sequence[str] = ()) -> Counter:
        return Counter(self._name(name), told, labels, registry=self.registry)

    def gauge(self, name: str, told: str, labels: Sequence[str] = ()) -> Gauge:
        return Gauge(self._name(name), told, labels, registry=self.registry)

    def histogram(
        self,
        name: str,
        told: str,
        labels: Sequence[str] = (),
        buckets: Sequence[float] = SECONDS,
    ) -> Histogram:
        return Histogram(
            self._name(name), told, labels, registry=self.registry, buckets=tuple(buckets)
        )

    def scrape(self) -> bytes:
        return generate_latest(self.registry)

    def export_to(self, endpoint: str) -> None:
        """Send spans to an OTLP collector; without it they have ids and go nowhere."""
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
        self.provider.add_span_processor(BatchSpanProcessor(exporter))

    def close(self) -> None:
        self.provider.shutdown()

    def _name(self, name: str) -> str:
        return f"{self.service.replace('-', '_')}_{name}"


def propagate_w3c() -> None:
    """Once per process: `traceparent` alone crosses borders, no baggage."""
    propagator: TextMapPropagator = TraceContextTextMapPropagator()
    propagate.set_global_textmap(propagator)


def trace_id() -> str:
    """The id of the present trace, empty outside of one."""
    context = trace.get_current_span().get_span_context()
    return format(context.trace_id, "032x") if context.is_valid else ""
