"""Every figure this service tells of itself."""

from chassis.telemetry import Telemetry


class Metrics:
    def __init__(self, telemetry: Telemetry) -> None:
        self.remedies = telemetry.counter(
            "remedies_total", "remedies by what was decided", ("decided",)
        )
        self._calls = telemetry.counter(
            "payment_calls_total", "Calls to the provider by what it said", ("said",)
        )
        self._payments = telemetry.counter(
            "payments_total", "Refunds by the state they came into", ("state",)
        )
        self._circuit = telemetry.gauge(
            "payment_circuit_open", "1 while the provider is not called because it fails"
        )
        self._events = telemetry.counter(
            "provider_events_total", "What the provider told by itself", ("type", "taken")
        )

        self._findings = telemetry.counter(
            "reconciliation_findings_total", "Differences from the provider's list", ("kind",)
        )

    def found(self, kind: str) -> None:
        self._findings.labels(kind).inc()

    def called(self, said: str) -> None:
        self._calls.labels(said).inc()

    def paid(self, state: str) -> None:
        self._payments.labels(state).inc()

    def circuit(self, *, is_open: bool) -> None:
        self._circuit.set(1 if is_open else 0)

    def heard(self, kind: str, *, taken: bool) -> None:
        """`kind` is one of a closed list, or `other`."""
        self._events.labels(kind, str(taken).lower()).inc()
