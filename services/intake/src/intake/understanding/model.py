"""Values of understanding: guesses of detectors, and what was made of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from contracts.vocabulary import Damage

UNKNOWN = "und"


class Script(StrEnum):
    LATIN = "latin"
    CYRILLIC = "cyrillic"
    GREEK = "greek"
    ARABIC = "arabic"
    HEBREW = "hebrew"
    HAN = "han"
    KANA = "kana"
    HANGUL = "hangul"
    THAI = "thai"
    DEVANAGARI = "devanagari"


@dataclass(frozen=True, slots=True)
class Guess:
    language: str
    score: float


@dataclass(frozen=True, slots=True)
class Language:
    """`because` names what settled it: script, light, second, prior or nothing."""

    tag: str
    confidence: float
    because: str


NO_LANGUAGE = Language(UNKNOWN, 0.0, "nothing")


@dataclass(frozen=True, slots=True)
class Sample:
    """The part of a new text that tells its language: no addresses, links or numbers."""

    text: str
    letters: int
    words: int
    scripts: Mapping[Script, int]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the text itself says of its language; `second` is empty where nobody needed to ask."""

    sample: Sample
    light: tuple[Guess, ...] = ()
    second: tuple[Guess, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known before reading: the languages served, and the one this customer last used."""

    served: tuple[str, ...]
    prior: str | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """`because` holds the words of our own lists that were found, never the customer's text."""

    category: str
    damage: Damage
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Understood:
    language: Language = NO_LANGUAGE
    topic: Topic = field(default=Topic("other", Damage.QUESTION))
