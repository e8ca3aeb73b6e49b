"""The demo's authored content holds what it promises; wrong content is refused with a reason."""

import copy
import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.demo.contact import Contact
from meridian.demo.content import answers_of, load_contacts, load_firm, prose, read_contacts
from meridian.demo.firm import Person
from meridian.demo.firm_rules import read_firm
from meridian.demo.reading import ContentError, Row, demo_yaml

SHIFTS = ("06:00", "14:00", "22:00")
FLUENT = {"B2", "C1", "C2", "native"}
FIRM = load_firm()
CONTACTS = {contact.key: contact for contact in load_contacts()}
TICKETS = [contact for contact in CONTACTS.values() if contact.expect.kind == "ticket"]

Need = tuple[str, str]


def on_shift(start: str) -> list[Person]:
    return [
        person
        for person in FIRM.people
        if "agent" in person.roles and start in {shift.start for shift in person.shifts}
    ]


def can_answer(person: Person, need: Need) -> bool:
    tenant, language = need
    return tenant in person.tenants and person.languages.get(language) in FLUENT


def needs_of_one_and_a_half_demos() -> list[Need]:
    counts = Counter((ticket.tenant, ticket.expect.language) for ticket in TICKETS)
    return [need for need, count in counts.items() for _ in range(math.ceil(count * 1.5))]


def held_at_best(needs: list[Need], people: list[Person]) -> int:
    """How many needs find an owner when all are placed at once (augmenting paths)."""
    held: dict[str, list[int]] = defaultdict(list)

    def seat(index: int, tried: set[str]) -> bool:
        for person in people:
            if person.email in tried or not can_answer(person, needs[index]):
                continue
            tried.add(person.email)
            mine = held[person.email]
            if len(mine) < person.capacity["mail"]:
                mine.append(index)
                return True
            for position, other in enumerate(mine):
                if seat(other, tried):
                    mine[position] = index
                    return True
        return False

    return sum(seat(index, set()) for index in range(len(needs)))


def test_firm_has_six_clients_and_staff_for_three_shifts() -> None:
    roles = Counter(role for person in FIRM.people for role in person.roles)

    leads = [[p.name for p in on_shift(start) if "lead" in p.roles] for start in SHIFTS]

    assert [tenant.initials for tenant in FIRM.tenants] == ["NH", "CF", "PG", "BH", "LL", "TT"]
    assert [len(names) for names in leads] == [2, 2, 2]
    assert (roles["manager"], roles["admin"]) == (1, 1)
    assert all(len(on_shift(start)) >= 8 for start in SHIFTS)


def test_every_client_has_a_viewer_and_an_admin_of_its_own() -> None:
    roles = {(user.tenant, user.role) for user in FIRM.client_users}

    wanted = {(t.slug, role) for t in FIRM.tenants for role in ("client_viewer", "client_admin")}

    assert roles == wanted


def test_contracts_differ_in_calendar() -> None:
    hours = {tenant.slug: tenant.contract.hours for tenant in FIRM.tenants}

    around_the_clock = [
        slug
        for slug, days in hours.items()
        if all([(i.start, i.end) for i in day] == [("00:00", "24:00")] for day in days.values())
    ]
    overnight = [
        slug
        for slug, days in hours.items()
        if any(i.end < i.start for d in days.values() for i in d)
    ]
    friday_and_saturday_off = [
        slug for slug, days in hours.items() if not days["fri"] and not days["sat"] and days["sun"]
    ]

    assert around_the_clock == ["nordhost"]
    assert overnight == ["copperfox"]
    assert friday_and_saturday_off == ["pagora"]


def test_first_replies_are_promised_in_minutes_but_never_under_five() -> None:
    first_replies = {
        tenant.slug: [t.seconds for t in tenant.contract.targets if t.metric == "first_reply"]
        for tenant in FIRM.tenants
    }

    assert min(min(seconds) for seconds in first_replies.values()) == 300
    assert sum(min(seconds) <= 900 for seconds in first_replies.values()) >= 4


@pytest.mark.parametrize("start", SHIFTS)
def test_somebody_fluent_is_on_every_shift_for_every_client_and_language(start: str) -> None:
    needs = [(t.slug, language) for t in FIRM.tenants for language in t.languages]

    nobody = [need for need in needs if not any(can_answer(p, need) for p in on_shift(start))]

    assert nobody == []


@pytest.mark.parametrize("start", SHIFTS)
def test_one_shift_can_hold_one_and_a_half_demos_at_once(start: str) -> None:
    needs = needs_of_one_and_a_half_demos()

    held = held_at_best(needs, on_shift(start))

    assert held == len(needs)


