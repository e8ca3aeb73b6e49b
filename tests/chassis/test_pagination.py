"""Pages neither skip nor repeat, and a cursor that is not ours is refused."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.pagination import Cursor, PageParams, page
from chassis.problems import Problem

A = UUID("a0000000-0000-7000-8000-00000000000a")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

parts = st.one_of(
    st.uuids(),
    st.datetimes(timezones=st.just(UTC)),
    st.integers(-(2**63), 2**63 - 1),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20),
)


@given(st.lists(parts, max_size=4).map(tuple))
def test_a_cursor_comes_back_as_it_went(key: tuple[str | int | UUID | datetime, ...]) -> None:
    assert Cursor.read(str(Cursor(key))).key == key


@given(st.text(max_size=300))
def test_what_we_did_not_make_is_a_problem_and_never_an_error(text: str) -> None:
    with pytest.raises(Problem, match="bad-cursor"):
        Cursor.read(text, like=(int, UUID))


def test_refuses_a_cursor_of_another_list() -> None:
    other = str(Cursor((NOON, A)))

    with pytest.raises(Problem) as found:
        PageParams(10, other).after(int, UUID)

    assert found.value.status == 400


@given(st.lists(st.integers(0, 1000), unique=True, max_size=60), st.integers(1, 20))
def test_walking_the_pages_shows_every_row_once(numbers: list[int], limit: int) -> None:
    rows, seen, cursor = sorted(numbers), [], None
    while True:
        params = PageParams(limit, cursor)
        after = params.after(int)
        fetched = [row for row in rows if after is None or (row,) > after][: params.fetch]
        shown, cursor = page(fetched, limit, lambda row: (row,))
        seen += shown
        if cursor is None:
            break

    assert seen == rows


def test_the_last_page_has_no_cursor() -> None:
    assert page([1, 2], 2, lambda row: (row,)) == ([1, 2], None)
    assert page([], 2, lambda row: (row,)) == ([], None)
