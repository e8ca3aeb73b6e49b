"""Texts in the reader's language. English texts are the keys; catalogues are `.po` files.

They are compiled in memory at start: `<folder>/<locale>/LC_MESSAGES/*.po`.
"""

import re
from collections.abc import Iterable
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

import langcodes
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from chassis.values import Locale

OWN = Path(__file__).parent / "locale"
SOURCE = "en"

_LONGEST_HEADER = 500
_MOST_TAGS = 20
_WANTED = re.compile(r"\s*([A-Za-z0-9*-]{1,35})\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?")


class Texts:
    """Later folders go before earlier ones; the chassis' own texts are always there."""

    def __init__(self, *folders: Path) -> None:
        self._catalogues: dict[str, NullTranslations] = {SOURCE: NullTranslations()}
        for folder in (OWN, *folders):
            for file in sorted(folder.glob("*/LC_MESSAGES/*.po")):
                self._add(file)

    @property
    def available(self) -> tuple[str, ...]:
        return tuple(self._catalogues)

    def gettext(self, locale: Locale | str, key: str, **values: object) -> str:
        """The text in that language, else in English; `values` fill the names in braces."""
        if not key:
            return ""
        found: str = self._catalogue(locale).gettext(key)
        return found.format(**values) if values else found

    def ngettext(
        self, locale: Locale | str, one: str, many: str, number: int, **values: object
    ) -> str:
        """The plural form that the language has for `number`, which the text may name `{n}`."""
        found: str = self._catalogue(locale).ngettext(one, many, number)
        return found.format(n=number, **values)

    def choose(self, wanted: str | None, default: str = SOURCE) -> Locale:
        """The best of our languages for an `Accept-Language` header."""
        return choose_locale(wanted, self.available, default)

    def _add(self, file: Path) -> None:
        tag = file.parent.parent.name.replace("_", "-")
        compiled = BytesIO()
        with file.open("rb") as source:
            write_mo(compiled, read_po(source, locale=file.parent.parent.name))
        compiled.seek(0)
        catalogue = GNUTranslations(compiled)
        if tag in self._catalogues:
            catalogue.add_fallback(self._catalogues[tag])
        self._catalogues[tag] = catalogue

    def _catalogue(self, locale: Locale | str) -> NullTranslations:
        tag = locale.tag if isinstance(locale, Locale) else locale
        for candidate in (tag, tag.split("-")[0].lower()):
            if candidate in self._catalogues:
                return self._catalogues[candidate]
        return self._catalogues[SOURCE]


def choose_locale(
    wanted: str | Iterable[str] | None, available: Iterable[str], default: str
) -> Locale:
    """The best available language for an `Accept-Language` header or for tags in order of wish."""
    offered = list(available)
    tags = _by_wish(wanted) if isinstance(wanted, str) else list(wanted or ())
    for tag in tags[:_MOST_TAGS]:
        try:
            found = langcodes.closest_supported_match(tag, offered)
        except ValueError:
            continue
        if found:
            return Locale(found)
    return Locale(default)


def _by_wish(header: str) -> list[str]:
    found: list[tuple[float, str]] = []
    for part in header[:_LONGEST_HEADER].split(","):
        match = _WANTED.fullmatch(part)
        if match and match.group(1) != "*":
            found.append((float(match.group(2) or 1), match.group(1)))
    return [tag for wish, tag in sorted(found, key=lambda each: -each[0]) if wish > 0]
