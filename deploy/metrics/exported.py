"""What the services really export: each one's instruments are made, and asked for their names."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import cast

from chassis.db import Database
from chassis.gauges import Gauges
from chassis.telemetry import Telemetry

# The class of each service's own instruments; the console has those of every service alone.
OWN = {
    "intake": "Metrics",
    "routing": "Metrics",
    "sla": "Meters",
    "feedback": "Metrics",
    "billing-policy": "Metrics",
    "console": None,
}
SERVICES = tuple(OWN)


@dataclass(frozen=True, slots=True)
class Family:
    """One metric as the code makes it: `name` without `_total`, `_bucket` and the like."""

    name: str
    kind: str
    told: str
    labels: frozenset[str]
    buckets: frozenset[str]

    @property
    def series(self) -> tuple[str, ...]:
        match self.kind:
            case "counter":
                return (f"{self.name}_total",)
            case "histogram":
                return tuple(f"{self.name}_{end}" for end in ("bucket", "count", "sum"))
            case _:
                return (self.name,)


def prefix(service: str) -> str:
    return service.replace("-", "_")


@cache
def exported(service: str) -> dict[str, Family]:
    """Every series of the service by its name."""
    families = [family for family in _families(_telemetry(service)) if family.name != "python_info"]
    return {name: family for family in families for name in family.series}


def _telemetry(service: str) -> Telemetry:
    telemetry = Telemetry(service)
    Gauges(cast(Database, None), telemetry)  # made, never run: it asks no database
    if own := OWN[service]:
        getattr(import_module(f"{prefix(service)}.metrics"), own)(telemetry)
    return telemetry


def _families(telemetry: Telemetry) -> Iterator[Family]:
    for collector in list(telemetry.registry._collector_to_names):
        for family in collector.collect():
            labels = frozenset(getattr(collector, "_labelnames", ()))
            bounds = frozenset(_text(each) for each in getattr(collector, "_upper_bounds", ()))
            bounds |= frozenset(_text(each) for each in _asked(collector))
            yield Family(family.name, family.type, family.documentation, labels, bounds)


def _asked(collector: object) -> tuple[float, ...]:
    """The bounds of a histogram with labels lie in what each child is made with."""
    kwargs = getattr(collector, "_kwargs", {})
    return tuple(kwargs.get("buckets", ()))


def _text(bound: float) -> str:
    return "+Inf" if bound == float("inf") else str(float(bound))
