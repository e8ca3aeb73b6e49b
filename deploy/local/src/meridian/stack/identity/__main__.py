"""`python -m meridian.stack.identity`: the provider as a process of its own."""

import argparse
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

import flask
from authlib import jose
from jinja2 import ChoiceLoader, FileSystemLoader
from oidc_provider_mock import User, app
from werkzeug.serving import make_server

from meridian.stack.identity.people import Person, demo_people
from meridian.stack.ports import HOST

_WORKING_DAY = timedelta(hours=12)


def main() -> None:
    parser = argparse.ArgumentParser(prog="meridian.stack.identity", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--key", type=Path, required=True, help="signing key; made if missing")
    options = parser.parse_args()
    # The provider speaks plain HTTP, on loopback only.
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    wsgi = provider(demo_people(), options.key)
    server = make_server(HOST, options.port, wsgi, threaded=True)
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    server.serve_forever()


def provider(people: tuple[Person, ...], key_file: Path) -> flask.Flask:
    """The provider with its own sign-in page and a signing key that outlives a restart."""
    users = [User(sub=person.email, claims=person.claims) for person in people]
    wsgi: flask.Flask = app(access_token_max_age=_WORKING_DAY, user_claims=users)
    wsgi.debug = False
    key = kept_key(key_file)

    @wsgi.before_request
    def sign_with_kept_key() -> None:
        flask.g.oidc_provider_mock_storage.jwk = key

    @wsgi.context_processor
    def offer_people() -> dict[str, object]:
        return {"people": people}

    @wsgi.get("/livez")
    def livez() -> str:
        return "ok"

    own = FileSystemLoader(Path(__file__).with_name("templates"))
    wsgi.jinja_loader = ChoiceLoader([own, *filter(None, [wsgi.jinja_loader])])
    return wsgi


def kept_key(file: Path) -> jose.RSAKey:
    """Read it, or make it: tokens stay valid when the provider is restarted."""
    if not file.exists():
        fresh = jose.RSAKey.generate_key(is_private=True)
        descriptor = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as sink:
            sink.write(fresh.as_pem(is_private=True))
    return jose.RSAKey.import_key(file.read_bytes())


if __name__ == "__main__":
    main()
