"""Everything feedback says to people is said in each of the console's languages."""

from pathlib import Path

import pytest

import feedback
from chassis.i18n import Texts
from chassis.testing.texts import problem_texts

SOURCE = Path(str(feedback.__file__)).parent


@pytest.mark.parametrize("language", ["ar", "de", "es", "uk"])
def test_every_text_is_translated(language: str) -> None:
    texts = Texts(SOURCE / "locale")
    said = problem_texts(SOURCE)

    assert len(said) >= 15
    assert [text for text in sorted(said) if texts.gettext(language, text) == text] == []
