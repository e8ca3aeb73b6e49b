"""The authored texts, one file for each language, read once at start."""
# house: room: texts are data of this capability, read here and passed in by the app

from enum import StrEnum
from importlib.resources import files
from string import Formatter
from typing import Any

import yaml

from contracts.vocabulary import RemedyKind
from intake.outreach.model import Refusal
from intake.replies.model import LanguageTexts, Letter, LetterText, Texts

SOURCE = "en"
_ONLY_FOR_COLLEAGUES = {Letter.DELIVERY_PROBLEM}
_OWN_LINK = {Letter.SURVEY}
_FRAME = ("greeting", "see", "human", "sign_off", "quote", "reach")
_ALLOWED = {
    Letter.ACKNOWLEDGED: {"brand", "reference"},
    Letter.ACKNOWLEDGED_WITH_DUE: {"brand", "reference", "due"},
    Letter.SOLVED: {"brand", "reference", "until"},
    Letter.REMINDER: {"brand", "reference", "until"},
    Letter.CLOSED: {"brand", "reference"},
    Letter.REOPENED: {"brand", "reference"},
    Letter.FOLLOW_UP: {"brand", "reference", "previous"},
    Letter.DELIVERY_PROBLEM: {"reference", "status"},
    Letter.SURVEY: {"brand", "reference"},
    Letter.REFUND_PAID: {"brand", "reference", "amount"},
    Letter.REFUND_DELAYED: {"brand", "reference", "amount"},
    Letter.REMEDY_IN_REVIEW: {"brand", "reference"},
    Letter.EXTENSION_GRANTED: {"brand", "reference", "days"},
    Letter.GOODWILL_GRANTED: {"brand", "reference", "amount"},
    Letter.REMEDY_REFUSED: {"brand", "reference"},
    Letter.FOLLOWUP_CONTACT: {"brand", "reference"},
}
_OFFERED: dict[RemedyKind, set[str]] = {
    RemedyKind.REFUND: {"amount"},
    RemedyKind.DISCOUNT: {"amount"},
    RemedyKind.EXTENSION: {"days"},
    RemedyKind.GOODWILL: {"amount"},
}


class TextsIncomplete(ValueError):
    """A language that lacks a text, or a text that lacks what it must say; names the place."""


def load_texts() -> Texts:
    """Every language that ships with the service.

    Raises:
        TextsIncomplete: at start, rather than a mail with a hole in it later.
    """
    found = {}
    for file in sorted(files(__name__).iterdir(), key=lambda each: each.name):
        if file.name.endswith(".yaml"):
            texts = language_texts(yaml.safe_load(file.read_text(encoding="utf-8")), file.name)
            found[texts.language] = texts
    return Texts(found)


def language_texts(values: dict[str, Any], where: str) -> LanguageTexts:
    missing = [name for name in (*_FRAME, "language") if not values.get(name)]
    if missing:
        raise TextsIncomplete(f"{where}: {', '.join(missing)} missing")
    language = values["language"]
    wanted = set(Letter) if language == SOURCE else set(Letter) - _ONLY_FOR_COLLEAGUES
    letters = {
        letter: _letter(values["letters"].get(letter.value) or {}, letter, f"{where}: {letter}")
        for letter in Letter
        if letter in wanted
    }
    frame = {name: str(values[name]).strip("\n") for name in _FRAME}
    return LanguageTexts(
        language=language,
        right_to_left=bool(values.get("right_to_left")),
        letters=letters,
        reasons={each: _phrase(values.get("reasons"), each, set(), where) for each in Refusal},
        instead={
            each: _phrase(values.get("instead"), each, used, where)
            for each, used in _OFFERED.items()
        },
        **frame,
    )


def _letter(values: dict[str, str], letter: Letter, where: str) -> LetterText:
    see, body = values.get("see", ""), values.get("body", "").strip("\n")
    text = LetterText(values.get("subject", ""), body, see)
    if not text.subject or not text.body:
        raise TextsIncomplete(f"{where}: subject or body missing")
    used = _placeholders(text.subject) | _placeholders(text.body)
    if used - {"brand"} != _ALLOWED[letter] - {"brand"}:
        raise TextsIncomplete(f"{where}: placeholders are {sorted(used)}")
    if (letter in _OWN_LINK) != bool(see):
        raise TextsIncomplete(f"{where}: see belongs to a letter with a link of its own")
    return text


def _phrase(values: dict[str, str] | None, key: StrEnum, used: set[str], where: str) -> str:
    phrase = str((values or {}).get(key.value) or "")
    if not phrase:
        raise TextsIncomplete(f"{where}: {key} missing")
    if _placeholders(phrase) != used:
        raise TextsIncomplete(f"{where}: {key}: placeholders are not {sorted(used)}")
    return phrase


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
