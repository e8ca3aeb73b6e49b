"""Schemas for kubeconform stand on their own and take no field that nobody knows."""

import json
from pathlib import Path

import yaml

from deploy.k8s import schemas

CRD = {
    "kind": "CustomResourceDefinition",
    "spec": {
        "group": "example.org",
        "names": {"kind": "Thing"},
        "versions": [
            {
                "name": "v1",
                "schema": {
                    "openAPIV3Schema": {
                        "properties": {
                            "spec": {
                                "properties": {
                                    "size": {"x-kubernetes-int-or-string": True, "type": "string"},
                                    "note": {"type": "string", "nullable": True},
                                    "free": {
                                        "properties": {"a": {"type": "string"}},
                                        "x-kubernetes-preserve-unknown-fields": True,
                                    },
                                }
                            }
                        }
                    }
                },
            }
        ],
    },
}


def test_a_kind_of_kubernetes_carries_all_that_it_refers_to(tmp_path: Path) -> None:
    schemas.write_core(tmp_path)

    text = (tmp_path / "deployment-apps-v1.json").read_text()
    whole = json.loads(text)

    named = {part.split('"')[0] for part in text.split("#/$defs/")[1:]}
    assert named == set(whole["$defs"])
    assert whole["additionalProperties"] is False


def test_an_operators_kind_is_strict_where_its_author_did_not_open_it(tmp_path: Path) -> None:
    (tmp_path / "thing.yaml").write_text(yaml.safe_dump(CRD))

    assert schemas.write_custom(tmp_path, tmp_path) == ["Thing"]

    spec = json.loads((tmp_path / "thing-example-v1.json").read_text())["properties"]["spec"]
    assert spec["additionalProperties"] is False
    assert "additionalProperties" not in spec["properties"]["free"]
    assert spec["properties"]["note"]["type"] == ["string", "null"]
    assert spec["properties"]["size"]["oneOf"] == [{"type": "string"}, {"type": "integer"}]


def test_reads_a_bare_equals_sign_in_an_enumeration() -> None:
    assert yaml.load("[=, a]", Loader=schemas.Loader) == ["=", "a"]
