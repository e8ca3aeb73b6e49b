"""`/docs`: the OpenAPI document as one plain page. Loads nothing, runs nothing."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse

_METHODS = ("get", "post", "put", "patch", "delete")
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "code{font-size:.95em}h2{margin-top:2.5rem}dt{margin-top:1rem}dd{margin-inline-start:1.5rem}"
    ":root{color-scheme:light dark}"
)


def router(app: FastAPI) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/docs")
    async def docs() -> HTMLResponse:
        policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
        page = "\n".join(_page(app.openapi()))
        return HTMLResponse(page, headers={"content-security-policy": policy})

    return routes


def _page(document: Mapping[str, Any]) -> Iterator[str]:
    title = escape(document["info"]["title"])
    yield f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title>"
    yield f"<meta name=viewport content='width=device-width'><style>{_STYLE}</style>"
    yield f"<h1>{title} {escape(document['info']['version'])}</h1>"
    yield "<p>The same as a document for tools: <a href=/openapi.json>openapi.json</a></p><dl>"
    for path, methods in sorted(document["paths"].items()):
        for method in _METHODS:
            if method in methods:
                yield from _operation(method, path, methods[method])
    yield "</dl><h2>Shapes</h2><dl>"
    for name, shape in sorted(document.get("components", {}).get("schemas", {}).items()):
        yield from _shape(name, shape)
    yield "</dl></html>"


def _operation(method: str, path: str, told: Mapping[str, Any]) -> Iterator[str]:
    yield f"<dt><code><b>{method.upper()}</b> {escape(path)}</code></dt>"
    yield f"<dd>{escape(told.get('description') or told.get('summary', ''))}"
    for parameter in told.get("parameters", ()):
        need = "" if parameter.get("required") else " (optional)"
        place, named = escape(parameter["in"]), escape(parameter["name"])
        yield f"<br><code>{named}</code> in {place}{need}: {_kind(parameter.get('schema', {}))}"
    for content in told.get("requestBody", {}).get("content", {}).values():
        yield f"<br>takes {_kind(content.get('schema', {}))}"
    for status, response in told.get("responses", {}).items():
        for content in response.get("content", {}).values():
            yield f"<br>{escape(status)} gives {_kind(content.get('schema', {}))}"
    yield "</dd>"


def _shape(name: str, shape: Mapping[str, Any]) -> Iterator[str]:
    told = escape(shape.get("description", ""))
    yield f"<dt id='{escape(name)}'><b>{escape(name)}</b></dt><dd>{told}"
    required = shape.get("required", ())
    for field, kind in shape.get("properties", {}).items():
        need = "" if field in required else " (optional)"
        yield f"<br><code>{escape(field)}</code>{need}: {_kind(kind)}"
    yield "</dd>"


def _kind(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        name = escape(str(schema["$ref"]).rsplit("/", 1)[-1])
        return f"<a href='#{name}'>{name}</a>"
    if "enum" in schema:
        return " | ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(_kind(each) for each in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return escape(str(schema.get("format") or schema.get("type") or "anything"))
