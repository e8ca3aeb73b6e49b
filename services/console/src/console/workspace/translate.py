"""Tickets as intake and routing tell them → what the agent's screens show."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import quote
from uuid import UUID

from console.framing import some_client
from console.gateway.client import Json
from console.live.model import initials
from console.pages import (
    Attachment,
    BrandView,
    CustomerView,
    Due,
    EventView,
    MessageView,
    OfferView,
    Person,
    PromiseView,
    Text,
    TicketView,
    WorkGroup,
    WorkItem,
)
from console.reading import instant, maybe_instant, text
from console.screen import Screen, SignedIn

URGENT_FIRST = {"urgent": 0, "high": 1, "normal": 2, "low": 3}
SHUT = frozenset({"closed", "merged", "spam"})
EVENTS = frozenset(
    {
        "opened",
        "acknowledged",
        "classified",
        "assigned",
        "released",
        "priority_changed",
        "solved",
        "confirmed",
        "reopened",
        "closed",
        "delivery_failed",
        "promise_missed",
        "escalated",
    }
)
DELIVERY = {"waiting": "sending", "sent": "sent", "failed": "failed"}
ENDED = {"met": "kept", "breached": "missed", "excused": "excused", "void": "void"}


def whole(told: Json) -> Json:
    """A whole ticket as one: its facts beside customer, messages, events and promises."""
    return {
        **told["ticket"],
        **{k: told[k] for k in ("customer", "messages", "events", "promises")},
    }


def due(promise: Json, now: datetime) -> Due:
    """A promise at `now`. A running one carries how much of it is used."""
    state, target = str(promise["state"]), int(promise.get("target_s") or 0)
    elapsed = int(promise.get("elapsed_s") or 0)
    at = maybe_instant(promise.get("due_at"))
    if state in ENDED:
        return Due(ENDED[state], at, 100, took_s=elapsed, target_s=target)  # type: ignore[arg-type]
    if state == "paused":
        return Due("paused", None, _share(elapsed, target), target_s=target)
    return Due("running", at, _used(at, target, now), target_s=target)


def _used(at: datetime | None, target: int, now: datetime) -> int:
    if at is None or target <= 0:
        return 0
    left = max(0.0, (at - now).total_seconds())
    return max(0, min(100, 100 - _share(int(left), target)))


def _share(part: int, whole: int) -> int:
    return min(100, round(100 * part / whole)) if whole else 0


def promises(ticket: Json, zone: str, now: datetime) -> tuple[PromiseView, ...]:
    """The newest cycle of each metric, running ones first, then by their due instant."""
    newest: dict[str, Json] = {}
    for promise in ticket.get("promises", ()):
        metric = str(promise["metric"])
        if int(promise.get("cycle", 1)) >= int(newest.get(metric, {}).get("cycle", 0)):
            newest[metric] = promise
    views = [
        PromiseView(metric, due(promise, now), zone)  # type: ignore[arg-type]
        for metric, promise in newest.items()
        if promise["state"] != "void"
    ]
    return tuple(sorted(views, key=_by_urgency))


def _by_urgency(view: PromiseView) -> tuple[bool, str]:
    return (view.due.state not in ("running", "paused"), str(view.due.at or "9"))


def tightest(ticket: Json, now: datetime) -> Due | None:
    """Lists carry the nearest promise alone, whole tickets all of them."""
    told = [*ticket.get("promises", ()), *filter(None, [ticket.get("next_due")])]
    running = [due(p, now) for p in told if p["state"] == "running"]
    return min(running, key=lambda one: str(one.at), default=None)


def work_item(screen: Screen, ticket: Json, now: datetime, *, current: str = "") -> WorkItem:
    owner = ticket.get("owner") or {}
    return WorkItem(
        id=str(ticket["id"]),
        href=f"/work/{ticket['id']}",
        client=some_client(screen, UUID(str(ticket["tenant"]))),
        customer=Text(text(ticket["customer"]["name"])),
        subject=Text(text(ticket.get("subject")), str(ticket["language"])),
        language=str(ticket["language"]),
        channel=ticket["channel"],
        state=ticket["state"],
        waiting_on=ticket["waiting_on"],
        due=tightest(ticket, now),
        owner=_staff_name(screen, owner.get("id")),
        current=str(ticket["id"]) == current,
    )


def groups(
    screen: Screen, tickets: Sequence[Json], now: datetime, *, current: str = ""
) -> tuple[WorkGroup, ...]:
    """What needs the agent first, the most urgent promise on top; then what waits; then solved."""
    ordered = sorted(tickets, key=lambda ticket: _order(ticket, now))
    items = [(ticket, work_item(screen, ticket, now, current=current)) for ticket in ordered]
    return (
        WorkGroup("needs_you", _picked(items, lambda t: t["waiting_on"] == "us")),
        WorkGroup(
            "waiting",
            _picked(items, lambda t: t["waiting_on"] in ("customer", "client", "third_party")),
        ),
        WorkGroup("solved", _picked(items, lambda t: t["waiting_on"] == "nobody")),
    )


def _picked(items: Iterable[tuple[Json, WorkItem]], wanted: object) -> tuple[WorkItem, ...]:
    assert callable(wanted)
    return tuple(item for ticket, item in items if wanted(ticket))


def _order(ticket: Json, now: datetime) -> tuple[str, int, str]:
    nearest = tightest(ticket, now)
    at = nearest.at.isoformat() if nearest and nearest.at else "9"
    return (at, URGENT_FIRST.get(str(ticket.get("priority")), 9), str(ticket["opened_at"]))


def offer(screen: Screen, reservation: Json, ticket: Json, now: datetime) -> OfferView:
    id_, version = reservation["reservation"], reservation.get("version", "")
    return OfferView(
        work_item(screen, ticket, now),
        accept=f"/offers/{id_}/accept?version={version}",
        reject=f"/offers/{id_}/reject?version={version}",
        expires=instant(reservation["expires_at"]),
    )


def ticket_view(screen: Screen, person: SignedIn, ticket: Json) -> TicketView:
    owner = ticket.get("owner") or {}
    mine = str(owner.get("id", "")) == str(person.who.person)
    name = _staff_name(screen, owner.get("id"))
    solvable = ticket["state"] not in SHUT | {"solved"}
    return TicketView(
        id=str(ticket["id"]),
        reference=str(ticket["reference"]),
        subject=Text(text(ticket.get("subject")), str(ticket["language"])),
        state=ticket["state"],
        waiting_on=ticket["waiting_on"],
        damage=ticket["damage"],
        priority=ticket["priority"],
        language=str(ticket["language"]),
        opened=instant(ticket["opened_at"]),
        owner=Person(name, initials(name)) if name else None,
        mine=mine,
        mine_since=maybe_instant(owner.get("since")) if mine else None,
        solve=f"/work/{ticket['id']}/solve" if solvable else "",
    )


def brand_view(screen: Screen, ticket: Json) -> BrandView:
    tenant = UUID(str(ticket["tenant"]))
    known = screen.world.tenants.get(tenant)
    brands = known.brands if known else ()
    brand = next((one for one in brands if str(one.id) == str(ticket.get("brand"))), None)
    return BrandView(
        client=some_client(screen, tenant),
        name=brand.name if brand else "",
        tone=brand.tone if brand else "",
    )


def customer_view(screen: Screen, ticket: Json) -> CustomerView:
    customer = ticket["customer"]
    tenant = screen.world.tenants.get(UUID(str(ticket["tenant"])))
    plans = {plan.id: plan.name for plan in tenant.plans} if tenant else {}
    addresses = customer.get("addresses") or [""]
    name = text(customer.get("name")) or text(addresses[0])
    return CustomerView(
        person=Person(name, initials(name)),
        plan=plans.get(str(customer.get("plan")), text(customer.get("plan"))),
        address=text(addresses[0]),
        zone=text(customer.get("zone")),
        language=str(ticket["language"]),
        tickets_href=f"/search?q={quote(addresses[0])}" if addresses[0] else "",
    )


def timeline(
    screen: Screen, person: SignedIn, ticket: Json
) -> tuple[MessageView | tuple[EventView, ...], ...]:
    """Messages and facts by time; facts between two messages fold into one run."""
    told: list[tuple[datetime, MessageView | EventView]] = [
        (view.at, view)
        for view in (_message(screen, person, ticket, m) for m in ticket["messages"])
    ]
    told += [(view.at, view) for view in _events(screen, ticket)]
    told.sort(key=lambda one: one[0])
    found: list[MessageView | tuple[EventView, ...]] = []
    for _, view in told:
        match found[-1] if found else None, view:
            case tuple() as run, EventView():
                found[-1] = (*run, view)
            case _, EventView():
                found.append((view,))
            case _:
                found.append(view)
    return tuple(found)


def _events(screen: Screen, ticket: Json) -> list[EventView]:
    return [
        EventView(
            kind=told["type"].replace("-", "_"),
            at=instant(told["at"]),
            who=text((told.get("by") or {}).get("name")),
        )
        for told in ticket.get("events", ())
        if told["type"].replace("-", "_") in EVENTS
    ]


def _message(screen: Screen, person: SignedIn, ticket: Json, message: Json) -> MessageView:
    kind = _kind(message)
    name = text(message.get("author_name")) or _staff_name(screen, message.get("author"))
    delivery = DELIVERY.get(str(message["delivery"]["state"]), "")
    return MessageView(
        id=str(message["id"]),
        kind=kind,  # type: ignore[arg-type]
        author=Person(name, initials(name)),
        at=instant(message["received_at"]),
        paragraphs=paragraphs(text(message.get("text"))),
        language=text(message.get("language")) or "und",
        channel=ticket["channel"],
        mine=str(message.get("author")) == str(person.who.person),
        quoted=tuple(text(message.get("quoted")).splitlines()),
        attachments=tuple(_attachment(ticket, one) for one in message.get("attachments", ())),
        delivery=delivery,  # type: ignore[arg-type]
    )


def _kind(message: Json) -> str:
    if not message["public"]:
        return "note"
    if message.get("machine"):
        return "automatic"
    kinds = {"customer": "customer", "client": "customer", "agent": "us"}
    return kinds.get(str(message["author_kind"]), "automatic")


def _attachment(ticket: Json, attachment: Json) -> Attachment:
    href = f"/work/{ticket['id']}/files/{attachment['id']}"
    return Attachment(text(attachment["name"]), int(attachment["size"]), href)


def paragraphs(words: str) -> tuple[str, ...]:
    return tuple(part.strip("\n") for part in words.split("\n\n") if part.strip())


def _staff_name(screen: Screen, id_: object) -> str:
    if not id_:
        return ""
    known = screen.world.staff.get(UUID(str(id_)))
    return known.name if known else ""
