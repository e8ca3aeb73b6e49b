"""Everything intake says to people through problems is said in Arabic too."""

from pathlib import Path

import intake
from chassis.i18n import Texts
from chassis.testing.texts import problem_texts
from intake.tickets.api.refusals import problem_of
from intake.tickets.model import Refused, Why

SOURCE = Path(str(intake.__file__)).parent


def test_every_text_has_its_arabic() -> None:
    texts = Texts(SOURCE / "locale")
    refusals = [problem_of(Refused(why)) for why in Why]
    told = {text for each in refusals for text in (each.title, each.detail, each.next_step)}
    said = problem_texts(SOURCE) | told

    assert [text for text in sorted(said) if texts.gettext("ar", text) == text] == []
