"""Whether a month may close, what a snapshot's lines say, and what a correction changes. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256
from itertools import accumulate, takewhile
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from contracts.vocabulary import ClockState, Metric
from sla.calendars.decide import windows_on
from sla.clocks.decide.timeline import timeline
from sla.clocks.model import Clock, Entry, Posting, Segment, SegmentKind
from sla.periods.model import Line, Listed, Obstacle, PeriodState, Span, Standing, Tallies, Tally
from sla.policies.decide import choose_edition
from sla.policies.model import Contract, Edition
from sla.reports.decide import bucket, month_days, month_of, month_span
from sla.reports.model import Counts

# A change may be written a while after `now` was read; never as long as this.
MARGIN = timedelta(hours=1)
INSTANT = timedelta(microseconds=1)
SHOWN = 24
_DECIDED = frozenset({ClockState.MET, ClockState.BREACHED, ClockState.EXCUSED, ClockState.VOID})


def period_id(tenant: UUID, month: str) -> UUID:
    return uuid5(tenant, month)


def spans(book: Sequence[Edition], month: str) -> tuple[Span, ...]:
    """A clock belongs to the month of its due instant where its own contract version lives."""
    return tuple(
        Span(version.contract.version, *month_span(month, version.contract.calendar.zone))
        for version in book
    )


def contract_of(book: Sequence[Edition], month: str) -> Contract | None:
    """The version in force when the month ends; None before the first."""
    ends_at = max((span.until for span in spans(book, month)), default=None)
    found = choose_edition(book, ends_at - INSTANT) if ends_at else None
    return found.contract if found else None


def decide_obstacle(standing: Standing, now: datetime) -> Obstacle | None:
    """What keeps a month from closing: it closes only on verdicts that nothing can still change."""
    if now < standing.ends_at:
        return Obstacle.NOT_OVER
    if standing.feed_until is None or standing.feed_until < standing.ends_at:
        return Obstacle.FEED
    if standing.events_missing:
        return Obstacle.MISSING
    return Obstacle.UNDECIDED if standing.undecided else None


def closes_at(contract: Contract, month: str) -> datetime:
    """Midnight after so many working days of the contract's calendar in the following month."""
    _, day = month_days(month)
    left = contract.rules.close_after_days
    while left:
        left -= bool(windows_on(contract.calendar, day))
        day += timedelta(days=1)
    return datetime.combine(day, time(), ZoneInfo(contract.calendar.zone)).astimezone(UTC)


def month_after(month: str) -> str:
    return f"{month_days(month)[1]:%Y-%m}"


def months_until(first: str, last: str) -> list[str]:
    """From the last one back to the first, so many at most as a list shows."""
    months = accumulate(range(1, SHOWN), lambda month, _: _month_before(month), initial=last)
    return list(takewhile(lambda month: month >= first, months))


def listed(month: str, obstacle: Obstacle | None) -> Listed:
    return Listed(month, PeriodState.OPEN if obstacle else PeriodState.CLOSABLE)


def line(entry: Entry, drawn: Clock, evidence: UUID | None) -> Line | None:
    """What a snapshot says of a clock; None while no verdict is given.

    Times are counted up to the verdict, so that a late answer to a missed promise changes nothing.
    """
    clock = entry.clock
    if clock.state not in _DECIDED or clock.due_at is None:
        return None
    until = clock.breach_at or clock.ended_at or clock.as_of
    spent = _spent(timeline(drawn), until)
    return Line(
        clock=entry.id,
        ticket=entry.ticket,
        metric=clock.metric,
        cycle=clock.cycle,
        contract_version=clock.contract_version,
        target_s=_seconds(clock.target),
        due_at=clock.due_at,
        verdict=clock.state,
        elapsed_s=_seconds(spent.get(SegmentKind.RUNNING, timedelta())),
        paused_s=_seconds(spent.get(SegmentKind.PAUSED, timedelta())),
        excused_s=_seconds(spent.get(SegmentKind.EXCUSED, timedelta())),
        evidence=evidence,
    )


