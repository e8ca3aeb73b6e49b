"""What leaves: authored words in every language, from the brand, for the one who asked."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from intake.channels.decide.loops import machine_kind
from intake.channels.decide.quotes import split_quotes
from intake.channels.model import AutoReply, Person
from intake.replies.decide.compose import (
    LONGEST_QUOTATION,
    answer_subject,
    compose_answer,
    compose_letter,
    delivery_problem_note,
    signed,
)
from intake.replies.decide.languages import choose_language, in_language
from intake.replies.decide.when import spoken
from intake.replies.decide.wire import to_bytes
from intake.replies.model import (
    Answer,
    Letter,
    Quotation,
    Values,
)
from intake.replies.texts import TextsIncomplete, language_texts
from meridian.demo.content import load_contacts
from tests.unit.intake.outgoing import (
    AT,
    LANGUAGES,
    LETTERS,
    STAMP,
    TEXTS,
    THREAD,
    VALUES,
    WRITER,
    answer,
    arrived,
    letter,
)


def test_every_language_that_is_promised_is_there() -> None:
    promised = "ar de en es fr he it ja ko nb nl pl pt ru sv tr uk zh"

    assert " ".join(LANGUAGES) == promised


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", LETTERS)
def test_a_letter_says_who_what_where_and_that_a_person_reads(language: str, kind: Letter) -> None:
    mail = letter(kind, language)
    words = TEXTS.by_language[language]

    assert THREAD.reference in mail.subject
    assert WRITER.name in mail.subject
    assert WRITER.name in mail.text
    assert f"\n{VALUES.link}\n" in mail.text
    assert words.human in mail.text
    assert not re.search(r"[{}]", mail.subject + mail.text)
    if kind is Letter.ACKNOWLEDGED_WITH_DUE:
        assert VALUES.due in mail.text
    if kind in (Letter.SOLVED, Letter.REMINDER):
        assert VALUES.until in mail.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_the_customer_is_in_an_automatic_mail(language: str) -> None:
    hostile = "Buy now https://evil.test"

    for kind in LETTERS:
        mail = letter(kind, language, subject=hostile)
        wire = to_bytes(mail).decode("ascii")

        assert "evil" not in wire + mail.text + mail.html + mail.subject
        assert mail.to == THREAD.to


@pytest.mark.parametrize("language", ["ar", "he"])
def test_lines_in_right_to_left_languages_begin_from_the_right(language: str) -> None:
    first = r"[\u0590-\u06ff]"

    for kind in LETTERS:
        mail = letter(kind, language)
        lines = [line for line in mail.text.split("\n") if line and "://" not in line]

        assert all(re.match(first, line) for line in (*lines, mail.subject))
        assert f'<html lang="{language}" dir="rtl">' in mail.html
        assert '<bdi dir="ltr">https://' in mail.html


def test_texts_of_one_language_differ_from_one_another() -> None:
    for words in TEXTS.by_language.values():
        bodies = [text.body for text in words.letters.values()]
        assert len(set(bodies)) == len(bodies)

    for kind in LETTERS:
        bodies = [words.letters[kind].body for words in TEXTS.by_language.values()]
        assert len(set(bodies)) == len(LANGUAGES)


def test_automatic_mail_says_so_and_an_answer_does_not() -> None:
    automatic, own = arrived(letter(Letter.SOLVED, "en")), arrived(answer())

    assert automatic.header("auto-submitted") == "auto-replied"
    assert automatic.header("x-auto-response-suppress") == "All"
    assert machine_kind(automatic) == AutoReply("auto-submitted")
    assert not own.has("auto-submitted")
    assert machine_kind(own) == Person()


def test_two_mailboxes_of_ours_that_answer_each_other_fall_silent() -> None:
    """S-6: what one acknowledges, the other recognises as a machine's word."""
    sent = 0
    mail = answer(to="help@other.example")
    while isinstance(machine_kind(arrived(mail)), Person):
        sent += 1
        mail = letter(Letter.ACKNOWLEDGED, "en")

    assert sent + 1 <= 2


