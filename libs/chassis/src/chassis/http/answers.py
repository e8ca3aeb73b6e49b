"""Problems as answers in the reader's language, and what validation says in plain words."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from chassis import problems
from chassis.i18n import Texts
from chassis.idempotency import Answer, KeyReusedError
from chassis.problems import MEDIA_TYPE, TYPE_PREFIX, Problem
from chassis.telemetry import trace_id
from chassis.values import Locale

MOST_ERRORS = 20
DEFAULT_LIMIT = 1_000_000

# What pydantic calls a mistake, in words for people; values in braces come from its context.
PLAIN = {
    "missing": "is required",
    "extra_forbidden": "is not known here",
    "string_type": "must be a text",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "does not have the right form",
    "enum": "must be one of {expected}",
    "literal_error": "must be one of {expected}",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "decimal_parsing": "must be a number",
    "decimal_type": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "uuid_type": "must be an id (a UUID)",
    "uuid_parsing": "must be an id (a UUID)",
    "datetime_type": "must be a date and time",
    "datetime_parsing": "must be a date and time",
    "datetime_from_date_parsing": "must be a date and time",
    "timezone_aware": "must name its time zone",
    "date_type": "must be a date",
    "date_parsing": "must be a date",
    "date_from_datetime_parsing": "must be a date",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "too_short": "must have at least {min_length} entries",
    "too_long": "must have at most {max_length} entries",
    "is nested too deeply": "is nested too deeply",
    "holds a character that cannot be stored": "holds a character that cannot be stored",
}
EMPTY = "must not be empty"
OTHERWISE = "is not accepted"


def install(app: FastAPI) -> None:
    """Every error of a route becomes a problem."""

    async def on_problem(request: Request, error: Exception) -> Response:
        return answer(request, _as_problem(request, error))

    for kind in (Problem, HTTPException, RequestValidationError, KeyReusedError):
        app.add_exception_handler(kind, on_problem)


def answer(request: Request, problem: Problem) -> Response:
    texts: Texts = request.app.state.kit.texts
    locale = texts.choose(request.headers.get("accept-language"))
    request.state.reason = problem.slug
    return JSONResponse(
        body(problem, texts, locale),
        problem.status,
        headers={**problem.headers, "content-language": locale.tag, "vary": "accept-language"},
        media_type=MEDIA_TYPE,
    )


def body(problem: Problem, texts: Texts, locale: Locale) -> dict[str, Any]:
    """`instance` names the trace. A 404 has none, so that a foreign id answers as an absent one."""
    found: dict[str, Any] = {
        "type": f"{TYPE_PREFIX}{problem.slug}",
        "title": texts.gettext(locale, problem.title),
        "status": problem.status,
        "detail": texts.gettext(locale, problem.detail, **problem.extra),
        "next_step": texts.gettext(locale, problem.next_step, **problem.extra),
    }
    if problem.status != HTTPStatus.NOT_FOUND:
        found["instance"] = f"urn:trace:{trace_id()}"
    for name, value in problem.extra.items():
        found.setdefault(name, jsonable_encoder(value))
    return found


def accepted_bytes(scope: Mapping[str, Any]) -> int:
    """The limit that Starlette holds this request's body to."""
    limit: int = scope.get("starlette.max_body_size", DEFAULT_LIMIT)
    return limit


def answered(given: Answer) -> Response:
    """The answer of an idempotent command; a repeated one says so."""
    headers = dict(given.headers)
    if given.replayed:
        headers["idempotency-replayed"] = "true"
    if given.status == HTTPStatus.NO_CONTENT:
        return Response(status_code=given.status, headers=headers)
    return JSONResponse(jsonable_encoder(dict(given.body)), given.status, headers=headers)


def _as_problem(request: Request, error: Exception) -> Problem:
    match error:
        case Problem():
            return error
        case KeyReusedError():
            return Problem(
                422,
                "idempotency-key-reused",
                "This key was used for something else",
                "The Idempotency-Key came before with another body or for another address.",
                "Send a new key with a new command.",
            )
        case RequestValidationError():
            return _from_validation(request, error)
        case HTTPException(status_code=413):
            return problems.too_large(accepted_bytes(request.scope))
        case HTTPException():
            return _from_status(error.status_code).with_headers(error.headers or {})
    raise error


def _from_status(status: int) -> Problem:
    match status:
        case 400:
            return problems.malformed("The request cannot be read.")
        case 401:
            return problems.unauthenticated()
        case 403:
            return problems.forbidden()
        case 404:
            return problems.not_found()
        case 405:
            return Problem(
                405,
                "method-not-allowed",
                "Not possible at this address",
                "This address takes other methods only.",
                "See the header Allow.",
            )
        case 415:
            return _not_json()
    return Problem(status, f"http-{status}", HTTPStatus(status).phrase)


def _from_validation(request: Request, error: RequestValidationError) -> Problem:
    found: Sequence[Mapping[str, Any]] = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        return problems.malformed()
    if _body_was_not_json(request, found):
        return _not_json()
    texts: Texts = request.app.state.kit.texts
    locale = texts.choose(request.headers.get("accept-language"))
    told = [_told(each, texts, locale) for each in found[:MOST_ERRORS]]
    return problems.invalid(errors=told)


def _told(mistake: Mapping[str, Any], texts: Texts, locale: Locale) -> dict[str, str]:
    """One mistake: where, and what is wrong. The value itself is never sent back."""
    context = mistake.get("ctx", {})
    kind = str(context["error"]) if mistake["type"] == "value_error" else mistake["type"]
    place = ".".join(str(part)[:100] for part in mistake["loc"][1:]) or str(mistake["loc"][0])
    values = {name: value for name, value in context.items() if name != "error"}
    plain = PLAIN.get(kind, kind if mistake["type"] == "value_error" else OTHERWISE)
    if context.get("min_length") == 1:
        plain = EMPTY
    return {"field": place, "problem": texts.gettext(locale, plain, **values)}


def _body_was_not_json(request: Request, found: Sequence[Mapping[str, Any]]) -> bool:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    is_json = kind == "application/json" or kind.endswith("+json")
    return not is_json and any(
        tuple(each["loc"]) == ("body",) and each["type"] != "missing" for each in found
    )


def _not_json() -> Problem:
    return Problem(
        415,
        "not-json",
        "JSON is needed here",
        "The body must be JSON and say so in Content-Type.",
        "Send application/json.",
    )
