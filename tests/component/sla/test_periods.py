"""Months that close: the snapshot, what keeps one open, corrections beside it, and the timer."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid5

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from chassis.tenancy import scope
from chassis.testing.events import new_id
from contracts.vocabulary import TicketState
from sla.periods import handlers, store
from sla.periods.decide import canonical, period_id
from sla.periods.model import Closed, Obstacle
from sla.reports.decide import month_days
from tests.component.sla.doors import Doors
from tests.component.sla.world import HOUR, MONDAY, NORDHOST, PAGORA, Life, World

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

MINUTE = timedelta(minutes=1)
DAY = 24 * HOUR
THEN = datetime(2026, 10, 12, 9, 0, tzinfo=UTC)
PATH = f"/v1/tenants/{NORDHOST}/periods"


async def october(world: World) -> dict[str, Life]:
    """One kept, one late, one never answered, one spam, one that waits for its customer."""
    await world.contract()
    lives = {name: await world.life(name).open(THEN) for name in ("kept", "late", "never", "spam")}
    await lives["kept"].agent(THEN + 30 * MINUTE)
    await lives["kept"].solved(THEN + 5 * HOUR)
    await lives["late"].agent(THEN + 3 * HOUR, TicketState.PENDING)
    await lives["spam"].spam(THEN + 10 * MINUTE)
    await world.known_until(MONDAY)
    await world.sweep()
    return lives


async def close(world: World, month: str = "2026-10") -> Closed | Obstacle | None:
    async with world.database.transaction(scope(NORDHOST)) as tx:
        return await handlers.close(tx, NORDHOST, month, "tests", MONDAY)


async def recomputed(world: World, month: str = "2026-10") -> bytes:
    async with world.database.transaction(scope(NORDHOST)) as tx:
        lines = await handlers.recomputed(tx, NORDHOST, month)
    return "".join(f"{canonical(line)}\n" for line in lines).encode()


async def told(world: World) -> list[tuple[str, Any]]:
    rows = await world.rows(
        """SELECT type, convert_from(payload, 'UTF8') AS data FROM outbox
            WHERE topic = 'sla.period.v1' AND aggregate_id = $1 ORDER BY version""",
        period_id(NORDHOST, "2026-10"),
    )
    return [(row["type"], json.loads(row["data"])) for row in rows]


async def test_a_month_closes_as_bytes_whose_hash_is_told(doors: Doors, world: World) -> None:
    await doors.people()
    await october(world)

    answer = await doors.ask("marta", "POST", f"{PATH}/2026-10/close")

    shown = answer.json()
    snapshot = await doors.ask("nora", "GET", f"{PATH}/2026-10/snapshot")
    assert answer.status_code == 200, answer.text
    assert (shown["state"], shown["closed_by"], shown["clocks"]) == ("closed", "person", 7)
    assert sha256(snapshot.content).hexdigest() == shown["sha256"]
    assert snapshot.headers["content-type"] == "application/x-ndjson"
    (type_, data), = await told(world)  # fmt: skip
    assert (type_, data["snapshot_sha256"]) == ("period.closed.v1", shown["sha256"])
    assert (data["month"], data["zone"], data["clocks"]) == ("2026-10", "Europe/Berlin", 7)
    first = next(one for one in data["metrics"] if one["metric"] == "first_reply")
    assert (first["met"], first["breached"], first["void"], first["target"]) == (1, 2, 1, "0.95")
    assert first["attainment"] == "0.3333333333333333333333333333"


async def test_a_line_says_what_the_verdict_rests_on(world: World) -> None:
    lives = await october(world)
    await close(world)

    lines = [json.loads(line) for line in (await recomputed(world)).splitlines()]

    late = next(
        line for line in lines
        if line["ticket"] == str(lives["late"].id) and line["metric"] == "first_reply"
    )  # fmt: skip
    clock = (await world.clocks(lives["late"].id))["first_reply"]
    assert late == {
        "clock": str(clock["id"]),
        "contract_version": 1,
        "cycle": 1,
        "due_at": "2026-10-12T10:00:00Z",
        "elapsed_s": 3600,
        "evidence": str(
            await world.value(
                "SELECT id FROM clock_changes WHERE clock_id = $1 AND type = 'breached'",
                clock["id"],
            )
        ),
        "excused_s": 0,
        "metric": "first_reply",
        "paused_s": 0,
        "target_s": 3600,
        "ticket": str(lives["late"].id),
        "verdict": "breached",
    }
    assert [(line["due_at"], line["clock"]) for line in lines] == sorted(
        (line["due_at"], line["clock"]) for line in lines
    )


async def test_a_closed_month_is_computed_again_to_the_byte(doors: Doors, world: World) -> None:
    await doors.people()
    lives = await october(world)
    await close(world)
    snapshot = (await doors.ask("nora", "GET", f"{PATH}/2026-10/snapshot")).content

    await lives["never"].agent(MONDAY)
    await world.life("november").open(MONDAY)
    await world.sweep()

    assert snapshot == await recomputed(world)
    assert [type_ for type_, _ in await told(world)] == ["period.closed.v1"]


async def test_what_a_month_holds_is_what_the_roll_ups_count(world: World) -> None:
    await october(world)

    frozen = await close(world)

    assert isinstance(frozen, Closed)
    first, until = month_days("2026-10")
    rows = await world.rows(
        """SELECT metric, state, sum(count)::int AS n FROM attainment_days
            WHERE tenant_id = $1 AND day >= $2 AND day < $3 GROUP BY 1, 2""",
        NORDHOST, first, until,
    )  # fmt: skip
    counted = {(row["metric"], row["state"]): row["n"] for row in rows if row["n"]}
    assert counted == {
        (tally.metric, state): count
        for tally in frozen.tallies.values()
        for state in ("met", "breached", "excused", "void")
        if (count := getattr(tally.counts, state))
    }


async def test_a_clock_without_due_instant_or_due_later_is_in_no_month_before(
    world: World,
) -> None:
    await world.contract()
    paused = await world.life("paused").open(THEN)
    await paused.agent(THEN + MINUTE, TicketState.PENDING)
    last = datetime(2026, 10, 31, 21, 59, tzinfo=UTC)
    await (await world.life("edge").open(last)).agent(last + MINUTE)
    await world.known_until(MONDAY)
    await world.sweep()

    frozen = await close(world)

    lines = [json.loads(line) for line in (await recomputed(world)).splitlines()]
    assert isinstance(frozen, Closed)
    assert frozen.clocks == 2
    assert {line["due_at"] for line in lines} == {"2026-10-12T10:00:00Z", "2026-10-31T22:59:00Z"}


async def test_the_attainment_of_a_closed_month_says_so_with_its_hash(
    doors: Doors, world: World
) -> None:
    await doors.people()
    await october(world)
    frozen = await close(world)

    shown = await doors.get("nora", f"/v1/tenants/{NORDHOST}/attainment?month=2026-10")
    open_ = await doors.get("nora", f"/v1/tenants/{NORDHOST}/attainment?month=2026-11")

    assert isinstance(frozen, Closed)
    assert shown["snapshot_sha256"] == frozen.sha256
    assert shown["closed_at"] == "2026-11-02T09:00:00Z"
    assert shown["metrics"][0]["misses"] == 2
    assert (open_["closed_at"], open_["snapshot_sha256"]) == (None, None)


async def test_months_are_listed_newest_first_with_where_they_stand(
    doors: Doors, world: World
) -> None:
    await doors.people()
    await october(world)

    before = await doors.get("nora", PATH)
    await close(world)
    after = await doors.get("nora", PATH)

    assert [(one["month"], one["state"]) for one in before["items"]] == [
        ("2026-11", "open"), ("2026-10", "closable"),
    ]  # fmt: skip
    assert [(one["month"], one["state"]) for one in after["items"]] == [
        ("2026-11", "open"), ("2026-10", "closed"),
    ]  # fmt: skip
    assert len(after["items"][1]["sha256"]) == 64


async def refused(doors: Doors, month: str, language: str = "en") -> tuple[int, str, str]:
    path = f"{PATH}/{month}/close"
    answer = await doors.ask("marta", "POST", path, accept_language=language)
    body = answer.json()
    return answer.status_code, body["type"].rsplit("/", 1)[1], body["detail"]


async def test_a_month_stays_open_until_nothing_can_change_it(doors: Doors, world: World) -> None:
    await doors.people()
    await world.contract()
    await world.life("never").open(THEN)

    not_over = await refused(doors, "2026-11")
    no_feed = await refused(doors, "2026-10")
    await world.known_until(datetime(2026, 10, 31, 22, 59, tzinfo=UTC))
    short_feed = await refused(doors, "2026-10")
    await world.known_until(MONDAY)
    undecided = await refused(doors, "2026-10")
    arabic = await refused(doors, "2026-10", "ar")
    await world.sweep()
    closed = await doors.ask("marta", "POST", f"{PATH}/2026-10/close")

    assert [one[:2] for one in (not_over, no_feed, short_feed, undecided)] == [
        (409, "not_over"), (409, "feed"), (409, "feed"), (409, "undecided"),
    ]  # fmt: skip
    assert arabic[2].startswith("هناك وعود")
    assert closed.status_code == 200


async def test_events_that_wait_to_be_looked_at_keep_a_month_open(
    doors: Doors, world: World
) -> None:
    await doors.people()
    await october(world)
    parked = """INSERT INTO parked_events (tenant_id, consumer, event_id, aggregate_id, version,
                  type, topic, partition, "offset", headers, payload, reason)
                VALUES ($1, 'sla.clocks', $2, $2, 2, 'x', 'intake.ticket.v1', 0, 1, '{}', '', $3)"""

    await world.run(parked, PAGORA, new_id(), "gap")
    of_another = await doors.get("nora", f"{PATH}/2026-10")
    await world.run(parked, NORDHOST, new_id(), "gap")
    mine = await refused(doors, "2026-10")

    assert of_another["state"] == "closable"
    assert mine[:2] == (409, "missing_events")


async def test_a_month_closes_once_and_stays_as_it_was(doors: Doors, world: World) -> None:
    await doors.people()
    await october(world)
    path = f"{PATH}/2026-10/close"

    first, second = await asyncio.gather(*(doors.ask("marta", "POST", path) for _ in range(2)))
    third = await doors.ask("service", "POST", path, idempotency_key="again")

    assert first.json() == second.json() == third.json()
    assert len(await told(world)) == 1
    for change in ("UPDATE closed_periods SET sha256 = ''", "DELETE FROM period_lines"):
        async with world.database.transaction(scope(NORDHOST)) as tx:
            with pytest.raises(ProgrammingError, match="permission denied"):
                await tx.execute(text(change))


async def test_only_managers_and_services_close_and_everybody_of_the_client_reads(
    doors: Doors, world: World
) -> None:
    await doors.people()
    await october(world)

    codes = [
        (await doors.ask(name, "POST", f"{PATH}/2026-10/close")).status_code
        for name in ("nora", "ines", "omar", "pia", "service")
    ]
    foreign = await doors.ask("pia", "GET", f"{PATH}/2026-10/snapshot")
    absent = await doors.ask("pia", "GET", f"/v1/tenants/{new_id()}/periods/2026-10/snapshot")

    assert codes == [403, 403, 403, 403, 200]
    assert (foreign.status_code, foreign.content) == (404, absent.content)
    assert (await doors.ask("nora", "GET", f"{PATH}/2026-10")).status_code == 200
    assert (await doors.ask("nora", "GET", f"{PATH}/2026-09")).status_code == 404


async def test_a_late_fact_is_a_correction_beside_the_snapshot(doors: Doors, world: World) -> None:
    await doors.people()
    lives = await october(world)
    frozen = await close(world)
    snapshot = (await doors.ask("nora", "GET", f"{PATH}/2026-10/snapshot")).content

    await lives["never"].agent(THEN + 20 * MINUTE)
    await lives["kept"].spam(MONDAY)

    assert isinstance(frozen, Closed)
    shown = await doors.get("nora", f"{PATH}/2026-10")
    events = await told(world)
    counts = {one["metric"]: one for one in events[1][1]["metrics"]}
    assert [type_ for type_, _ in events[:2]] == ["period.closed.v1", "period.corrected.v1"]
    assert events[1][1]["corrects_sha256"] == frozen.sha256
    assert events[1][1]["snapshot_sha256"] == shown["corrections"][0]["sha256"]
    assert (counts["first_reply"]["met"], counts["first_reply"]["breached"]) == (2, 1)
    assert json.loads(shown["corrections"][0]["was"])["verdict"] == "breached"
    assert json.loads(shown["corrections"][0]["now"])["verdict"] == "met"
    assert shown["sha256"] == frozen.sha256
    assert (await doors.ask("nora", "GET", f"{PATH}/2026-10/snapshot")).content == snapshot


async def test_the_snapshot_with_its_corrections_is_what_the_ledger_says(
    doors: Doors, world: World
) -> None:
    await doors.people()
    lives = await october(world)
    await close(world)
    lines = (await doors.ask("nora", "GET", f"{PATH}/2026-10/snapshot")).text.splitlines()

    await lives["never"].agent(THEN + 20 * MINUTE)
    await lives["never"].spam(MONDAY)
    await lives["late"].agent(THEN + 21 * MINUTE)

    found = {json.loads(line)["clock"]: line for line in lines}
    for entry in (await doors.get("nora", f"{PATH}/2026-10"))["corrections"]:
        assert found.pop(entry["clock"], None) == entry["was"]
        if entry["now"] is not None:
            found[entry["clock"]] = entry["now"]
    ordered = sorted(found.values(), key=lambda one: _place(json.loads(one)))
    assert "".join(f"{line}\n" for line in ordered).encode() == await recomputed(world)


def _place(line: dict[str, Any]) -> tuple[str, str]:
    return line["due_at"], line["clock"]


async def test_a_change_that_is_being_written_is_counted_or_corrected(world: World) -> None:
    lives = await october(world)
    life = lives["never"]
    writing, written = asyncio.Event(), asyncio.Event()

    async def late_fact() -> None:
        async with world.database.transaction(scope(NORDHOST)) as tx:
            assert await store.held_open(tx, NORDHOST, "2026-10")
            writing.set()
            await asyncio.sleep(0.3)
            written.set()

    task = asyncio.create_task(late_fact())
    await writing.wait()

    frozen = await close(world)

    assert isinstance(frozen, Closed)
    assert written.is_set()
    await task
    await life.agent(THEN + 20 * MINUTE)
    assert [type_ for type_, _ in await told(world)] == ["period.closed.v1", "period.corrected.v1"]


async def test_a_month_closes_by_itself_and_the_next_one_is_awaited(world: World) -> None:
    await october(world)
    async with world.database.transaction(scope(NORDHOST)) as tx:
        await handlers.ring_present(tx, NORDHOST, THEN)
    rung = await world.rows("SELECT due_at FROM timers WHERE kind = 'sla.close-month'")

    await world.sweep()

    kept = await world.rows("SELECT key, due_at FROM timers WHERE kind = 'sla.close-month'")
    assert [row["due_at"] for row in rung] == [datetime(2026, 11, 3, 23, 0, tzinfo=UTC)]
    assert [type_ for type_, _ in await told(world)] == ["period.closed.v1"]
    assert period_id(NORDHOST, "2026-11") in {row["key"] for row in kept}


async def test_a_month_that_cannot_close_when_due_is_tried_again(world: World) -> None:
    await world.contract()
    await world.life("never").open(THEN)
    async with world.database.transaction(scope(NORDHOST)) as tx:
        await handlers.ring_present(tx, NORDHOST, THEN)

    await world.sweep()

    again = await world.value(
        "SELECT due_at - clock_timestamp() FROM timers WHERE kind = 'sla.close-month' AND key = $1",
        uuid5(NORDHOST, "2026-10"),
    )
    assert await told(world) == []
    assert timedelta(minutes=50) < again <= HOUR
