"""Machines are told from people, and what we send by machine ends by itself (S-5, S-6)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.values import TicketId
from intake.channels.decide.loops import machine_kind, may_acknowledge
from intake.channels.decide.mime import read_mail
from intake.channels.model import (
    Address,
    Allowed,
    Answerable,
    AutomaticMail,
    AutoReply,
    Bounce,
    Envelope,
    MachineKind,
    MailingList,
    Person,
    ReadMail,
    Withheld,
)
from meridian.demo.contact import Contact
from meridian.demo.content import load_contacts, mime
from tests.unit.intake.mails import BRAND, CUSTOMER, multipart, person, raw, read

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
MAILS = [
    each for each in load_contacts() if each.channel == "mail" and each.expect.kind != "quarantined"
]
KINDS = {"auto_reply": AutoReply, "bounce": Bounce, "spam": MailingList}


@pytest.mark.parametrize("contact", MAILS, ids=lambda each: each.key)
def test_authored_mail_is_judged_as_expected(contact: Contact) -> None:
    wire = mime(contact, "<one@customer.test>", "<ours@brand.test>")

    mail = read_mail(wire, Envelope(contact.envelope_from, contact.to))

    assert isinstance(mail, ReadMail)
    assert isinstance(machine_kind(mail), KINDS.get(contact.expect.kind, Person))


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Auto-Submitted: auto-replied", AutoReply("auto-submitted")),
        ("Auto-Submitted: Auto-Generated; x=y", AutoReply("auto-submitted")),
        ("Auto-Submitted: no", Person()),
        ("Auto-Submitted:", Person()),
        ("X-Autoreply: yes", AutoReply("x-autoreply")),
        ("X-Autoreply: no", Person()),
        ("X-Autorespond: away", AutoReply("x-autorespond")),
        ("X-Auto-Response-Suppress: All", AutoReply("x-auto-response-suppress")),
        ("X-Auto-Response-Suppress: DR, OOF", AutoReply("x-auto-response-suppress")),
        ("X-Auto-Response-Suppress: None", Person()),
        ("Precedence: bulk", MailingList("precedence")),
        ("Precedence: LIST", MailingList("precedence")),
        ("Precedence: junk", MailingList("precedence")),
        ("Precedence: auto_reply", AutoReply("precedence")),
        ("Precedence: first-class", Person()),
        ("List-Id: <news.x.test>", MailingList("list-id")),
        ("List-Unsubscribe: <mailto:x@y.test>", MailingList("list-unsubscribe")),
        ("Return-Path: <>", AutoReply("return-path")),
        ("Return-Path: <kai@customer.test>", Person()),
        ("X-Loop: x", Person()),
    ],
)
def test_headers_tell_machines_from_people(header: str, kind: MachineKind) -> None:
    assert machine_kind(read(raw(header))) == kind


@pytest.mark.parametrize("mail_from", ["", "<>"])
def test_nobody_in_the_return_path_is_a_machine(mail_from: str) -> None:
    assert machine_kind(read(raw(), mail_from=mail_from)) == AutoReply("return-path")


def test_an_unknown_return_path_says_nothing() -> None:
    assert machine_kind(read(raw(), mail_from=None)) == Person()


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Server",
        "Out of office: until Friday",
        "Automatische Antwort: x",
        "Réponse automatique : x",
        "Respuesta automática: x",
        "Risposta automatica: x",
        "Resposta automática: x",
        "Automatisch antwoord: x",
        "Automatyczna odpowiedź: x",
        "Автоматична відповідь: x",
        "Автоматический ответ: x",
        "Otomatik yanıt: x",
        "رد تلقائي: x",
        "תשובה אוטומטית: x",
        "自動応答: x",
        "自动回复: x",
        "자동 회신: x",
        "Autosvar: x",
        "Automatisk svar: x",
    ],
)
def test_the_subject_of_an_answering_machine_is_known_in_every_language(subject: str) -> None:
    assert machine_kind(person(subject=subject)) == AutoReply("subject")


def test_a_person_may_write_about_automatic_replies() -> None:
    assert machine_kind(person(subject="Automatic reply is broken")) == Person()


def test_our_own_mail_that_comes_back_is_no_person() -> None:
    plain = person(sender=Address(BRAND), envelope=Envelope(BRAND, BRAND))
    tagged = Envelope(BRAND, BRAND.replace("@", "+nh-1-abcdefghijklmnopqrstuvwxyz@"))

    assert machine_kind(plain) == AutoReply("own-mail")
    assert machine_kind(person(sender=Address(BRAND), envelope=tagged)) == AutoReply("own-mail")


REPORT = """Reporting-MTA: dns; mx.x.test

