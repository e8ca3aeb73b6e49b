"""New text, quotation and signature are told apart in every language, and nothing is lost."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.channels.decide.bodies import text_of_html
from intake.channels.decide.quotes import split_quotes
from intake.channels.model import Kind, Split
from meridian.demo.contact import Contact
from meridian.demo.content import follow_up_mime, load_contacts
from meridian.demo.quoting import CLIENTS, Quoted, quote, quote_style
from meridian.demo.reading import ContentError
from tests.unit.intake.mails import read

AT = datetime(2026, 11, 23, 14, 7, tzinfo=UTC)
# The goal is 2 s (measured: 0.1 to 0.8); the rest is for a busy machine and for coverage.
MOST_CPU_SECONDS = 5.0
CONTACTS = load_contacts()
FOLLOWED = [each for each in CONTACTS if each.follow_up]
LANGUAGES = (
    "ar", "de", "en", "es", "fr", "he", "it", "ja", "ko", "nb", "nl", "pl", "pt", "ru", "sv", "tr",
    "uk", "zh",
)  # fmt: skip


def styles() -> list[tuple[str, str]]:
    found = []
    for client in sorted(CLIENTS):
        for language in LANGUAGES:
            try:
                quote_style(client, language)
            except ContentError:
                continue
            found.append((client, language))
    return found


def quoted(contact: Contact) -> Quoted:
    assert contact.answer
    return Quoted(
        message_id="<answer@brand.test>",
        references=(),
        name="Support",
        address=contact.to,
        to=f"{contact.sender.name} <{contact.sender.address}>",
        subject=f"Re: {contact.subject}",
        text=contact.answer.signed_by("Omar"),
        at=AT,
    )


def squeezed(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if line.strip())


@pytest.mark.parametrize("contact", FOLLOWED, ids=lambda each: each.key)
def test_authored_follow_ups_are_new_without_the_answer_they_quote(contact: Contact) -> None:
    assert contact.follow_up
    wire = follow_up_mime(
        contact, contact.follow_up, quoted(contact), message_id="<next@c.test>", date=AT
    )

    mail = read(wire)
    split = split_quotes(mail.text)

    assert squeezed(f"{split.new}\n{split.signature}") == squeezed(contact.follow_up.body)
    assert split.whole == mail.text
    assert "Omar" in split.quoted
    if mail.html:
        from_html = split_quotes(text_of_html(mail.html))
        assert "".join(from_html.new.split()) == "".join(split.new.split())
        assert "Omar" in from_html.quoted


@pytest.mark.parametrize("contact", CONTACTS, ids=lambda each: each.key)
def test_first_mails_have_nothing_quoted(contact: Contact) -> None:
    split = split_quotes(contact.body)

    assert split.quoted == ""
    assert split.whole == contact.body
    assert squeezed(f"{split.new}\n{split.signature}") == squeezed(contact.body)


@pytest.mark.parametrize(("client", "language"), styles())
def test_every_program_in_every_language_is_recognised(client: str, language: str) -> None:
    old = Quoted(
        "<a@b>", (), "Nordhost Support", "help@n.test", "K <k@x.test>", "Re: x", "A\n\nB", AT
    )

    split = split_quotes(f"New words\n\n{quote(client, language, old)}")

    assert split.new == "New words"


@pytest.mark.parametrize(
    "introduction",
    [
        "On Mon, 23 Nov 2026, 14:07 Support, <help@n.test> wrote:",
        "On 23/11/2026 14:07, Support wrote:",
        "Am Mo., 23. Nov. 2026 um 14:07 Uhr schrieb Support <help@n.test>:",
        "Am 23.11.2026 um 14:07 schrieb Support:",
        "Support schrieb am 23.11.2026 14:07:",
        "Le lun. 23 nov. 2026 à 14:07, Support <help@n.test> a écrit :",
        "El lun, 23 nov 2026 a las 14:07, Support (<help@n.test>) escribió:",
        "Il giorno lun 23 nov 2026 alle ore 14:07 Support <help@n.test> ha scritto:",
        "Em seg., 23 de nov. de 2026 às 14:07, Support <help@n.test> escreveu:",
        "A 23/11/2026, às 14:07, Support escreveu:",
        "Op ma 23 nov 2026 om 14:07 schreef Support <help@n.test>:",
        "Op 23-11-2026 14:07 heeft Support het volgende geschreven:",
        "W dniu 23.11.2026 o 14:07, Support pisze:",
        "pon., 23 lis 2026 o 14:07 Support <help@n.test> napisał(a):",
        "пн, 23 лист. 2026 р. о 14:07 Support <help@n.test> пише:",
        "23.11.2026 14:07, Support пишет:",
        "Support <help@n.test>, 23 Kas 2026 Pzt, 14:07 tarihinde şunu yazdı:",
        "في الاثنين، 23 نوفمبر 2026 في 2:07 م تمت كتابة ما يلي بواسطة Support <help@n.test>:",
        "\u202bבתאריך יום ב׳, 23 בנוב׳ 2026 ב-14:07 מאת \u202aSupport\u202c <help@n.test>:\u202c",
        "2026年11月23日(月) 14:07 Support <help@n.test>:",
        "2026/11/23 14:07、Support <help@n.test>のメール:",
        "Support <help@n.test> 于2026年11月23日周一 14:07写道：",
        "2026년 11월 23일 (월) 오후 2:07, Support <help@n.test>님이 작성:",
        "Den mån 23 nov. 2026 kl 14:07 skrev Support <help@n.test>:",
        "man. 23. nov. 2026 kl. 14:07 skrev Support <help@n.test>:",
        "Den man. 23. nov. 2026 kl. 14.07 skrev Support <help@n.test>:",
    ],
)
@pytest.mark.parametrize("mark", ["> ", ""])
def test_introductions_go_with_what_they_introduce(introduction: str, mark: str) -> None:
    split = split_quotes(f"Thanks, it works.\n\n{introduction}\n{mark}Old words\n{mark}More")

    assert split.new == "Thanks, it works."
    assert introduction in split.quoted


def test_an_introduction_that_was_wrapped_goes_as_a_whole() -> None:
    wrapped = "Am Mo., 23. Nov. 2026 um 14:07 Uhr schrieb Nordhost\nSupport <a@b.test>:\n\n> x"
    name_first = "Nordhost Support\n<a@b.test>, 23 Kas 2026, 14:07 tarihinde şunu yazdı:\n> x"

    assert split_quotes(f"Ja, danke\n\n{wrapped}").new == "Ja, danke"
    assert split_quotes(f"Evet\n\n{name_first}").new == "Evet"


BLOCKS = {
    "en": "From: S <h@n.test>\nSent: Monday, November 23, 2026 2:07 PM\nTo: K\nSubject: Re: x",
    "de": "Von: S <h@n.test>\nGesendet: Montag, 23. November 2026 14:07\nAn: K\nBetreff: AW: x",
    "fr": "De : S <h@n.test>\nEnvoyé : lundi 23 novembre 2026 14:07\nÀ : K\nObjet : RE: x",
    "es": "De: S <h@n.test>\nEnviado: lunes, 23 de noviembre de 2026 14:07\nPara: K\nAsunto: x",
    "it": "Da: S <h@n.test>\nInviato: lunedì 23 novembre 2026 14:07\nA: K\nOggetto: R: x",
    "pt": "De: S <h@n.test>\nEnviado: 23 de novembro de 2026 14:07\nPara: K\nAssunto: x",
    "nl": "Van: S <h@n.test>\nVerzonden: maandag 23 november 2026 14:07\nAan: K\nOnderwerp: x",
    "pl": "Od: S <h@n.test>\nWysłano: poniedziałek, 23 listopada 2026 14:07\nDo: K\nTemat: x",
    "uk": "Від: S <h@n.test>\nНадіслано: 23 листопада 2026 р. 14:07\nКому: K\nТема: x",
    "ru": "От: S <h@n.test>\nОтправлено: 23 ноября 2026 г. 14:07\nКому: K\nТема: x",
    "tr": "Kimden: S <h@n.test>\nGönderildi: 23 Kasım 2026 Pazartesi 14:07\nKime: K\nKonu: x",
    "ar": "من: S <h@n.test>\nتاريخ: 23 نوفمبر 2026\nإلى: K\nالموضوع: x",
    "he": "מאת: S <h@n.test>\nנשלח: יום שני 23 נובמבר 2026 14:07\nאל: K\nנושא: x",
    "ja": "差出人: S <h@n.test>\n送信日時: 2026年11月23日 14:07\n宛先: K\n件名: x",
    "zh": "发件人: S <h@n.test>\n发送时间: 2026年11月23日 14:07\n收件人: K\n主题: x",
    "zh-Hant": "寄件者: S <h@n.test>\n寄件日期: 2026年11月23日\n收件者: K\n主旨: x",
    "ko": "보낸 사람: S <h@n.test>\n보낸 날짜: 2026년 11월 23일\n받는 사람: K\n제목: x",
    "sv": "Från: S <h@n.test>\nSkickat: den 23 november 2026 14:07\nTill: K\nÄmne: x",
    "nb": "Fra: S <h@n.test>\nSendt: mandag 23. november 2026 14:07\nTil: K\nEmne: x",
    "bold": "*From:* S <h@n.test>\n*Sent:* Monday\n*To:* K\n*Subject:* x",
}


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS.keys())
def test_a_copied_header_block_begins_the_quotation(block: str) -> None:
    split = split_quotes(f"Thank you\n\n{'_' * 32}\n{block}\n\nOld words\nfrom us")

    assert split.new == "Thank you"
    assert split.quoted.endswith("Old words\nfrom us")


@pytest.mark.parametrize(
    "line",
    [
        "-----Original Message-----",
        "-------- Ursprüngliche Nachricht --------",
        "---------- Forwarded message ---------",
        "----- Message d'origine -----",
        "-------- Oryginalna wiadomość --------",
        "-------- Пересылаемое сообщение --------",
        "---------- 转发的邮件 ----------",
        "Begin forwarded message:",
        "Anfang der weitergeleiteten Nachricht:",
        "Début du message transféré :",
    ],
)
def test_a_separating_line_begins_the_quotation(line: str) -> None:
    assert split_quotes(f"See below\n\n{line}\nOld words").new == "See below"


def test_a_mail_that_only_passes_something_on_is_new_as_a_whole() -> None:
    text = "---------- Forwarded message ---------\nFrom: a@x.test\n\nPlease help me"

    split = split_quotes(text)

    assert [piece.kind for piece in split.pieces] == [Kind.NEW]
    assert "Please help me" in split.new


def test_answers_between_the_lines_are_new() -> None:
    text = "> Which server?\nweb-07\n\n> Since when?\n>\n> Today?\nSince noon\n"

    split = split_quotes(text)

    assert split.new == "web-07\n\nSince noon"
    assert split.quoted == "> Which server?\n\n> Since when?\n>\n> Today?"
    assert split.whole == text


def test_a_blank_line_inside_a_quotation_belongs_to_it() -> None:
    assert [piece.kind for piece in split_quotes("> a\n\n> b").pieces] == [Kind.QUOTED]


def test_a_quotation_alone_leaves_nothing_new() -> None:
    split = split_quotes("On 23.11.2026 14:07 Support wrote:\n> Old words\n")

    assert split.new == ""


@pytest.mark.parametrize(
    "text",
    [
        "On the phone your colleague wrote:\nit is fixed. It is not.",
        "Your page says:\n> 404 not found",
        "From: Berlin\nTo: Paris\nwhen does it leave?",
        "On 1.2.2026 10:00 he wrote:",
        "Steps:\n1. On 12:30 press\n2. wait",
        "Price list 2026:\n\n> 30 pieces",
        "---\nnot a mark",
        "",
        "\n\n",
    ],
)
def test_what_only_looks_like_a_quotation_stays_new(text: str) -> None:
    split = split_quotes(text)

    assert split.whole == text
    assert "\n".join(line for line in text.split("\n") if not line.startswith(">")).strip("\n") in (
        split.new,
        split.new + "\n",
    )


def test_an_unknown_introduction_with_an_address_goes_with_the_marked_lines() -> None:
    split = split_quotes("ok\n\nпн, 23 нояб. 2026 г. в 14:07, Support <help@n.test>:\n> old")
    without_date = split_quotes("ok\n\nsee me@x.test:\n> old")

    assert split.new == "ok"
    assert without_date.new == "ok\n\nsee me@x.test:"


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my iPhone",
        "Get Outlook for iOS",
        "Von meinem iPhone gesendet",
        "Gesendet mit der GMX Mail App",
        "Envoyé de mon iPhone",
        "Obtenez Outlook pour Android",
        "Enviado desde mi iPhone",
        "Enviado do meu iPhone",
        "Inviato da iPhone",
        "Verstuurd vanaf mijn iPhone",
        "Wysłane z iPhone'a",
        "Надіслано з iPhone",
        "Отправлено с iPhone",
        "iPhone'umdan gönderildi",
        "أرسلت من هاتفي",
        "נשלח מה-iPhone שלי",
        "iPhoneから送信",
        "发自我的 iPhone",
        "從我的 iPhone 傳送",
        "내 iPhone에서 보냄",
        "Skickat från min iPhone",
        "Sendt fra min iPhone",
    ],
)
def test_a_telephones_own_line_is_a_signature(line: str) -> None:
    split = split_quotes(f"It works\n\n{line}\n")

    assert (split.new, split.signature) == ("It works", line)


def test_what_stands_under_the_signature_mark_is_a_signature() -> None:
    split = split_quotes("Words\n\n-- \nKai Ode\nCustomer Ltd\n\nOn 1.2.2026 10:00 S wrote:\n> old")

    assert split.new == "Words"
    assert split.signature == "-- \nKai Ode\nCustomer Ltd"
    assert split.quoted == "On 1.2.2026 10:00 S wrote:\n> old"


@pytest.mark.parametrize(
    "text",
    [
        "-- \nOnly a signature",
        "Words\n--\n",
        "Sent from my iPhone",
        "Words\nSent from my iPhone\nmore\nand more words",
        "Words\n--\n" + "a list line\n" * 30,
    ],
)
def test_a_mark_that_would_take_the_words_away_is_none(text: str) -> None:
    assert split_quotes(text).signature == ""


LINES = st.sampled_from(
    [
        "> a", ">> b", "", " ", "text", "On 1.2.2026 10:00 S wrote:", "From: a@x.test", "Sent: 1",
        "To: b", "Subject: c", "-- ", "_" * 32, "-----Original Message-----", "a:", "\r",
        "Sent from my iPhone",
    ]
)  # fmt: skip


@given(st.lists(st.one_of(LINES, st.text(max_size=30)), max_size=25).map("\n".join))
@settings(max_examples=500, deadline=None)
def test_the_pieces_are_the_text_again(text: str) -> None:
    split = split_quotes(text)

    assert split.whole == text
    neighbours = list(zip(split.pieces, split.pieces[1:], strict=False))
    assert all(one.kind is not two.kind for one, two in neighbours)


@pytest.mark.parametrize(
    "text",
    [
        "On " * 100_000,
        "On a\n" * 60_000,
        "On 1 1:11 " * 40 + ":\n" * 140_000,
        "\n" * 300_000,
        " " * 300_000,
        "From:\n\n" * 42_000,
        "From: a\nSent: b\n" * 18_000,
        "> a\n\n" * 60_000,
        "> a\nb:\n" * 43_000,
        ":\n> a\n" * 50_000,
        "-- \n" * 75_000,
        "-" * 300_000,
        "\u200e" * 300_000,
    ],
    ids=range(13),
)
def test_long_and_hostile_texts_take_bounded_time(text: str) -> None:
    started = time.process_time()

    split_quotes(text)

    spent = time.process_time() - started
    assert spent < MOST_CPU_SECONDS


def test_pieces_of_one_kind_are_put_together_with_a_blank_line() -> None:
    split: Split = split_quotes("> a\nb\n> c\nd")

    assert split.new == "b\n\nd"
