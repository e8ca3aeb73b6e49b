"""The 36 worked timelines: what the engine must say, written by hand before it existed."""

from typing import Any

import pytest

from sla.clocks.decide.replay import replay
from tests.unit.sla.timelines import (
    DATA,
    METRICS,
    edition_of,
    excuses_of,
    facts_of,
    instant,
)

EXAMPLES = DATA["examples"]
FAR = "2027-06-01T00:00:00Z"


def test_all_36_examples_are_here() -> None:
    assert [example["id"] for example in EXAMPLES] == [f"E{n:02}" for n in range(1, 37)]


@pytest.mark.parametrize("example", EXAMPLES, ids=[e["id"] for e in EXAMPLES])
def test_agrees_with_the_worked_example(example: dict[str, Any]) -> None:
    facts = facts_of(example["events"], example.get("priority", "normal"))
    as_of = instant(example.get("as_of", example["events"][-1][0]))

    clocks = replay(facts, [edition_of(example)], as_of, excuses_of(example))

    for name, expected in example["expect"].items():
        found = [clock for clock in clocks if clock.metric is METRICS[name]]
        assert len(found) == len(expected)
        for clock, wanted in zip(found, expected, strict=True):
            seen: dict[str, Any] = {
                "elapsed": clock.elapsed.total_seconds(),
                "state": clock.state.value,
                "due_at": clock.due_at,
                "breach_at": clock.breach_at,
                "warn_at": [warning.at for warning in clock.warnings],
            }
            assert {key: seen[key] for key in wanted} == {
                key: _value(key, value) for key, value in wanted.items()
            }


@pytest.mark.parametrize("example", EXAMPLES, ids=[e["id"] for e in EXAMPLES])
def test_settled_clocks_do_not_change_with_time(example: dict[str, Any]) -> None:
    facts = facts_of(example["events"], example.get("priority", "normal"))
    edition = edition_of(example)

    now = replay(facts, [edition], instant(example["events"][-1][0]), excuses_of(example))
    later = replay(facts, [edition], instant(FAR), excuses_of(example))

    settled = [(c.name, c.state, c.elapsed, c.due_at, c.breach_at) for c in now if c.ended_at]
    assert settled == [
        (c.name, c.state, c.elapsed, c.due_at, c.breach_at) for c in later if c.ended_at
    ]


def _value(key: str, value: Any) -> Any:
    if key == "warn_at":
        return [instant(at) for at in value]
    return instant(value) if key.endswith("_at") and value else value
