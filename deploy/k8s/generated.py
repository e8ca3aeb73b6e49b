"""`python -m deploy.k8s.generated write | check`: the manifests that the contracts dictate.

Topics and who may read or write them come from the catalogue; nobody edits these files by hand.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from console.live.translate import HINTED, KNOWN
from contracts.catalog import TOPICS, Scale, Topic

HERE = Path(__file__).resolve().parent
CLUSTER = {"strimzi.io/cluster": "meridian"}
COPIES = {"cluster": 3, "single": 1}
WEEK_MS = 7 * 24 * 3600 * 1000
SERVICES = ("intake", "routing", "sla", "feedback", "billing-policy", "console")
HEAD = "# Generated from the catalogue of contracts by `make contracts`; do not edit.\n"

Manifest = dict[str, Any]


def generated() -> dict[str, str]:
    """Every such file by its path, with what it has to say."""
    return {
        "base/kafka-users.yaml": written(user(service) for service in SERVICES),
        "overlays/dev/topics.yaml": written(topic(each, "single") for each in TOPICS),
        "overlays/prod/topics.yaml": written(topic(each, "cluster") for each in TOPICS),
    }


def written(manifests: Iterator[Manifest]) -> str:
    return HEAD + yaml.safe_dump_all(manifests, sort_keys=False, width=100)


def topic(each: Topic, scale: Scale) -> Manifest:
    copies = COPIES[scale]
    kept: Manifest = {"cleanup.policy": "compact"} if each.compacted else {"retention.ms": WEEK_MS}
    return {
        "apiVersion": "kafka.strimzi.io/v1",
        "kind": "KafkaTopic",
        "metadata": {"name": each.name, "namespace": "meridian", "labels": CLUSTER.copy()},
        "spec": {
            "partitions": each.partitions(scale),
            "replicas": copies,
            "config": {"min.insync.replicas": max(1, copies - 1), **kept},
        },
    }


def user(service: str) -> Manifest:
    """A service writes its own topics, reads what it listens to, in its own groups."""
    own = [each.name for each in TOPICS if each.producer == service]
    heard = [each.name for each in TOPICS if reads(service, each)]
    groups = sorted(
        {group for each in TOPICS for group in each.consumers if served_by(group) == service}
    )
    acls = [
        *(rule("topic", name, "Write", "Describe") for name in own),
        *(rule("topic", name, "Read", "Describe") for name in heard),
        *(rule("group", name, "Read") for name in groups),
    ]
    return {
        "apiVersion": "kafka.strimzi.io/v1",
        "kind": "KafkaUser",
        "metadata": {"name": service, "labels": CLUSTER.copy()},
        "spec": {
            "authentication": {"type": "tls"},
            "authorization": {"type": "simple", "acls": acls},
        },
    }


def reads(service: str, each: Topic) -> bool:
    """The console reads without a group, as `console.live` says."""
    if service == "console":
        return each in (*KNOWN, *HINTED)
    return any(served_by(group) == service for group in each.consumers)


def served_by(group: str) -> str:
    return group.partition(".")[0]


def rule(kind: str, name: str, *operations: str) -> Manifest:
    return {
        "resource": {"type": kind, "name": name, "patternType": "literal"},
        "operations": list(operations),
    }


def stale() -> list[str]:
    return [
        f"deploy/k8s/{name} is stale: run `make contracts`"
        for name, text in generated().items()
        if not (HERE / name).exists() or (HERE / name).read_text(encoding="utf-8") != text
    ]


def main(words: list[str]) -> int:
    match words:
        case ["write"]:
            for name, text in generated().items():
                (HERE / name).write_text(text, encoding="utf-8")
            return 0
        case ["check"]:
            problems = stale()
            for problem in problems:
                sys.stderr.write(f"{problem}\n")
            return 1 if problems else 0
        case _:
            sys.stderr.write("usage: python -m deploy.k8s.generated write | check\n")
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
