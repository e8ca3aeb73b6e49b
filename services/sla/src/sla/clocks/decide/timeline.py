"""A clock's life as it is shown: counted, paused, outside hours, excused, over."""

from collections.abc import Iterator
from datetime import datetime

from sla.clocks.model import Clock, Leg, Pause, Segment, SegmentKind


def timeline(clock: Clock) -> tuple[Segment, ...]:
    """From its start to its end, or to the instant it was judged at; without holes."""
    joined: list[Segment] = []
    for leg in clock.legs[:-1]:
        for segment in _segments(leg, clock.breach_at):
            if joined and joined[-1].kind is segment.kind and joined[-1].end == segment.start:
                segment = Segment(segment.kind, joined.pop().start, segment.end)
            joined.append(segment)
    return tuple(joined)


def _segments(leg: Leg, breach_at: datetime | None) -> Iterator[Segment]:
    if leg.end is None:
        return
    if leg.pause or leg.terms is None:
        kind = SegmentKind.EXCUSED if leg.pause is Pause.EXCUSED else SegmentKind.PAUSED
        yield Segment(kind, leg.start, leg.end)
        return
    for start, end, is_open in leg.terms.open.legs(leg.start, leg.end):
        if not is_open:
            yield Segment(SegmentKind.CLOSED, start, end)
        elif breach_at is None or end <= breach_at:
            yield Segment(SegmentKind.RUNNING, start, end)
        elif start >= breach_at:
            yield Segment(SegmentKind.OVER, start, end)
        else:
            yield Segment(SegmentKind.RUNNING, start, breach_at)
            yield Segment(SegmentKind.OVER, breach_at, end)
