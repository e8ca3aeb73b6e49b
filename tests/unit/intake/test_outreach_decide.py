"""Whether a customer is told, what the letter must know, and when it may leave."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import RemedyKind, TicketState
from intake.outreach.decide import (
    decide_request,
    outreach_id,
    quiet_until,
    read_contents,
    still_meant,
)
from intake.outreach.model import (
    Accepted,
    Addressee,
    Amount,
    Contents,
    QuietHours,
    Refusal,
    Request,
    Template,
    Why,
)
from intake.tenants.model import Tenant

TENANT = UUID(int=1)
NOON = datetime(2026, 11, 30, 11, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 30, 22, 30, tzinfo=UTC)
NO_QUIET = QuietHours(0, 0)
ASKED = Request(
    tenant=TENANT,
    asked_by="feedback",
    dedup_key="survey:1",
    template="survey",
    values={"survey": str(UUID(int=9))},
    ticket=UUID(int=2),
    customer=None,
    respects_quiet_hours=True,
)
ADDRESSEE = Addressee(
    ticket=UUID(int=2),
    state=TicketState.SOLVED,
    zone="Europe/Oslo",
    reachable=True,
    quiet=QuietHours(),
)


def test_by_day_a_customer_is_told_at_once() -> None:
    assert decide_request(ASKED, ADDRESSEE, NOON) == Accepted(None)


def test_at_night_it_waits_for_eight_by_the_customers_clock() -> None:
    morning = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)

    assert decide_request(ASKED, ADDRESSEE, NIGHT) == Accepted(morning)


def test_what_answers_the_customers_own_act_does_not_wait() -> None:
    own_act = replace(ASKED, respects_quiet_hours=False)

    assert decide_request(own_act, ADDRESSEE, NIGHT) == Accepted(None)


@pytest.mark.parametrize(
    ("asked", "addressee", "why"),
    [
        (replace(ASKED, template="spam"), ADDRESSEE, Why.UNKNOWN_TEMPLATE),
        (replace(ASKED, values={}), ADDRESSEE, Why.VALUES_UNFIT),
        (ASKED, None, Why.TICKET_GONE),
        (ASKED, replace(ADDRESSEE, reachable=False), Why.NO_ADDRESS),
        (ASKED, replace(ADDRESSEE, state=TicketState.OPEN), Why.OVERTAKEN),
    ],
)
def test_nobody_is_told_for_one_reason(
    asked: Request, addressee: Addressee | None, why: Why
) -> None:
    assert decide_request(asked, addressee, NOON) is why


def test_only_a_question_is_overtaken() -> None:
    assert still_meant(Template.REFUND_PAID, TicketState.OPEN)
    assert still_meant(Template.SURVEY, TicketState.CLOSED)
    assert not still_meant(Template.SURVEY, TicketState.SPAM)


@pytest.mark.parametrize(
    ("at", "zone", "until"),
    [
        ("2026-11-30T19:59:59+00:00", "Europe/Oslo", None),
        ("2026-11-30T20:00:00+00:00", "Europe/Oslo", "2026-12-01T07:00:00+00:00"),
        ("2026-12-01T06:59:59+00:00", "Europe/Oslo", "2026-12-01T07:00:00+00:00"),
        ("2026-12-01T07:00:00+00:00", "Europe/Oslo", None),
        # Europe springs forward on 29 March 2026: eight o'clock comes an hour earlier.
        ("2026-03-28T22:00:00+00:00", "Europe/Oslo", "2026-03-29T06:00:00+00:00"),
        ("2026-11-30T20:00:00+00:00", "Asia/Tokyo", "2026-11-30T23:00:00+00:00"),
        ("2026-11-30T22:00:00+00:00", "No/Where", "2026-12-01T08:00:00+00:00"),
    ],
)
def test_quiet_hours_are_from_nine_to_eight_by_the_customers_clock(
    at: str, zone: str, until: str | None
) -> None:
    expected = datetime.fromisoformat(until) if until else None

    assert quiet_until(datetime.fromisoformat(at), zone, QuietHours()) == expected


def test_quiet_hours_may_lie_within_one_day_or_not_be_at_all() -> None:
    assert quiet_until(NOON, "UTC", QuietHours(9, 13)) == NOON.replace(hour=13)
    assert quiet_until(NOON, "UTC", QuietHours(12, 13)) is None
    assert quiet_until(NIGHT, "UTC", NO_QUIET) is None


hours = st.builds(QuietHours, st.integers(0, 23), st.integers(0, 23))
instants = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
zones = st.sampled_from(
    ["UTC", "Europe/Oslo", "America/New_York", "Asia/Kolkata", "Pacific/Chatham", "Pacific/Apia"]
)


@given(instants, zones, hours)
def test_a_wait_is_short_and_ends_outside_the_quiet_hours(
    now: datetime, zone: str, quiet: QuietHours
) -> None:
    until = quiet_until(now, zone, quiet)

    if until is not None:
        assert now < until <= now + timedelta(hours=26)
        assert until.astimezone(ZoneInfo(zone)).hour >= quiet.end or quiet.start < quiet.end


def test_contents_are_read_whole() -> None:
    given = {
        "reason": "used_up",
        "alternative_kind": "goodwill",
        "alternative_amount_minor": "500",
        "currency": "EUR",
    }
    refused = Contents(
        template=Template.REMEDY_REFUSED,
        refusal=Refusal.USED_UP,
        instead=RemedyKind.GOODWILL,
        amount=Amount(500, "EUR"),
    )

    assert read_contents("remedy_refused", given) == refused
    assert read_contents("remedy_refused", {"reason": "misuse"}) == Contents(
        template=Template.REMEDY_REFUSED, refusal=Refusal.MISUSE
    )
    assert read_contents(
        "remedy_refused",
        {"reason": "misuse", "alternative_kind": "extension", "alternative_days": "14"},
    ) == Contents(
        template=Template.REMEDY_REFUSED,
        refusal=Refusal.MISUSE,
        instead=RemedyKind.EXTENSION,
        days=14,
    )
    assert read_contents("extension_granted", {"days": "30"}) == Contents(
        template=Template.EXTENSION_GRANTED, days=30
    )
    assert read_contents("remedy_in_review", {"surplus": "x"}) == Contents(
        template=Template.REMEDY_IN_REVIEW
    )


@pytest.mark.parametrize(
    ("template", "values"),
    [
        ("survey", {"survey": "soon"}),
        ("refund_paid", {"amount_minor": "12.50", "currency": "EUR"}),
        ("refund_paid", {"amount_minor": "-5", "currency": "EUR"}),
        ("refund_paid", {"amount_minor": "٣", "currency": "EUR"}),
        ("refund_paid", {"amount_minor": "5", "currency": "euro"}),
        ("refund_paid", {"amount_minor": "5"}),
        ("goodwill_granted", {"amount_minor": "0", "currency": "EUR"}),
        ("extension_granted", {"days": "36501"}),
        ("remedy_refused", {"reason": "mood"}),
        ("remedy_refused", {"reason": "misuse", "alternative_kind": "cake"}),
        ("remedy_refused", {"reason": "misuse", "alternative_kind": "refund"}),
    ],
)
def test_a_letter_with_a_hole_is_never_written(template: str, values: dict[str, str]) -> None:
    assert read_contents(template, values) is Why.VALUES_UNFIT


keys = st.sampled_from(
    ["survey", "amount_minor", "currency", "days", "reason", "alternative_kind",
     "alternative_amount_minor", "alternative_days"]
)  # fmt: skip
words = st.text(max_size=20) | st.sampled_from(["1", "EUR", "misuse", "refund", "extension"])


@given(st.sampled_from(Template) | st.text(max_size=9), st.dictionaries(keys, words))
def test_whatever_is_asked_is_read_or_refused_and_never_a_crash(
    template: str, values: dict[str, str]
) -> None:
    found = read_contents(template, values)

    assert isinstance(found, Why) or found.template == template


@given(st.text(max_size=30), st.text(max_size=3000))
def test_the_same_request_has_the_same_id(service: str, key: str) -> None:
    assert outreach_id(TENANT, service, key) == outreach_id(TENANT, service, key)
    assert outreach_id(TENANT, service, key) != outreach_id(uuid5(TENANT, "x"), service, key)


def test_by_default_a_ticket_closes_long_after_the_question() -> None:
    """Decision 23: one hour after solved, held for one night at most."""
    default = Tenant.__dataclass_fields__["solved_timeout"].default

    assert default > timedelta(hours=1) + timedelta(hours=13)