Final-Recipient: rfc822; gone@x.test
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such user
"""


def report(action: str, status: str, *more: str, kind: str = "message/delivery-status") -> bytes:
    header, body = multipart(
        "report",
        "Content-Type: text/plain\n\nSorry",
        f"Content-Type: {kind}\n\n{REPORT.format(action=action, status=status)}",
        *more,
    )
    return raw(header, "In-Reply-To: <answered@brand.test>", body=body)


RETURNED = "Content-Type: text/rfc822-headers\n\nSubject: x\nMessage-ID: <ours@brand.test>\n"
WHOLE = "Content-Type: message/rfc822\n\nMessage-ID: <ours@brand.test>\n\nwords"
NAMELESS = "Content-Type: message/rfc822\n\nSubject: x\n\nwords"


@pytest.mark.parametrize(
    ("returned", "original"),
    [
        ((RETURNED,), "<ours@brand.test>"),
        ((WHOLE,), "<ours@brand.test>"),
        ((NAMELESS,), "<answered@brand.test>"),
        ((), "<answered@brand.test>"),
    ],
)
def test_a_failed_delivery_names_our_mail(returned: Sequence[str], original: str) -> None:
    kind = machine_kind(read(report("failed", "5.1.1", *returned), mail_from=""))

    assert kind == Bounce(original, "5.1.1", "gone@x.test", "smtp; 550 no such user")


@pytest.mark.parametrize("action", ["delayed", "relayed", "delivered", "expanded"])
def test_a_report_of_anything_but_failure_is_no_bounce(action: str) -> None:
    assert machine_kind(read(report(action, "4.0.0"), mail_from="")) == AutoReply("delivery-status")


@pytest.mark.parametrize("kind", ["message/disposition-notification", "message/feedback-report"])
def test_other_reports_are_machines(kind: str) -> None:
    mail = read(report("failed", "5.1.1", kind=kind), mail_from="")

    assert machine_kind(mail) == AutoReply("multipart/report")
    assert mail.enclosures == ()


def test_a_report_without_an_action_is_no_bounce() -> None:
    header, body = multipart("report", "Content-Type: message/delivery-status\n\nnothing")

    assert machine_kind(read(raw(header, body=body), mail_from="")) == AutoReply("multipart/report")


def test_a_report_that_names_nobody_is_a_bounce_of_nobody() -> None:
    header, body = multipart("report", "Content-Type: message/delivery-status\n\nAction: failed")

    assert machine_kind(read(raw(header, body=body), mail_from="")) == Bounce("")


def test_the_worst_of_several_recipients_counts() -> None:
    blocks = REPORT.format(action="delivered", status="2.0.0") + (
        "\nOriginal-Recipient: rfc822;dead@x.test\nAction: Failed\nStatus: nonsense\n"
    )
    header, body = multipart("report", f"Content-Type: message/delivery-status\n\n{blocks}")

    kind = machine_kind(read(raw(header, body=body), mail_from=""))

    assert kind == Bounce("", "", "dead@x.test", "")


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        (
            {"text": "550 5.1.1 unknown user\nMessage-ID: <ours@brand.test>"},
            Bounce("<ours@brand.test>", "5.1.1", "", "Undeliverable"),
        ),
        (
            {"text": "no such user", "references": ("<a@b>", "<ours@brand.test>")},
            Bounce("<ours@brand.test>", "", "", "Undeliverable"),
        ),
        (
            {"text": "gone", "headers": (("x-failed-recipients", "a@x.test, b@x.test"),)},
            Bounce("", "", "a@x.test", "Undeliverable"),
        ),
        ({"text": "4.4.1 still trying"}, AutoReply("postmaster")),
        ({"text": "hello"}, AutoReply("postmaster")),
    ],
)
def test_old_mail_servers_are_understood_by_their_words(
    changes: dict[str, object], kind: MachineKind
) -> None:
    mail = person(
        sender=Address("MAILER-DAEMON@mx.test".lower()),
        envelope=Envelope("", BRAND),
        subject="Undeliverable",
        **changes,
    )

    assert machine_kind(mail) == kind


def test_a_postmaster_who_writes_himself_is_a_person() -> None:
    assert machine_kind(person(sender=Address("postmaster@x.test"))) == Person()


def test_failed_recipients_are_enough_without_a_return_path() -> None:
    mail = person(sender=Address(""), headers=(("x-failed-recipients", "a@x.test"),))

    assert isinstance(machine_kind(mail), Bounce)


def ticket(number: int) -> TicketId:
    return TicketId(UUID(int=number))


def wanted(number: int, *, proven: bool = False, mailbox: str = BRAND) -> Answerable:
    return Answerable(mailbox, CUSTOMER, ticket(number), proven)


def sent(
    number: int, ago: timedelta, mailbox: str = BRAND, address: str = CUSTOMER
) -> AutomaticMail:
    return AutomaticMail(NOW - ago, mailbox, address, ticket(number))


MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("history", "request_", "outcome"),
    [
        ([], wanted(1), Allowed()),
        ([sent(1, 2 * HOUR)], wanted(1), Withheld("ticket")),
        ([sent(1, 2 * HOUR)], wanted(1, proven=True), Withheld("ticket")),
        ([sent(1, 59 * MINUTE)], wanted(2), Withheld("hour")),
        ([sent(1, 60 * MINUTE)], wanted(2), Allowed()),
        ([sent(1, MINUTE, mailbox="x@other.test")], wanted(2), Withheld("hour")),
        ([sent(1, MINUTE, address="b@x.test")], wanted(2), Allowed()),
        ([sent(n, (n + 1) * HOUR) for n in range(5)], wanted(9), Withheld("day")),
        ([sent(n, (n + 20) * HOUR) for n in range(5)], wanted(9), Allowed()),
        ([sent(1, MINUTE)], wanted(2, proven=True), Allowed()),
        ([sent(1, MINUTE), sent(2, MINUTE)], wanted(3, proven=True), Withheld("burst")),
        ([sent(1, 10 * MINUTE), sent(2, MINUTE)], wanted(3, proven=True), Allowed()),
        (
            [sent(1, MINUTE, "x@o.test"), sent(2, MINUTE)],
            wanted(3, proven=True),
            Allowed(),
        ),
        ([sent(n, (n + 1) * HOUR) for n in range(20)], wanted(99, proven=True), Withheld("day")),
    ],
)
def test_how_often_an_address_is_answered(
    history: list[AutomaticMail], request_: Answerable, outcome: Allowed | Withheld
) -> None:
    assert may_acknowledge(history, request_, NOW) == outcome


@given(
    st.lists(
        st.tuples(st.integers(1, 90), st.sampled_from([BRAND, "b@o.test", "c@p.test"])),
        max_size=120,
    )
)
def test_a_forged_sender_never_makes_us_a_nuisance(arrivals: list[tuple[int, str]]) -> None:
    history: list[AutomaticMail] = []
    now = NOW
    for number, (minutes, mailbox) in enumerate(arrivals):
        now += timedelta(minutes=minutes)
        request = Answerable(mailbox, CUSTOMER, ticket(number), proven=False)
        if may_acknowledge(history, request, now) == Allowed():
            history.append(AutomaticMail(now, mailbox, CUSTOMER, request.ticket))

    for one in history:
        near = [other for other in history if timedelta() <= other.at - one.at]
        assert sum(other.at - one.at < HOUR for other in near) == 1
        assert sum(other.at - one.at < 24 * HOUR for other in near) <= 5


@pytest.mark.parametrize("seconds", [1, 30, 299])
@pytest.mark.parametrize("proven", [True, False])
def test_a_machine_that_hides_what_it_is_gets_two_mails_at_most(seconds: int, proven: bool) -> None:
    """Each of its answers opens another ticket, as if it were a person."""
    history: list[AutomaticMail] = []
    now = NOW
    for number in range(50):
        request = wanted(number, proven=proven)
        if may_acknowledge(history, request, now) != Allowed():
            break
        history.append(AutomaticMail(now, BRAND, CUSTOMER, request.ticket))
        now += timedelta(seconds=seconds)

    assert len(history) <= 2
