"""Values of an outreach: what was asked for, what it says, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.vocabulary import RemedyKind, TicketState


class Template(StrEnum):
    """What others may have us write. Each is authored in every language."""

    SURVEY = "survey"
    REFUND_PAID = "refund_paid"
    REFUND_DELAYED = "refund_delayed"
    REMEDY_IN_REVIEW = "remedy_in_review"
    EXTENSION_GRANTED = "extension_granted"
    GOODWILL_GRANTED = "goodwill_granted"
    REMEDY_REFUSED = "remedy_refused"
    FOLLOWUP_CONTACT = "followup_contact"


class Refusal(StrEnum):
    """Why a manager refused, as a customer is told."""

    OUTSIDE_POLICY = "outside_policy"
    USED_UP = "used_up"
    NOT_OUR_PRODUCT = "not_our_product"
    ALREADY_COMPENSATED = "already_compensated"
    MISUSE = "misuse"


class State(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


class Why(StrEnum):
    """Why nobody was told; the closed list of `outreach.failed`."""

    UNKNOWN_TEMPLATE = "unknown_template"
    VALUES_UNFIT = "values_unfit"
    TICKET_GONE = "ticket_gone"
    NO_ADDRESS = "no_address"
    OVERTAKEN = "overtaken"
    UNDELIVERABLE = "undeliverable"


@dataclass(frozen=True, slots=True)
class Amount:
    """Minor units of a currency, as they came: nothing is rounded on the way to a customer."""

    minor: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a letter says beside its authored words; `instead` is what is offered after a no."""

    template: Template
    survey: UUID | None = None
    amount: Amount | None = None
    days: int | None = None
    refusal: Refusal | None = None
    instead: RemedyKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """As another service asked. `dedup_key` names it for ever among those of `asked_by`."""

    tenant: UUID
    asked_by: str
    dedup_key: str
    template: str
    values: Mapping[str, str]
    ticket: UUID | None
    customer: UUID | None
    respects_quiet_hours: bool


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Hours of the customer's own clock in which nothing unasked arrives; equal: there are none."""

    start: int = 21
    end: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Whom it reaches, and through which ticket."""

    ticket: UUID
    state: TicketState
    zone: str
    reachable: bool
    quiet: QuietHours


@dataclass(frozen=True, slots=True)
class Accepted:
    """It leaves at `leaves_at`, or at once."""

    leaves_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outreach:
    """One request as it stands. `cause` and `correlation` are of the event that asked."""

    tenant: UUID
    id: UUID
    asked_by: str
    dedup_key: str
    template: str
    values: Mapping[str, str]
    ticket: UUID | None
    state: State
    why: Why | None
    leaves_at: datetime | None
    at: datetime
    cause: UUID
    correlation: UUID
