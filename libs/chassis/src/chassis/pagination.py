"""Pages by cursor: a cursor names the last row seen, so that pages neither skip nor repeat."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel

from chassis import problems

KeyPart = str | int | UUID | datetime
Key = tuple[KeyPart, ...]

LARGEST = 200
MAX_CURSOR = 500

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cursor:
    """The sort key of a row, as opaque text on the wire."""

    key: Key

    def __str__(self) -> str:
        packed = json.dumps([_pack(part) for part in self.key], separators=(",", ":"))
        return base64.urlsafe_b64encode(packed.encode()).rstrip(b"=").decode()

    @staticmethod
    def read(text: str, like: tuple[type, ...] | None = None) -> "Cursor":
        """`like` gives the types that the key must have.

        Raises:
            Problem: 400 for anything that we did not make.
        """
        try:
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            key = tuple(_unpack(kind, value) for kind, value in json.loads(raw))
        except (binascii.Error, ValueError, TypeError, KeyError, RecursionError):
            raise _bad_cursor() from None
        if like is not None and tuple(type(part) for part in key) != like:
            raise _bad_cursor()
        return Cursor(key)


@dataclass(frozen=True, slots=True)
class PageParams:
    """Fetch `fetch` rows, one more than the page holds: the extra one shows that there are more."""

    limit: int
    cursor: str | None = None

    @property
    def fetch(self) -> int:
        return self.limit + 1

    def after(self, *like: type) -> Key | None:
        """The key to go on behind, of these types; None for the first page."""
        return Cursor.read(self.cursor, like).key if self.cursor else None


class Page(BaseModel, Generic[T]):
    """The answer of a list: `next` is the cursor of the following page, null at the end."""

    items: list[T]
    next: str | None = None


async def page_params(
    limit: Annotated[int, Query(ge=1, le=LARGEST)] = 50,
    cursor: Annotated[str | None, Query(max_length=MAX_CURSOR)] = None,
) -> PageParams:
    """Dependency: `params: PageParams = Depends(page_params)`."""
    return PageParams(limit, cursor)


def page(rows: Sequence[T], limit: int, key: Callable[[T], Key]) -> tuple[list[T], str | None]:
    """What to show of `limit + 1` fetched rows, and the cursor of what follows."""
    shown = list(rows[:limit])
    more = len(rows) > limit and bool(shown)
    return shown, str(Cursor(key(shown[-1]))) if more else None


def _bad_cursor() -> problems.Problem:
    return problems.Problem(
        400,
        "bad-cursor",
        "This page mark is not ours",
        "The cursor was changed or belongs to another list.",
        "Start again at the first page.",
    )


def _pack(part: KeyPart) -> tuple[str, str | int]:
    match part:
        case UUID():
            return "u", str(part)
        case datetime():
            return "t", part.isoformat()
        case int():
            return "i", part
        case str():
            return "s", part


def _unpack(kind: Any, value: Any) -> KeyPart:
    if kind == "u":
        return UUID(value)
    if kind == "t":
        instant = datetime.fromisoformat(value)
        if instant.tzinfo is None:
            raise ValueError("naive")
        return instant
    if kind == "i" and type(value) is int and -(2**63) <= value < 2**63:
        return value
    if kind == "s" and isinstance(value, str) and "\x00" not in value:
        return value.encode("utf-8").decode()
    raise ValueError("unknown kind")
