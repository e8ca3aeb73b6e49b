"""The plain rules of the local stack: waiting, boards, findings, durations."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.backoff import Backoff
from meridian.board import Board, Entry, Phase, from_json, to_json
from meridian.doctor.judge import (
    DeadLetters,
    Finding,
    GroupLag,
    Level,
    Outbox,
    has_problem,
    judge_clock,
    judge_dead_letters,
    judge_disk,
    judge_lag,
    judge_outbox,
    judge_parts,
    judge_ports,
    judge_version,
)
from meridian.stack.kafka_jars import KAFKA_VERSION, locked_jars
from meridian.view import spoken, what_matters

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
GB = 1024**3


def test_waits_half_a_second_first_and_thirty_at_most() -> None:
    delays = [Backoff().delay(failures) for failures in range(1, 9)]

    assert delays == [0.5, 1, 2, 4, 8, 16, 30, 30]


@given(st.integers(1, 10_000))
def test_never_waits_less_after_another_failure(failures: int) -> None:
    backoff = Backoff()

    assert backoff.delay(failures) <= backoff.delay(failures + 1) <= backoff.most


@given(st.integers(0, 100), st.floats(0, 1e6))
def test_a_part_that_ran_long_enough_starts_over(failures: int, ran: float) -> None:
    counted = Backoff().failures_after(failures, ran)

    assert counted == (1 if ran >= 60 else failures + 1)


def entry(name: str, phase: Phase = Phase.WAITING) -> Entry:
    return Entry(name, phase, NOW)


def test_the_board_is_ready_when_every_part_is_ready_done_or_absent() -> None:
    board = Board((entry("a", Phase.READY), entry("b", Phase.DONE), entry("c", Phase.ABSENT)))

    assert board.ready
    assert not board.changed("a", NOW, phase=Phase.UNWELL).ready


def test_the_time_in_a_state_counts_from_the_change_of_state() -> None:
    later = NOW + timedelta(minutes=5)
    board = Board((entry("a", Phase.READY),))

    assert board.changed("a", later, note="slow")["a"].since == NOW
    assert board.changed("a", later, phase=Phase.UNWELL)["a"].since == later


def test_steps_leave_the_table_only_when_everything_is_ready() -> None:
    step = Entry("topics", Phase.DONE, NOW, keeps_running=False)
    board = Board((step, entry("kafka", Phase.STARTING)))

    assert what_matters(board) == board
    ready = what_matters(board.changed("kafka", NOW, phase=Phase.READY))
    assert [each.name for each in ready.entries] == ["kafka"]


@given(
    st.lists(
        st.builds(
            Entry,
            st.text(max_size=9),
            st.sampled_from(Phase),
            st.datetimes(timezones=st.just(UTC)),
            pid=st.none() | st.integers(1, 2**22),
            born=st.none() | st.floats(0, 2e9),
            note=st.text(max_size=9),
        ),
        max_size=4,
    )
)
def test_a_board_survives_being_written_down(entries: list[Entry]) -> None:
    board = Board(tuple(entries))

    assert from_json(to_json(board)) == board


@pytest.mark.parametrize(
    ("finding", "level", "says"),
    [
        (judge_disk(6 * GB, "/d"), Level.OK, "6.0 GB"),
        (judge_disk(4 * GB, "/d"), Level.WARNING, "make room"),
        (judge_disk(1 * GB, "/d"), Level.PROBLEM, "MERIDIAN_HOME"),
        (judge_version("Java", "25", "25"), Level.OK, "25"),
        (judge_version("Java", "25", "21"), Level.PROBLEM, "21 is installed, 25 is expected"),
        (judge_version("Java", "25", None), Level.PROBLEM, "cannot be run"),
        (judge_ports({}), Level.OK, "all free"),
        (judge_ports({"8400 (console)": " by node"}), Level.PROBLEM, "8400 (console) is in use by"),
        (judge_clock("Kafka", -0.9), Level.OK, "-0.900 s"),
        (judge_clock("Kafka", -1.1), Level.PROBLEM, "time synchronisation"),
        (judge_lag(GroupLag("sla.clocks", 1, 10)), Level.OK, "10 events behind"),
        (judge_lag(GroupLag("sla.clocks", 1, 1001)), Level.WARNING, "meridian logs 'sla'"),
        (judge_lag(GroupLag("sla.clocks", 0, 1)), Level.PROBLEM, "why it does not read"),
        (judge_lag(GroupLag("sla.clocks", 0, 0)), Level.OK, "0 events"),
        (judge_outbox(Outbox("sla", 3, 9.0)), Level.OK, "3 rows wait"),
        (judge_outbox(Outbox("sla", 3, 11.0)), Level.WARNING, "look again"),
        (judge_outbox(Outbox("sla", 3, 61.0)), Level.PROBLEM, "relay is stuck"),
        (judge_dead_letters(DeadLetters("sla", 0, 0)), Level.OK, "0 parked"),
        (judge_dead_letters(DeadLetters("sla", 1, 0)), Level.WARNING, "dead-letters list"),
        (judge_parts({}), Level.OK, "every part"),
        (judge_parts({"migrate sla": "restarting"}), Level.PROBLEM, "meridian logs 'sla'"),
    ],
)
def test_each_finding_says_how_bad_it_is_and_what_to_do(
    finding: Finding, level: Level, says: str
) -> None:
    assert finding.level is level
    assert says in f"{finding.what} {finding.advice}"
    assert bool(finding.advice) == (level is not Level.OK)


def test_only_problems_make_the_doctor_fail() -> None:
    warning = judge_disk(4 * GB, "/d")

    assert not has_problem([warning])
    assert has_problem([warning, judge_disk(0, "/d")])


def test_every_jar_of_kafka_is_locked_with_its_hash() -> None:
    jars = locked_jars()

    assert len({jar.filename for jar in jars}) == len(jars) == 46
    assert all(len(jar.sha256) == 64 and jar.size > 0 for jar in jars)
    assert {jar.version for jar in jars if jar.artifact == "kafka-clients"} == {KAFKA_VERSION}


@pytest.mark.parametrize(
    ("seconds", "text"), [(-1, "0 s"), (59.9, "59 s"), (60, "1 min"), (3661, "1 h 1 min")]
)
def test_durations_are_short_to_read(seconds: float, text: str) -> None:
    assert spoken(seconds) == text
