"""What may change inside a version, and what the check calls a breaking change."""

from copy import deepcopy
from typing import Any

import pytest

from contracts.catalog import BY_TYPE, CATALOG
from contracts.compat import breaking_changes
from contracts.documents import schema

OPENED = schema(BY_TYPE["ticket.opened.v1"].model)


def changed(path: list[str], value: Any) -> dict[str, Any]:
    new = deepcopy(OPENED)
    place: Any = new
    for step in path[:-1]:
        place = place[step]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return new


@pytest.mark.parametrize("row", CATALOG, ids=lambda row: row.type)
def test_every_schema_is_compatible_with_itself(row: Any) -> None:
    assert breaking_changes(schema(row.model), schema(row.model)) == []


def test_a_new_optional_field_is_allowed() -> None:
    new = changed(["properties", "note"], {"type": "string", "default": ""})

    assert breaking_changes(OPENED, new) == []


def test_a_new_word_in_an_enumeration_is_allowed() -> None:
    words = [*OPENED["$defs"]["Channel"]["enum"], "fax"]

    assert breaking_changes(OPENED, changed(["$defs", "Channel", "enum"], words)) == []


def test_another_description_is_allowed() -> None:
    new = changed(["$defs", "TicketFacts", "description"], "other words")

    assert breaking_changes(OPENED, new) == []


def test_a_new_required_field_breaks() -> None:
    new = changed(["properties", "note"], {"type": "string"})
    new["required"] = [*new["required"], "note"]

    assert breaking_changes(OPENED, new) == ["$.note: is required now"]


def test_a_removed_field_breaks_even_deep_inside() -> None:
    new = changed(["$defs", "TicketFacts", "properties", "plan"], None)

    assert breaking_changes(OPENED, new) == ["$.ticket.plan: was removed"]


def test_a_field_that_is_no_longer_always_there_breaks() -> None:
    required = [name for name in OPENED["$defs"]["TicketFacts"]["required"] if name != "plan"]

    found = breaking_changes(OPENED, changed(["$defs", "TicketFacts", "required"], required))

    assert found == ["$.ticket.plan: was required, readers rely on it"]


def test_another_type_breaks() -> None:
    new = changed(["$defs", "TicketFacts", "properties", "cycle", "type"], "string")

    assert any(
        "type was 'integer', is 'string'" in reason for reason in breaking_changes(OPENED, new)
    )


def test_a_removed_word_breaks() -> None:
    words = [word for word in OPENED["$defs"]["Channel"]["enum"] if word != "phone"]

    found = breaking_changes(OPENED, changed(["$defs", "Channel", "enum"], words))

    assert found == ["$.ticket.channel: words removed: phone"]


def test_a_changed_list_item_breaks() -> None:
    old = schema(BY_TYPE["tenant.configured.v1"].model)
    new = deepcopy(old)
    new["properties"]["languages"]["items"]["type"] = "integer"

    assert breaking_changes(old, new) != []
