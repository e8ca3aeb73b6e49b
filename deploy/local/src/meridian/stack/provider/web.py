"""The double's addresses: the provider's API, a control address for tests, a page to look at."""

import asyncio
import hmac
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from meridian.stack.provider import rules
from meridian.stack.provider.desk import Asked, Desk, shown

_PAGES = Jinja2Templates(Path(__file__).with_name("templates"))
_HEADERS = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'"}
PAGE = 100


def application(desk: Desk, secret: str) -> Starlette:
    app = Starlette(
        routes=[
            Route("/v1/refunds", make_refund, methods=["POST"]),
            Route("/v1/refunds", list_refunds, methods=["GET"]),
            Route("/v1/charges", learn_charge, methods=["POST"]),
            Route("/control/behaviours", behave, methods=["POST"]),
            Route("/control/disputes", dispute, methods=["POST"]),
            Route("/control/refunds/{number:int}/fail", fail, methods=["POST"]),
            Route("/control/events/again", again, methods=["POST"]),
            Route("/api/ledger", whole_ledger),
            Route("/", page),
            Route("/livez", alive),
        ]
    )
    app.state.desk = desk
    app.state.secret = secret
    return app


async def make_refund(request: Request) -> Response:
    key = request.headers.get("idempotency-key", "")
    if not _authorised(request):
        return _error(401, "unauthorised", "wrong or no secret")
    if not key:
        return _error(400, "key_missing", "send an Idempotency-Key")
    raw = await request.body()
    told = json.loads(raw)
    asked = Asked(*(str(told[name]) for name in Asked.__slots__))
    answer = _desk(request).refund(key, asked, sha256(raw).hexdigest())
    if answer.late_s:
        await asyncio.sleep(answer.late_s)
    headers = {"idempotent-replayed": "true"} if answer.replayed else {}
    return JSONResponse(dict(answer.body), answer.status, headers)


async def list_refunds(request: Request) -> Response:
    """`?key=` one of them; `?account=&since=&until=&after=` a page in the order of making."""
    if not _authorised(request):
        return _error(401, "unauthorised", "wrong or no secret")
    asked, ledger = request.query_params, _desk(request).ledger
    if "key" in asked:
        found = ledger.refund_by_key(asked["key"])
        return JSONResponse({"data": [shown(found)] if found else [], "next": None})
    rows = ledger.refunds(
        asked.get("account", ""),
        asked.get("since", ""),
        asked.get("until", "~"),
        int(asked.get("after", 0)),
        PAGE + 1,
    )
    following = rows[PAGE - 1].number if len(rows) > PAGE else None
    return JSONResponse({"data": [shown(row) for row in rows[:PAGE]], "next": following})


async def learn_charge(request: Request) -> Response:
    told = await request.json()
    captured = rules.units(told["amount"], told["currency"])
    ledger = _desk(request).ledger
    ledger.learn_charge(told["account"], told["charge"], captured, told["currency"])
    return Response(status_code=204)


async def behave(request: Request) -> Response:
    told = await request.json()
    if told["behaviour"] not in rules.BEHAVIOURS:
        return _error(422, "unknown_behaviour", ", ".join(rules.BEHAVIOURS))
    known = _desk(request).ledger.behave(
        told["account"], told["charge"], told["behaviour"], told.get("seconds")
    )
    return Response(status_code=204) if known else _error(404, "unknown_charge", "no such charge")


async def dispute(request: Request) -> Response:
    told, desk = await request.json(), _desk(request)
    if desk.ledger.charge(told["account"], told["charge"]) is None:
        return _error(404, "unknown_charge", "no such charge")
    desk.dispute(told["account"], told["charge"], disputed=not told.get("won", False))
    return Response(status_code=204)


async def fail(request: Request) -> Response:
    desk = _desk(request)
    found = desk.ledger.refund(request.path_params["number"])
    if found is None:
        return _error(404, "unknown_refund", "no such refund")
    desk.fail(found, "account_closed")
    return Response(status_code=204)


async def again(request: Request) -> Response:
    """Every event once more, the newest first."""
    desk = _desk(request)
    told = desk.ledger.tell_all_again(desk.now())
    return JSONResponse({"events": told})


async def whole_ledger(request: Request) -> Response:
    ledger = _desk(request).ledger
    found = ledger.refunds(request.query_params.get("account", ""), limit=10_000)
    return JSONResponse([shown(refund) for refund in found])


async def page(request: Request) -> Response:
    ledger = _desk(request).ledger
    context: dict[str, Any] = {
        "refunds": [shown(refund) for refund in reversed(ledger.refunds(limit=500))],
        "charges": ledger.charges(),
        "behaviours": rules.BEHAVIOURS,
        "amount": rules.amount,
    }
    return _PAGES.TemplateResponse(request, "ledger.html", context, headers=_HEADERS)


async def alive(request: Request) -> Response:
    return Response("ok")


def _authorised(request: Request) -> bool:
    sent = request.headers.get("authorization", "")
    return hmac.compare_digest(sent.encode(), f"Bearer {request.app.state.secret}".encode())


def _error(status: int, code: str, message: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": message}}, status)


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk
