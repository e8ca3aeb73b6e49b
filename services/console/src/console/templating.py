"""Draws view models with Jinja2: one environment per language, filters know the page's reader."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from console import formats
from console.pages import Frame, Reader

HERE = Path(__file__).parent
DIST = HERE / "static" / "dist"
LOCALES = ("en", "ar")
STATIC_URL = "/static/dist"
SCRIPT_FONTS = ("ja", "ja-rare", "ko", "ko-rare", "zh", "zh-rare")

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


class AssetsMissingError(RuntimeError):
    """The web assets were not built."""

    def __init__(self, dist: Path) -> None:
        super().__init__(f"{dist.name}/manifest.json is missing: run `npm ci && npm run build`")


class Templates:
    """Every page of the console. Made once; `render` may be called from anywhere."""

    def __init__(self, dist: Path = DIST, locale_dir: Path = HERE / "locale") -> None:
        self._manifest = _manifest(dist)
        catalogues = {locale: _translations(locale_dir, locale) for locale in LOCALES}
        self._words = {
            locale: formats.Words(one.gettext, one.ngettext) for locale, one in catalogues.items()
        }
        self._environments = {
            locale: self._environment(one, self._words[locale])
            for locale, one in catalogues.items()
        }

    def asset(self, name: str) -> str:
        """The address of a built file: `app.css` becomes `/static/dist/app-3F2A…css`."""
        return f"{STATIC_URL}/{self._manifest[name]}"

    def words(self, locale: str) -> formats.Words:
        """The catalogue, for sentences that are made outside a template."""
        return self._words.get(locale) or self._words["en"]

    def render(self, template: str, page: object) -> str:
        """A whole page, or one of its parts (`parts/thread.html`) for a refetch of that region."""
        reader = _reader_of(page)
        found = self._for(reader.locale).get_template(template)
        context = {"page": page, "frame": _frame_of(page), "reader": reader}
        return found.render(context)

    def _for(self, locale: str) -> Environment:
        return self._environments.get(locale) or self._environments["en"]

    def _environment(self, translations: NullTranslations, words: formats.Words) -> Environment:
        environment = Environment(
            loader=PackageLoader("console", "templates"),
            extensions=["jinja2.ext.i18n"],
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
        environment.globals.update(
            asset=self.asset,
            clock_words=formats.clock_words(words),
            script_fonts={name: self.asset(f"fonts-{name}.css") for name in SCRIPT_FONTS},
        )
        environment.filters.update(_filters(words))
        return environment


def _translations(locale_dir: Path, locale: str) -> NullTranslations:
    """Catalogues are compiled when read: one file per language, and nothing to forget to build."""
    path = locale_dir / locale / "LC_MESSAGES" / "messages.po"
    if not path.is_file():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=locale))
    compiled.seek(0)
    return Translations(compiled)


def _manifest(dist: Path) -> dict[str, str]:
    path = dist / "manifest.json"
    if not path.is_file():
        raise AssetsMissingError(dist)
    manifest: dict[str, str] = json.loads(path.read_text("utf-8"))
    return manifest


def _frame_of(page: object) -> Frame | None:
    frame = getattr(page, "frame", None)
    return frame if isinstance(frame, Frame) else None


def _reader_of(page: object) -> Reader:
    frame = _frame_of(page)
    reader = frame.reader if frame else getattr(page, "reader", None)
    if not isinstance(reader, Reader):
        raise TypeError(f"{type(page).__name__} has no reader")
    return reader


def _filters(words: formats.Words) -> dict[str, Callable[..., str]]:
    """Filters know the reader of the page; those that speak also know the words."""
    by_reader = (
        formats.short_time,
        formats.in_zone,
        formats.exact,
        formats.day,
        formats.weekday,
        formats.weekday_name,
        formats.month,
        formats.city,
        formats.percent,
        formats.number,
        formats.ramp,
    )
    by_words = (formats.duration, formats.size)
    by_both = (
        formats.relative_due,
        formats.due_left,
        formats.countdown,
        formats.since,
        formats.language_name,
    )
    filters: dict[str, Callable[..., str]] = {f.__name__: _with_reader(f) for f in by_reader}
    filters |= {f.__name__: _with_words(f, words) for f in by_words}
    filters |= {f.__name__: _with_both(f, words) for f in by_both}
    filters["week"] = _between(formats.week)
    filters["hours"] = _between(formats.hours)
    return filters


def _with_reader(function: Callable[..., str]) -> Callable[..., str]:
    @pass_context
    def bound(context: Context, value: Any, zone: str = "") -> str:
        extra = (zone,) if zone else ()
        return function(value, context["reader"], *extra)

    return bound


def _between(function: Callable[..., str]) -> Callable[..., str]:
    @pass_context
    def bound(context: Context, first: Any, last: Any, zone: str = "") -> str:
        extra = (zone,) if zone else ()
        return function(first, last, context["reader"], *extra)

    return bound


def _with_words(function: Callable[..., str], words: formats.Words) -> Callable[..., str]:
    def bound(value: Any) -> str:
        return function(value, words)

    return bound


def _with_both(function: Callable[..., str], words: formats.Words) -> Callable[..., str]:
    @pass_context
    def bound(context: Context, value: Any) -> str:
        return function(value, context["reader"], words)

    return bound
