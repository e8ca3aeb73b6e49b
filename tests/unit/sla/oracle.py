"""An oracle that walks every five minutes of a ticket's life and counts. Shares no code with us.

It reads the same raw events as the worked examples, asks the zone for the wall time of each tick,
and knows the rules R1 to R9 and R11 only as sentences.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

TICK = timedelta(minutes=5)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LIVE = {"new", "open", "pending", "hold"}
COUNTED_IN = {
    "first_reply": LIVE,
    "next_reply": LIVE,
    "resolution": LIVE,
    "requester_wait": LIVE - {"pending"},
    "agent_work": {"new", "open"},
    "first_resolution": LIVE,
    "periodic_update": LIVE,
    "pausable_update": LIVE - {"pending"},
}


def minutes(text: str) -> int:
    hours, rest = text.split(":")
    return int(hours) * 60 + int(rest)


def is_open(raw: dict[str, Any], at: datetime) -> bool:
    local = at.astimezone(ZoneInfo(raw["tz"]))
    if local.date().isoformat() in raw.get("holidays", []):
        return False
    now = local.hour * 60 + local.minute
    week = raw["week"]
    today, yesterday = DAYS[local.weekday()], DAYS[local.weekday() - 1]
    for opens, closes in week.get(today, week.get("*", [])):
        a, b = minutes(opens), minutes(closes)
        if (a < b and a <= now < b) or (b <= a <= now):
            return True
    for opens, closes in week.get(yesterday, week.get("*", [])):
        a, b = minutes(opens), minutes(closes)
        if b <= a and now < b:
            return True
    return False


@dataclass
class Stay:
    """A wait, in ticks; `priority` is the one in force when it ended."""

    metric: str
    start: int
    end: int | None = None
    priority: str = ""


@dataclass
class Walk:
    calendars: dict[str, dict[str, Any]]
    targets: dict[str, dict[str, int]]
    grace: int
    base: datetime
    first: str
    states: dict[int, str] = field(default_factory=dict)
    priorities: dict[int, str] = field(default_factory=dict)
    stays: list[Stay] = field(default_factory=list)
    _open: dict[tuple[str, int], bool] = field(default_factory=dict)

    def at(self, tick: int) -> datetime:
        return self.base + tick * TICK

    def counts(self, metric: str, tick: int, state: str, priority: str) -> bool:
        key = (priority, tick)
        if key not in self._open:
            raw = self.calendars.get(priority) or self.calendars["*"]
            self._open[key] = is_open(raw, self.at(tick).astimezone(UTC))
        return state in COUNTED_IN[metric] and self._open[key]

    def state_at(self, tick: int) -> str:
        """Before it was opened, a ticket that inherits an older wait counts as new."""
        while tick >= 0 and tick not in self.states:
            tick -= 1
        return self.states[tick] if tick >= 0 else "new"

    def priority_at(self, tick: int) -> str:
        while tick >= 0 and tick not in self.priorities:
            tick -= 1
        return self.priorities[tick] if tick >= 0 else self.first


def live(walk: Walk, events: list[tuple[int, str, str]], priority: str) -> str:
    """Go through the events once; returns the last state."""
    state, before_spam = "new", "new"
    reply: Stay | None = None
    unheard: int | None = None
    ends: dict[str, Stay] = {}

    def begin(metric: str, tick: int) -> Stay:
        stay = Stay(metric, tick)
        walk.stays.append(stay)
        ends[metric] = stay
        return stay

    def end(metric: str, tick: int) -> None:
        stay = ends.get(metric)
        if stay and stay.end is None:
            stay.end, stay.priority = tick, priority
            if metric.endswith("_update") and stay.end == stay.start:
                walk.stays.remove(stay)
                del ends[metric]

    for tick, what, extra in events:
        was = state
        if what == "create":
            for metric in ("resolution", "requester_wait", "agent_work", "first_resolution"):
                begin(metric, tick)
            reply = begin("first_reply", tick)
        elif what == "customer":
            if state == "pending":
                state = "open"
            if state == "solved" and reply is None:
                unheard = tick if unheard is None else unheard
            elif reply is None:
                reply = begin("next_reply", tick)
        elif what == "agent":
            if reply:
                end(reply.metric, tick)
            reply = unheard = None
            for metric in ("periodic_update", "pausable_update"):
                end(metric, tick)
                if state != "solved":
                    begin(metric, tick)
        elif what == "status":
            state = extra
        elif what == "priority":
            priority = extra
        elif what == "spam":
            before_spam, state = state, "spam"
        elif what == "unspam":
            state = before_spam
        elif what == "merged_away":
            state = "merged"
        elif what == "merge_in":
            since = int(extra)
            if reply:
                reply.start = min(reply.start, since)
            elif state == "solved":
                unheard = since if unheard is None else min(unheard, since)
            else:
                reply = begin("next_reply", since)
        solved = state == "solved"
        if solved and was != "solved" and was != "spam":
            for metric in (
                "resolution", "requester_wait", "agent_work", "first_resolution",
                "periodic_update", "pausable_update",
            ):  # fmt: skip
                end(metric, tick)
        if was == "solved" and state in LIVE:
            if reply is None:
                reply = begin("next_reply", tick if unheard is None else unheard)
            unheard = None
            for metric in ("resolution", "requester_wait", "agent_work"):
                ends[metric].end, ends[metric].priority = None, ""
        walk.states[tick] = state
        walk.priorities[tick] = priority
    return state


def judge(walk: Walk, stay: Stay, last: int) -> dict[str, Any]:
    """Count one wait tick by tick. `last` is the present."""
    stop = last if stay.end is None else stay.end
    elapsed, before = 0, None
    breach: int | None = None
    forced: int | None = None
    reached: list[tuple[int, int]] = []
    for tick in range(stay.start, stop):
        priority = walk.priority_at(tick)
        target = walk.targets[priority][stay.metric]
        changed = before is not None and (target, walk.calendars.get(priority)) != before
        if changed and breach is None:
            forced = tick + walk.grace if elapsed > target else None
        before = (target, walk.calendars.get(priority))
        counts = walk.counts(stay.metric, tick, walk.state_at(tick), priority)
        if breach is None:
            if forced is not None and (not walk.grace or forced <= tick):
                breach = forced
            elif forced is None and counts and elapsed + 1 > target:
                breach = tick
        elapsed += counts
        reached.append((tick + 1, elapsed))
    priority = stay.priority or walk.priority_at(stop)
    target = walk.targets[priority][stay.metric]
    changed = before is not None and (target, walk.calendars.get(priority)) != before
    if changed and breach is None:
        forced = stop + walk.grace if elapsed > target else None
    if breach is None and forced is not None and not walk.grace:
        breach = forced
    running = walk.state_at(stop) in COUNTED_IN[stay.metric]
    due = next((tick for tick, sum_ in reached if sum_ >= target), None)
    if due is None and (stay.end is not None or running):
        due, total = stop, elapsed
        while total < target:
            total += walk.counts(stay.metric, due, "new", priority)
            due += 1
    if due is not None and forced is not None and walk.grace:
        due = max(due, forced)
    state = "met" if stay.end is not None else "running" if running else "paused"
    return {
        "metric": stay.metric,
        "started_at": walk.at(stay.start),
        "elapsed": elapsed * TICK,
        "state": "breached" if breach is not None else state,
        "due_at": walk.at(due) if due is not None else None,
        "breach_at": walk.at(breach) if breach is not None else None,
    }


def verdicts(
    walk: Walk, events: list[tuple[int, str, str]], priority: str, last: int
) -> list[dict[str, Any]]:
    final = live(walk, events, priority)
    known = {metric for metrics in walk.targets.values() for metric in metrics}
    return [
        judge(walk, stay, last) | ({"state": "void"} if final in ("spam", "merged") else {})
        for stay in walk.stays
        if stay.metric in known
    ]
