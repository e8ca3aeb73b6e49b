"""Contracts only grow inside a version: what may change in a schema and what breaks it."""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

_WORDS = {"description", "title", "default", "examples", "$defs"}


def breaking_changes(old: Schema, new: Schema) -> list[str]:
    """Why readers or writers of `old` could break on `new`; empty when it only grew.

    Allowed: a new optional field, a new word in an enumeration, other descriptions.
    """
    return list(_compare(_Pair(old, new, old, new), "$"))


class _Pair:
    """Two schemas at the same place, with the documents that their references point into."""

    def __init__(self, old: Schema, new: Schema, old_root: Schema, new_root: Schema) -> None:
        self.old_root, self.new_root = old_root, new_root
        self.old, self.new = _resolved(old, old_root), _resolved(new, new_root)

    def inner(self, old: Schema, new: Schema) -> "_Pair":
        return _Pair(old, new, self.old_root, self.new_root)


def _compare(pair: _Pair, at: str) -> Iterator[str]:
    old, new = pair.old, pair.new
    yield from _properties(pair, at)
    for missing in set(new.get("required", ())) - set(old.get("required", ())):
        if missing in new.get("properties", {}):
            yield f"{at}.{missing}: is required now"
    for dropped in set(old.get("required", ())) - set(new.get("required", ())):
        yield f"{at}.{dropped}: was required, readers rely on it"
    if gone := set(old.get("enum", ())) - set(new.get("enum", ())):
        yield f"{at}: words removed: {', '.join(sorted(map(str, gone)))}"
    yield from _parts(pair, at)
    done = _WORDS | {"properties", "required", "enum", "items", "anyOf", "additionalProperties"}
    for key in sorted((old.keys() | new.keys()) - done):
        if old.get(key) != new.get(key):
            yield f"{at}: {key} was {old.get(key)!r}, is {new.get(key)!r}"


def _properties(pair: _Pair, at: str) -> Iterator[str]:
    before, after = pair.old.get("properties", {}), pair.new.get("properties", {})
    for name, schema in before.items():
        if name not in after:
            yield f"{at}.{name}: was removed"
        else:
            yield from _compare(pair.inner(schema, after[name]), f"{at}.{name}")


def _parts(pair: _Pair, at: str) -> Iterator[str]:
    for key in ("items", "additionalProperties"):
        before, after = pair.old.get(key), pair.new.get(key)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from _compare(pair.inner(before, after), f"{at}[{key}]")
        elif before != after:
            yield f"{at}: {key} was {before!r}, is {after!r}"
    before_any, after_any = pair.old.get("anyOf", ()), pair.new.get("anyOf", ())
    if len(before_any) != len(after_any):
        yield f"{at}: the alternatives changed"
        return
    for number, (before, after) in enumerate(zip(before_any, after_any, strict=True)):
        yield from _compare(pair.inner(before, after), f"{at}|{number}")


def _resolved(schema: Schema, root: Schema) -> Schema:
    while "$ref" in schema:
        name = str(schema["$ref"]).rsplit("/", 1)[-1]
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        schema = {**root["$defs"][name], **rest}
    return schema
