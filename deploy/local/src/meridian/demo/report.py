"""What became of each contact: the table people read and the figures scripts read."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.table import Table

from meridian.demo.firm import Firm
from meridian.demo.player import Played

SHOWN_ANSWER = 60
COLUMNS = {"Ticket": 8, "Client": 10, "Lang": 4, "Owner": 12, "First reply due": 15, "Answer": 12}


def items(played: Sequence[Played], firm: Firm) -> list[dict[str, Any]]:
    """One entry for each contact that became a ticket."""
    return [_item(one, firm) for one in played if one.is_ticket]


def problems(played: Sequence[Played]) -> list[str]:
    """What did not happen as the authors expected, in words."""
    return [reason for one in played if (reason := _problem(one))]


def write(path: Path, played: Sequence[Played], firm: Firm) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    other = [
        {"contact": one.contact.key, "kind": one.contact.expect.kind, "refused": one.refused}
        for one in played
        if not one.is_ticket
    ]
    content = {"items": items(played, firm), "others": other, "problems": problems(played)}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def table(played: Sequence[Played], firm: Firm) -> Table:
    shown = Table(title="What became of each contact", title_justify="left", expand=True)
    for column, width in COLUMNS.items():
        shown.add_column(column, overflow="ellipsis", no_wrap=True, min_width=width)
    for item in items(played, firm):
        shown.add_row(
            item["ticket"] or "–",
            firm.tenant(item["tenant"]).name,
            item["language"],
            item["owner"] or "nobody",
            _short(item["first_reply_due"]),
            (item["answer"] or "–").replace("\n", " ")[:SHOWN_ANSWER],
        )
    return shown


def _short(instant: str) -> str:
    """`24 Nov 05:26`, in UTC: the report is for every zone."""
    if not instant:
        return "–"
    return f"{datetime.fromisoformat(instant).astimezone(UTC):%d %b %H:%M}"


def _item(one: Played, firm: Firm) -> dict[str, Any]:
    names = {str(person.id): person.name for person in firm.people}
    promised = {p["metric"]: p for p in one.detail.get("promises", ())}
    return {
        "contact": one.contact.key,
        "ticket": one.detail.get("reference", ""),
        "ticket_id": one.ticket,
        "tenant": one.contact.tenant,
        "language": one.detail.get("language", ""),
        "owner": names.get(one.owner, ""),
        "first_reply_due": promised.get("first_reply", {}).get("due_at") or "",
        "answer": one.answered[-1] if one.answered else "",
        "state": one.detail.get("state", ""),
    }


def _problem(one: Played) -> str:
    expect, detail = one.contact.expect, one.detail
    if one.trouble:
        return one.trouble
    if expect.kind == "refused" and not one.refused:
        return f"{one.contact.key}: the mail was accepted and should have been refused"
    if expect.kind != "refused" and one.refused:
        return f"{one.contact.key}: the mail was refused: {one.refused}"
    if one.is_ticket and detail.get("language") != expect.language:
        return f"{one.contact.key}: read as {detail.get('language')}, written in {expect.language}"
    return ""
