"""What other services have us tell: whole in every language, one link, figures exact."""

import re
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import RemedyKind
from intake.channels.decide.loops import machine_kind
from intake.channels.model import AutoReply
from intake.outreach.model import Amount, Contents, Refusal, Template
from intake.replies.decide.amounts import spoken_amount, spoken_days
from intake.replies.decide.told import Ways, compose_told
from intake.replies.decide.wire import to_bytes
from intake.replies.model import OutgoingMail
from tests.unit.intake.outgoing import LANGUAGES, STAMP, TEXTS, THREAD, WRITER, arrived

TICKET = "https://meridian.example/t/abc"
SURVEY = "https://meridian.example/s/def"
PHONE = "+47 22 00 00 00"
FIGURES: dict[Template, dict[str, Any]] = {
    Template.SURVEY: {"survey": UUID(int=9)},
    Template.REFUND_PAID: {"amount": Amount(1250, "EUR")},
    Template.REFUND_DELAYED: {"amount": Amount(1250, "EUR")},
    Template.GOODWILL_GRANTED: {"amount": Amount(1250, "EUR")},
    Template.EXTENSION_GRANTED: {"days": 14},
    Template.REMEDY_REFUSED: {
        "refusal": Refusal.OUTSIDE_POLICY,
        "instead": RemedyKind.GOODWILL,
        "amount": Amount(500, "EUR"),
    },
}


def told(template: Template, language: str, **changes: Any) -> OutgoingMail:
    contents = Contents(template=template, **{**FIGURES.get(template, {}), **changes})
    survey = SURVEY if template is Template.SURVEY else ""
    return compose_told(
        contents, Ways(ticket=TICKET, survey=survey, contacts=(PHONE,)), THREAD, writer=WRITER,
        language=language, texts=TEXTS, stamp=STAMP,
    )  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", Template)
def test_each_letter_is_whole_has_one_link_and_can_be_answered(
    template: Template, language: str
) -> None:
    mail = told(template, language)

    assert THREAD.reference in mail.subject
    assert not re.search(r"[{}]", mail.subject + mail.text)
    assert mail.text.count("https://") == 1
    assert TEXTS.by_language[language].human in mail.text
    assert mail.reply_to == THREAD.reply_to
    assert machine_kind(arrived(mail)) == AutoReply("auto-submitted")
    assert to_bytes(mail).isascii()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_survey_asks_one_question_and_colleagues_see_it_without_its_link(language: str) -> None:
    mail = told(Template.SURVEY, language)

    assert SURVEY in mail.text
    assert SURVEY in mail.html
    assert len(re.findall(r"[?？؟]", mail.text)) + mail.text.count("でしょうか。") == 1
    assert "https://" not in mail.kept
    assert TEXTS.by_language[language].human in mail.kept


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("refusal", Refusal)
@pytest.mark.parametrize("instead", [*RemedyKind, None])
def test_a_refusal_names_its_reason_an_alternative_and_people(
    language: str, refusal: Refusal, instead: RemedyKind | None
) -> None:
    extends = instead is RemedyKind.EXTENSION
    figures = {"amount": None, "days": 14} if extends else {"amount": Amount(500, "EUR")}
    mail = told(Template.REMEDY_REFUSED, language, refusal=refusal, instead=instead, **figures)
    words = TEXTS.by_language[language]

    assert words.reasons[refusal] in mail.text
    assert PHONE in mail.text
    offered = spoken_days(14, language) if extends else spoken_amount(500, "EUR", language)
    assert (offered in mail.text) is (instead is not None)


@pytest.mark.parametrize("language", ["ar", "he"])
@pytest.mark.parametrize("template", Template)
def test_lines_begin_from_the_right(template: Template, language: str) -> None:
    mail = told(template, language)
    lines = [line for line in mail.text.split("\n") if line and "://" not in line]

    assert all(re.match(r"[\u0590-\u06ff]", line) for line in (*lines, mail.subject))


def test_phrases_of_one_language_differ_from_one_another() -> None:
    for words in TEXTS.by_language.values():
        for phrases in (words.reasons, words.instead):
            assert len(set(phrases.values())) == len(phrases)


@pytest.mark.parametrize(
    ("minor", "currency", "language", "said"),
    [
        (1250, "EUR", "en", "€12.50"),
        (1250, "EUR", "de", "12,50€"),
        (123456, "EUR", "fr", "1\u202f234,56€"),
        (1250, "JPY", "ja", "￥1,250"),
        (1250, "KWD", "en", "KWD1.250"),
        (1234567, "IQD", "en", "IQD1,234.567"),
        (12345, "CLF", "en", "CLF1.2345"),
        (5, "USD", "en", "$0.05"),
        (100, "ZZZ", "en", "ZZZ1.00"),
        (100, "EUR", "xx-unknown", "€1.00"),
    ],
)
def test_an_amount_is_spoken_by_the_decimals_of_its_currency(
    minor: int, currency: str, language: str, said: str
) -> None:
    assert spoken_amount(minor, currency, language).replace("\xa0", "") == said


@given(st.integers(1, 10**14), st.sampled_from(["EUR", "JPY", "KWD", "CLF", "HUF", "IQD"]))
def test_nothing_is_rounded(minor: int, currency: str) -> None:
    digits = re.sub(r"[^0-9]", "", spoken_amount(minor, currency, "en")).lstrip("0")

    assert digits.rstrip("0") == str(minor).rstrip("0")


@pytest.mark.parametrize(
    ("days", "language", "said"),
    [
        (1, "en", "1 day"), (14, "en", "14 days"), (2, "pl", "2 dni"), (5, "ru", "5 дней"),
        (21, "uk", "21 день"), (2, "ar", "يومان"), (400, "de", "400 Tage"),
    ],
)  # fmt: skip
def test_days_are_in_the_plural_that_the_number_asks_for(
    days: int, language: str, said: str
) -> None:
    assert spoken_days(days, language) == said
