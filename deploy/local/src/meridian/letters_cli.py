"""`meridian dead-letters`: see what waits for a person, and order a replay or a discard."""

import asyncio
import getpass
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from meridian.config import load_config
from meridian.problems import StackProblem

if TYPE_CHECKING:
    from chassis.dead_letters import Action
    from meridian.letters import Books

app = typer.Typer(no_args_is_help=True, help=__doc__)
console = Console()

Home = Annotated[Path | None, typer.Option(help="Where the stack lives.")]
AsJson = Annotated[bool, typer.Option("--json", help="For scripts: print JSON.")]
Consumer = Annotated[str | None, typer.Option(help="Only this one, for example sla.clocks.")]
Record = Annotated[int | None, typer.Option(help="An unreadable record, by its id.")]


@app.command("list")
def list_(home: Home = None, consumer: Consumer = None, as_json: AsJson = False) -> None:
    """Parked events by aggregate and version, and records that cannot be read."""
    from meridian import letters

    books = letters.books_of(load_config(home))
    parked = asyncio.run(letters.parked(books, consumer))
    unreadable = asyncio.run(letters.unreadable(books, consumer))
    if as_json:
        tell_json({"parked": parked, "unreadable": unreadable})
        return
    if not parked and not unreadable:
        console.print("Nothing waits.")
    if parked:
        columns: tuple[str, ...] = (
            "consumer",
            "aggregate_id",
            "version",
            "type",
            "reason",
            "error",
            "event_id",
        )
        console.print(drawn("parked events", columns, parked))
    if unreadable:
        columns = ("id", "consumer", "topic", "partition", "offset", "error")
        console.print(drawn("unreadable records", columns, unreadable))


@app.command()
def show(event: UUID, home: Home = None) -> None:
    """All of one parked event, payload included, as JSON."""
    from meridian import letters

    rows = asyncio.run(letters.shown(letters.books_of(load_config(home)), event))
    if not rows:
        raise StackProblem(f"No event {event} is parked.")
    tell_json(rows)


@app.command()
def replay(
    aggregate: Annotated[
        UUID | None, typer.Argument(help="All that waits on it, in order.")
    ] = None,
    home: Home = None,
    consumer: Consumer = None,
    record: Record = None,
    as_json: AsJson = False,
) -> None:
    """Apply what is parked on an aggregate, in order; or read a record again."""
    carry_out("replay", home, consumer, as_json, aggregate=aggregate, unreadable=record)


@app.command()
def discard(
    reason: Annotated[str, typer.Option(prompt=True, help="Kept with the order.")],
    event: Annotated[
        UUID | None, typer.Argument(help="That one; what waits behind it goes on.")
    ] = None,
    home: Home = None,
    consumer: Consumer = None,
    record: Record = None,
    as_json: AsJson = False,
) -> None:
    """Give one parked event up for good; or drop a record."""
    carry_out("discard", home, consumer, as_json, event=event, unreadable=record, reason=reason)


@app.command()
def resume(consumer: str, home: Home = None, as_json: AsJson = False) -> None:
    """Let the lanes of a consumer go on that stopped for a person."""
    carry_out("resume", home, consumer, as_json)


def carry_out(
    action: "Action", home: Path | None, consumer: str | None, as_json: bool, **target: Any
) -> None:
    """Order it from every consumer meant, and say what became of each order."""
    from chassis.dead_letters import Order
    from meridian import letters

    books = letters.books_of(load_config(home))
    given = {name: value for name, value in target.items() if value is not None}
    consumers = [consumer] if consumer else asyncio.run(meant(books, given))
    became = {}
    for name in consumers:
        order = Order(action=action, consumer=name, asked_by=getpass.getuser(), **given)
        became[name] = asyncio.run(letters.order(books, order))
    if as_json:
        tell_json(became)
        return
    for name, result in became.items():
        console.print(f"{name}: {result}", markup=False)


async def meant(books: "Books", target: dict[str, Any]) -> list[str]:
    """The consumers that hold what was named, where the person named none."""
    from meridian import letters

    if "aggregate" in target:
        found = await letters.consumers_of(books, target["aggregate"])
    elif "event" in target:
        found = sorted({row["consumer"] for row in await letters.shown(books, target["event"])})
    else:
        raise StackProblem("Name an aggregate or an event; a record needs --consumer too.")
    if not found:
        raise StackProblem("Nothing of it is parked. See: meridian dead-letters list")
    return found


def drawn(title: str, columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> Table:
    table = Table(title=title, box=None, header_style="bold", title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(str(row[column] if row[column] is not None else "") for column in columns))
    return table


def tell_json(found: object) -> None:
    print(json.dumps(found, indent=1, default=written))


def written(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
