"""Each event has one example: it validates, round-trips, and its consumers can read it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

import contracts
from contracts.catalog import BY_TYPE, Row
from contracts.envelope import Event, EventMeta
from feedback.duty.translate import shift as feedback_shift
from feedback.surveys.translate import ticket as feedback_ticket
from intake.outreach.translate import request as intake_request
from intake.remedies.translate import payment as intake_payment
from intake.remedies.translate import remedy as intake_remedy
from routing.matching.translate import work_from
from sla.clocks.translate import recorded
from sla.duty.translate import shift as sla_shift

EXAMPLES = Path(contracts.__file__).resolve().parents[2] / "examples"
ROWS = list(BY_TYPE.values())

READERS: dict[str, tuple[Callable[[Event[Any]], object], ...]] = {
    "intake.ticket.v1": (feedback_ticket, work_from, recorded),
    "routing.shift.v1": (feedback_shift, sla_shift),
    "billing-policy.remedy.v1": (intake_remedy,),
    "billing-policy.payment.v1": (intake_payment,),
    "billing-policy.outreach.v1": (intake_request,),
}
READ = [(row, reader) for row in ROWS for reader in READERS.get(row.topic.name, ())]


def example(row: Row) -> bytes:
    return (EXAMPLES / f"{row.type}.json").read_bytes()


def test_each_type_of_the_catalogue_has_one_example_and_no_other_is_there() -> None:
    assert {path.name for path in EXAMPLES.iterdir()} == {f"{row.type}.json" for row in ROWS}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.type)
def test_an_example_names_every_field_and_survives_a_round_trip(row: Row) -> None:
    said = json.loads(example(row))
    data = row.model.model_validate_json(example(row))

    assert said.keys() == row.model.model_fields.keys()
    assert data.model_dump(mode="json") == said
    assert row.model.read(data.model_dump_json().encode()) == data


@pytest.mark.parametrize(
    ("row", "reader"), READ, ids=lambda each: getattr(each, "type", None) or each.__module__
)
def test_its_consumers_read_an_example(row: Row, reader: Callable[[Event[Any]], object]) -> None:
    meta = EventMeta(
        id=UUID(int=1),
        type=row.type,
        source=row.topic.producer,
        subject=UUID(int=2),
        time=datetime(2026, 11, 23, 8, 30, tzinfo=UTC),
        tenantid=UUID(int=3),
        version=1,
        correlationid=UUID(int=4),
    )

    assert reader(Event(meta, row.model.read(example(row)))) is not None