def canonical(told: Line) -> str:
    """One line of a snapshot: the same facts give the same bytes, whoever writes them."""
    return _written(
        {
            "clock": str(told.clock),
            "contract_version": told.contract_version,
            "cycle": told.cycle,
            "due_at": told.due_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "elapsed_s": told.elapsed_s,
            "evidence": str(told.evidence) if told.evidence else None,
            "excused_s": told.excused_s,
            "metric": told.metric,
            "paused_s": told.paused_s,
            "target_s": told.target_s,
            "ticket": str(told.ticket),
            "verdict": told.verdict,
        }
    )


def tallied(lines: Iterable[Line], targets: Mapping[Metric, Decimal]) -> Tallies:
    """Counts by metric; promised metrics are named even when none of them fell due."""
    found = {metric: Tally(metric, Counts(), share) for metric, share in targets.items()}
    for told in lines:
        found[told.metric] = _counted(found, told.metric, told.verdict, 1)
    return found


def corrected(tallies: Tallies, was: str | None, now: str | None) -> Tallies:
    """The counts with one clock taken out as it was and put in as it is."""
    found = dict(tallies)
    for text, step in ((was, -1), (now, 1)):
        if text is not None:
            told = json.loads(text)
            metric = Metric(told["metric"])
            found[metric] = _counted(found, metric, ClockState(told["verdict"]), step)
    return found


def correction_hash(closed_sha256: str, number: int, was: str | None, now: str | None) -> str:
    """Of the entry, bound to the snapshot that it stands beside and to its place there."""
    said = _written({"corrects": closed_sha256, "now": now, "number": number, "was": was})
    return sha256(said.encode()).hexdigest()


def touched(
    postings: Sequence[Posting], book: Sequence[Edition], now: datetime
) -> dict[str, list[UUID]]:
    """Clocks with a verdict, before or after the change, by the month that may have closed."""
    zones = {edition.contract.version: edition.contract.calendar.zone for edition in book}
    found: dict[str, dict[UUID, None]] = {}
    for posting in postings:
        for entry in filter(None, (posting.before, posting.after)):
            zone = zones[entry.clock.contract_version]
            counted = bucket(entry, zone)
            if counted is None or counted.state not in _DECIDED:
                continue
            month = f"{counted.day:%Y-%m}"
            if month_span(month, zone)[1] <= now + MARGIN:
                found.setdefault(month, {})[entry.id] = None
    return {month: list(clocks) for month, clocks in sorted(found.items())}


def falls_in(told: Line | None, book: Sequence[Edition], month: str) -> Line | None:
    """The line, if its clock fell due in that month."""
    if told is None:
        return None
    zones = {edition.contract.version: edition.contract.calendar.zone for edition in book}
    return told if month_of(told.due_at, zones[told.contract_version]) == month else None


def _month_before(month: str) -> str:
    return f"{month_days(month)[0] - timedelta(days=1):%Y-%m}"


def _spent(segments: Iterable[Segment], until: datetime) -> dict[SegmentKind, timedelta]:
    found: dict[SegmentKind, timedelta] = {}
    for kind, start, end in segments:
        if start < until:
            found[kind] = found.get(kind, timedelta()) + min(end, until) - start
    return found


def _counted(tallies: Tallies, metric: Metric, verdict: ClockState, step: int) -> Tally:
    known = tallies.get(metric) or Tally(metric, Counts(), None)
    counts = known.counts
    match verdict:
        case ClockState.MET:
            counts = replace(counts, met=counts.met + step)
        case ClockState.BREACHED:
            counts = replace(counts, breached=counts.breached + step)
        case ClockState.EXCUSED:
            counts = replace(counts, excused=counts.excused + step)
        case _:
            counts = replace(counts, void=counts.void + step)
    return replace(known, counts=counts)


def _written(said: Mapping[str, object]) -> str:
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _seconds(amount: timedelta) -> int:
    return int(amount.total_seconds())
