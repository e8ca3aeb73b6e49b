"""The ledger on a real database: facts in, clocks, timers, events and counts out."""

from datetime import timedelta

import pytest

from contracts.vocabulary import AuthorKind, Priority, TicketState
from sla.policies.model import Reopen, Rules
from tests.component.sla.world import HOUR, MONDAY, World, promises

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

MINUTE = timedelta(minutes=1)
INSTANT = timedelta(microseconds=1)


async def test_starts_clocks_from_the_receive_time_once_the_ticket_is_classified(
    world: World,
) -> None:
    await world.contract()
    life = await world.life().opened(MONDAY)
    await life.customer(MONDAY)
    before = await world.clocks(life.id)

    await life.classified(MONDAY + 3 * MINUTE)

    clocks = await world.clocks(life.id)
    assert before == {}
    assert {name: row["started_at"] for name, row in clocks.items()} == {
        "first_reply": MONDAY,
        "resolution": MONDAY,
    }
    assert clocks["first_reply"]["due_at"] == MONDAY + HOUR
    assert await world.told(life.id) == ["resolution started", "first_reply started"]
    timers = await world.timers()
    assert timers["sla.breach", "first_reply"] == MONDAY + HOUR + INSTANT
    assert timers["sla.warn", "first_reply"] == MONDAY + 30 * MINUTE


async def test_an_answer_in_time_is_met_and_its_timers_are_gone(world: World) -> None:
    await world.contract()
    life = await world.life().open()

    await life.agent(MONDAY + HOUR, TicketState.PENDING)

    assert await world.states(life.id) == {"first_reply": "met", "resolution": "paused"}
    assert await world.timers() == {}
    assert await world.counts() == {("first_reply", "met"): 1}
    assert (await world.told(life.id))[2:] == ["resolution paused", "first_reply met"]


async def test_a_breach_is_found_at_its_instant_whenever_it_is_looked_at(world: World) -> None:
    await world.contract()
    life = await world.life().open()
    await world.known_until(MONDAY + 3 * HOUR)

    await world.sweep()

    clock = (await world.clocks(life.id))["first_reply"]
    assert (clock["state"], clock["breach_at"]) == ("breached", MONDAY + HOUR)
    assert clock["detected_at"] > MONDAY + 3 * HOUR
    assert "first_reply breached" in await world.told(life.id)
    assert (await world.counts())["first_reply", "breached"] == 1


async def test_a_late_answer_stays_a_miss_and_is_told_as_fulfilled(world: World) -> None:
    await world.contract()
    life = await world.life().open()
    await world.known_until(MONDAY + 2 * HOUR)
    await world.sweep()

    await life.agent(MONDAY + 2 * HOUR)

    clock = (await world.clocks(life.id))["first_reply"]
    assert (clock["state"], clock["ended_at"]) == ("breached", MONDAY + 2 * HOUR)
    assert (await world.told(life.id))[-1] == "first_reply fulfilled"


async def test_a_reply_late_by_a_second_is_a_miss_though_no_timer_ran_in_between(
    world: World,
) -> None:
    await world.contract()
    life = await world.life().open()

    await life.agent(MONDAY + HOUR + timedelta(seconds=1))

    assert (await world.states(life.id))["first_reply"] == "breached"
    assert (await world.told(life.id))[-1] == "first_reply breached"


async def test_no_verdict_before_the_feed_is_known_up_to_the_instant(world: World) -> None:
    await world.contract()
    life = await world.life().open()
    await world.known_until(MONDAY + HOUR)

    await world.sweep()
    at_the_instant = (await world.states(life.id))["first_reply"]
    await world.known_until(MONDAY + HOUR + INSTANT)
    await world.sweep()

    assert at_the_instant == "running"
    assert (await world.states(life.id))["first_reply"] == "breached"


async def test_no_verdict_while_a_partition_of_the_feed_was_never_heard(world: World) -> None:
    await world.contract()
    life = await world.life().open()
    await world.known_until(MONDAY + 9 * HOUR, partitions=3)

    await world.sweep()

    assert (await world.states(life.id))["first_reply"] == "running"


async def test_no_verdict_on_a_ticket_whose_events_are_parked(world: World) -> None:
    await world.contract()
    life = await world.life().open()
    await world.known_until(MONDAY + 3 * HOUR)
    await world.run(
        "INSERT INTO inbox_seq (consumer, aggregate_id, version, parked) "
        "VALUES ('sla.clocks', $1, 3, true)", life.id,
    )  # fmt: skip

    await world.sweep()
    blocked = (await world.states(life.id))["first_reply"]
    again = await world.value("SELECT due_at > now() FROM timers WHERE kind = 'sla.judge'")
    await world.run("UPDATE inbox_seq SET parked = false")
    await life.agent(MONDAY + 30 * MINUTE)

    assert (blocked, again) == ("running", True)
    assert (await world.states(life.id))["first_reply"] == "met"


