"""The web side of a service: what routes depend on, and the application that holds them."""

from typing import Any

from fastapi import Request
from pydantic import BaseModel, ConfigDict, model_validator

from chassis.kit import Kit

MAX_DEPTH = 32


def kit(request: Request) -> Kit[Any]:
    """Dependency: `kit: Kit = Depends(http.kit)`."""
    found: Kit[Any] = request.app.state.kit
    return found


class Command(BaseModel):
    """Base of every request body: unknown fields, NUL and half characters are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, data: Any) -> Any:
        _refuse_unstorable(data)
        return data


def _refuse_unstorable(data: Any, depth: int = 0) -> None:
    if depth > MAX_DEPTH:
        raise ValueError("nested too deeply")
    if isinstance(data, str):
        if "\x00" in data or any("\ud800" <= letter <= "\udfff" for letter in data):
            raise ValueError("a text holds a character that cannot be stored")
    elif isinstance(data, dict):
        for key, value in data.items():
            _refuse_unstorable(key, depth + 1)
            _refuse_unstorable(value, depth + 1)
    elif isinstance(data, list):
        for value in data:
            _refuse_unstorable(value, depth + 1)
