"""JSON Schemas for kubeconform, each whole in itself and strict: an unknown field is an error.

Kubernetes' own come from the package kubernetes-validate, those of the operators from their CRDs.
"""

import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml

VERSION = "1.37.0"

Schema = dict[str, Any]


class Loader(yaml.CSafeLoader):
    """A CRD of Strimzi has a bare `=` in an enumeration, which YAML 1.1 reads as a tag."""


Loader.add_constructor("tag:yaml.org,2002:value", lambda loader, node: node.value)


def write_core(folder: Path, version: str = VERSION) -> None:
    """Every kind of Kubernetes itself, with the definitions that it refers to."""
    folder.mkdir(parents=True, exist_ok=True)
    definitions: dict[str, Schema] = json.loads(_shipped(version).read_text())["$defs"]
    for schema in definitions.values():
        _point_inside(schema)
    for schema in definitions.values():
        for kind in schema.get("x-kubernetes-group-version-kind", []):
            needed: dict[str, Schema] = {}
            _gather(schema, definitions, needed)
            whole = {**schema, "$defs": needed}
            (folder / file_name(kind["kind"], kind["group"], kind["version"])).write_text(
                json.dumps(whole)
            )


def write_custom(folder: Path, crds: Path) -> list[str]:
    """Every kind whose CustomResourceDefinition lies in `crds`; their names."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for file in sorted(crds.glob("*.yaml")):
        for crd in yaml.load_all(file.read_text(encoding="utf-8"), Loader=Loader):
            if crd and crd.get("kind") == "CustomResourceDefinition":
                spec = crd["spec"]
                found.append(spec["names"]["kind"])
                for version in spec["versions"]:
                    name = file_name(spec["names"]["kind"], spec["group"], version["name"])
                    (folder / name).write_text(json.dumps(_resource(version)))
    return found


def file_name(kind: str, group: str, version: str) -> str:
    """As kubeconform fills in `{{.ResourceKind}}{{.KindSuffix}}`."""
    suffix = "-".join(part for part in (group.split(".")[0], version) if part)
    return f"{kind.lower()}-{suffix}.json"


def _shipped(version: str) -> Path:
    spec = find_spec("kubernetes_validate")
    assert spec is not None
    assert spec.origin is not None
    schemas = Path(spec.origin).parent / "kubernetes-json-schema"
    return schemas / f"v{version}-local-strict" / "_definitions.json"


def _point_inside(part: Any) -> None:
    """References lead to a file beside; kubeconform wants them inside the schema."""
    for holder in _mappings(part):
        target = holder.get("$ref")
        if isinstance(target, str):
            holder["$ref"] = f"#/$defs/{_named(target)}"


def _gather(part: Any, definitions: dict[str, Schema], needed: dict[str, Schema]) -> None:
    for holder in _mappings(part):
        target = holder.get("$ref")
        if isinstance(target, str) and _named(target) not in needed:
            needed[_named(target)] = definitions[_named(target)]
            _gather(needed[_named(target)], definitions, needed)


def _named(target: str) -> str:
    return target.rpartition("#/$defs/")[2]


def _mappings(part: Any) -> Iterator[Schema]:
    if isinstance(part, dict):
        yield part
    for inner in part.values() if isinstance(part, dict) else part:
        if isinstance(inner, dict | list):
            yield from _mappings(inner)


def _resource(version: Schema) -> Schema:
    schema: Schema = version["schema"]["openAPIV3Schema"]
    _strict(schema)
    schema["properties"] |= {
        "apiVersion": {"type": "string"},
        "kind": {"type": "string"},
        "metadata": {"type": "object"},
    }
    return schema


def _strict(schema: Schema) -> None:
    """As strict as the API server's strict mode, in words that a plain validator knows."""
    open_on_purpose = schema.get("x-kubernetes-preserve-unknown-fields")
    if "properties" in schema and not open_on_purpose:
        schema.setdefault("additionalProperties", False)
    if schema.get("x-kubernetes-int-or-string"):
        schema.pop("type", None)
        schema.pop("anyOf", None)
        schema["oneOf"] = [{"type": "string"}, {"type": "integer"}]
    if schema.get("nullable") and isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
    for inner in schema.get("properties", {}).values():
        _strict(inner)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            _strict(schema[key])