async def test_a_fact_that_comes_after_the_verdict_sets_it_right_and_is_told(
    world: World,
) -> None:
    await world.contract()
    life = await world.life().open()
    await world.known_until(MONDAY + 2 * HOUR)
    await world.sweep()

    await life.agent(MONDAY + 30 * MINUTE)

    assert (await world.states(life.id))["first_reply"] == "met"
    assert (await world.told(life.id))[-1] == "first_reply corrected"
    assert await world.counts() == {("first_reply", "met"): 1, ("resolution", "running"): 1}
    lines = await world.rows("SELECT type, detail FROM clock_changes WHERE type = 'corrected'")
    assert [(row["type"], row["detail"]) for row in lines] == [("corrected", '{"was": "breached"}')]


async def test_a_merged_ticket_owes_nothing_and_the_survivor_inherits_the_wait(
    world: World,
) -> None:
    await world.contract()
    older = await world.life("older").open(MONDAY)
    newer = await world.life("newer").open(MONDAY + 20 * MINUTE)

    await older.merged(MONDAY + 30 * MINUTE, newer, since=MONDAY)

    assert await world.states(older.id) == {"first_reply": "void", "resolution": "void"}
    survivor = (await world.clocks(newer.id))["first_reply"]
    assert (survivor["started_at"], survivor["due_at"]) == (MONDAY, MONDAY + HOUR)
    assert (await world.told(newer.id))[-1] == "first_reply retargeted"
    await newer.agent(MONDAY + 40 * MINUTE)
    assert (await world.clocks(newer.id))["first_reply"]["elapsed"] == 40 * MINUTE


async def test_a_merge_that_is_heard_before_the_survivor_counts_once_it_opens(
    world: World,
) -> None:
    await world.contract()
    older, newer = world.life("older"), world.life("newer")
    await older.open(MONDAY)
    await older.merged(MONDAY + 30 * MINUTE, newer, since=MONDAY)

    await newer.open(MONDAY + 20 * MINUTE)

    assert (await world.clocks(newer.id))["first_reply"]["started_at"] == MONDAY


async def test_spam_by_mistake_is_not_counted_and_runs_on_when_restored(world: World) -> None:
    await world.contract()
    life = await world.life().open()

    await life.spam(MONDAY + 5 * MINUTE)
    as_spam = await world.states(life.id)
    await life.spam(MONDAY + 2 * HOUR, spam=False)
    await life.agent(MONDAY + 2 * HOUR + 10 * MINUTE)

    assert as_spam == {"first_reply": "void", "resolution": "void"}
    clock = (await world.clocks(life.id))["first_reply"]
    assert (clock["state"], clock["elapsed"]) == ("met", 15 * MINUTE)
    assert [line for line in await world.told(life.id) if "first_reply" in line] == [
        "first_reply started",
        "first_reply voided",
        "first_reply resumed",
        "first_reply met",
    ]


async def test_a_reopened_ticket_resumes_its_resolution_without_the_time_it_was_solved(
    world: World,
) -> None:
    await world.contract()
    life = await world.life().open()
    await life.agent(MONDAY + HOUR, TicketState.SOLVED)
    await life.solved(MONDAY + HOUR)

    await life.reopened(MONDAY + 20 * HOUR)
    await life.customer(MONDAY + 20 * HOUR)
    await life.agent(MONDAY + 21 * HOUR, TicketState.SOLVED)

    clock = (await world.clocks(life.id))["resolution"]
    assert (clock["state"], clock["elapsed"]) == ("met", 2 * HOUR)
    assert [line for line in await world.told(life.id) if "resolution" in line] == [
        "resolution started",
        "resolution met",
        "resolution resumed",
        "resolution met",
    ]


async def test_a_contract_may_ask_for_a_new_resolution_cycle_when_reopened(world: World) -> None:
    await world.contract(rules=Rules(reopen=Reopen.NEW_CYCLE))
    life = await world.life().open()
    await life.agent(MONDAY + HOUR, TicketState.SOLVED)

    await life.reopened(MONDAY + 20 * HOUR)

    clocks = await world.clocks(life.id)
    assert (clocks["resolution"]["state"], clocks["resolution 2"]["state"]) == ("met", "running")
    assert clocks["resolution 2"]["started_at"] == MONDAY + 20 * HOUR


async def test_a_ticket_of_a_tenant_without_a_contract_is_visible_and_no_error(
    world: World,
) -> None:
    life = await world.life().open()

    coverage = await world.value("SELECT coverage FROM tickets")
    await world.contract(effective_from=MONDAY - HOUR)
    await world.known_until(MONDAY + 30 * MINUTE)
    await world.sweep()

    assert coverage == "no_contract"
    assert await world.value("SELECT coverage FROM tickets") == "promised"
    assert (await world.states(life.id))["first_reply"] == "running"


