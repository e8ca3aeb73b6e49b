"""What people and tests look at: a plain page and a JSON list of the mails that left."""

from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from meridian.stack.mailbox.store import Mail, MailStore

_PAGES = Jinja2Templates(Path(__file__).with_name("templates"))
_HEADERS = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'"}


def application(store: MailStore) -> Starlette:
    app = Starlette(
        routes=[
            Route("/", inbox),
            Route("/mails/{number:int}", page),
            Route("/api/messages", messages, methods=["GET"]),
            Route("/api/messages", clear, methods=["DELETE"]),
            Route("/api/messages/{number:int}", message),
            Route("/api/messages/{number:int}/raw", raw),
            Route("/livez", alive),
        ]
    )
    app.state.store = store
    return app


async def inbox(request: Request) -> Response:
    to = request.query_params.get("to", "")
    found = _store(request).find(to=to, limit=200)
    context = {"mails": found, "to": to, "count": _store(request).count()}
    return _PAGES.TemplateResponse(request, "inbox.html", context, headers=_HEADERS)


async def page(request: Request) -> Response:
    mail = _store(request).one(request.path_params["number"])
    if mail is None:
        return Response("There is no such mail.", status_code=404)
    return _PAGES.TemplateResponse(request, "mail.html", {"mail": mail}, headers=_HEADERS)


async def messages(request: Request) -> Response:
    """`?to=` one recipient, `?subject=` a part of it, `?after=` a number, `?limit=`."""
    asked = request.query_params
    try:
        after, limit = int(asked.get("after", 0)), int(asked.get("limit", 100))
    except ValueError:
        return JSONResponse({"error": "after and limit are whole numbers"}, status_code=400)
    found = _store(request).find(
        to=asked.get("to", ""), subject=asked.get("subject", ""), after=after, limit=limit
    )
    return JSONResponse([described(mail) for mail in found])


async def message(request: Request) -> Response:
    mail = _store(request).one(request.path_params["number"])
    if mail is None:
        return JSONResponse({"error": "there is no such mail"}, status_code=404)
    return JSONResponse(described(mail))


async def raw(request: Request) -> Response:
    mail = _store(request).one(request.path_params["number"])
    if mail is None:
        return JSONResponse({"error": "there is no such mail"}, status_code=404)
    return Response(mail.raw, media_type="message/rfc822")


async def clear(request: Request) -> Response:
    _store(request).clear()
    return Response(status_code=204)


async def alive(request: Request) -> Response:
    return Response("ok")


def described(mail: Mail) -> dict[str, Any]:
    return {
        "id": mail.id,
        "received": mail.received,
        "from": mail.sender,
        "to": list(mail.recipients),
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "headers": [[name, str(value)] for name, value in mail.message.items()],
    }


def _store(request: Request) -> MailStore:
    store: MailStore = request.app.state.store
    return store
