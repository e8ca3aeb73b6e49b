"""House rules for rendered manifests: reads YAML documents from stdin, names each broken rule."""

import sys
from collections.abc import Iterator
from typing import Any

import yaml

Manifest = dict[str, Any]

PODS = ("Deployment", "StatefulSet", "Job")


def broken(manifests: list[Manifest]) -> Iterator[str]:
    for one in manifests:
        if one["kind"] in PODS:
            yield from _pod(one)
    yield from _selectors(manifests)
    yield from _walls(manifests)


def _pod(one: Manifest) -> Iterator[str]:
    name = f"{one['kind']} {one['metadata']['name']}"
    spec = one["spec"]["template"]["spec"]
    if not spec.get("securityContext", {}).get("runAsNonRoot"):
        yield f"{name}: may run as root"
    if spec.get("automountServiceAccountToken", True):
        yield f"{name}: mounts a service account's token it does not need"
    for container in spec["containers"]:
        yield from _container(f"{name}/{container['name']}", container, one["kind"])


def _container(name: str, container: Manifest, kind: str) -> Iterator[str]:
    resources = container.get("resources", {})
    if "memory" not in resources.get("limits", {}) or "cpu" not in resources.get("requests", {}):
        yield f"{name}: has no memory limit or no cpu request"
    context = container.get("securityContext", {})
    if context.get("allowPrivilegeEscalation", True) or not context.get("readOnlyRootFilesystem"):
        yield f"{name}: may escalate or write its root file system"
    if context.get("capabilities", {}).get("drop") != ["ALL"]:
        yield f"{name}: keeps capabilities"
    if kind == "Deployment":
        missing = [p for p in ("readinessProbe", "livenessProbe") if p not in container]
        if missing:
            yield f"{name}: lacks {', '.join(missing)}"
    tag = container["image"].rpartition(":")[2]
    if tag in ("", "latest") or tag == container["image"]:
        yield f"{name}: image {container['image']} is not pinned to a tag"


def _selectors(manifests: list[Manifest]) -> Iterator[str]:
    """A Service or disruption budget that selects nothing is a hole nobody sees."""
    labels = [
        one["spec"]["template"]["metadata"]["labels"] for one in manifests if one["kind"] in PODS
    ]
    for one in manifests:
        selector = {
            "Service": lambda spec: spec.get("selector"),
            "PodDisruptionBudget": lambda spec: spec["selector"].get("matchLabels"),
        }.get(one["kind"], lambda spec: None)(one.get("spec", {}))
        if selector and not any(selector.items() <= label.items() for label in labels):
            yield f"{one['kind']} {one['metadata']['name']}: selects no pod"


def _walls(manifests: list[Manifest]) -> Iterator[str]:
    denies = [
        one
        for one in manifests
        if one["kind"] == "NetworkPolicy"
        and one["spec"]["podSelector"] == {}
        and set(one["spec"]["policyTypes"]) == {"Ingress", "Egress"}
        and not one["spec"].get("ingress")
        and not one["spec"].get("egress")
    ]
    if not denies:
        yield "no NetworkPolicy denies everything by default"
    for one in manifests:
        if one["kind"] == "Namespace":
            level = one["metadata"].get("labels", {}).get("pod-security.kubernetes.io/enforce")
            if level != "restricted":
                yield f"Namespace {one['metadata']['name']}: pod security is {level}"


def main() -> int:
    manifests = [one for one in yaml.safe_load_all(sys.stdin) if one]
    found = list(broken(manifests))
    for problem in found:
        sys.stderr.write(f"{problem}\n")
    kinds = sorted({one["kind"] for one in manifests})
    sys.stdout.write(f"{len(manifests)} manifests: {', '.join(kinds)}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
