"""The agent's work list and the ticket with its conversation, promises and reply desk."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from console.pages.frame import Client, Frame, Person, Text

Channel = Literal["mail", "web", "api", "chat", "telegram", "phone"]
Damage = Literal["losing_money", "blocked", "degraded", "question", "onboarding"]
Priority = Literal["urgent", "high", "normal", "low"]
State = Literal["new", "open", "pending", "hold", "solved", "closed", "merged", "spam"]
WaitingOn = Literal["us", "customer", "client", "third_party", "nobody"]


@dataclass(frozen=True, slots=True)
class Due:
    """A promise at `Reader.now`: `used` is the share of it that is gone, in percent.

    `at` is the due instant, None while paused; a running one past it is late. For kept and
    missed ones `took_s` says how long it took.
    """

    state: Literal["running", "paused", "kept", "missed", "excused", "void"]
    at: datetime | None = None
    used: int = 0
    took_s: int | None = None
    target_s: int | None = None


@dataclass(frozen=True, slots=True)
class PromiseView:
    metric: Literal[
        "first_reply",
        "next_reply",
        "resolution",
        "periodic_update",
        "pausable_update",
        "requester_wait",
        "agent_work",
        "first_resolution",
    ]
    due: Due
    zone: str


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A ticket in a list. `note` says why it is there: its waiting state, or who answers it."""

    id: str
    href: str
    client: Client
    customer: Text
    subject: Text
    language: str
    channel: Channel
    state: State
    waiting_on: WaitingOn
    due: Due | None = None
    owner: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class OfferView:
    """A ticket offered to this agent, who may take or pass it until `expires`."""

    item: WorkItem
    accept: str
    reject: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class WorkGroup:
    key: Literal["needs_you", "waiting", "solved", "found"]
    items: tuple[WorkItem, ...]

    @property
    def size(self) -> int:
        return len(self.items)


@dataclass(frozen=True, slots=True)
class WorkPage:
    frame: Frame
    groups: tuple[WorkGroup, ...]
    offers: tuple[OfferView, ...] = ()
    more: str = ""
    unavailable: bool = False


@dataclass(frozen=True, slots=True)
class SearchPage:
    frame: Frame
    query: str
    items: tuple[WorkItem, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    size: int
    href: str = ""


@dataclass(frozen=True, slots=True)
class EventView:
    """A fact of the ticket's life; runs of them fold into one line. `who`, `detail` complete it."""

    kind: Literal[
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
    ]
    at: datetime
    who: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class MessageView:
    """`author` is who wrote it; `delivery` matters for what we sent."""

    id: str
    kind: Literal["customer", "us", "note", "automatic"]
    author: Person
    at: datetime
    paragraphs: tuple[str, ...]
    language: str
    channel: Channel
    mine: bool = False
    quoted: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    promise: PromiseView | None = None
    delivery: Literal["", "sending", "sent", "failed"] = ""

    @property
    def text(self) -> Text:
        return Text("\n".join(self.paragraphs), self.language)


@dataclass(frozen=True, slots=True)
class BrandView:
    """For whom the agent speaks and how."""

    client: Client
    name: str
    tone: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True)
class CustomerView:
    person: Person
    plan: str = ""
    address: str = ""
    zone: str = ""
    since: datetime | None = None
    language: str = "und"
    tickets: int = 0
    tickets_href: str = ""


@dataclass(frozen=True, slots=True)
class Composer:
    """`text` and `error` come back when sending failed; nothing a person wrote is ever lost.

    `key` is sent along, so that a press repeated counts once. A shut ticket has no composer.
    """

    send: str
    language: str
    channel: Channel
    key: str
    kind: Literal["reply", "note"] = "reply"
    text: str = ""
    error: Literal["", "empty", "too_long", "conflict", "unavailable"] = ""


@dataclass(frozen=True, slots=True)
class TicketView:
    """`solve` is the address to post to, empty when it cannot be solved (any more)."""

    id: str
    reference: str
    subject: Text
    state: State
    waiting_on: WaitingOn
    damage: Damage
    priority: Priority
    language: str
    opened: datetime
    owner: Person | None
    mine: bool
    mine_since: datetime | None = None
    solve: str = ""


@dataclass(frozen=True, slots=True)
class TicketPage:
    frame: Frame
    groups: tuple[WorkGroup, ...]
    ticket: TicketView
    brand: BrandView
    customer: CustomerView
    timeline: tuple[MessageView | tuple[EventView, ...], ...]
    promises: tuple[PromiseView, ...]
    composer: Composer | None
    offers: tuple[OfferView, ...] = ()
    more: str = ""
    draft_sent: bool = False
