"""Dead letters of every service: looked at in each one's database, ordered through its table."""

from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.exc import DBAPIError

from chassis import dead_letters
from chassis.db import Database
from chassis.dead_letters import Order
from meridian.config import StackConfig
from meridian.problems import StackProblem
from meridian.stack.services import SERVICES

Row = dict[str, Any]
Books = Mapping[str, str]
Question = Callable[[Database], Coroutine[Any, Any, Sequence[RowMapping]]]

_PATIENCE_S = 10.0


def books_of(config: StackConfig) -> Books:
    """Where each service keeps its dead letters: its database, as the role that may look there."""
    return {
        service.spoken: config.database_url(service.name, service.roles[1])
        for service in SERVICES
        if service.exists and service.delivers
    }


async def parked(books: Books, consumer: str | None = None) -> list[Row]:
    """Events that wait for a person, by consumer, aggregate and version."""
    return await _ask_all(books, lambda loops: dead_letters.list_parked(loops, consumer))


async def unreadable(books: Books, consumer: str | None = None) -> list[Row]:
    """Records without a readable envelope: they have no aggregate, only a place."""
    return await _ask_all(books, lambda loops: dead_letters.list_unreadable(loops, consumer))


async def shown(books: Books, event: UUID) -> list[Row]:
    """All of one parked event, once for each consumer that parked it."""
    return await _ask_all(books, lambda loops: dead_letters.show(loops, event))


async def consumers_of(books: Books, aggregate: UUID) -> list[str]:
    """Every consumer that has events of that aggregate parked."""
    rows = await parked(books)
    return sorted({row["consumer"] for row in rows if row["aggregate_id"] == aggregate})


async def order(books: Books, wanted: Order, patience_s: float = _PATIENCE_S) -> str:
    """Give the order to the service whose consumer it is, and wait for what became of it."""
    service = wanted.consumer.partition(".")[0]
    if service not in books:
        raise StackProblem(f"No service has a consumer called {wanted.consumer}.")
    async with _loops(service, books[service]) as loops:
        number = await dead_letters.ask(loops, wanted)
        became = await dead_letters.answer(loops, number, patience_s)
    return became or f"{service} has not taken it up yet; it will as soon as it runs"


async def _ask_all(books: Books, question: Question) -> list[Row]:
    found: list[Row] = []
    for service, url in books.items():
        async with _loops(service, url) as loops:
            found += [dict(row) for row in await question(loops)]
    return found


@asynccontextmanager
async def _loops(service: str, url: str) -> AsyncIterator[Database]:
    database = Database(url, service=service, pool=1)
    try:
        yield database
    except (OSError, DBAPIError) as error:
        raise StackProblem(
            f"The database of {service} does not answer ({type(error).__name__}). "
            "Is Meridian running? See: meridian status"
        ) from error
    finally:
        await database.close()