def test_an_answer_is_signed_and_quotes_what_it_answers() -> None:
    mail = answer()

    assert mail.text == (
        "It runs again.\n\nKind regards\nOmar\nNordhost\n\n"
        "On Monday, Kai wrote:\n\n> Is it up?\n>\n> Kai"
    )
    assert "<blockquote" in mail.html


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_quotations_are_recognised_when_they_come_back(language: str) -> None:
    at = spoken(AT, "Europe/Oslo", language)
    words = Answer("New", language, "Omar", Quotation("Kai", at, "Old words\n\nKai"))
    mail = compose_answer(words, THREAD, writer=WRITER, texts=TEXTS, stamp=STAMP)

    assert "Old words" not in split_quotes(mail.text).new
    assert "Kai" not in split_quotes(mail.text).new


@pytest.mark.parametrize("contact", [c for c in load_contacts() if c.answer], ids=lambda c: c.key)
def test_an_answer_that_is_signed_already_is_not_signed_twice(contact: object) -> None:
    words = contact.answer  # type: ignore[attr-defined]
    writer = replace(WRITER, signatures={words.language: words.signature})
    whole = words.signed_by("Omar")

    assert signed(Answer(whole, words.language, "Omar"), writer) == whole.strip()
    assert signed(Answer(words.text, words.language, "Omar"), writer) == whole.strip()


def test_an_answer_without_signature_or_quotation_is_its_words() -> None:
    writer = replace(WRITER, signatures={})
    words = Answer("Words ", "en", "Omar", Quotation("Kai", "Monday", " \n"))

    mail = compose_answer(words, THREAD, writer=writer, texts=TEXTS, stamp=STAMP)

    assert mail.text == "Words"


def test_braces_in_names_and_signatures_stay_what_they_are() -> None:
    writer = replace(WRITER, signatures={"en": "{agent} {x} {0}"})

    assert signed(Answer("Hi", "en", "{y}"), writer) == "Hi\n\n{y} {x} {0}"


def test_a_very_long_quotation_is_cut() -> None:
    words = Answer("Hi", "en", "Omar", Quotation("Kai", "Monday", "x\n" * LONGEST_QUOTATION))

    mail = compose_answer(words, THREAD, writer=WRITER, texts=TEXTS, stamp=STAMP)

    assert mail.text.endswith("> x\n> […]")
    assert len(mail.text) < 3 * LONGEST_QUOTATION


@pytest.mark.parametrize(
    ("subject", "ours"),
    [
        ("Server down", "Re: Server down [NH-4182]"),
        ("Re: AW: Sv: Server down", "Re: Server down [NH-4182]"),
        ("回复：服务器", "Re: 服务器 [NH-4182]"),
        ("RE[2]: x", "Re: x [NH-4182]"),
        ("Re: [NH-4182] Server", "Re: [NH-4182] Server"),
        ("", "Re: [NH-4182]"),
        ("Re:", "Re: [NH-4182]"),
        ("x\r\nBcc: all@x.test", "Re: x Bcc: all@x.test [NH-4182]"),
        ("a\u2028b\u0085c\x0bd\0e", "Re: a b c d e [NH-4182]"),
        ("gnp\u202eexe", "Re: gnpexe [NH-4182]"),
        ("x" * 500, f"Re: {'x' * 200} [NH-4182]"),
    ],
)
def test_the_subject_of_an_answer_is_the_customers_in_one_line(subject: str, ours: str) -> None:
    assert answer_subject(replace(THREAD, subject=subject)) == ours


def test_a_letter_without_thread_or_page_has_neither() -> None:
    mail = compose_letter(
        Letter.CLOSED,
        Values(),
        replace(THREAD, in_reply_to="", references=()),
        writer=WRITER,
        language="en",
        texts=TEXTS,
        stamp=STAMP,
    )

    assert not arrived(mail).has("references")
    assert TEXTS.by_language["en"].see not in mail.text


def test_colleagues_learn_that_a_mail_did_not_arrive() -> None:
    note = delivery_problem_note(TEXTS, THREAD, "5.1.1")

    assert "NH-4182" in note
    assert "5.1.1" in note
    assert "unknown" in delivery_problem_note(TEXTS, THREAD, "")


