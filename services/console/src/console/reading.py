"""Values out of JSON answers: instants, ids, texts that may be missing."""

from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.values import aware


def instant(value: Any) -> datetime:
    return aware(datetime.fromisoformat(str(value)))


def maybe_instant(value: Any) -> datetime | None:
    return instant(value) if value else None


def maybe_id(value: Any) -> UUID | None:
    return UUID(str(value)) if value else None


def text(value: Any) -> str:
    return str(value) if value is not None else ""
