"""Reads one YAML mapping strictly: every error names the file, the place and what was expected."""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from types import MappingProxyType
from typing import Any
from uuid import UUID

import yaml


class ContentError(ValueError):
    """The demo content is wrong; `str()` says where and how."""


class Row:
    """A mapping on its way into a value. What nobody reads is refused by `finish`."""

    def __init__(self, values: Any, where: str) -> None:
        if not isinstance(values, dict):
            raise ContentError(f"{where}: expected a mapping, found {type(values).__name__}")
        self.where = where
        self._values: dict[str, Any] = values
        self._read: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def _take(self, key: str, kind: type | tuple[type, ...], wanted: str) -> Any:
        self._read.add(key)
        if key not in self._values:
            raise ContentError(f"{self.where}: {key} is missing")
        value = self._values[key]
        if not isinstance(value, kind) or isinstance(value, bool) is not (kind is bool):
            raise ContentError(f"{self.where}: {key} must be {wanted}, found {value!r}")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        if default is not None and key not in self._values:
            return default
        return str(self._take(key, str, "a text")).strip("\n")

    def one_of(self, key: str, allowed: frozenset[str], default: str | None = None) -> str:
        value = self.text(key, default)
        if value not in allowed:
            raise ContentError(f"{self.where}: {key} {value!r} is none of {sorted(allowed)}")
        return value

    def flag(self, key: str, default: bool) -> bool:
        return bool(self._take(key, bool, "true or false")) if key in self._values else default

    def whole(self, key: str) -> int:
        return int(self._take(key, int, "a whole number"))

    def decimal(self, key: str) -> Decimal:
        try:
            return Decimal(str(self._take(key, (int, float), "a number")))
        except InvalidOperation as error:
            raise ContentError(f"{self.where}: {key} must be a number") from error

    def uuid(self, key: str) -> UUID:
        value = self.text(key)
        try:
            return UUID(value)
        except ValueError as error:
            raise ContentError(f"{self.where}: {key} {value!r} is no uuid") from error

    def items(self, key: str) -> list[Any]:
        return list(self._take(key, list, "a list"))

    def texts(self, key: str) -> tuple[str, ...]:
        values = self.items(key)
        if not all(isinstance(value, str) for value in values):
            raise ContentError(f"{self.where}: {key} must be a list of texts, found {values!r}")
        return tuple(values)

    def row(self, key: str) -> "Row":
        return Row(self._take(key, dict, "a mapping"), f"{self.where}.{key}")

    def rows(self, key: str) -> Iterator["Row"]:
        for position, values in enumerate(self.items(key)):
            name = _name_of(values) or str(position)
            yield Row(values, f"{self.where}.{key}[{name}]")

    def text_map(self, key: str) -> Mapping[str, str]:
        row = self.row(key)
        return MappingProxyType({name: row.text(name) for name in row})

    def number_map(self, key: str) -> Mapping[str, int]:
        row = self.row(key)
        return MappingProxyType({name: row.whole(name) for name in row})

    def finish(self) -> None:
        unknown = sorted(set(self._values) - self._read)
        if unknown:
            raise ContentError(f"{self.where}: unknown keys {unknown}")


def _name_of(values: Any) -> str:
    if not isinstance(values, dict):
        return ""
    return str(values.get("slug") or values.get("key") or values.get("name") or "")


def demo_yaml(name: str) -> Any:
    """The parsed content of one YAML file that ships beside this module."""
    try:
        text = files("meridian.demo").joinpath(name).read_text(encoding="utf-8")
        return yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise ContentError(f"{name}: {error}") from error


def contact_files() -> tuple[str, ...]:
    """Names of the contact files, in the order in which they are played."""
    folder = files("meridian.demo").joinpath("contacts")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    return tuple(f"contacts/{name}" for name in names)
