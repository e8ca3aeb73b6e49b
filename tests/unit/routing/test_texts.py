"""Everything routing says to people is said in Arabic too."""

import ast
from pathlib import Path

import routing
from chassis.i18n import Texts
from chassis.testing.texts import problem_texts
from routing.rosters.api_models import SAID

SOURCE = Path(str(routing.__file__)).parent
REFUSALS = {"HandoverRefused", "PresenceRefused", "Refused"}


def refusals() -> set[str]:
    """The sentences that decisions refuse with."""
    calls = (
        node
        for file in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    )
    said = (each for call in calls if _named(call) in REFUSALS for each in call.args)
    texts = (each.value for each in said if isinstance(each, ast.Constant))
    return {text for text in texts if isinstance(text, str) and " " in text}


def _named(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def test_every_text_has_its_arabic() -> None:
    texts = Texts(SOURCE / "locale")
    said = problem_texts(SOURCE) | refusals() | set(SAID.values())

    assert len(refusals()) >= 15
    assert [text for text in sorted(said) if texts.gettext("ar", text) == text] == []


def test_arabic_keeps_the_figures() -> None:
    texts = Texts(SOURCE / "locale")

    told = texts.gettext("ar", SAID["rest"], hours="10", limit="11")

    assert "10" in told
    assert "11" in told
