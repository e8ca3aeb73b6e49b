"""`meridian demo`: play the authored contacts against the running platform and report."""

import asyncio
import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from meridian.config import StackConfig
from meridian.demo import report
from meridian.demo.content import load_contacts, load_firm
from meridian.demo.platform import Platform
from meridian.demo.player import Played, Player

STAGES = {
    "write": "customers write",
    "answer": "agents answer",
    "follow up": "customers write back",
    "look": "looking at every ticket",
}


def main(config: StackConfig, console: Console) -> None:
    firm = load_firm()
    played = asyncio.run(_play(config, console))
    report.write(config.reports / "demo.json", played, firm)
    console.print(report.table(played, firm))
    found = report.problems(played)
    for problem in found:
        console.print(f"[red]{problem}[/red]")
    tickets = report.items(played, firm)
    languages = {item["language"] for item in tickets if item["language"]}
    answered = sum(bool(item["answer"]) for item in tickets)
    console.print(
        f"{len(played)} contacts, {len(tickets)} tickets in {len(languages)} languages, "
        f"{answered} answered. Mails that left: {config.mailbox_url}"
    )
    if found:
        sys.exit(1)


async def _play(config: StackConfig, console: Console) -> list[Played]:
    contacts, firm = load_contacts(), load_firm()
    tickets = [contact for contact in contacts if contact.expect.kind == "ticket"]
    totals = {
        "write": len(contacts),
        "answer": len(tickets),
        "follow up": sum(contact.follow_up is not None for contact in tickets),
        "look": len(tickets),
    }
    columns = (TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        bars = {key: progress.add_task(STAGES[key], total=totals[key]) for key in STAGES}
        async with Platform(config) as platform:
            player = Player(
                platform, firm, contacts, lambda stage, n: progress.advance(bars[stage], n)
            )
            return await player.play()
