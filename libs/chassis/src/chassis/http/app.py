"""The application of a service: its routers behind one edge, with health, docs and problems."""

from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from fastapi import APIRouter, FastAPI
from pydantic import BaseModel

from chassis.http import answers, docs, health
from chassis.http.commands import Command
from chassis.http.edge import API_HEADERS, Edge
from chassis.http.routes import loose_bodies
from chassis.kit import Kit
from chassis.problems import MEDIA_TYPE


class ProblemBody(BaseModel):
    """Every error (RFC 9457), in the language of `Accept-Language`."""

    type: str
    title: str
    status: int
    detail: str
    next_step: str
    instance: str | None = None


class LooseBodyError(Exception):
    """A route takes a body that is not a `Command`."""


def create_api(
    kit: Kit[Any],
    routers: Sequence[APIRouter],
    *,
    max_body_size: int = answers.DEFAULT_LIMIT,
    headers: Mapping[str, str] = API_HEADERS,
    keep_headers: frozenset[str] = frozenset(),
) -> FastAPI:
    """A route of its own limit says `max_body_size=` in its decorator, as FastAPI has it.

    Raises:
        LooseBodyError: naming routes whose bodies would take unknown fields.
    """
    app = FastAPI(
        title=f"Meridian {kit.service}",
        version=_version(kit.service),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        responses={"default": _problem_response()},
        telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False},
    )
    app.state.kit = kit
    for router in (health.router(kit.readiness, kit.telemetry), docs.router(app), *routers):
        app.include_router(router, max_body_size=max_body_size)
    loose = loose_bodies(app, Command)
    if loose:
        raise LooseBodyError(f"not a chassis.http.Command, or extra is allowed: {loose}")
    answers.install(app)
    app.add_middleware(Edge, kit=kit, headers=headers, keep_headers=keep_headers)
    return app


def _problem_response() -> dict[str, Any]:
    return {
        "description": "A problem",
        "model": ProblemBody,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemBody"}}},
    }


def _version(service: str) -> str:
    try:
        return version(service)
    except PackageNotFoundError:
        return "0"
