"""Sample pages for people outside: sign-in, the customer's ticket, errors."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from console.pages import (
    Attachment,
    ContactView,
    CustomerMessage,
    CustomerPage,
    CustomerResultPage,
    ErrorPage,
    HandlerView,
    LoginHint,
    LoginPage,
    Person,
    Reader,
)
from tests.component.console.samples import (
    BIRKENHAUS,
    INES,
    NORDHOST,
    NOW,
    RUI,
    SIV,
    frame,
    running,
)


def login(read: Reader) -> LoginPage:
    hints = (
        LoginHint(INES, "agent", "/login/start?as=ines"),
        *(LoginHint(Person(f"{n} Agent", "AG"), "agent", f"/login/start?as={n}") for n in "ABCDE"),
        LoginHint(RUI, "lead", "/login/start?as=rui"),
        LoginHint(SIV, "client_viewer", "/login/start?as=siv", NORDHOST),
    )
    return LoginPage(read, "Brightline Support", "/login/start", "signed_out", hints)


def error(kind: Any, framed: bool = True) -> Callable[[Reader], ErrorPage]:
    def page(read: Reader) -> ErrorPage:
        around = frame(read, "") if framed else None
        retry = "/work" if kind in {"unavailable", "failed"} else ""
        return ErrorPage(read, kind, around, retry, "/work", trace="8f21c0de")

    return page


def customer(read: Reader) -> CustomerPage:
    hoffmann = Person("Sabine Hoffmann", "SH")
    here = Reader(read.locale, "Europe/Berlin", NOW, read.theme)
    messages = (
        CustomerMessage(
            "customer",
            hoffmann,
            NOW - timedelta(minutes=86),
            (
                "Guten Tag, unser Tisch kam heute an, aber ein Bein ist am Ansatz gebrochen. "
                "Am Samstag haben wir Gäste. Können Sie bis dahin ein neues Bein schicken?",
            ),
            "de",
            attachments=(Attachment("tischbein.jpg", 412_000, "/t/x/files/1"),),
        ),
        CustomerMessage(
            "us",
            INES,
            NOW - timedelta(minutes=82),
            (
                "Guten Tag Frau Hoffmann, das tut mir leid. Ein neues Bein liegt im Lager Kassel "
                "bereit. Ich frage gerade an, ob der Kurier es bis Freitag schafft, und schreibe "
                "Ihnen bis 17 Uhr.",
            ),
            "de",
        ),
    )
    return CustomerPage(
        reader=here,
        client=BIRKENHAUS,
        brand="Birkenhaus",
        subject="Esstisch „Alva“: ein Bein ist gebrochen",
        reference="BH-2231",
        language="de",
        opened=NOW - timedelta(minutes=86),
        state="working",
        messages=messages,
        reply="/t/x/reply",
        key="key-2",
        due=running(100, 55),
        handler=HandlerView(INES, NOW.replace(hour=18, minute=0)),
        confirm="/t/x/confirm",
        contacts=(
            ContactView("phone", "+49 561 555 0142", "tel:+495615550142"),
            ContactView("mail", "hilfe@birkenhaus.example", "mailto:hilfe@birkenhaus.example"),
        ),
        languages=(("en", "English"), ("ar", "العربية")),
    )


def customer_solved(read: Reader) -> CustomerPage:
    page = customer(read)
    return replace(
        page,
        state="solved",
        due=None,
        reopen="/t/x/reopen",
        confirm_until=NOW + timedelta(days=3),
        sent=True,
    )


def customer_closed(read: Reader) -> CustomerPage:
    return replace(customer(read), state="closed", due=None, confirm="", reopen="/t/x/reopen")


def customer_result(kind: Any) -> Callable[[Reader], CustomerResultPage]:
    def page(read: Reader) -> CustomerResultPage:
        known = kind != "expired"
        return CustomerResultPage(
            read,
            kind,
            BIRKENHAUS if known else None,
            "Birkenhaus" if known else "",
            "/t/x" if known else "",
            customer(read).contacts if known else (),
        )

    return page
