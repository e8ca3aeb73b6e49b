"""The provider and the mailbox as real processes: sign-in, tokens, mails that left."""

import json
import smtplib
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from meridian.config import keep_ports, load_config
from meridian.problems import StackProblem
from meridian.stack.identity.people import demo_people
from meridian.stack.identity.sign_in import id_token
from meridian.stack.ports import answers_ok, free_port, free_ports
from meridian.stack.program import Program, await_ready, spawn, stop


@contextmanager
def running(folder: Path, port: int, module: str, *options: str) -> Iterator[None]:
    program = Program(
        module,
        (sys.executable, "-W", "ignore", "-m", module, *options),
        ready=answers_ok(port, "/livez"),
    )
    log = folder / f"{module}.log"
    process = spawn(program, log)
    try:
        await_ready(program, process, log)
        yield
    finally:
        stop(program, process)


@contextmanager
def provider(folder: Path, port: int) -> Iterator[str]:
    options = ("--port", str(port), "--key", str(folder / "key.pem"))
    with running(folder, port, "meridian.stack.identity", *options):
        yield f"http://127.0.0.1:{port}"


def test_a_demo_person_signs_in_and_the_token_names_the_person(tmp_path: Path) -> None:
    person = demo_people()[0]
    with provider(tmp_path, free_port()) as issuer:
        token = anyio.run(id_token, issuer, person.email, "any")
        keys = KeySet.import_key_set(httpx.get(f"{issuer}/jwks").json())

    claims = jwt.decode(token, keys).claims
    assert (claims["sub"], claims["name"]) == (person.email, person.name)
    assert claims["iss"] == issuer
    assert claims["aud"] == ["meridian"]
    assert claims["exp"] - claims["iat"] == 12 * 3600


def test_tokens_stay_valid_when_the_provider_is_restarted(tmp_path: Path) -> None:
    port = free_port()
    with provider(tmp_path, port) as issuer:
        token = anyio.run(id_token, issuer, "someone@else.example", "any")

    with provider(tmp_path, port) as issuer:
        keys = KeySet.import_key_set(httpx.get(f"{issuer}/jwks").json())

    assert jwt.decode(token, keys).claims["sub"] == "someone@else.example"
    assert (tmp_path / "key.pem").stat().st_mode & 0o777 == 0o600


def test_the_sign_in_page_offers_every_demo_person_by_name(tmp_path: Path) -> None:
    with provider(tmp_path, free_port()) as issuer:
        page = httpx.get(
            f"{issuer}/oauth2/authorize",
            params={
                "client_id": "meridian",
                "redirect_uri": "http://127.0.0.1/back",
                "response_type": "code",
                "scope": "openid",
            },
        ).text

    assert len(demo_people()) > 40
    for person in demo_people():
        assert f'value="{person.email}">{person.name}' in page


def test_a_refused_sign_in_is_told(tmp_path: Path) -> None:
    refusal = pytest.raises(StackProblem, match="did not sign")
    with provider(tmp_path, free_port()) as issuer, refusal:
        anyio.run(id_token, issuer + "/nowhere", "a@b.example", "any")


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[tuple[int, int]]:
    """The ports of its web side and of its SMTP side."""
    web, smtp = free_port(), free_port()
    options = ("--web-port", str(web), "--smtp-port", str(smtp), "--file", str(tmp_path / "m"))
    with running(tmp_path, web, "meridian.stack.mailbox", *options):
        yield web, smtp


def send(port: int, to: str, subject: str, text: str, html: str = "") -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "support@nordhost.example", to, subject
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.send_message(mail)


def listed(port: int, query: str = "") -> list[dict[str, Any]]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/messages{query}") as answer:
        found: list[dict[str, Any]] = json.load(answer)
    return found


def test_mails_that_left_are_listed_by_recipient_newest_first(mailbox: tuple[int, int]) -> None:
    web, smtp = mailbox
    send(smtp, "ana@x.example", "one", "first\n")
    send(smtp, "bo@x.example", "two", "second\n")
    send(smtp, "ana@x.example", "退款 three", "مرحبا\n", "<p>مرحبا</p>")

    to_ana = listed(web, "?to=ANA@x.example")

    assert [mail["subject"] for mail in to_ana] == ["退款 three", "one"]
    assert to_ana[0]["text"] == "مرحبا\n"
    assert to_ana[0]["html"] == "<p>مرحبا</p>\n"
    assert to_ana[0]["from"] == "support@nordhost.example"
    assert ["Subject", "one"] in to_ana[1]["headers"]
    assert [mail["subject"] for mail in listed(web, f"?after={to_ana[1]['id']}&limit=1")] == [
        "退款 three"
    ]


def test_a_mail_is_shown_as_text_and_never_run(mailbox: tuple[int, int]) -> None:
    web, smtp = mailbox
    send(smtp, "ana@x.example", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>\n")
    (mail,) = listed(web)

    page = httpx.get(f"http://127.0.0.1:{web}/mails/{mail['id']}")
    inbox = httpx.get(f"http://127.0.0.1:{web}/")

    assert "<script>" not in page.text + inbox.text
    assert "&lt;img src=x" in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


def test_mails_survive_a_restart_of_the_mailbox(tmp_path: Path) -> None:
    web, smtp = free_port(), free_port()
    options = ("--web-port", str(web), "--smtp-port", str(smtp), "--file", str(tmp_path / "m"))
    with running(tmp_path, web, "meridian.stack.mailbox", *options):
        send(smtp, "ana@x.example", "kept", "text\n")

    with running(tmp_path, web, "meridian.stack.mailbox", *options):
        kept = [mail["subject"] for mail in listed(web)]
        httpx.delete(f"http://127.0.0.1:{web}/api/messages")
        assert listed(web) == []

    assert kept == ["kept"]


def test_questions_without_an_answer_are_answered_so(mailbox: tuple[int, int]) -> None:
    web, _ = mailbox
    base = f"http://127.0.0.1:{web}"

    assert httpx.get(f"{base}/api/messages/7").status_code == 404
    assert httpx.get(f"{base}/mails/7").status_code == 404
    assert httpx.get(f"{base}/api/messages?limit=many").status_code == 400


def test_a_person_gets_a_token_from_the_command_line(tmp_path: Path) -> None:
    config = load_config(tmp_path, new_ports=free_ports())
    keep_ports(config)
    with provider(tmp_path, config.ports.identity):
        answer = subprocess.run(
            [sys.executable, "-m", "meridian", "token", "a@b.example", "--home", str(tmp_path)],
            capture_output=True,
            text=True,
        )

    assert answer.stdout.count(".") == 2
