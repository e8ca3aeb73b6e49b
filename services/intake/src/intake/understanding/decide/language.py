"""Which language a new text is in. "Unknown" is an answer; a guess about "ok thx" is not."""

import re
from collections.abc import Mapping, Sequence

from intake.understanding.model import (
    NO_LANGUAGE,
    Evidence,
    Guess,
    Language,
    Sample,
    Script,
    Setting,
)

LONGEST_SAMPLE = 600
LEAST_LETTERS = 12
LEAST_WORDS = 3
SURE = 0.7
VERY_SURE = 0.9
SECOND_SURE = 0.6

_NOT_LANGUAGE = re.compile(r"\S*://\S*|\S+@\S+|[\d_#*=~<>|{}\[\]()]+")
_RUNS = re.compile(
    r"(?P<cyrillic>[\u0400-\u052f]+)|(?P<greek>[\u0370-\u03ff\u1f00-\u1fff]+)"
    r"|(?P<arabic>[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]+)"
    r"|(?P<hebrew>[\u0590-\u05ff]+)|(?P<han>[\u3400-\u4dbf\u4e00-\u9fff]+)"
    r"|(?P<kana>[\u3040-\u30ff]+)|(?P<hangul>[\u1100-\u11ff\uac00-\ud7af]+)"
    r"|(?P<thai>[\u0e00-\u0e7f]+)|(?P<devanagari>[\u0900-\u097f]+)"
)
# Letters that only one language of the Arabic script uses.
_URDU = re.compile(r"[\u0679\u0688\u0691\u06ba\u06d2]")
_PERSIAN = re.compile(r"[\u067e\u0686\u0698\u06af]")

_LANGUAGES_OF: Mapping[Script, frozenset[str]] = {
    Script.CYRILLIC: frozenset({"uk", "ru", "be", "bg", "sr", "mk", "kk"}),
    Script.GREEK: frozenset({"el"}),
    Script.ARABIC: frozenset({"ar", "fa", "ur"}),
    Script.HEBREW: frozenset({"he"}),
    Script.HAN: frozenset({"zh", "ja"}),
    Script.KANA: frozenset({"ja"}),
    Script.HANGUL: frozenset({"ko"}),
    Script.THAI: frozenset({"th"}),
    Script.DEVANAGARI: frozenset({"hi", "mr", "ne"}),
}
_ONE_NAME = {"no": "nb", "nn": "nb", "iw": "he", "arz": "ar", "yue": "zh", "wuu": "zh", "cmn": "zh"}


def sample(text: str) -> Sample:
    """The start of the text without addresses, links and numbers, with its scripts counted."""
    kept = " ".join(_NOT_LANGUAGE.sub(" ", text[: 2 * LONGEST_SAMPLE]).split())[:LONGEST_SAMPLE]
    counts: dict[Script, int] = {}
    if not kept.isascii():
        for run in _RUNS.finditer(kept):
            script = Script(run.lastgroup or "")
            counts[script] = counts.get(script, 0) + len(run.group())
    letters = sum(map(str.isalpha, kept))
    counts[Script.LATIN] = max(0, letters - sum(counts.values()))
    return Sample(kept, letters, len(kept.split()), counts)


def main_script(read: Sample) -> Script:
    """The script of most letters; Japanese shows in its kana, however many kanji there are."""
    kana, han = read.scripts.get(Script.KANA, 0), read.scripts.get(Script.HAN, 0)
    if kana and kana * 10 >= han:
        joined = {**read.scripts, Script.KANA: kana + han, Script.HAN: 0}
    else:
        joined = dict(read.scripts)
    return max(joined, key=lambda script: (joined[script], script is Script.LATIN))


def by_script(read: Sample, setting: Setting) -> Language | None:
    """The language, where the script settles it; None where it leaves a choice."""
    script = main_script(read)
    if read.letters == 0 or script is Script.LATIN:
        return None
    possible = _LANGUAGES_OF[script]
    if script is Script.ARABIC:
        return _by_arabic_letters(read, setting)
    if script is Script.HAN:
        japanese = setting.prior == "ja" and "zh" not in setting.served
        return Language("ja" if japanese else "zh", 0.95, "script")
    if len(possible) == 1:
        return Language(next(iter(possible)), 0.99, "script")
    return None


def enough_to_read(read: Sample) -> bool:
    """Whether there is more than a greeting. Scripts without spaces are settled before."""
    return read.letters >= LEAST_LETTERS and read.words >= LEAST_WORDS


def speaks_for_itself(read: Sample, setting: Setting) -> bool:
    """Whether no detector is needed: the script settles it, or there is hardly any text."""
    return by_script(read, setting) is not None or not enough_to_read(read)


def decide_language(found: Evidence, setting: Setting) -> Language:
    """The language of a text from all that is known of it; the script goes before any detector."""
    settled = by_script(found.sample, setting)
    if settled:
        return settled
    if not enough_to_read(found.sample):
        return _by_custom(setting)
    return decide_light(found.light, setting) or decide_second(found.second, found.light, setting)


def decide_light(guesses: Sequence[Guess], setting: Setting) -> Language | None:
    """The light detector's answer where it is sure; None asks for a second opinion.

    A language nobody here speaks needs more certainty: it may be the sibling of a served one.
    """
    if not guesses:
        return None
    best = guesses[0]
    needed = SURE if best.language in setting.served else VERY_SURE
    sibling = any(guess.language in setting.served for guess in guesses[1:2] if guess.score > 0.03)
    if best.score >= needed and (best.language in setting.served or not sibling):
        return Language(best.language, min(best.score, 1.0), "light")
    return None


def candidates(light: Sequence[Guess], setting: Setting) -> tuple[str, ...]:
    """Whom the second opinion chooses among: the served languages and the first guesses.

    Of near sisters (Danish, Norwegian) the one that is served is meant, unless it is far behind.
    """
    guessed = [guess.language for guess in light[:2] if guess.score >= 0.1]
    served = [language for language in guessed if language in setting.served]
    return tuple(dict.fromkeys([*setting.served, *(served or guessed)]))


def decide_second(second: Sequence[Guess], light: Sequence[Guess], setting: Setting) -> Language:
    """The second opinion where it is sure, else the custom of this customer, else unknown."""
    if second and second[0].score >= SECOND_SURE:
        return Language(second[0].language, min(second[0].score, 1.0), "second")
    named = {guess.language for guess in (*second[:2], *light[:2])}
    if setting.prior in named:
        return _by_custom(setting)
    return NO_LANGUAGE


def one_name(language: str) -> str:
    """The tag used here for a detector's name of a language (`no`, `nn` → `nb`)."""
    primary = language.lower().split("-")[0]
    return _ONE_NAME.get(primary, primary)


def _by_custom(setting: Setting) -> Language:
    if setting.prior and setting.prior != "und":
        return Language(setting.prior, 0.5, "prior")
    return NO_LANGUAGE


def _by_arabic_letters(read: Sample, setting: Setting) -> Language:
    if _URDU.search(read.text):
        return Language("ur", 0.95, "script")
    if _PERSIAN.search(read.text):
        return Language("fa", 0.9, "script")
    tag = setting.prior if setting.prior in ("fa", "ur") else "ar"
    return Language(tag, 0.95, "script")
