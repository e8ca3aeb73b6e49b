"""A ticket as the services tell it, as the desk shows it."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest

from console.live.model import KnownWorld
from console.pages import EventView, MessageView, Reader
from console.screen import Screen, SignedIn
from console.workspace import translate

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TENANT, AGENT, CUSTOMER = (str(UUID(int=n)) for n in (1, 2, 3))
SCREEN = cast(Screen, SimpleNamespace(world=KnownWorld()))
PERSON = cast(
    SignedIn,
    SimpleNamespace(who=SimpleNamespace(person=AGENT), reader=Reader("en", "Europe/Lisbon", NOW)),
)


def at(minutes: int) -> str:
    return (NOW + timedelta(minutes=minutes)).isoformat()


def promise(metric: str, state: str, **more: Any) -> dict[str, Any]:
    told = {"metric": metric, "cycle": 1, "state": state, "target_s": 3600, "elapsed_s": 600}
    return {**told, "due_at": at(15), **more}


def message(minutes: int, author: str, **more: Any) -> dict[str, Any]:
    told = {
        "id": f"m{minutes}",
        "author_kind": author,
        "author": AGENT if author == "agent" else CUSTOMER,
        "author_name": "Inês Carvalho" if author == "agent" else "Matthias Brandt",
        "public": True,
        "machine": False,
        "text": "Guten Tag,\n\nder Server läuft.",
        "quoted": "",
        "language": "de",
        "received_at": at(minutes),
        "delivery": {"state": "sent"},
        "attachments": [],
    }
    return {**told, **more}


def event(minutes: int, type_: str) -> dict[str, Any]:
    return {"type": type_, "at": at(minutes), "by": None, "by_kind": "system", "detail": {}}


def ticket(**more: Any) -> dict[str, Any]:
    told = {
        "id": str(UUID(int=9)),
        "tenant": TENANT,
        "reference": "NH-1",
        "subject": "Server",
        "customer": {"name": "Matthias Brandt", "addresses": ["m@brandt.example"], "plan": "pro"},
        "channel": "mail",
        "language": "de",
        "damage": "blocked",
        "priority": "high",
        "state": "open",
        "waiting_on": "us",
        "opened_at": at(-60),
        "owner": {"id": AGENT, "name": "Inês Carvalho"},
        "messages": [],
        "events": [],
        "promises": [],
    }
    return {**told, **more}


def test_a_running_promise_says_how_much_of_it_is_gone() -> None:
    due = translate.due(promise("first_reply", "running"), NOW)

    assert (due.state, due.used, due.target_s) == ("running", 75, 3600)


@pytest.mark.parametrize(
    ("state", "shown"), [("met", "kept"), ("breached", "missed"), ("excused", "excused")]
)
def test_an_ended_promise_says_how_long_it_took(state: str, shown: str) -> None:
    due = translate.due(promise("first_reply", state), NOW)

    assert (due.state, due.took_s) == (shown, 600)


def test_a_paused_promise_has_no_due_instant() -> None:
    assert translate.due(promise("resolution", "paused", due_at=None), NOW).at is None


def test_of_each_promise_the_newest_cycle_shows_and_void_ones_do_not() -> None:
    told = ticket(
        promises=[
            promise("next_reply", "met"),
            promise("next_reply", "running", cycle=2),
            promise("resolution", "void"),
        ]
    )

    views = translate.promises(told, "UTC", NOW)

    assert [(view.metric, view.due.state) for view in views] == [("next_reply", "running")]


def test_work_is_grouped_by_who_must_move_and_the_nearest_promise_comes_first() -> None:
    late = ticket(id="late", next_due=promise("first_reply", "running", due_at=at(5)))
    later = ticket(id="later", next_due=promise("first_reply", "running", due_at=at(50)))
    theirs = ticket(id="theirs", waiting_on="customer", state="pending")
    done = ticket(id="done", waiting_on="nobody", state="solved")

    groups = translate.groups(SCREEN, [done, later, theirs, late], NOW, current="late")

    assert [(g.key, [item.id for item in g.items]) for g in groups] == [
        ("needs_you", ["late", "later"]),
        ("waiting", ["theirs"]),
        ("solved", ["done"]),
    ]
    assert groups[0].items[0].current


def test_events_between_two_messages_fold_into_one_run() -> None:
    told = ticket(
        messages=[message(-50, "customer"), message(-20, "agent")],
        events=[
            event(-60, "opened"),
            event(-40, "reopened"),
            event(-30, "priority-changed"),
            event(-10, "something-new"),
        ],
    )

    found = translate.timeline(SCREEN, PERSON, told)

    kinds = [[e.kind for e in entry] if isinstance(entry, tuple) else entry.kind for entry in found]
    assert kinds == [["opened"], "customer", ["reopened", "priority_changed"], "us"]
    assert all(
        isinstance(e, EventView) for entry in found if isinstance(entry, tuple) for e in entry
    )


def test_notes_and_automatic_messages_are_told_apart() -> None:
    told = ticket(
        messages=[
            message(-5, "agent", public=False),
            message(-4, "system"),
            message(-3, "customer", machine=True),
        ]
    )

    found = [e for e in translate.timeline(SCREEN, PERSON, told) if isinstance(e, MessageView)]

    assert [(view.kind, view.mine) for view in found] == [
        ("note", True),
        ("automatic", False),
        ("automatic", False),
    ]
    assert found[0].paragraphs == ("Guten Tag,", "der Server läuft.")


def test_a_solved_ticket_cannot_be_solved_again() -> None:
    assert translate.ticket_view(SCREEN, PERSON, ticket()).solve
    assert translate.ticket_view(SCREEN, PERSON, ticket(state="solved")).solve == ""
    assert translate.ticket_view(SCREEN, PERSON, ticket()).mine