@pytest.mark.parametrize(
    ("wanted", "default", "chosen"),
    [
        ("de", "nb", "de"),
        ("de-AT", "nb", "de"),
        ("pt_BR", "nb", "pt"),
        ("no", "en", "nb"),
        ("nn-NO", "en", "nb"),
        ("iw", "en", "he"),
        ("zh-Hant-TW", "en", "zh"),
        ("fi", "sv", "sv"),
        ("und", "de-CH", "de"),
        ("fi", "hu", "en"),
        ("", "", "en"),
    ],
)
def test_a_language_falls_back_step_by_step(wanted: str, default: str, chosen: str) -> None:
    assert choose_language(wanted, default, TEXTS.by_language) == chosen


def test_one_text_of_several_is_empty_where_nobody_would_understand() -> None:
    assert in_language({"de": "Hallo"}, "fi", "hu") == ""
    assert in_language({"de": "Hallo"}, "fi", "de") == "Hallo"


@pytest.mark.parametrize(
    ("language", "zone", "words"),
    [
        ("de", "Europe/Berlin", "Montag, 23. November 2026, 15:07 (GMT+1)"),
        ("en", "America/New_York", "Monday, November 23, 2026, 9:07\u202fAM (GMT-5)"),
        ("ar", "Asia/Riyadh", "الاثنين، 23 نوفمبر 2026، 17:07 (GMT+3)"),
        ("ja", "Asia/Tokyo", "2026年11月23日月曜日 23:07 (GMT+9)"),
        ("ko", "Asia/Seoul", "2026년 11월 23일 월요일 23:07 (GMT+9)"),
        ("nb", "Asia/Kolkata", "mandag 23. november 2026, 19:37 (GMT+5:30)"),
        ("pt_BR", "America/Sao_Paulo", "segunda-feira, 23 de novembro de 2026, 11:07 (GMT-3)"),
        ("sv", "No/Where", "måndag 23 november 2026, 14:07 (GMT)"),
        ("xx-unknown", "UTC", "Monday, November 23, 2026, 2:07\u202fPM (GMT)"),
        ("und", "../etc", "Monday, November 23, 2026, 2:07\u202fPM (GMT)"),
    ],
)
def test_an_instant_is_spoken_in_the_readers_language_and_zone(
    language: str, zone: str, words: str
) -> None:
    assert spoken(AT, zone, language) == words


Change = Callable[[dict[str, object]], object]


def german() -> dict[str, object]:
    words = TEXTS.by_language["de"]
    values: dict[str, object] = {
        "language": "de",
        "letters": {
            kind.value: {"subject": text.subject, "body": text.body, "see": text.see}
            for kind, text in words.letters.items()
        },
        "reasons": {each.value: phrase for each, phrase in words.reasons.items()},
        "instead": {each.value: phrase for each, phrase in words.instead.items()},
    }
    frame = ("greeting", "see", "human", "sign_off", "quote", "reach")
    return values | {name: getattr(words, name) for name in frame}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda values: values.pop("human"), "de.yaml: human missing"),
        (lambda values: values["letters"].pop("closed"), "closed: subject or body missing"),
        (lambda values: values["letters"]["closed"].update(subject=""), "closed: subject"),
        (lambda values: values["letters"]["closed"].update(body="{x}"), "closed: placeholders"),
        (
            lambda values: values["letters"]["solved_please_confirm"].update(body="{reference}"),
            "solved_please_confirm: placeholders",
        ),
        (lambda values: values["letters"]["survey"].update(see=""), "survey: see belongs"),
        (lambda values: values["reasons"].pop("misuse"), "misuse missing"),
        (lambda values: values["instead"].update(refund="x"), "refund: placeholders"),
    ],
)
def test_a_text_with_a_hole_stops_the_start(change: Change, said: str) -> None:
    values = german()
    change(values)

    with pytest.raises(TextsIncomplete, match=said):
        language_texts(values, "de.yaml")


def test_authored_texts_load_as_they_are() -> None:
    assert language_texts(german(), "de.yaml") == TEXTS.by_language["de"]
