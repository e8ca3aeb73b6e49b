"""Attainment and misses as sla tells them → the client's page."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from console import formats
from console.gateway.client import Json
from console.pages import (
    Choice,
    Client,
    EvidencePart,
    Frame,
    MissView,
    PromisesPage,
    PromiseSummary,
    Reader,
    Text,
)
from console.reading import instant, maybe_instant, text

BAR = 1000
ORDER = ("first_reply", "next_reply", "resolution")
MONTHS_SHOWN = 3
KINDS = {"running": "counted", "paused": "paused", "excused": "excused", "closed": "closed"}


def page(
    frame: Frame,
    client: Client,
    told: tuple[Json, Json],
    *,
    clients: tuple[Choice, ...],
    month: date,
    metric: str,
    path: str,
    ticket_link: Callable[[Json], str],
) -> PromisesPage:
    """`told` is attainment and misses, as sla answered."""
    attainment, misses = told
    zone = str(attainment.get("zone") or frame.reader.zone)
    today = frame.reader.now.astimezone(ZoneInfo(zone)).date()
    promises = _promises(attainment, chosen=metric, path=path, month=month)
    items = misses["items"]
    return PromisesPage(
        frame=frame,
        client=client,
        clients=clients,
        months=_months(frame.reader, today, month, path),
        month=month,
        day=_day_of(month, today),
        days=(_next_month(month) - month).days,
        closed=bool(attainment.get("closed_at")),
        zone=zone,
        promises=promises,
        misses=tuple(_miss(one, ticket_link(one)) for one in items),
        misses_total=int(misses.get("total", len(items))),
        contract_version=int(attainment.get("contract_version") or 0),
        closed_at=maybe_instant(attainment.get("closed_at")),
        hash=text(attainment.get("snapshot_sha256")),
        more=link(path, month=f"{month:%Y-%m}", metric=metric, cursor=text(misses.get("next")))
        if misses.get("next")
        else "",
    )


def link(path: str, **query: str) -> str:
    """`path` may already carry the client that was chosen."""
    said = urlencode({name: value for name, value in query.items() if value})
    return f"{path}{'&' if '?' in path else '?'}{said}" if said else path


def first_metric(attainment: Json) -> str:
    known = [str(one["metric"]) for one in attainment.get("metrics", ())]
    return next((name for name in ORDER if name in known), known[0] if known else "first_reply")


def month_of(value: str, today: date) -> date:
    """The month asked for; this one when it cannot be read."""
    try:
        return datetime.strptime(value, "%Y-%m").date()  # noqa: DTZ007
    except ValueError:
        return today.replace(day=1)


def _promises(
    attainment: Json, *, chosen: str, path: str, month: date
) -> tuple[PromiseSummary, ...]:
    told = {str(one["metric"]): one for one in attainment.get("metrics", ())}
    ordered = [name for name in ORDER if name in told] + [n for n in told if n not in ORDER]
    return tuple(
        _promise(
            told[name],
            chosen == name,
            link(path, month=f"{month:%Y-%m}", metric=name),
        )
        for name in ordered
    )


def _promise(told: Json, chosen: bool, href: str) -> PromiseSummary:
    metric = str(told["metric"])
    targets = told.get("targets", ())
    attained = told.get("attainment")
    return PromiseSummary(
        metric=metric,
        href=href,
        promised=Decimal(str(told.get("target") or "1")),
        attained=Decimal(str(attained)) if attained is not None else None,
        met=int(told["met"]),
        missed=int(told["breached"]),
        excused=int(told["excused"]),
        void=int(told["void"]),
        running=int(told["running"]),
        affordable=told.get("budget_left"),
        targets=_targets(targets),
        hours="business" if any(one.get("hours") == "business" for one in targets) else "24x7",
        chosen=chosen,
    )


def _targets(targets: Sequence[Json]) -> tuple[tuple[str, int], ...]:
    """The plain target of each priority; those of single plans stay in the contract's page."""
    plain = {str(one["priority"]): int(one["seconds"]) for one in targets if not one.get("plan")}
    return tuple(
        (name, plain[name]) for name in ("urgent", "high", "normal", "low") if name in plain
    )


def _miss(told: Json, href: str) -> MissView:
    parts, mark = _bar(told)
    return MissView(
        href=href,
        customer=Text(text(told.get("customer_name"))),
        subject=Text(text(told.get("subject")), text(told.get("language")) or "und"),
        reference=text(told.get("reference")),
        at=instant(told["breached_at"]),
        over_s=int(told["over_s"]),
        parts=parts,
        due_mark=mark,
        target_s=int(told["target_s"]),
        paused_s=int(told.get("paused_s") or 0),
        excused=bool(told.get("excused")),
        cause=text(told.get("cause")),
        language=text(told.get("language")) or "und",
    )


def _bar(told: Json) -> tuple[tuple[EvidencePart, ...], int]:
    """The timeline drawn on a bar of a thousand parts. Closed time is drawn narrow, so that a
    weekend does not hide the hours that counted.
    """
    spans = [
        (str(one["kind"]), instant(one["start"]), instant(one["end"])) for one in told["timeline"]
    ]
    weights = [_weight(kind, begin, end) for kind, begin, end in spans]
    whole = sum(weights) or 1.0
    parts: list[EvidencePart] = []
    at, mark, due = 0.0, BAR, instant(told["due_at"] or told["breached_at"])
    for (kind, begin, end), weight in zip(spans, weights, strict=True):
        if begin <= due <= end:
            inside = (due - begin).total_seconds() / max(1.0, (end - begin).total_seconds())
            mark = min(mark, round(BAR * (at + weight * inside) / whole))
        length = round(BAR * weight / whole)
        shown = "over" if kind == "over" else KINDS.get(kind, "counted")
        parts.append(EvidencePart(shown, round(BAR * at / whole), length))  # type: ignore[arg-type]
        at += weight
    return tuple(parts), mark


def _weight(kind: str, begin: datetime, end: datetime) -> float:
    seconds = max(0.0, (end - begin).total_seconds())
    return min(seconds, 3600.0) if kind == "closed" else seconds


def _months(reader: Reader, today: date, chosen: date, path: str) -> tuple[Choice, ...]:
    found, month = [], today.replace(day=1)
    for _ in range(MONTHS_SHOWN):
        value = f"{month:%Y-%m}"
        found.append(
            Choice(formats.month(month, reader), value, link(path, month=value), month == chosen)
        )
        month = _month_before(month)
    return tuple(reversed(found))


def _month_before(month: date) -> date:
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


def _next_month(month: date) -> date:
    return date(month.year + (month.month == 12), month.month % 12 + 1, 1)


def _day_of(month: date, today: date) -> int:
    if today >= _next_month(month):
        return (_next_month(month) - month).days
    return today.day if today >= month else 0
