"""A small program that behaves as told, for tests of the supervisor; run with `python`."""

import argparse
import http.server
import signal
import sys
import time
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--journal", type=Path, required=True)
    parser.add_argument("--port", type=int)
    parser.add_argument("--ready-file", type=Path, help="ready only while this file exists")
    parser.add_argument("--exit", type=int, help="end with this status at once")
    parser.add_argument("--deaf", action="store_true", help="ignore SIGTERM")
    options = parser.parse_args()

    def note(what: str) -> None:
        with options.journal.open("a") as journal:
            journal.write(f"{options.name} {what}\n")

    def end(number: int, frame: object) -> None:
        note("stopped")
        sys.exit(0)

    signal.signal(signal.SIGTERM, signal.SIG_IGN if options.deaf else end)
    note("started")
    if options.exit is not None:
        print(f"{options.name} cannot go on")
        sys.exit(options.exit)
    if options.port:
        serve(options.port, options.ready_file)
    while True:
        time.sleep(60)


def serve(port: int, ready_file: Path | None) -> None:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            well = ready_file is None or ready_file.exists()
            self.send_response(200 if well else 503)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    main()
