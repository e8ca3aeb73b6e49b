"""No string reaches an Arabic reader in English."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import console

HERE = Path(console.__file__).parent
LANGUAGES = ["ar"]
PLACEHOLDER = re.compile(r"%\(\w+\)s|</?\w+>")


@pytest.fixture(scope="module")
def source() -> set[str]:
    """Every string that pages and code show, by its singular."""
    found = extract_from_dir(
        HERE,
        method_map=[("templates/**.html", "jinja2"), ("**.py", "python")],
        options_map={"templates/**.html": {"trimmed": "true", "silent": "false"}},
    )
    return {m if isinstance(m, str) else m[0] for _, _, m, _, _ in found}


@pytest.fixture(scope="module", params=LANGUAGES)
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    path = HERE / "locale" / request.param / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=request.param)


def entries(catalogue: Catalog) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    for message in catalogue:
        if message.id:
            ids, said = message.id, message.string or ""
            yield (
                (ids,) if isinstance(ids, str) else tuple(ids),
                (said,) if isinstance(said, str) else tuple(said),
            )


def test_every_string_is_translated(source: set[str], catalogue: Catalog) -> None:
    said = {ids[0] for ids, words in entries(catalogue) if all(words)}

    assert sorted(source - said) == []


def test_no_translation_is_left_over_or_unsure(source: set[str], catalogue: Catalog) -> None:
    kept = {ids[0] for ids, _ in entries(catalogue)}

    assert sorted(kept - source) == []
    assert [m.id for m in catalogue if m.id and m.fuzzy] == []


def test_translations_keep_every_value(catalogue: Catalog) -> None:
    wrong = []
    for ids, said in entries(catalogue):
        allowed = set(PLACEHOLDER.findall(" ".join(ids)))
        for words in said:
            used = set(PLACEHOLDER.findall(words))
            # Forms for none, one and two may say the number in words.
            missing = allowed - used - ({"%(count)s"} if len(ids) > 1 else set())
            if used - allowed or missing:
                wrong.append((ids[0], words))

    assert wrong == []


def test_arabic_counts_as_arabic_does(catalogue: Catalog) -> None:
    forms = {tuple(ids): said for ids, said in entries(catalogue) if len(ids) > 1}

    assert forms
    assert all(len(said) == 6 for said in forms.values())
