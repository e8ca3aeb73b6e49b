"""Sample months of a client's promises."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from console.pages import Choice, EvidencePart, MissView, PromisesPage, PromiseSummary, Reader, Text
from tests.component.console.samples import NORDHOST, NOW, frame


def summary(metric: str, promised: str, met: int, missed: int, **more: Any) -> PromiseSummary:
    counted = met + missed
    kept = Decimal(met) / Decimal(counted) if counted else None
    room = int(counted * (1 - Decimal(promised))) - missed if counted else None
    return PromiseSummary(
        metric,
        f"?metric={metric}",
        Decimal(promised),
        kept,
        met,
        missed,
        excused=more.pop("excused", 0),
        void=more.pop("void", 0),
        running=more.pop("running", 0),
        affordable=room,
        **more,
    )


def part(kind: Any, a: int, b: int) -> EvidencePart:
    return EvidencePart(kind, a, b - a)


def miss(who: Text, subject: Text, number: int, **more: Any) -> MissView:
    over = more.pop("over_s")
    parts = more.pop("parts")
    return MissView(
        f"/promises/misses/{number}",
        who,
        subject,
        f"NH-{4100 + number}",
        NOW - timedelta(hours=5 + number * 29),
        over,
        parts,
        more.pop("due_mark"),
        target_s=300,
        language=who.language,
        **more,
    )


def misses() -> tuple[MissView, ...]:
    return (
        miss(
            Text("Jürgen Pohl", "de"),
            Text("Mailwarteschlange hängt", "de"),
            1,
            over_s=100,
            parts=(part("counted", 0, 720), part("over", 720, 880)),
            due_mark=720,
            cause="Agent on another call",
        ),
        miss(
            Text("高橋 由美", "ja"),
            Text("DNSが更新されない", "ja"),
            2,
            over_s=1320,
            parts=(part("counted", 0, 300), part("over", 300, 940)),
            due_mark=300,
        ),
        miss(
            Text("Ingrid Solheim", "no"),
            Text("Gjenoppretting av sikkerhetskopi", "no"),
            3,
            over_s=360,
            parts=(
                part("counted", 0, 160),
                part("closed", 160, 400),
                part("counted", 400, 520),
                part("paused", 520, 660),
                part("counted", 660, 800),
                part("over", 800, 920),
            ),
            due_mark=800,
            paused_s=840,
            current=True,
        ),
        miss(
            Text("Nordlys Media", "no"),
            Text("Lagringen er nede", "no"),
            4,
            over_s=1800,
            parts=(part("counted", 0, 350), part("excused", 350, 780)),
            due_mark=600,
            excused=True,
            cause="Mass outage, approved by Rui Almeida",
        ),
        miss(
            Text("Олена Савченко", "uk"),
            Text("Сертифікат прострочено", "uk"),
            5,
            over_s=180,
            parts=(part("counted", 0, 760), part("over", 760, 900)),
            due_mark=760,
        ),
    )


def promises(read: Reader) -> PromisesPage:
    names = ("سبتمبر", "أكتوبر", "نوفمبر") if read.locale == "ar" else ("Sep", "Oct", "Nov")
    months = tuple(
        Choice(name, str(n), f"?month=2026-{n:02}", chosen=n == 11)
        for n, name in enumerate(names, start=9)
    )
    shown = (
        summary(
            "first_reply",
            "0.95",
            4906,
            194,
            excused=62,
            void=11,
            running=23,
            targets=(("urgent", 300), ("high", 900), ("normal", 3600)),
            chosen=True,
        ),
        summary("next_reply", "0.97", 8120, 98, targets=(("normal", 7200),), hours="business"),
        summary("resolution", "0.92", 2203, 211, targets=(("normal", 86_400),), hours="business"),
        summary("periodic_update", "0.95", 0, 0, running=4, targets=(("urgent", 3600),)),
    )
    here = Reader(read.locale, "Europe/Oslo", read.now, read.theme)
    return PromisesPage(
        frame=frame(here, "promises", "client"),
        client=NORDHOST,
        clients=(),
        months=months,
        month=date(2026, 11, 1),
        day=19,
        days=30,
        closed=False,
        zone="Europe/Oslo",
        promises=shown,
        misses=misses(),
        misses_total=194,
        contract_version=4,
        more="?page=2",
    )


def promises_closed(read: Reader) -> PromisesPage:
    page = promises(read)
    broken = replace(page.promises[2], chosen=True)
    others = (replace(page.promises[0], chosen=False), page.promises[1])
    return replace(
        page,
        promises=(broken, *others),
        closed=True,
        closed_at=datetime(2026, 11, 1, 0, 5, tzinfo=UTC),
        hash="9f2c4e07d1aa",
        misses=(),
        misses_total=0,
        month=date(2026, 10, 1),
    )
