"""The catalogue keeps its own rules: names, topics, one writer, readers that ignore the unknown."""

import re
from collections import Counter
from contextlib import nullcontext
from typing import Any

import pytest
from pydantic import ValidationError

from contracts import catalog, documents
from contracts.catalog import CATALOG, TOPICS, Row, row_of
from contracts.envelope import EventData

TYPE = re.compile(r"^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*\.v\d+$")
TOPIC = re.compile(r"^[a-z]+(-[a-z]+)*\.[a-z]+\.v\d+$")


def test_types_and_topics_are_named_by_the_rule() -> None:
    assert [row.type for row in CATALOG if not TYPE.match(row.type)] == []
    assert [topic.name for topic in TOPICS if not TOPIC.match(topic.name)] == []


def test_each_type_has_one_row_a_topic_and_one_model_that_says_it_in_the_past_tense() -> None:
    written = Counter((row.type, row.topic.name) for row in CATALOG)
    assert [name for name, n in written.items() if n > 1] == []
    assert len({row.type for row in CATALOG}) == len({(row.type, row.model) for row in CATALOG})
    for row in CATALOG:
        aggregate, fact, major = row.type.split(".")
        said = "".join(word.title() for word in f"{aggregate}-{fact}".split("-")) + major.upper()
        assert row.model.__name__ == said


def test_a_topic_is_named_after_its_only_producer() -> None:
    assert [topic.name for topic in TOPICS if topic.name.split(".")[0] != topic.producer] == []


def test_consumer_groups_are_service_and_capability() -> None:
    groups = [group for topic in TOPICS for group in topic.consumers]

    assert [group for group in groups if not re.match(r"^[a-z-]+\.[a-z_]+$", group)] == []


def test_compacted_topics_carry_no_heartbeats() -> None:
    assert [topic.name for topic in TOPICS if topic.compacted and topic.heartbeat] == []


def test_a_service_may_write_only_what_the_catalogue_gives_it() -> None:
    model = catalog.BY_TYPE["ticket.opened.v1"].model

    assert row_of(model, "intake").topic is catalog.TICKET
    with pytest.raises(LookupError, match="routing may not write TicketOpenedV1"):
        row_of(model, "routing")


@pytest.mark.parametrize("row", CATALOG, ids=lambda row: row.type)
def test_writers_may_not_add_fields_and_readers_ignore_them(row: Row) -> None:
    model: type[EventData] = row.model

    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        model.model_validate({"surprise": 1})
    with pytest.raises(ValidationError) if _needs_fields(model) else nullcontext() as caught:
        model.read(b'{"surprise": 1}')
    if caught is not None:
        assert "Extra inputs" not in str(caught.value)


def test_documents_on_disk_are_the_generated_ones() -> None:
    from contracts.__main__ import check

    assert check() == 0


def test_every_payload_is_free_of_text_that_belongs_to_a_person() -> None:
    forbidden = {"body", "text", "subject_line", "address", "email", "phone", "html"}
    staff_facing = {"PublishedContact"}
    found = [
        f"{row.type}: {name}"
        for row in CATALOG
        for model, fields in _models(documents.schema(row.model)).items()
        for name in fields
        if name in forbidden and model not in staff_facing
    ]

    assert found == []


def _models(schema: dict[str, Any]) -> dict[str, set[str]]:
    found = {schema["title"]: set(schema.get("properties", {}))}
    for name, inner in schema.get("$defs", {}).items():
        found[name] = set(inner.get("properties", {}))
    return found


def _needs_fields(model: type[EventData]) -> bool:
    return any(field.is_required() for field in model.model_fields.values())
