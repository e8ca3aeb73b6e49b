"""Every sample page by name, and a small server that shows them under the console's own policy.

`python -m tests.component.console.gallery` serves them to look at, at /<page>/<locale>/<theme>.
"""

import mimetypes
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from console.pages import Reader
from console.templating import CONTENT_SECURITY_POLICY, DIST, STATIC_URL, Templates
from tests.component.console import samples, samples_lead

Maker = Callable[[Reader], Any]
PAGES: dict[str, tuple[str, Maker]] = {
    "login": ("login.html", samples.login),
    "work": ("work.html", samples.work),
    "work-empty": ("work.html", samples.work_empty),
    "work-unavailable": ("work.html", samples.work_unavailable),
    "ticket": ("ticket.html", samples.ticket),
    "ticket-failed": ("ticket.html", samples.ticket_failed),
    "ticket-closed": ("ticket.html", samples.ticket_closed),
    "search": ("search.html", samples.search),
    "search-empty": ("search.html", samples.search_empty),
    "states": ("states.html", samples.work),
    "board": ("board.html", samples_lead.board),
    "board-empty": ("board.html", samples_lead.board_empty),
    "board-unavailable": ("board.html", samples_lead.board_unavailable),
    "roster": ("roster.html", samples_lead.roster),
    "roster-form": ("roster.html", samples_lead.roster_form),
    "roster-review": ("roster.html", samples_lead.roster_review),
    "roster-empty": ("roster.html", samples_lead.roster_empty),
    "promises": ("promises.html", samples_lead.promises),
    "promises-closed": ("promises.html", samples_lead.promises_closed),
    "customer": ("customer_ticket.html", samples.customer),
    "customer-solved": ("customer_ticket.html", samples.customer_solved),
    "customer-closed": ("customer_ticket.html", samples.customer_closed),
    "customer-confirmed": ("customer_result.html", samples.customer_result("confirmed")),
    "customer-reopened": ("customer_result.html", samples.customer_result("reopened")),
    "customer-expired": ("customer_result.html", samples.customer_result("expired")),
    "error-not-found": ("error.html", samples.error("not_found")),
    "error-failed": ("error.html", samples.error("failed")),
    "error-outside": ("error.html", samples.error("unavailable", framed=False)),
}


def draw(templates: Templates, name: str, locale: str = "en", theme: Any = "light") -> str:
    template, maker = PAGES[name]
    return templates.render(template, maker(samples.reader(locale, theme)))


def _handler(templates: Templates) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith(STATIC_URL):
                file = DIST / self.path.removeprefix(f"{STATIC_URL}/").split("?")[0]
                kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
                self._send(200, kind, file.read_bytes())
                return
            name, locale, theme = self.path.strip("/").split("?")[0].split("/")
            body = draw(templates, name, locale, theme)
            self._send(200, "text/html; charset=utf-8", body.encode())

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
def serving(templates: Templates, port: int = 0) -> Iterator[str]:
    """Serves the samples on loopback; yields the address."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(templates))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


if __name__ == "__main__":
    with serving(Templates(), int(sys.argv[1]) if len(sys.argv) > 1 else 8490) as address:
        print(f"{address}/ticket/en/light")
        threading.Event().wait()
