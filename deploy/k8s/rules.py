"""What several manifests mean together, and whether they tell the services what these ask for.

What one manifest must be, seen alone, are the rules of `policy/`.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from deploy.k8s.generated import SERVICES

Manifest = dict[str, Any]
Labels = Mapping[str, str]

PODS = ("Deployment", "Job")
NEEDED = ("Service", "PodDisruptionBudget", "PodMonitor", "KafkaUser", "Database", "ConfigMap")
# Made by people or their secrets' keeper, never by us: README.md lists them with their keys.
GIVEN = ("meridian", "console-sign-in", "billing-policy-provider")
MADE = ("meridian-cluster-ca-cert",)


def broken(manifests: list[Manifest]) -> Iterator[str]:
    yield from _default_deny(manifests)
    yield from _selections(manifests)
    yield from _budgets(manifests)
    for service in SERVICES:
        yield from _whole(service, manifests)
    for pods in _of(manifests, *PODS):
        yield from _secrets(pods, manifests)
        yield from _settings(pods, manifests)
        yield from _databases(pods, manifests)


def _default_deny(manifests: list[Manifest]) -> Iterator[str]:
    shut = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    if not any(one["spec"] == shut for one in _of(manifests, "NetworkPolicy")):
        yield "no NetworkPolicy denies everything by default"


def _selections(manifests: list[Manifest]) -> Iterator[str]:
    """Whatever selects nothing is a hole that nobody sees."""
    labels = [_template(one)["metadata"]["labels"] for one in _of(manifests, *PODS)]
    for one in _of(manifests, "Service", "PodDisruptionBudget", "PodMonitor"):
        selector = one["spec"]["selector"]
        wanted = selector if one["kind"] == "Service" else selector["matchLabels"]
        if not any(wanted.items() <= each.items() for each in labels):
            yield f"{_name(one)}: selects no pod"
    known = {each["app.kubernetes.io/name"] for each in labels}
    for one in _of(manifests, "NetworkPolicy"):
        for name in _chosen_services(one["spec"]["podSelector"]):
            if name not in known:
                yield f"{_name(one)}: guards {name}, which is not deployed"


def _chosen_services(selector: Manifest) -> Iterator[str]:
    key = "app.kubernetes.io/name"
    if key in selector.get("matchLabels", {}):
        yield selector["matchLabels"][key]
    for expression in selector.get("matchExpressions", []):
        if expression["key"] == key:
            yield from expression["values"]


def _budgets(manifests: list[Manifest]) -> Iterator[str]:
    copies = {one["metadata"]["name"]: one["spec"]["replicas"] for one in _deployments(manifests)}
    for one in _of(manifests, "PodDisruptionBudget"):
        name, kept = one["metadata"]["name"], one["spec"].get("minAvailable", 0)
        if kept and kept >= copies.get(name, kept + 1):
            yield f"{_name(one)}: keeps {kept} of {copies[name]}, so no node can be emptied"


def _whole(service: str, manifests: list[Manifest]) -> Iterator[str]:
    names = {(one["kind"], one["metadata"]["name"]) for one in manifests}
    needed = [*((kind, service) for kind in ("Deployment", *NEEDED)), ("Cluster", f"{service}-db")]
    for kind, name in (*needed, ("Job", f"{service}-migrate")):
        if (kind, name) not in names:
            yield f"{service}: has no {kind} {name}"


def _secrets(pods: Manifest, manifests: list[Manifest]) -> Iterator[str]:
    made = {one["metadata"]["name"] for one in _of(manifests, "KafkaUser")}
    for cluster in _of(manifests, "Cluster"):
        made |= _role_secrets(cluster)
    for name in sorted(set(_secrets_read(_template(pods)["spec"]))):
        if name not in made and name not in (*GIVEN, *MADE):
            yield f"{_name(pods)}: reads Secret {name}, which nobody makes"


def _role_secrets(cluster: Manifest) -> set[str]:
    roles = cluster["spec"]["managed"]["roles"]
    owner: str = cluster["spec"]["bootstrap"]["initdb"]["secret"]["name"]
    return {owner, *(role["passwordSecret"]["name"] for role in roles)}


def _secrets_read(spec: Manifest) -> Iterator[str]:
    for variable in spec["containers"][0].get("env", []):
        if "secretKeyRef" in variable.get("valueFrom", {}):
            yield variable["valueFrom"]["secretKeyRef"]["name"]
    for volume in spec.get("volumes", []):
        for source in volume.get("projected", {}).get("sources", []):
            yield source["secret"]["name"]


def _settings(pods: Manifest, manifests: list[Manifest]) -> Iterator[str]:
    """Every variable a service asks for is set, and none that it does not know."""
    service = _service(pods)
    if service not in SERVICES:
        return
    fields = import_module(f"{service.replace('-', '_')}.settings").Settings.model_fields
    prefix = f"{service.replace('-', '_').upper()}_"
    given = {name.removeprefix(prefix) for name in _variables(pods, manifests, prefix)}
    wanted = {name.upper(): field.is_required() for name, field in fields.items()}
    for name in sorted(given - wanted.keys()):
        yield f"{_name(pods)}: sets {prefix}{name}, which {service} does not know"
    for name in sorted(name for name, required in wanted.items() if required):
        if name not in given:
            yield f"{_name(pods)}: does not set {prefix}{name}, without which it cannot start"


def _variables(pods: Manifest, manifests: list[Manifest], prefix: str) -> Iterator[str]:
    container = _template(pods)["spec"]["containers"][0]
    maps = {source["configMapRef"]["name"] for source in container.get("envFrom", [])}
    for one in _of(manifests, "ConfigMap"):
        if one["metadata"]["name"] in maps:
            yield from one["data"]
    for variable in container.get("env", []):
        if variable["name"].startswith(prefix):
            yield variable["name"]


def _databases(pods: Manifest, manifests: list[Manifest]) -> Iterator[str]:
    """Each address names a role and a database that the cluster behind it has."""
    offered = {
        f"{role}@{one['metadata']['name']}-rw/{one['spec']['bootstrap']['initdb']['database']}"
        for one in _of(manifests, "Cluster")
        for role in _roles(one)
    }
    for variable in _template(pods)["spec"]["containers"][0].get("env", []):
        if variable["name"].endswith("_URL") and "postgresql" in variable.get("value", ""):
            who, _, where = variable["value"].partition("://")[2].partition("@")
            asked = f"{who.partition(':')[0]}@{where.replace(':5432', '')}"
            if asked not in offered:
                yield f"{_name(pods)}: {variable['name']} asks for {asked}, which no Cluster has"


def _roles(cluster: Manifest) -> Iterator[str]:
    yield cluster["spec"]["bootstrap"]["initdb"]["owner"]
    for role in cluster["spec"]["managed"]["roles"]:
        yield role["name"]


def _deployments(manifests: list[Manifest]) -> Iterator[Manifest]:
    return _of(manifests, "Deployment")


def _of(manifests: list[Manifest], *kinds: str) -> Iterator[Manifest]:
    return (one for one in manifests if one["kind"] in kinds)


def _template(pods: Manifest) -> Manifest:
    found: Manifest = pods["spec"]["template"]
    return found


def _service(pods: Manifest) -> str:
    found: str = _template(pods)["metadata"]["labels"]["app.kubernetes.io/name"]
    return found


def _name(one: Manifest) -> str:
    return f"{one['kind']} {one['metadata']['name']}"
