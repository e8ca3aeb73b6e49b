"""What a message is about and how badly it hurts, by counting our own words: it explains itself."""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from contracts.vocabulary import Damage
from intake.understanding.decide.words import CATEGORY, DAMAGE
from intake.understanding.model import Topic

LONGEST_READ = 2_000
Label = Damage | str

# The worst comes first: who loses money and cannot log in loses money.
_WORST_FIRST = (Damage.LOSING_MONEY, Damage.BLOCKED, Damage.DEGRADED, Damage.ONBOARDING)
# A stem may begin anywhere: no spaces between words, or prefixes written together with them.
_ANYWHERE = frozenset({"ja", "zh", "ko", "th", "ar", "he", "fa", "ur"})
_WORD = re.compile(r"\w+")
_KEY = 3


def decide_topic(text: str, language: str) -> Topic:
    """The worst damage named and the category named most, in the text's language and English."""
    found = _found(text[:LONGEST_READ].casefold(), language)
    damage = next((worst for worst in _WORST_FIRST if worst in found), Damage.QUESTION)
    category = max(CATEGORY, key=lambda label: len(found.get(label, ())))
    because = (*found.get(damage, ()), *found.get(category, ()))
    return Topic(category if category in found else "other", damage, tuple(dict.fromkeys(because)))


def _found(read: str, language: str) -> Mapping[Label, Mapping[str, None]]:
    """The different stems that occur under each label, in the order of the text."""
    found: dict[Label, dict[str, None]] = {}
    index = _index(language)
    for start in _starts(read, language):
        beginning = read[start : start + _KEY]
        for key in (beginning, beginning[:-1]):
            for stem, labels in index.get(key, ()):
                if read.startswith(stem, start):
                    for label in labels:
                        found.setdefault(label, {})[stem] = None
    return found


def _starts(read: str, tag: str) -> Iterator[int]:
    if tag in _ANYWHERE:
        return iter(range(len(read)))
    return (word.start() for word in _WORD.finditer(read))


@cache
def _index(tag: str) -> Mapping[str, tuple[tuple[str, tuple[Label, ...]], ...]]:
    """Stems of a language and of English by their first letters, with the labels that list them."""
    labels: dict[str, list[Label]] = {}
    for label, words in (*DAMAGE.items(), *CATEGORY.items()):
        for stem in (*words.get(tag, ()), *words["en"]):
            labels.setdefault(stem, []).append(label)
    index: dict[str, list[tuple[str, tuple[Label, ...]]]] = {}
    for stem, under in labels.items():
        index.setdefault(stem[:_KEY], []).append((stem, tuple(under)))
    return {key: tuple(stems) for key, stems in index.items()}
