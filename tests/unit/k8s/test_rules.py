"""The rules for manifests find planted errors, and our own manifests break none."""

import subprocess
import sys
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
import yaml

K8S = Path(__file__).resolve().parents[3] / "deploy" / "k8s"
KUBECTL = Path(sys.executable).with_name("kubectl")

spec = spec_from_file_location("k8s_rules", K8S / "rules.py")
assert spec is not None
assert spec.loader is not None
rules = module_from_spec(spec)
spec.loader.exec_module(rules)

Manifest = dict[str, Any]


def rendered(overlay: str) -> list[Manifest]:
    done = subprocess.run(
        [KUBECTL, "kustomize", K8S / "overlays" / overlay], capture_output=True, check=True
    )
    return [one for one in yaml.safe_load_all(done.stdout) if one]


def find(manifests: list[Manifest], kind: str, name: str) -> Manifest:
    return next(m for m in manifests if (m["kind"], m["metadata"]["name"]) == (kind, name))


def container(manifests: list[Manifest]) -> Manifest:
    pod = find(manifests, "Deployment", "sla")["spec"]["template"]["spec"]
    found: Manifest = pod["containers"][0]
    return found


@pytest.mark.parametrize("overlay", ["dev", "prod"])
def test_our_manifests_break_no_rule(overlay: str) -> None:
    assert list(rules.broken(rendered(overlay))) == []


def no_memory_limit(m: list[Manifest]) -> None:
    del container(m)["resources"]["limits"]


def privileged(m: list[Manifest]) -> None:
    container(m)["securityContext"]["allowPrivilegeEscalation"] = True


def capable(m: list[Manifest]) -> None:
    container(m)["securityContext"]["capabilities"] = {}


def no_probe(m: list[Manifest]) -> None:
    del container(m)["readinessProbe"]


def floating(m: list[Manifest]) -> None:
    container(m)["image"] = "meridian/sla:latest"


def root(m: list[Manifest]) -> None:
    find(m, "Deployment", "sla")["spec"]["template"]["spec"]["securityContext"] = {}


def lost_service(m: list[Manifest]) -> None:
    find(m, "Service", "sla")["spec"]["selector"] = {"app.kubernetes.io/name": "slaa"}


def open_network(m: list[Manifest]) -> None:
    m.remove(find(m, "NetworkPolicy", "default-deny"))


def lax_namespace(m: list[Manifest]) -> None:
    find(m, "Namespace", "meridian")["metadata"]["labels"] = {}


@pytest.mark.parametrize(
    ("plant", "said"),
    [
        (no_memory_limit, "has no memory limit"),
        (privileged, "may escalate"),
        (capable, "keeps capabilities"),
        (no_probe, "lacks readinessProbe"),
        (floating, "is not pinned"),
        (root, "may run as root"),
        (lost_service, "Service sla: selects no pod"),
        (open_network, "no NetworkPolicy denies everything"),
        (lax_namespace, "pod security is None"),
    ],
)
def test_a_planted_error_is_found(plant: Callable[[list[Manifest]], None], said: str) -> None:
    manifests = rendered("dev")
    plant(manifests)

    assert any(said in problem for problem in rules.broken(manifests))
