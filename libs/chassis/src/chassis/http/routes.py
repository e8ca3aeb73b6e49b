"""The route of a request as its template: the only form in which logs and metrics may name it."""

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel

UNMATCHED = "unmatched"


def template(scope: Mapping[str, Any]) -> str:
    """`/v1/tickets/{ticket}`, or `unmatched`."""
    context = scope.get("fastapi", {}).get("effective_route_context")
    route = context or scope.get("route")
    found = getattr(route, "path_format", None) or getattr(route, "path", None)
    return found or UNMATCHED


def loose_bodies(app: FastAPI, strict: type[BaseModel]) -> list[str]:
    """Body models that would take unknown fields, or texts that cannot be stored."""
    found: list[str] = []
    for context in iter_route_contexts(app.routes):
        dependant = getattr(context, "dependant", None)
        for field in dependant.body_params if dependant else ():
            for model in _models(field.field_info.annotation, ()):
                if model.model_config.get("extra") != "forbid":
                    found.append(f"{context.path}: {model.__name__}")
            for model in _models(field.field_info.annotation, (), deep=False):
                if not issubclass(model, strict):
                    found.append(f"{context.path}: {model.__name__}")
    return found


def _models(
    annotation: Any, seen: tuple[type[BaseModel], ...], *, deep: bool = True
) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation not in seen:
            yield annotation
            for field in annotation.model_fields.values() if deep else ():
                yield from _models(field.annotation, (*seen, annotation))
        return
    for part in getattr(annotation, "__args__", ()):
        yield from _models(part, seen, deep=deep)
