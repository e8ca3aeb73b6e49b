"""Ticket events into facts, and changes of clocks into events and lines of the ledger."""

from datetime import datetime, timedelta
from typing import Any, assert_never
from uuid import UUID

from contracts import sla_clock as out
from contracts import ticket as events
from contracts.envelope import Draft, Event
from contracts.ticket import MessageEvent, TicketEvent
from contracts.vocabulary import AuthorKind, ClockState
from sla.clocks.decide.posting import took_effect
from sla.clocks.model import (
    Breached,
    Change,
    Corrected,
    Entry,
    Excused,
    Fact,
    FactKind,
    Fulfilled,
    Met,
    Paused,
    Posting,
    Recorded,
    Resumed,
    Retargeted,
    Started,
    Told,
    Voided,
    Warned,
)
from sla.policies.model import Selector

# When a state event became true; the others say it as the event's own time.
_INSTANTS = {
    events.TicketPriorityChangedV1: "changed_at",
    events.TicketWaitingOnChangedV1: "changed_at",
    events.TicketEtaPromisedV1: "promised_at",
    events.TicketSolvedV1: "solved_at",
    events.TicketConfirmedV1: "confirmed_at",
    events.TicketReopenedV1: "reopened_at",
    events.TicketClosedV1: "closed_at",
    events.TicketMergedV1: "merged_at",
    events.TicketSplitV1: "split_at",
    events.TicketMarkedSpamV1: "marked_at",
    events.TicketIncidentLinkedV1: "linked_at",
    events.TicketHumanRequestedV1: "requested_at",
    events.MessageReceivedV1: "received_at",
    events.MessageSentV1: "received_at",
    events.MessageNotedV1: "received_at",
}


def recorded(event: Event[TicketEvent]) -> Recorded:
    """The event as the fact that is kept: when, what it means to a clock, and the state after."""
    data = event.data
    kind, author = _kind(data)
    told = data.ticket
    fact = Fact(
        seq=event.meta.version,
        at=_at(event),
        kind=kind,
        state=told.state,
        waiting_on=told.waiting_on,
        selector=Selector(told.priority, told.plan, told.channel, told.language),
        author=author,
    )
    return Recorded(event.meta.id, event.meta.type, fact, told.reference)


def merged_in(event: Event[events.TicketMergedV1]) -> Recorded | None:
    """What the ticket that survives inherits; nothing when nobody waited on the other."""
    since = event.data.oldest_unanswered_at
    if since is None:
        return None
    told = event.data.ticket
    fact = Fact(
        seq=None,
        at=event.data.merged_at,
        kind=FactKind.MERGED_IN,
        state=told.state,
        waiting_on=told.waiting_on,
        selector=Selector(told.priority, told.plan, told.channel, told.language),
        since=since,
    )
    return Recorded(event.meta.id, event.meta.type, fact)


def told_of(
    tenant: UUID, posting: Posting, ids: list[UUID], cause: UUID | None
) -> list[tuple[Told, Draft[out.ClockFacts]]]:
    """Each change as a line of the ledger, its evidence, and as the event that says it."""
    entry = posting.after
    found = []
    for id_, (version, change) in zip(ids, posting.told, strict=True):
        at = took_effect(entry, change)
        data = _event(entry, change, at, id_)
        line = Told(
            id=id_,
            clock=entry.id,
            ticket=entry.ticket,
            version=version,
            type=type(change).__name__.lower(),
            at=at,
            state=entry.clock.state,
            elapsed=entry.clock.elapsed,
            due_at=entry.clock.due_at,
            detail=_detail(change),
            cause=cause,
        )
        draft = Draft(tenant=tenant, aggregate=entry.id, version=version, time=at, data=data)
        found.append((line, draft))
    return found


def _at(event: Event[TicketEvent]) -> datetime:
    data = event.data
    if isinstance(data, events.TicketOpenedV1):
        return data.ticket.opened_at
    name = _INSTANTS.get(type(data))
    at: datetime = getattr(data, name) if name else event.meta.time
    return at


def _kind(data: TicketEvent) -> tuple[FactKind, AuthorKind | None]:
    match data:
        case events.TicketOpenedV1():
            by = AuthorKind.AGENT if data.agent_created else AuthorKind.CUSTOMER
            return FactKind.OPENED, by
        case events.TicketClassifiedV1():
            return FactKind.CLASSIFIED, None
        case events.TicketReopenedV1():
            return FactKind.REOPENED, data.by
        case events.MessageReceivedV1() if data.public and not data.machine:
            return FactKind.WROTE, data.author_kind
        case events.MessageSentV1() if data.public:
            return FactKind.WROTE, data.author_kind
        case MessageEvent():
            return FactKind.CHANGED, data.author_kind
        case _:
            return FactKind.CHANGED, None


def _event(entry: Entry, change: Change, at: datetime, evidence: UUID) -> out.ClockFacts:
    facts = _facts(entry, at)
    clock = entry.clock
    match change:
        case Started():
            begun = {"state": ClockState.RUNNING, "elapsed_s": 0, "fulfilled_at": None}
            return out.ClockStartedV1(**(facts | begun))
        case Paused(waiting_on):
            return out.ClockPausedV1(**facts, waiting_on=waiting_on)
        case Resumed():
            return out.ClockResumedV1(**facts)
        case Retargeted(target, due_at):
            return out.ClockRetargetedV1(**facts, was_target_s=_seconds(target), was_due_at=due_at)
        case Warned(percent):
            return out.ClockWarnedV1(**facts, percent=percent)
        case Breached():
            return out.ClockBreachedV1(
                **facts,
                breached_at=clock.breach_at or at,
                detected_at=entry.detected_at or at,
                evidence=evidence,
            )
        case Fulfilled():
            return out.ClockFulfilledV1(**facts, breached_at=clock.breach_at or at)
        case Met():
            return out.ClockMetV1(**facts, evidence=evidence)
        case Voided(reason):
            return out.ClockVoidedV1(**facts, reason=reason)
        case Excused(excuse):
            return out.ClockExcusedV1(**facts, excuse=excuse)
        case Corrected(was):
            return out.ClockCorrectedV1(**facts, was=was, reason="a fact came late")
        case _:
            assert_never(change)


def _facts(entry: Entry, at: datetime) -> dict[str, Any]:
    clock = entry.clock
    return {
        "ticket": entry.ticket,
        "metric": clock.metric,
        "cycle": clock.cycle,
        "contract": entry.contract,
        "contract_version": clock.contract_version,
        "calendar_version": clock.calendar_version,
        "target_s": _seconds(clock.target),
        "elapsed_s": _seconds(clock.elapsed),
        "started_at": clock.started_at,
        "due_at": clock.due_at,
        "state": clock.state,
        "at": at,
        "fulfilled_at": clock.ended_at,
    }


def _detail(change: Change) -> dict[str, Any]:
    match change:
        case Paused(waiting_on):
            return {"waiting_on": waiting_on}
        case Retargeted(target, due_at):
            return {
                "was_target_s": _seconds(target),
                "was_due_at": due_at.isoformat() if due_at else None,
            }
        case Warned(percent):
            return {"percent": percent}
        case Voided(reason):
            return {"reason": reason}
        case Excused(excuse):
            return {"excuse": str(excuse)}
        case Corrected(was):
            return {"was": was}
        case _:
            return {}


def _seconds(amount: timedelta) -> int:
    return int(amount.total_seconds())
