"""Everything billing-policy says to people is said in Arabic too."""

from pathlib import Path

import billing_policy
from chassis.i18n import Texts
from chassis.testing.texts import problem_texts

SOURCE = Path(str(billing_policy.__file__)).parent


def test_every_text_has_its_arabic() -> None:
    texts = Texts(SOURCE / "locale")
    said = problem_texts(SOURCE)

    assert len(said) >= 7
    assert [text for text in sorted(said) if texts.gettext("ar", text) == text] == []
