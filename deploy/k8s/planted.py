"""Errors planted into our own manifests: each checker must find its own, or it proves nothing."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Literal

Manifest = dict[str, Any]
Finder = Literal["rules", "policy", "schemas"]


@dataclass(frozen=True, slots=True)
class Planted:
    """`what` goes wrong in the manifest of that kind and name; `said` is what the finder says."""

    finder: Finder
    kind: str
    name: str
    spoil: Callable[[Manifest], None]
    said: str

    def into(self, manifests: list[Manifest]) -> list[Manifest]:
        """All of them, with that one spoiled."""
        return [self._spoiled(one) if self._meant(one) else one for one in manifests]

    def alone(self, manifests: list[Manifest]) -> Manifest:
        return next(self._spoiled(one) for one in manifests if self._meant(one))

    def _meant(self, one: Manifest) -> bool:
        return (one["kind"], one["metadata"]["name"]) == (self.kind, self.name)

    def _spoiled(self, one: Manifest) -> Manifest:
        copy = deepcopy(one)
        self.spoil(copy)
        return copy


def at(path: str, value: Any = None) -> Callable[[Manifest], None]:
    """Sets what lies at that path, or takes it away where the value is None."""

    def spoil(one: Manifest) -> None:
        *way, last = path.replace("POD", "spec.template.spec").split(".")
        part: Any = one
        for step in way:
            part = part[int(step)] if isinstance(part, list) else part[step.replace("~", ".")]
        key: Any = int(last) if isinstance(part, list) else last.replace("~", ".")
        if value is None:
            del part[key]
        else:
            part[key] = value

    return spoil


_BOX = "POD.containers.0"
_POD = "spec.template.spec"
_TOPIC = ("KafkaTopic", "intake.ticket.v1")
_OUT = ("NetworkPolicy", "billing-policy-pays")

PLANTED = (
    Planted("schemas", *_TOPIC, at("spec.partition", 4), "partition"),
    Planted("schemas", *_TOPIC, at("spec.partitions", 0), "minimum"),
    Planted("schemas", "Cluster", "sla-db", at("spec.instances", 0), "minimum"),
    Planted("schemas", "Cluster", "sla-db", at("spec.instances", "three"), "integer"),
    Planted("schemas", "PodMonitor", "sla", at("spec.podMetricEndpoints", []), "podMetricEndpoint"),
    Planted("schemas", "Deployment", "sla", at("spec.replica", 2), "replica"),
    Planted("schemas", "Deployment", "sla", at(f"{_BOX}.readinessProbe.httpGet.port"), "port"),
    Planted("schemas", "Deployment", "sla", at("apiVersion", "apps/v1beta1"), "schema"),
    Planted("policy", "Deployment", "sla", at(f"{_BOX}.resources.limits"), "no memory limit"),
    Planted(
        "policy", "Deployment", "sla",
        at(f"{_BOX}.securityContext.allowPrivilegeEscalation", True), "may escalate",
    ),
    Planted(
        "policy", "Deployment", "sla",
        at(f"{_BOX}.securityContext.readOnlyRootFilesystem", False), "root file system",
    ),
    Planted(
        "policy", "Job", "sla-migrate",
        at(f"{_BOX}.securityContext.capabilities", {}), "keeps capabilities",
    ),
    Planted("policy", "Deployment", "sla", at(f"{_BOX}.livenessProbe"), "lacks livenessProbe"),
    Planted("policy", "Deployment", "sla", at(f"{_BOX}.image", "meridian/sla"), "not pinned"),
    Planted("policy", "Deployment", "sla", at(f"{_BOX}.image", "meridian/sla:latest"), "floats"),
    Planted("policy", "Deployment", "sla", at("POD.securityContext", {}), "may run as root"),
    Planted(
        "policy", "Deployment", "sla", at("POD.automountServiceAccountToken"), "account's token"
    ),
    Planted(
        "policy", "Deployment", "sla",
        at(f"{_BOX}.env.0", {"name": "SLA_LINK_SECRET", "value": "x"}), "plain text",
    ),
    Planted("policy", "Namespace", "meridian", at("metadata.labels", {}), "not restricted"),
    Planted("policy", *_OUT, at("spec.egress.0.to"), "lets out to anybody"),
    Planted("policy", *_OUT, at("spec.egress.0.ports"), "on any port"),
    Planted(
        "policy", "NetworkPolicy", "ingress-reaches-the-doors",
        at("spec.ingress.0.from"), "lets anybody in",
    ),
    Planted(
        "policy", "KafkaUser", "sla",
        at("spec.authorization.acls.0.resource.patternType", "prefix"), "more than it names",
    ),
    Planted("policy", "KafkaUser", "sla", at("spec.authentication"), "not bound"),
    Planted("policy", "Kafka", "meridian", at("spec.kafka.listeners.0.tls", False), "in plain"),
    Planted("policy", "Kafka", "meridian", at("spec.kafka.authorization"), "anybody do anything"),
    Planted(
        "policy", "Cluster", "sla-db", at("spec.managed.roles.0.bypassrls", True), "tenants' walls"
    ),
    Planted("policy", "Cluster", "sla-db", at("spec.enableSuperuserAccess", True), "superuser"),
    Planted(
        "policy", "Cluster", "sla-db", at("spec.postgresql.synchronous"), "waits for no second"
    ),
    Planted(
        "policy", *_TOPIC, at("spec.config.min~insync~replicas", 1), "one of them is enough"
    ),
    Planted(
        "policy", "PodDisruptionBudget", "sla", at("spec.maxUnavailable", 1), "how many stay"
    ),
    Planted("rules", "Service", "sla", at("spec.selector", {"a": "b"}), "Service sla: selects no"),
    Planted(
        "rules", "PodMonitor", "sla",
        at("spec.selector.matchLabels", {"a": "b"}), "PodMonitor sla: selects no pod",
    ),
    Planted(
        "rules", "NetworkPolicy", "default-deny", at("spec.policyTypes", ["Ingress"]), "denies"
    ),
    Planted(
        "rules", *_OUT,
        at("spec.podSelector.matchLabels.app~kubernetes~io/name", "billing"), "guards billing,",
    ),
    Planted("rules", "PodDisruptionBudget", "sla", at("spec.minAvailable", 3), "keeps 3 of 3"),
    Planted("rules", "KafkaUser", "sla", at("metadata.name", "slaa"), "sla: has no KafkaUser"),
    Planted("rules", "Job", "sla-migrate", at("metadata.name", "m"), "has no Job sla-migrate"),
    Planted("rules", "KafkaUser", "sla", at("metadata.name", "s"), "Secret sla, which nobody"),
    Planted(
        "rules", "ConfigMap", "console", at("data.CONSOLE_FEEDBACK_URL"),
        "does not set CONSOLE_FEEDBACK_URL",
    ),
    Planted("rules", "ConfigMap", "sla", at("data.SLA_HTTP_PROT", "1"), "sets SLA_HTTP_PROT,"),
    Planted(
        "rules", "Cluster", "sla-db",
        at("spec.bootstrap.initdb.database", "slaa"), "asks for sla@sla-db-rw/sla, which no",
    ),
)  # fmt: skip


def of(finder: Finder) -> Iterator[Planted]:
    return (each for each in PLANTED if each.finder == finder)
