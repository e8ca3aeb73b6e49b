"""Kafka's topics as the catalogue of contracts names them, sized for one machine."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import for_code

from meridian.config import REPOSITORY
from meridian.problems import StackProblem
from meridian.stack.loops import run_apart
from meridian.stack.stamps import digest

_EXISTS = 36
_WEEK_MS = str(7 * 24 * 3600 * 1000)


@dataclass(frozen=True, slots=True)
class WantedTopic:
    name: str
    partitions: int
    compacted: bool


def wanted_topics(memory: Path) -> tuple[WantedTopic, ...]:
    """The catalogue's, from `memory` where its sources are unchanged: loading it takes a second."""
    made_from = digest(catalogue_sources())
    if memory.exists():
        known = json.loads(memory.read_text())
        if known["made_from"] == made_from:
            return tuple(WantedTopic(**row) for row in known["topics"])
    found = catalogue_topics()
    rows = [asdict(topic) for topic in found]
    memory.write_text(json.dumps({"made_from": made_from, "topics": rows}, indent=1))
    return found


def catalogue_sources() -> list[Path]:
    return sorted((REPOSITORY / "contracts" / "src" / "contracts").glob("*.py"))


def catalogue_topics() -> tuple[WantedTopic, ...]:
    from contracts.catalog import TOPICS  # here: only where the catalogue has changed

    return tuple(
        WantedTopic(topic.name, topic.partitions("single"), topic.compacted) for topic in TOPICS
    )


def make_topics(bootstrap: str, topics: Iterable[WantedTopic]) -> None:
    """Create what is missing; refuse to go on with a wrong number of partitions."""
    run_apart(lambda: _make_all(bootstrap, tuple(topics)))


async def _make_all(bootstrap: str, topics: tuple[WantedTopic, ...]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        answer = await admin.create_topics([described(topic) for topic in topics])
        for name, code, message in answer.topic_errors:
            if code not in (0, _EXISTS):
                raise StackProblem(f"Kafka refused topic {name}: {for_code(code)} {message or ''}")
        await check_partitions(admin, topics)
    finally:
        await admin.close()


def described(topic: WantedTopic) -> NewTopic:
    settings = {"cleanup.policy": "compact"} if topic.compacted else {"retention.ms": _WEEK_MS}
    return NewTopic(topic.name, topic.partitions, 1, topic_configs=settings)


async def check_partitions(admin: AIOKafkaAdminClient, topics: Iterable[WantedTopic]) -> None:
    """An event's partition is computed when it is written: another count would split a key."""
    wanted = {topic.name: topic.partitions for topic in topics}
    found = await partitions_of(admin, tuple(wanted))
    for name, count in wanted.items():
        if found.get(name) != count:
            raise StackProblem(
                f"Topic {name} has {found.get(name, 0)} partitions, the catalogue says {count}.\n"
                "Start with an empty broker: make reset"
            )


async def partitions_of(admin: AIOKafkaAdminClient, names: tuple[str, ...]) -> dict[str, int]:
    """The broker's copy of the metadata may lag a moment behind a creation: ask for up to 3 s."""
    for _ in range(30):
        rows = await admin.describe_topics(list(names))
        found = {row["topic"]: len(row["partitions"]) for row in rows if not row["error_code"]}
        if len(found) == len(names):
            break
        await asyncio.sleep(0.1)
    return found
