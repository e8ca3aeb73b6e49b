"""What routes depend on: the kit, strict bodies, and the key that makes a command repeatable."""

import re
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from pydantic import BaseModel, ConfigDict, model_validator

from chassis import problems
from chassis.auth import Authenticated
from chassis.http.routes import template
from chassis.idempotency import RequestKey
from chassis.kit import Kit

MAX_DEPTH = 32

_KEY = re.compile(r"[\x21-\x7e]{1,200}")


async def kit(request: Request) -> Kit[Any]:
    """Dependency: `kit: Kit = Depends(http.kit)`. Async, or FastAPI would call it in a thread."""
    found: Kit[Any] = request.app.state.kit
    return found


class Command(BaseModel):
    """Base of every request body: unknown fields, NUL and half characters are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, data: Any) -> Any:
        refuse_unstorable(data)
        return data


def refuse_unstorable(data: Any, depth: int = 0) -> None:
    if depth > MAX_DEPTH:
        raise ValueError("is nested too deeply")
    if isinstance(data, str):
        if "\x00" in data or any("\ud800" <= letter <= "\udfff" for letter in data):
            raise ValueError("holds a character that cannot be stored")
    elif isinstance(data, dict):
        for key, value in data.items():
            refuse_unstorable(key, depth + 1)
            refuse_unstorable(value, depth + 1)
    elif isinstance(data, list):
        for value in data:
            refuse_unstorable(value, depth + 1)


SentKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="Chosen by the caller: the same key and body get the first answer again.",
    ),
]


async def request_key(
    request: Request, principal: Authenticated, sent: SentKey = None
) -> RequestKey | None:
    """Dependency of a command: its `Idempotency-Key`, if one was sent."""
    return await _key(request, sent, principal.subject) if sent is not None else None


async def require_key(
    key: Annotated[RequestKey | None, Depends(request_key)],
) -> RequestKey:
    """Dependency of a command that must not happen twice."""
    return _required(key)


async def public_key(request: Request, sent: SentKey = None) -> RequestKey | None:
    """As `request_key`, for routes that nobody signs in to: the address stands for the caller."""
    if sent is None:
        return None
    caller = sha256(request.url.path.encode()).hexdigest()
    return await _key(request, sent, f"address:{caller}")


async def _key(request: Request, sent: str, caller: str) -> RequestKey:
    if not _KEY.fullmatch(sent):
        raise problems.malformed("An Idempotency-Key has 1 to 200 visible ASCII characters.")
    body = sha256(await request.body()).digest()
    route = f"{request.method} {template(request.scope)}"
    return RequestKey(key=sent, caller=caller, route=_addressed(request, route), body_sha256=body)


def _addressed(request: Request, route: str) -> str:
    """The same key for another object is another command: the ids in the path are part of it."""
    named = ",".join(f"{name}={value}" for name, value in sorted(request.path_params.items()))
    return f"{route} {sha256(named.encode()).hexdigest()[:32]}" if named else route


def _required(key: RequestKey | None) -> RequestKey:
    if key is None:
        raise problems.Problem(
            400,
            "idempotency-key-required",
            "Say which command this is",
            "This needs an Idempotency-Key header.",
            "Send a new key with each new command, and the same key when repeating one.",
        )
    return key