@given(seed=st.integers(0, 2**32), start=st.sampled_from(SHIFTS))
def test_longest_idle_leaves_no_contact_waiting_in_any_order(seed: int, start: str) -> None:
    needs = [(ticket.tenant, ticket.expect.language) for ticket in TICKETS]
    random.Random(seed).shuffle(needs)
    idle = on_shift(start)
    load: Counter[str] = Counter()

    for need in needs:
        able = [p for p in idle if can_answer(p, need) and load[p.email] < p.capacity["mail"]]
        assert able, f"{need} waits"
        idle.remove(able[0])
        idle.append(able[0])
        load[able[0].email] += 1

    assert load.total() == len(TICKETS)


def test_there_are_enough_contacts_in_enough_languages_for_every_client() -> None:
    languages = {contact.expect.language for contact in TICKETS}

    per_tenant = Counter(ticket.tenant for ticket in TICKETS)

    assert len(CONTACTS) >= 66
    assert len(languages) >= 14
    assert {"ar", "he", "ja", "zh", "ko", "uk", "tr"} <= languages
    assert min(per_tenant[tenant.slug] for tenant in FIRM.tenants) >= 10


def test_every_kind_of_contact_the_issue_names_is_there() -> None:
    kinds = Counter(contact.expect.kind for contact in CONTACTS.values())
    charsets = {contact.charset for contact in CONTACTS.values() if contact.channel == "mail"}

    quoting = {
        (contact.follow_up.client, contact.language)
        for contact in CONTACTS.values()
        if contact.follow_up
    }

    assert kinds["thread"] >= 2
    assert all(
        kinds[kind] >= 1
        for kind in ("auto_reply", "bounce", "spam", "quarantined", "refused", "duplicate")
    )
    assert {"iso-2022-jp", "shift_jis", "windows-1251", "koi8-u", "windows-1256"} <= charsets
    assert {client for client, _ in quoting} == {"gmail", "apple", "outlook"}
    assert len({language for _, language in quoting}) >= 12


def test_contacts_cover_channels_attachments_html_and_voicemail() -> None:
    everything = list(CONTACTS.values())

    types = {item.type for contact in everything for item in contact.attachments}

    assert {contact.channel for contact in everything} == {"mail", "web", "api"}
    assert {"image/png", "text/csv", "text/plain"} <= types
    assert {c.language for c in everything if c.html_only} == {"de", "ar"}
    assert len([c for c in everything if c.voicemail and c.sender.phone]) == 2


def test_answers_are_in_the_language_of_their_ticket_and_signed_by_a_person() -> None:
    answers = [(ticket, answer) for ticket in TICKETS for answer in answers_of(ticket)]

    for ticket, answer in answers:
        assert answer.language == ticket.expect.language == ticket.language
        assert len(answer.text) >= (60 if answer.language in {"ja", "zh", "ko"} else 150)
        signed = answer.signed_by("Omar")
        assert "Omar" in signed
        assert "{" not in signed

    assert len(answers) >= 90


def test_no_two_contacts_or_answers_share_a_paragraph() -> None:
    texts = [c.body for c in CONTACTS.values() if not c.same_message_as]
    texts += [answer.text for ticket in TICKETS for answer in answers_of(ticket)]
    paragraphs = [part for text in texts for part in text.split("\n\n") if len(part) > 60]

    repeated = [part for part, count in Counter(paragraphs).items() if count > 1]

    assert repeated == []


def test_known_customers_write_from_their_known_addresses() -> None:
    known = {(customer.tenant, customer.address) for customer in FIRM.customers}

    writing = {(contact.tenant, contact.sender.address) for contact in TICKETS}

    assert known <= writing
    assert len(writing - known) >= 10


def test_people_sign_in_the_script_of_the_customer() -> None:
    unreadable = [
        (person.name, language)
        for person in FIRM.people
        if "agent" in person.roles
        for language in {"ar", "he", "ja", "ko", "zh", "uk"} & set(person.languages)
        if person.signs_as(language).isascii()
    ]

    assert unreadable == []


@given(st.lists(st.text(alphabet="ab ,.", max_size=120).map(str.strip), max_size=8))
def test_unfolding_keeps_every_word_in_order(lines: list[str]) -> None:
    text = "\n".join(lines)

    unfolded = prose(text, "de")

    assert unfolded.split() == text.split()
    assert prose(text, "ja") == text


def test_unfolding_joins_wrapped_lines_and_leaves_signatures_alone() -> None:
    wrapped = "a" * 88

    assert prose(f"{wrapped}\nand on\n\nKind regards\nAnn", "en") == (
        f"{wrapped} and on\n\nKind regards\nAnn"
    )


def firm_with(change: Callable[[dict[str, Any]], None]) -> Row:
    content = copy.deepcopy(demo_yaml("firm.yaml"))
    change(content)
    return Row(content, "firm.yaml")


