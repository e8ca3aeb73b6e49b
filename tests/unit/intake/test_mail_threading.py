"""To which ticket a mail belongs: nobody gets onto a thread that is not his (S-1, S-2)."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.values import BrandId, TenantId, TicketId
from intake.channels.decide.recipients import (
    is_genuine,
    recipient_of,
    reference_of,
    reply_address,
    reply_token,
    without_tag,
)
from intake.channels.decide.threading import known_ids, references_in, thread_of
from intake.channels.model import (
    Address,
    BrandRecipient,
    Candidate,
    FollowUpTicket,
    LinkedQuarantined,
    Mailbox,
    NewTicket,
    Reply,
    ReplyKey,
    ReplyRecipient,
    UnknownRecipient,
    Verdict,
)
from tests.unit.intake.mails import BRAND, CUSTOMER, person, raw, read

KEY = ReplyKey(b"s" * 32, BRAND)
MAILBOX = Mailbox(TenantId(UUID(int=1)), BrandId(UUID(int=2)), BRAND)
MAILBOXES = {BRAND: MAILBOX}
ONE, TWO = TicketId(UUID(int=11)), TicketId(UUID(int=12))
OURS = f"<{UUID(int=5)}@nordhost.example>"
KNOWN = Candidate(
    ticket=ONE,
    reference="NH-4182",
    message_ids=frozenset({OURS, "<first@customer.test>"}),
    participants=frozenset({CUSTOMER}),
)
OTHER = Candidate(ticket=TWO, reference="NH-4183", participants=frozenset({"b@x.test"}))
STRANGER = Address("mallory@evil.test")


def test_a_mail_that_answers_nothing_is_new() -> None:
    assert thread_of(person(), []) == NewTicket()
    assert thread_of(person(), [KNOWN, OTHER]) == NewTicket()


@pytest.mark.parametrize(
    "names",
    [
        {"in_reply_to": (OURS,)},
        {"references": ("<x@y>", OURS)},
        {"in_reply_to": ("<first@customer.test>",)},
    ],
)
def test_a_participant_who_answers_is_on_his_thread(names: dict[str, object]) -> None:
    assert thread_of(person(**names), [OTHER, KNOWN]) == Reply(ONE, "headers")


def test_the_nearest_mail_decides_between_two_threads() -> None:
    other = Candidate(
        ticket=TWO,
        reference="NH-4183",
        message_ids=frozenset({"<two@x>"}),
        participants=frozenset({CUSTOMER}),
    )
    mail = person(in_reply_to=("<two@x>",), references=(OURS,))

    assert known_ids(mail) == ("<two@x>", OURS)
    assert thread_of(mail, [KNOWN, other]) == Reply(TWO, "headers")


def test_a_stranger_on_a_known_thread_gets_a_quarantined_ticket_of_his_own() -> None:
    mail = person(sender=STRANGER, in_reply_to=(OURS,))

    assert thread_of(mail, [KNOWN]) == LinkedQuarantined(ONE, "headers")


def test_a_sender_whose_domain_disowns_the_mail_is_a_stranger() -> None:
    by_headers = person(in_reply_to=(OURS,), dmarc=Verdict.FAIL)
    by_subject = person(subject="[NH-4182] hello", dmarc=Verdict.FAIL)

    assert thread_of(by_headers, [KNOWN]) == LinkedQuarantined(ONE, "headers")
    assert thread_of(by_subject, [KNOWN]) == LinkedQuarantined(ONE, "subject")


def test_the_subject_counts_for_a_participant_alone() -> None:
    mine = person(subject="Re: [nh-4182] Server")
    foreign = person(subject="Re: [NH-4182] Server", sender=STRANGER)

    assert thread_of(mine, [OTHER, KNOWN]) == Reply(ONE, "subject")
    assert thread_of(foreign, [KNOWN]) == LinkedQuarantined(ONE, "subject")


def test_who_holds_the_token_may_write_from_another_address() -> None:
    token = reply_token("NH-4182", CUSTOMER, KEY)
    mail = person(sender=Address("kai@private.test"))

    assert thread_of(mail, [KNOWN], token=token, key=KEY) == Reply(ONE, "token")
    assert thread_of(mail, [KNOWN], token=token.upper(), key=KEY) == Reply(ONE, "token")
    assert thread_of(mail, [KNOWN], token=token) == NewTicket()


def test_a_mail_to_a_ticket_that_is_over_follows_it_up() -> None:
    over = Candidate(
        ticket=ONE,
        reference="NH-4182",
        message_ids=frozenset({OURS}),
        participants=frozenset({CUSTOMER}),
        ended=True,
    )
    token = reply_token("NH-4182", CUSTOMER, KEY)

    assert thread_of(person(in_reply_to=(OURS,)), [over]) == FollowUpTicket(ONE, "headers")
    assert thread_of(person(), [over], token=token, key=KEY) == FollowUpTicket(ONE, "token")


@given(st.integers(0, 60), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567-018"))
def test_a_token_altered_in_one_place_is_worth_nothing(place: int, letter: str) -> None:
    token = reply_token("NH-4182", CUSTOMER, KEY)
    place %= len(token)
    forged = token[:place] + letter + token[place + 1 :]

    threaded = thread_of(person(sender=STRANGER), [KNOWN, OTHER], token=forged, key=KEY)

    assert threaded == (Reply(ONE, "token") if forged == token else NewTicket())


@pytest.mark.parametrize(
    "token",
    [
        reply_token("NH-4183", CUSTOMER, KEY),
        reply_token("NH-4182", "somebody@else.test", KEY),
        reply_token("NH-4182", CUSTOMER, ReplyKey(b"t" * 32, BRAND)),
        reply_token("NH-4182", CUSTOMER, ReplyKey(b"s" * 32, "help@other.test")),
        "",
        "nh-4182",
        "nh-4182-",
        "nh-4182-" + "a" * 26,
    ],
)
def test_a_token_made_for_anything_else_is_worth_nothing(token: str) -> None:
    assert thread_of(person(sender=STRANGER), [KNOWN], token=token, key=KEY) == NewTicket()


@given(st.integers(0, len(OURS) - 1), st.characters(codec="ascii", categories=("L", "N")))
def test_a_message_id_altered_in_one_place_is_not_ours(place: int, letter: str) -> None:
    forged = OURS[:place] + letter + OURS[place + 1 :]

    threaded = thread_of(person(sender=STRANGER, in_reply_to=(forged,)), [KNOWN])

    assert threaded == (LinkedQuarantined(ONE, "headers") if forged == OURS else NewTicket())


def test_a_copied_address_gets_no_way_onto_the_thread() -> None:
    """S-1: From forged, an accomplice in Cc; neither headers nor subject help the accomplice."""
    forged = read(
        raw("Cc: mallory@evil.test", f"In-Reply-To: {OURS}", "Subject: [NH-4182] x",
            "Authentication-Results: mx.ours; dmarc=fail header.from=customer.test"),
        authserv="mx.ours",
    )  # fmt: skip
    accomplice = person(sender=STRANGER, in_reply_to=(OURS,), subject="[NH-4182] x")

    assert thread_of(forged, [KNOWN]) == LinkedQuarantined(ONE, "headers")
    assert thread_of(accomplice, [KNOWN]) == LinkedQuarantined(ONE, "headers")


@pytest.mark.parametrize(
    ("subject", "references"),
    [
        ("Re: [NH-4182] and NH-4183 and NH-4182", ("NH-4182", "NH-4183")),
        ("re: nh-4182: x", ("NH-4182",)),
        ("XNH-4182x", ()),
        ("COVID-19 in 2026-11", ()),
        ("【Nordhost】（NH-4182）", ("NH-4182",)),
        ("nothing", ()),
    ],
)
def test_references_are_found_in_subjects(subject: str, references: tuple[str, ...]) -> None:
    assert references_in(subject) == references


@pytest.mark.parametrize(
    "results",
    [
        "mx.ours; spf=pass; dmarc=pass (p=reject) header.from=customer.test",
        "MX.ours 1; dmarc=pass header.from=customer.test",
        'mx.ours; dmarc=pass (a (nested) comment; dmarc=fail) header.from="customer.test"',
        "mx.ours; dmarc=pass",
    ],
)
def test_our_own_relay_is_believed(results: str) -> None:
    mail = read(raw(f"Authentication-Results: {results}"), authserv="mx.ours")

    assert mail.dmarc is Verdict.PASS


@pytest.mark.parametrize(
    ("headers", "authserv", "verdict"),
    [
        (["mx.evil; dmarc=pass header.from=customer.test"], "mx.ours", Verdict.NONE),
        (["mx.ours.evil; dmarc=pass"], "mx.ours", Verdict.NONE),
        (["mx.ours; dmarc=pass header.from=customer.test"], "", Verdict.NONE),
        (["mx.ours; dmarc=pass header.from=other.test"], "mx.ours", Verdict.FAIL),
        (["mx.ours; dmarc=fail header.from=customer.test"], "mx.ours", Verdict.FAIL),
        (["mx.ours; dmarc=temperror"], "mx.ours", Verdict.NONE),
        (["mx.ours; spf=pass"], "mx.ours", Verdict.NONE),
        (["mx.ours"], "mx.ours", Verdict.NONE),
        ([""], "mx.ours", Verdict.NONE),
        (["mx.ours; dmarc=fail", "mx.ours; dmarc=pass"], "mx.ours", Verdict.FAIL),
        (["mx.evil; dmarc=pass", "mx.ours; dmarc=pass"], "mx.ours", Verdict.PASS),
    ],
)
def test_nobody_else_is_believed(headers: list[str], authserv: str, verdict: Verdict) -> None:
    data = raw(*(f"Authentication-Results: {each}" for each in headers))

    assert read(data, authserv=authserv).dmarc is verdict


@pytest.mark.parametrize(
    ("address", "recipient"),
    [
        (BRAND, BrandRecipient(MAILBOX)),
        (BRAND.upper(), BrandRecipient(MAILBOX)),
        ("support+news@nordhost.example", BrandRecipient(MAILBOX)),
        ("support+@nordhost.example", BrandRecipient(MAILBOX)),
        ("billing@nordhost.example", UnknownRecipient()),
        ("support@nordhost.example.evil", UnknownRecipient()),
        ("support", UnknownRecipient()),
        ("+x@nordhost.example", UnknownRecipient()),
        ("", UnknownRecipient()),
        ("sup port@nordhost.example", UnknownRecipient()),
    ],
)
def test_mail_is_taken_for_known_mailboxes_only(address: str, recipient: object) -> None:
    assert recipient_of(address, MAILBOXES) == recipient


def test_a_reply_address_leads_back_to_its_ticket() -> None:
    address = reply_address("NH-4182", CUSTOMER, KEY)
    token = without_tag(address)[1]

    assert recipient_of(address, MAILBOXES) == ReplyRecipient(MAILBOX, token)
    assert recipient_of(address.upper(), MAILBOXES) == ReplyRecipient(MAILBOX, token)
    assert reference_of(token) == "NH-4182"
    assert is_genuine(token, CUSTOMER, KEY)
    assert not is_genuine(token, "b@x.test", KEY)
    assert not is_genuine("nonsense", CUSTOMER, KEY)


def test_each_recipient_has_his_own_token_of_128_bits() -> None:
    one, two = (reply_token("NH-4182", each, KEY) for each in (CUSTOMER, "b@x.test"))

    assert one != two
    assert len(one.rpartition("-")[2]) * 5 >= 128


def test_a_reply_address_too_long_for_mail_is_the_mailbox_itself() -> None:
    long = ReplyKey(KEY.secret, "x" * 30 + "@nordhost.example")

    assert reply_address("NH-12345678", CUSTOMER, long) == long.mailbox
    local = reply_address("NH-12345678", CUSTOMER, KEY).partition("@")[0]
    assert len(local) <= 64


def test_a_secret_is_never_shown() -> None:
    assert "ssss" not in repr(KEY)
