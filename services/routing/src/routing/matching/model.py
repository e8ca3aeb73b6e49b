"""Work, what it asks of people, the offers made for it, and what was decided about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from uuid import UUID, uuid5

from chassis.values import CustomerId, StaffId, TenantId, TicketId
from contracts.vocabulary import Cefr, Channel, ClockState, Metric, Priority, TicketState
from routing.people.model import Meter, Person

RULE = "longest-idle.1"


def work_id(ticket: UUID) -> UUID:
    """The work item of a ticket: one, whatever happens to it."""
    return uuid5(ticket, "assignment")


def urgency(priority: Priority) -> int:
    """0 is served first."""
    return _ORDER.index(priority)


_ORDER = (Priority.URGENT, Priority.HIGH, Priority.NORMAL, Priority.LOW)


class WorkState(StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"
    OWNED = "owned"
    DONE = "done"


class Outcome(StrEnum):
    """States of a reservation; the first two are live."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    TIMED_OUT = "timed_out"
    RESCINDED = "rescinded"
    WRAPPED = "wrapped"
    RELEASED = "released"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFacts:
    """What matching knows of a ticket: figures and words of closed sets, no customer's text."""

    reference: str
    customer: CustomerId | None
    channel: Channel
    live: bool
    plan: str
    category: str
    language: str
    priority: Priority
    state: TicketState
    opened_at: datetime

    @property
    def meter(self) -> Meter:
        """How capacity counts it. A voicemail is written work: nobody holds the line."""
        if self.channel is Channel.PHONE:
            return Meter.VOICE if self.live else Meter.API
        return Meter.MESSAGING if self.channel is Channel.TELEGRAM else Meter(self.channel.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One ticket as work. `waiting_since` is set once and never restarted."""

    tenant: TenantId
    id: UUID
    ticket: TicketId
    facts: TicketFacts
    waiting_since: datetime
    state: WorkState = WorkState.WAITING
    step: int = 0
    stuck_at: datetime | None = None
    owner: StaffId | None = None
    last_owner: StaffId | None = None
    owned_at: datetime | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """One person's claim on one work item: `units` held now, `full_units` when at work on it."""

    id: UUID
    work: UUID
    person: StaffId
    state: Outcome
    units: int
    full_units: int
    automatic: bool
    offered_at: datetime
    expires_at: datetime | None = None
    decision: UUID | None = None
    over_capacity: str = ""
    note: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True)
class Need:
    """A skill that work of a category asks for. Tier 0 is never dropped, tier 3 first."""

    category: str
    skill: str
    level: int
    tier: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One relaxation: in force `after` that long in the queue, or once only `slack` is left.

    `slack` is the share of the tightest running promise that is still ahead. With both, `after`
    stands in for it as long as nothing is promised.
    """

    after: timedelta | None = None
    slack: Fraction | None = None
    level_down: int = 0
    drop_tier: int | None = None
    alert: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """The steps in force together. They only ever widen the circle."""

    step: int = 0
    level_down: int = 0
    drop_tier: int | None = None
    alert: bool = False


DEFAULT_FLOORS: Mapping[Channel, Cefr] = {
    Channel.MAIL: Cefr.B2,
    Channel.WEB: Cefr.B2,
    Channel.API: Cefr.B2,
    Channel.CHAT: Cefr.B2,
    Channel.TELEGRAM: Cefr.B2,
    Channel.PHONE: Cefr.C1,
}
DEFAULT_STEPS = (
    Step(after=timedelta()),
    Step(after=timedelta(seconds=120), level_down=1),
    Step(slack=Fraction(1, 4), after=timedelta(minutes=15), alert=True),
)
DEFAULT_REMAINING: Mapping[Meter, timedelta] = {
    Meter.MAIL: timedelta(minutes=10),
    Meter.WEB: timedelta(minutes=10),
    Meter.API: timedelta(minutes=10),
    Meter.CHAT: timedelta(minutes=20),
    Meter.MESSAGING: timedelta(minutes=15),
    Meter.VOICE: timedelta(minutes=15),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How one tenant's work is matched. `lower_level`: its contract allows one CEFR step down."""

    lower_level: bool = False
    floors: Mapping[Channel, Cefr] = field(default_factory=lambda: DEFAULT_FLOORS)
    steps: tuple[Step, ...] = DEFAULT_STEPS
    needs: tuple[Need, ...] = ()
    remaining: Mapping[Meter, timedelta] = field(default_factory=lambda: DEFAULT_REMAINING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """What matching knows of a tenant: its policy, its own language, what is accepted by itself."""

    tenant: TenantId
    default_language: str
    auto_accept: frozenset[Channel]
    policy: Policy = Policy()


@dataclass(frozen=True, slots=True)
class Promise:
    """A running clock: due at `due_at`, of `target` in all."""

    due_at: datetime
    target: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFacts:
    """One clock of sla as last heard of. Only running and missed ones are still to be kept."""

    tenant: TenantId
    id: UUID
    ticket: TicketId
    metric: Metric
    started_at: datetime
    due_at: datetime | None
    target: timedelta
    state: ClockState

    @property
    def open(self) -> bool:
        return self.state in (ClockState.RUNNING, ClockState.PAUSED, ClockState.BREACHED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What one work item asks of a person now, with the relaxations in force."""

    tenant: TenantId
    meter: Meter
    language: str
    floor: Cefr
    needs: tuple[Need, ...]
    remaining: timedelta
    relaxation: Relaxation = Relaxation()


class Cause(StrEnum):
    """Why somebody did not get the work."""

    NOT_PERMITTED = "not permitted for this client"
    LANGUAGE = "language below the level needed"
    SKILL = "skill below the level needed"
    CHANNEL = "channel not enabled"
    NOT_AVAILABLE = "not available"
    SHIFT_ENDS = "shift ends too soon"
    EXCLUDED = "declined or missed it a while ago"
    FULL = "no free units"
    IDLE_LESS = "idle for less time"
    NOT_KNOWN = "somebody else knows the customer"


@dataclass(frozen=True, slots=True)
class Refusal:
    person: StaffId
    cause: Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Who may take it, best first, and who may not and why.

    `barren`: nobody would do even if no one had declined it, so its like need not be tried.
    """

    ranking: tuple[Person, ...]
    refusals: tuple[Refusal, ...]
    barren: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look for somebody for one waiting item: all that was read, and who ranks how."""

    work: Work
    client: Client
    demand: Demand
    choice: Choice
    known: StaffId | None

    def cost_for(self, person: Person) -> int:
        """Units it takes of somebody admissible.

        Raises:
            ValueError: the person does no such work.
        """
        cost = person.profile.cost_of(self.demand.meter)
        if cost is None:
            raise ValueError(f"{person.id} does not work on {self.demand.meter}")
        return cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Why this agent: the rule, what it saw, whom it chose, who came next and why not."""

    id: UUID
    work: UUID
    at: datetime
    step: int
    chosen: StaffId | None
    refused: tuple[Refusal, ...]
    inputs: Mapping[str, object]
    rule: str = RULE
