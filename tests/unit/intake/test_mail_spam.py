"""Spam is held with its reasons; what customers really write is not."""

import pytest

from intake.channels.decide.mime import read_mail
from intake.channels.decide.spam import THRESHOLD, spam_of
from intake.channels.model import Address, Envelope, NotSpam, ReadMail, Spam, Verdict
from meridian.demo.contact import Contact
from meridian.demo.content import load_contacts, mime
from tests.unit.intake.mails import person, raw, read

MAILS = [
    each for each in load_contacts() if each.channel == "mail" and each.expect.kind != "quarantined"
]


@pytest.mark.parametrize("contact", MAILS, ids=lambda each: each.key)
def test_authored_mail_is_spam_only_where_it_is(contact: Contact) -> None:
    mail = read_mail(mime(contact, "<one@customer.test>"), Envelope("", contact.to))

    assert isinstance(mail, ReadMail)
    verdict = spam_of(mail)
    assert isinstance(verdict, Spam) is (contact.expect.kind == "spam")
    assert verdict.score >= THRESHOLD or verdict.score <= THRESHOLD / 2


def test_every_point_has_its_reason() -> None:
    verdict = spam_of(person(subject="ACT NOW!! FREE MONEY", text="Claim your prize!!!"))

    assert verdict.reasons == (
        "pressure +1.5",
        "click +1.5",
        "exclamation in the subject +1.0",
        "shouted subject +1.0",
        "exclamation +0.5",
    )
    assert isinstance(verdict, Spam)
    assert verdict.score == 5.5


@pytest.mark.parametrize(("trusted", "kind"), [(True, Spam), (False, NotSpam)])
def test_spam_headers_count_fully_from_our_own_relay_only(trusted: bool, kind: type) -> None:
    mail = read(raw("X-Spam-Flag: YES"))

    assert isinstance(spam_of(mail, trusted_relay=trusted), kind)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"dmarc": Verdict.FAIL}, "the sender's domain disowns it +2.0"),
        ({"reply_to": (Address("a@other.test"),)}, "answers go to another domain +0.5"),
        (
            {"sender": Address("x@evil.test", "boss@bank.test")},
            "the name shows another address +2.0",
        ),
        ({"headers": (("precedence", "bulk"),)}, "bulk mail +1.0"),
        ({"text": "see https://bit.ly/x"}, "shortened link +1.0"),
        ({"html": '<a href="http://192.0.2.1:8080/x">x</a>'}, "link to a number +1.5"),
        ({"text": "http://bank.test@evil.test/"}, "link that hides its host +2.0"),
        ({"text": "http://a.test/ " * 16}, "many links +1.0"),
        ({"text": "We offer online casino"}, "medicine or gambling +1.5"),
        ({"text": "a lottery"}, "money from nowhere +1.5"),
    ],
)
def test_signs_of_spam_are_named(changes: dict[str, object], reason: str) -> None:
    assert reason in spam_of(person(**changes)).reasons


@pytest.mark.parametrize(
    "changes",
    [
        {"headers": (("precedence", "bulk"),), "in_reply_to": ("<ours@brand.test>",)},
        {"sender": Address("kai@customer.test", "kai@customer.test")},
        {"reply_to": (Address("b@customer.test"),)},
        {"text": "I paid with a gift card and it was charged twice. https://x.test/order"},
        {"text": "The page says 80 % but where is my discount?"},
    ],
)
def test_usual_mail_has_no_points(changes: dict[str, object]) -> None:
    assert spam_of(person(**changes)) == NotSpam(0, ())
