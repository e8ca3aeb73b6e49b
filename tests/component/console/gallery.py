"""Every sample page by name, and a small server that shows them under the console's own policy.

`python -m tests.component.console.gallery` serves them to look at, at /<page>/<locale>/<theme>;
`?live` adds the stream of hints.
"""

import json
import mimetypes
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from console.pages import Reader
from console.templating import CONTENT_SECURITY_POLICY, DIST, STATIC_URL, Templates
from tests.component.console import samples, samples_board, samples_promises, samples_roster
from tests.component.console import samples_customer as customer

Maker = Callable[[Reader], Any]
PAGES: dict[str, tuple[str, Maker]] = {
    "login": ("login.html", customer.login),
    "work": ("work.html", samples.work),
    "work-empty": ("work.html", samples.work_empty),
    "work-unavailable": ("work.html", samples.work_unavailable),
    "ticket": ("ticket.html", samples.ticket),
    "ticket-failed": ("ticket.html", samples.ticket_failed),
    "ticket-closed": ("ticket.html", samples.ticket_closed),
    "search": ("search.html", samples.search),
    "search-empty": ("search.html", samples.search_empty),
    "states": ("states.html", samples.work),
    "board": ("board.html", samples_board.board),
    "board-empty": ("board.html", samples_board.board_empty),
    "board-unavailable": ("board.html", samples_board.board_unavailable),
    "roster": ("roster.html", samples_roster.roster),
    "roster-form": ("roster.html", samples_roster.roster_form),
    "roster-review": ("roster.html", samples_roster.roster_review),
    "roster-empty": ("roster.html", samples_roster.roster_empty),
    "promises": ("promises.html", samples_promises.promises),
    "promises-closed": ("promises.html", samples_promises.promises_closed),
    "customer": ("customer_ticket.html", customer.customer),
    "customer-solved": ("customer_ticket.html", customer.customer_solved),
    "customer-closed": ("customer_ticket.html", customer.customer_closed),
    "customer-confirmed": ("customer_result.html", customer.customer_result("confirmed")),
    "customer-reopened": ("customer_result.html", customer.customer_result("reopened")),
    "customer-expired": ("customer_result.html", customer.customer_result("expired")),
    "error-not-found": ("error.html", customer.error("not_found")),
    "error-failed": ("error.html", customer.error("failed")),
    "error-outside": ("error.html", customer.error("unavailable", framed=False)),
}


def draw(templates: Templates, name: str, locale: str = "en", theme: Any = "light") -> str:
    template, maker = PAGES[name]
    return templates.render(template, maker(samples.reader(locale, theme)))


@dataclass(slots=True)
class Gallery:
    """`change` alters a page before it is drawn, `posted` keeps what forms sent."""

    templates: Templates
    address: str = ""
    events: queue.Queue[str] = field(default_factory=queue.Queue)
    posted: list[dict[str, list[str]]] = field(default_factory=list)
    change: Callable[[Any], Any] = field(default=lambda page: page)
    refuse: bool = False
    signed_out: bool = False
    live_requests: int = 0

    def say(self, event: str, data: object) -> None:
        self.events.put(f"event: {event}\ndata: {json.dumps(data)}\n\n")

    def page(self, path: str, query: str) -> str:
        name, locale, theme = path.strip("/").split("/")
        template, maker = PAGES[name]
        page = maker(samples.reader(locale, theme))  # type: ignore[arg-type]
        if "live" in query:
            page = replace(page, frame=replace(page.frame, live="/live"))
        return self.templates.render(template, self.change(page))


def _handler(gallery: Gallery) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            if url.path.startswith(STATIC_URL):
                file = DIST / url.path.removeprefix(f"{STATIC_URL}/")
                kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
                self._send(200, kind, file.read_bytes())
            elif url.path == "/live":
                self._stream()
            elif url.path == "/login":
                body = draw(gallery.templates, "login")
                self._send(200, "text/html; charset=utf-8", body.encode())
            elif gallery.refuse:
                self._send(503, "text/plain", b"not now")
            else:
                shown = gallery.page(url.path, url.query)
                self._send(200, "text/html; charset=utf-8", shown.encode())

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["content-length"])).decode()
            gallery.posted.append({"path": [self.path], **parse_qs(sent)})
            self.send_response(303)
            place = "/login?notice=expired" if gallery.signed_out else "/ticket/en/light"
            self.send_header("location", place)
            self.send_header("content-length", "0")
            self.end_headers()

        def _stream(self) -> None:
            gallery.live_requests += 1
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
            while (text := gallery.events.get()) and text != "end":
                self.wfile.write(text.encode())
                self.wfile.flush()

        def _send(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.send_header("content-security-policy", CONTENT_SECURITY_POLICY)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    return Handler


@contextmanager
def serving(templates: Templates, port: int = 0) -> Iterator[Gallery]:
    """Serves the samples on loopback."""
    gallery = Gallery(templates)
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(gallery))
    server.daemon_threads = True
    gallery.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield gallery
    finally:
        gallery.events.put("end")
        server.shutdown()
        server.server_close()
        thread.join()


if __name__ == "__main__":
    with serving(Templates(), int(sys.argv[1]) if len(sys.argv) > 1 else 8490) as shown:
        print(f"{shown.address}/ticket/en/light")
        threading.Event().wait()