def first_tenant(content: dict[str, Any]) -> dict[str, Any]:
    tenant: dict[str, Any] = content["tenants"][0]
    return tenant


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda c: first_tenant(c).update(zone="Europe/Atlantis"), "'Europe/Atlantis' is no time"),
        (lambda c: first_tenant(c).update(colour="red"), r"unknown keys \['colour'\]"),
        (lambda c: first_tenant(c).pop("plans"), r"tenants\[nordhost\]: plans is missing"),
        (lambda c: first_tenant(c).update(id="17"), "'17' is no uuid"),
        (
            lambda c: first_tenant(c).update(id=c["people"][0]["id"]),
            "id '.*' is used twice",
        ),
        (
            lambda c: first_tenant(c)["contract"]["targets"].pop(0),
            "each metric needs one target for each priority",
        ),
        (
            lambda c: first_tenant(c)["contract"]["targets"][0].update(seconds=299),
            "under five minutes",
        ),
        (
            lambda c: first_tenant(c)["contract"].update(
                hours={day: [] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
            ),
            "never open",
        ),
        (
            lambda c: first_tenant(c)["contract"]["hours"].update(mon=[[540, "17:00"]]),
            "540 is no time of day",
        ),
        (
            lambda c: first_tenant(c)["brands"][0]["signature"].update(de="Grüße"),
            "signature in de must name {agent} once",
        ),
        (
            lambda c: first_tenant(c)["priority_table"]["blocked"].update(trial="soon"),
            "trial 'soon' is none of",
        ),
        (lambda c: c["people"][0].update(roles=["king"]), r"roles \['king'\] is none of"),
        (lambda c: c["people"][0]["skills"].update(billing=6), r"skills \['6'\] is none of"),
        (lambda c: c["people"][0].update(email="a@real.com"), "is not under .example or .test"),
        (
            lambda c: c["client_users"][0].update(email=c["people"][0]["email"]),
            "e-mail '.*' is used twice",
        ),
        (lambda c: c["customers"][0].update(plan="gold"), "plan 'gold' is none of"),
    ],
)
def test_refuses_a_firm_that_cannot_be_right(
    change: Callable[[dict[str, Any]], None], reason: str
) -> None:
    row = firm_with(change)

    with pytest.raises(ContentError, match=reason):
        read_firm(row)


def contact_with(**changes: Any) -> tuple[Contact, ...]:
    """One small valid contact, changed; a value of None removes the key."""
    entry: dict[str, Any] = {
        "key": "one",
        "tenant": "nordhost",
        "channel": "mail",
        "from": {"name": "Ann", "address": "ann@mail.test"},
        "subject": "Hello",
        "language": "en",
        "body": "Is anybody there?",
        "expect": {"kind": "ticket", "language": "en"},
        "answer": {"language": "en", "body": "Yes, we are here."},
    }
    entry = {key: value for key, value in {**entry, **changes}.items() if value is not None}
    return read_contacts([Row(entry, "test.yaml[one]")], FIRM)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"answer": None}, "a ticket needs an answer"),
        ({"expect": {"kind": "spam", "language": "en"}}, "nothing else may have one"),
        ({"answer": {"language": "de", "body": "Ja."}}, "in the ticket's language"),
        ({"answer": {"language": "en", "body": "Dear {name}"}}, "has a placeholder"),
        ({"body": None}, "a body or a raw message"),
        ({"html": True}, "needs body_html"),
        ({"body": "Так, є", "charset": "iso-8859-1"}, "does not fit into iso-8859-1"),
        ({"charset": "utf-9"}, "does not fit into utf-9"),
        ({"channel": "api"}, "posted by a partner"),
        ({"language": "ko"}, "language 'ko' is none of"),
        ({"expect": {"kind": "ticket", "language": "ko"}}, "language"),
        ({"brand": "emberhold"}, "brand 'emberhold' is none of"),
        ({"relates_to": {"contact": "two", "message": "own"}}, "two comes later or never"),
        ({"same_message_as": "two"}, "same_message_as 'two' is none of"),
        ({"from": {"name": "Ann", "address": "ann@gmail.com"}}, "not under .example or .test"),
        (
            {"attachments": [{"name": "a.png", "type": "image/png", "base64": "??"}]},
            "base64 does not decode",
        ),
        (
            {"follow_up": {"client": "apple", "body": "Thanks", "answer": {"language": "nb"}}},
            "body is missing",
        ),
        ({"colour": "red"}, r"test.yaml\[one\]: unknown keys \['colour'\]"),
    ],
)
def test_refuses_a_contact_that_cannot_be_right(changes: dict[str, Any], reason: str) -> None:
    assert len(contact_with()) == 1

    with pytest.raises(ContentError, match=reason):
        contact_with(**changes)


def test_refuses_a_key_that_is_used_twice() -> None:
    (contact,) = contact_with()
    assert contact.key == "one"

    rows = [Row(entry, "nordhost.yaml") for entry in demo_yaml("contacts/nordhost.yaml")[:1] * 2]

    with pytest.raises(ContentError, match="the key is used twice"):
        read_contacts(copy.deepcopy(rows), FIRM)
