"""A ticket as far as remedies are judged by it. No text of anybody."""

from dataclasses import dataclass
from uuid import UUID

from contracts.vocabulary import Channel, Damage, Priority, TicketState

SETTLED = frozenset({TicketState.SOLVED, TicketState.CLOSED})
VOID = frozenset({TicketState.MERGED, TicketState.SPAM})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    tenant: UUID
    id: UUID
    customer: UUID
    reference: str
    channel: Channel
    plan: str
    language: str
    category: str
    damage: Damage
    priority: Priority
    state: TicketState
    cycle: int

    @property
    def settled(self) -> bool:
        """The matter itself is done: solved or closed."""
        return self.state in SETTLED

    @property
    def void(self) -> bool:
        """Merged away, or spam: nothing is given on it."""
        return self.state in VOID
