"""Problems in the reader's language, complete in every language we have."""

from pathlib import Path
from string import Formatter

import pytest

import chassis
from chassis import problems
from chassis.http.answers import EMPTY, OTHERWISE, PLAIN, body
from chassis.i18n import Texts
from chassis.problems import Problem
from chassis.testing.texts import problem_texts
from chassis.values import Locale

TEXTS = Texts()
ARABIC = Locale("ar")
SOURCE = Path(chassis.__file__).parent


def test_names_type_title_status_detail_and_next_step() -> None:
    found = body(problems.stale(), TEXTS, Locale("en"))

    assert found["type"] == "https://meridian.example/problems/stale"
    assert found["title"] == "Changed in the meantime"
    assert found["status"] == 412
    assert found["next_step"] == "Reload, look at the change and try again."


def test_speaks_the_readers_language() -> None:
    found = body(problems.not_found(), TEXTS, ARABIC)

    assert found["title"] == "غير موجود"
    assert found["type"].endswith("/not-found")


def test_puts_values_into_the_translated_text() -> None:
    found = body(problems.too_large(2000), TEXTS, ARABIC)

    assert "2000" in found["detail"]
    assert "{" not in found["detail"]
    assert found["limit"] == 2000


def test_extra_members_never_replace_the_standard_ones() -> None:
    problem = Problem(409, "taken", "Taken", type="mine", instance="mine", holder="x")

    found = body(problem, TEXTS, Locale("en"))

    assert found["type"].endswith("/taken")
    assert found["instance"] != "mine"
    assert found["holder"] == "x"


def test_a_not_found_names_no_trace_so_that_foreign_equals_absent() -> None:
    assert "instance" not in body(problems.not_found(), TEXTS, ARABIC)
    assert "instance" in body(problems.forbidden(), TEXTS, ARABIC)


@pytest.mark.parametrize("tag", [tag for tag in TEXTS.available if tag != "en"])
def test_every_text_is_translated_and_names_the_same_values(tag: str) -> None:
    wanted = problem_texts(SOURCE) | set(PLAIN.values()) | {EMPTY, OTHERWISE}

    untold = {text for text in wanted if TEXTS.gettext(tag, text) == text}
    torn = {text for text in wanted if _values(TEXTS.gettext(tag, text)) != _values(text)}

    assert len(wanted) > 80
    assert untold == set()
    assert torn == set()


def _values(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
