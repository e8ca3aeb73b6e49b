"""Builders of mail that leaves, and of the same mail as it arrives."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from intake.channels.decide.mime import read_mail
from intake.channels.model import Envelope, ReadMail
from intake.replies.decide.compose import compose_answer, compose_letter
from intake.replies.decide.wire import to_bytes
from intake.replies.model import (
    Answer,
    Letter,
    OutgoingMail,
    Quotation,
    Stamp,
    Thread,
    Values,
    Writer,
)
from intake.replies.texts import load_texts

TEXTS = load_texts()
LANGUAGES = sorted(TEXTS.by_language)
LETTERS = [letter for letter in Letter if letter is not Letter.DELIVERY_PROBLEM]
AT = datetime(2026, 11, 23, 14, 7, tzinfo=UTC)
STAMP = Stamp(UUID("01890000-0000-7000-8000-000000000007"), AT)
WRITER = Writer(
    name="Nordhost",
    from_name="Nordhost Støtte",
    address="support@nordhost.example",
    default_language="nb",
    signatures={"en": "Kind regards\n{agent}\nNordhost", "nb": "Hilsen\n{agent}\nNordhost"},
)
THREAD = Thread(
    reference="NH-4182",
    to="kai@customer.test",
    reply_to="support+nh-4182-abcdefghijklmnopqrstuvwxyz@nordhost.example",
    subject="Server down",
    in_reply_to="<two@customer.test>",
    references=("<one@customer.test>", "<ours@nordhost.example>"),
)
VALUES = Values(
    link="https://help.example/t/abc.DEF-_?x=1&y=2", due="D", until="U", previous="NH-1"
)


def letter(kind: Letter, language: str, **changes: object) -> OutgoingMail:
    thread = replace(THREAD, **changes)  # type: ignore[arg-type]
    return compose_letter(
        kind, VALUES, thread, writer=WRITER, language=language, texts=TEXTS, stamp=STAMP
    )


def answer(text: str = "It runs again.", language: str = "en", **changes: object) -> OutgoingMail:
    thread = replace(THREAD, **changes)  # type: ignore[arg-type]
    words = Answer(text, language, "Omar", Quotation("Kai", "Monday", "Is it up?\n\nKai"))
    return compose_answer(words, thread, writer=WRITER, texts=TEXTS, stamp=STAMP)


def arrived(mail: OutgoingMail, mailbox: str = "help@other.example") -> ReadMail:
    found = read_mail(to_bytes(mail), Envelope(mail.return_path, mailbox))
    assert isinstance(found, ReadMail)
    return found
