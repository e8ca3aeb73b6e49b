"""Whose language is chosen, and what is shown where a text has no translation."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.i18n import Texts, choose_locale
from chassis.values import Locale

SHOP = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Not found"
msgstr "Hier nicht"

msgid "Hello, {name}"
msgstr "Hallo {name}"

msgid "{n} mail"
msgid_plural "{n} mails"
msgstr[0] "{n} Nachricht"
msgstr[1] "{n} Nachrichten"
"""


@pytest.fixture
def texts(tmp_path: Path) -> Texts:
    place = tmp_path / "de" / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "shop.po").write_text(SHOP, encoding="utf-8")
    own = tmp_path / "ar" / "LC_MESSAGES"
    own.mkdir(parents=True)
    arabic = SHOP.replace("Hier nicht", "ليس هنا").replace("nplurals=2", "nplurals=2")
    (own / "shop.po").write_text(arabic, encoding="utf-8")
    return Texts(tmp_path)


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        (None, "en"),
        ("", "en"),
        ("ar-EG,ar;q=0.9,en;q=0.8", "ar"),
        ("fr, de;q=0.5, en;q=0.4", "de"),
        ("de;q=0, ar;q=0.1", "ar"),
        ("*", "en"),
        ("zz-not-a-tag-!!;q=x, de", "de"),
        ("de-AT", "de"),
        ("en;q=0.1, ar;q=0.2", "ar"),
        ("uk", "en"),
    ],
)
def test_chooses_the_best_of_our_languages(header: str | None, chosen: str) -> None:
    assert choose_locale(header, ["en", "de", "ar"], "en").tag == chosen


def test_takes_wishes_in_order_as_well() -> None:
    assert choose_locale(["uk", "pt"], ["en", "pt-BR"], "en") == Locale("pt-BR")


@given(st.text(max_size=600))
def test_no_header_breaks_the_choice(header: str) -> None:
    assert choose_locale(header, ["en", "ar"], "en").tag in {"en", "ar"}


def test_falls_back_from_region_to_language_to_english(texts: Texts) -> None:
    assert texts.gettext("de-AT", "Not found") == "Hier nicht"
    assert texts.gettext("de", "Unheard of") == "Unheard of"
    assert texts.gettext("uk", "Not found") == "Not found"


def test_a_services_text_goes_before_the_chassis_one_which_stays_for_the_rest(texts: Texts) -> None:
    assert texts.gettext("ar", "Not found") == "ليس هنا"
    assert texts.gettext("ar", "Too large") == "كبير جدًا"


def test_fills_in_values_and_counts(texts: Texts) -> None:
    assert texts.gettext(Locale("de"), "Hello, {name}", name="Ines") == "Hallo Ines"
    assert texts.ngettext("de", "{n} mail", "{n} mails", 1) == "1 Nachricht"
    assert texts.ngettext("de", "{n} mail", "{n} mails", 3) == "3 Nachrichten"
    assert texts.ngettext("en", "{n} mail", "{n} mails", 3) == "3 mails"


def test_a_value_with_braces_is_only_text(texts: Texts) -> None:
    assert texts.gettext("de", "Hello, {name}", name="{name.__class__}") == (
        "Hallo {name.__class__}"
    )


def test_arabic_runs_from_right_to_left(texts: Texts) -> None:
    assert texts.choose("ar-EG").rtl
    assert not texts.choose("de").rtl