async def test_a_later_version_leaves_running_clocks_to_the_one_they_began_under(
    world: World,
) -> None:
    await world.contract()
    life = await world.life().open()

    await world.contract(
        effective_from=MONDAY + 10 * MINUTE, targets=promises(first_reply=0.25, next_reply=0.5)
    )
    await world.known_until(MONDAY + 30 * MINUTE)
    await world.sweep()
    await life.agent(MONDAY + 50 * MINUTE)
    await life.customer(MONDAY + 55 * MINUTE)

    clocks = await world.clocks(life.id)
    assert (clocks["first_reply"]["state"], clocks["first_reply"]["contract_version"]) == ("met", 1)
    assert clocks["next_reply"]["contract_version"] == 2
    assert clocks["next_reply"]["due_at"] == MONDAY + 85 * MINUTE


async def test_a_version_that_says_so_takes_running_clocks_over_from_its_instant(
    world: World,
) -> None:
    await world.contract()
    life = await world.life().open()

    await world.contract(
        effective_from=MONDAY + 40 * MINUTE,
        targets=promises(first_reply=0.5, resolution=24),
        rules=Rules(applies_to_running=True),
    )
    await world.known_until(MONDAY + 45 * MINUTE)
    await world.sweep()

    clock = (await world.clocks(life.id))["first_reply"]
    assert (clock["state"], clock["breach_at"]) == ("breached", MONDAY + 40 * MINUTE)
    assert clock["contract_version"] == 2


async def test_raising_the_priority_moves_the_promise_and_says_so(world: World) -> None:
    urgent = promises(priority=Priority.URGENT, first_reply=0.5, resolution=4)
    normal = promises(first_reply=1, resolution=24)
    await world.contract(targets=(*normal, *urgent))
    life = await world.life().open()

    await life.priority(MONDAY + 20 * MINUTE, Priority.URGENT)

    clock = (await world.clocks(life.id))["first_reply"]
    assert clock["due_at"] == MONDAY + 30 * MINUTE
    assert "first_reply retargeted" in await world.told(life.id)
    assert (await world.timers())["sla.breach", "first_reply"] == MONDAY + 30 * MINUTE + INSTANT


async def test_nothing_rings_after_a_ticket_is_closed(world: World) -> None:
    await world.contract()
    life = await world.life().open()
    await life.solved(MONDAY + 10 * MINUTE)
    await life.closed(MONDAY + 20 * MINUTE)

    await world.known_until(MONDAY + 99 * HOUR)
    await world.sweep()

    clocks = await world.clocks(life.id)
    assert (clocks["first_reply"]["state"], clocks["first_reply"]["void_reason"]) == (
        "void",
        "closed_unanswered",
    )
    assert clocks["resolution"]["state"] == "met"
    assert await world.timers() == {}


async def test_machines_and_bots_never_stop_or_resume_a_clock(world: World) -> None:
    await world.contract()
    life = await world.life().open()
    await life.bot(MONDAY + MINUTE)
    await life.agent(MONDAY + 2 * MINUTE, public=False)
    after_bot = await world.states(life.id)
    await life.agent(MONDAY + 3 * MINUTE, TicketState.PENDING)

    await life.customer(MONDAY + 4 * MINUTE, machine=True)

    assert after_bot["first_reply"] == "running"
    assert (await world.states(life.id))["resolution"] == "paused"


async def test_a_thank_you_that_does_not_reopen_makes_nobody_wait(world: World) -> None:
    await world.contract()
    life = await world.life().open()
    await life.agent(MONDAY + HOUR, TicketState.SOLVED)

    await life.customer(MONDAY + 2 * HOUR)
    await life.reopened(MONDAY + 30 * HOUR, by=AuthorKind.AGENT)

    assert "next_reply" not in await world.clocks(life.id)


async def test_the_versions_of_a_clock_have_no_gaps_and_its_ledger_says_the_same(
    world: World,
) -> None:
    await world.contract()
    life = await world.life().open()
    await life.agent(MONDAY + 10 * MINUTE, TicketState.PENDING)
    await life.customer(MONDAY + 20 * MINUTE)
    await life.agent(MONDAY + 30 * MINUTE, TicketState.SOLVED)

    sent = await world.rows(
        "SELECT aggregate_id, version, type FROM outbox WHERE topic = 'sla.clock.v1' ORDER BY id"
    )
    kept = await world.rows("SELECT clock_id, version, type FROM clock_changes")

    versions: dict[object, list[int]] = {}
    for row in sent:
        versions.setdefault(row["aggregate_id"], []).append(row["version"])
    assert all(v == list(range(1, len(v) + 1)) for v in versions.values())
    assert {(r["aggregate_id"], r["version"], r["type"].split(".")[1]) for r in sent} == {
        (r["clock_id"], r["version"], r["type"]) for r in kept
    }
