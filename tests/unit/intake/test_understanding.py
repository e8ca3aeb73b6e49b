"""Reading a text: language, category, damage."""

import threading
import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import Damage
from intake.understanding.decide import language as decide
from intake.understanding.decide.topics import decide_topic
from intake.understanding.decide.words import CATEGORY, DAMAGE
from intake.understanding.handlers import Reader
from intake.understanding.model import NO_LANGUAGE, Evidence, Guess, Language, Setting
from intake.understanding.store import light_guesses, second_guesses

pytestmark = pytest.mark.anyio

SERVED = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "uk", "tr", "ar", "he", "ja", "zh", "ko",
          "sv", "nb")  # fmt: skip
EVERYWHERE = Setting(SERVED)
LETTERS = [
    ("en", "I was charged twice for my subscription this month.", "billing", Damage.LOSING_MONEY),
    ("de", "Mein Konto ist gesperrt und ich kann mich nicht anmelden.", "access", Damage.BLOCKED),
    ("fr", "Bonjour, ma facture de novembre affiche une erreur.", "billing", Damage.DEGRADED),
    ("es", "Quiero un reembolso, nunca llegó mi pedido del lunes.", "refund", Damage.BLOCKED),
    ("it", "Il sito è lento da stamattina e a volte si blocca.", "other", Damage.DEGRADED),
    ("pt", "Fui cobrado duas vezes pela mesma assinatura.", "billing", Damage.LOSING_MONEY),
    ("nl", "Mijn pakket is beschadigd bij de levering gisteren.", "delivery", Damage.DEGRADED),
    ("pl", "Nie mogę się zalogować, hasło nie działa od rana.", "access", Damage.BLOCKED),
    ("uk", "Хочу скасувати підписку, як це зробити?", "cancellation", Damage.QUESTION),
    ("tr", "Dün siparişim iptal edildi ama para iade edilmedi.", "refund", Damage.QUESTION),
    ("ar", "تم خصم المبلغ مرتين من بطاقتي أمس", "other", Damage.LOSING_MONEY),
    ("he", "אני לא מצליח להיכנס לחשבון שלי מאז אתמול", "access", Damage.BLOCKED),
    ("ja", "昨日からログインできません。パスワードも変更しました。", "access", Damage.BLOCKED),
    ("zh", "我想申请退款，包裹一直没收到。", "refund", Damage.BLOCKED),
    ("ko", "어제부터 로그인이 안 됩니다. 비밀번호도 바꿨어요.", "access", Damage.BLOCKED),
    ("sv", "Jag vill få pengarna tillbaka, paketet är skadat.", "refund", Damage.DEGRADED),
    ("nb", "Hei, jeg er ny her og lurer på hvordan komme i gang.", "other", Damage.ONBOARDING),
]


@pytest.mark.parametrize(("tag", "text", "category", "damage"), LETTERS)
async def test_reads_a_letter_in_each_language(
    tag: str, text: str, category: str, damage: Damage
) -> None:
    found = await Reader().understand(text, EVERYWHERE)

    assert (found.language.tag, found.topic.damage) == (tag, damage)
    assert found.language.confidence >= 0.6
    if category != "other":
        assert found.topic.category == category


@pytest.mark.parametrize("text", ["", "ok thx", "👍", "+1", "12345", "Gracias!"])
async def test_says_unknown_where_there_is_hardly_text(text: str) -> None:
    assert await Reader().language(text, EVERYWHERE) == NO_LANGUAGE


async def test_trap_37_short_text_keeps_the_customers_language() -> None:
    found = await Reader().language("ok thx", Setting(SERVED, prior="de"))

    assert (found.tag, found.because) == ("de", "prior")


async def test_a_language_nobody_here_speaks_is_named_all_the_same() -> None:
    russian = "Со вчерашнего дня не могу войти в свой аккаунт, помогите пожалуйста"

    found = await Reader().language(russian, Setting(("en", "uk")))

    assert found.tag == "ru"


async def test_near_sisters_get_a_second_opinion() -> None:
    norwegian = "Jeg får ikke logget inn på kontoen min siden i går, kan dere hjelpe?"

    found = await Reader().language(norwegian, EVERYWHERE)

    assert (found.tag, found.because) == ("nb", "second")


async def test_chinese_characters_are_japanese_only_for_a_japanese_customer() -> None:
    text = "返金希望"

    at_home = await Reader().language(text, Setting(("en", "ja"), prior="ja"))
    elsewhere = await Reader().language(text, Setting(("en", "zh"), prior="ja"))

    assert (at_home.tag, elsewhere.tag) == ("ja", "zh")


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("میرا اکاؤنٹ بند ہو گیا ہے، براہ کرم مدد کریں", "ur"),
        ("لطفا کمک کنید، گذرواژه‌ام کار نمی‌کند", "fa"),
        ("Δεν μπορώ να συνδεθώ στον λογαριασμό μου", "el"),
        ("ฉันเข้าสู่ระบบไม่ได้", "th"),
    ],
)
async def test_some_letters_belong_to_one_language(text: str, tag: str) -> None:
    assert (await Reader().language(text, EVERYWHERE)).tag == tag


async def test_a_slow_second_opinion_ends_in_unknown_and_holds_nobody_up() -> None:
    release = threading.Event()

    def slow(_text: str, _among: Sequence[str]) -> list[Guess]:
        release.wait(5)
        return [Guess("fr", 1.0)]

    def unsure(_text: str, _among: Sequence[str]) -> list[Guess]:
        return [Guess("fr", 0.4)]

    began = time.perf_counter()
    found = await Reader(unsure, slow, longest_wait_s=0.05).language(
        "une phrase assez longue pour lire", EVERYWHERE
    )
    release.set()

    assert found == NO_LANGUAGE
    assert time.perf_counter() - began < 1


def test_an_unsure_detector_falls_back_on_the_customer_only_if_it_named_that_language() -> None:
    light = [Guess("es", 0.5), Guess("pt", 0.4)]

    assert decide.decide_second([], light, Setting(SERVED, prior="pt")).tag == "pt"
    assert decide.decide_second([], light, Setting(SERVED, prior="de")) == NO_LANGUAGE
    assert decide.decide_second([Guess("es", 0.9)], light, Setting(SERVED)) == Language(
        "es", 0.9, "second"
    )


def test_the_light_detector_needs_more_certainty_for_languages_not_served() -> None:
    setting = Setting(("en", "nb"))

    assert decide.decide_light([Guess("en", 0.75)], setting) is not None
    assert decide.decide_light([Guess("da", 0.85)], setting) is None
    assert decide.decide_light([Guess("da", 0.95), Guess("nb", 0.04)], setting) is None
    assert decide.decide_light([Guess("hu", 0.95), Guess("fi", 0.04)], setting) is not None
    assert decide.decide_light([], setting) is None


def test_names_of_languages_are_one() -> None:
    assert [decide.one_name(tag) for tag in ("no", "nn", "iw", "zh-TW", "EN")] == [
        "nb", "nb", "he", "zh", "en",
    ]  # fmt: skip


def test_the_second_opinion_needs_a_choice() -> None:
    assert second_guesses("hello there my friend", ("en",)) == []
    assert second_guesses("hello there my friend", ("en", "xx")) == []
    assert light_guesses("hello there my friend")[0].language == "en"


def test_worst_damage_wins_and_says_why() -> None:
    found = decide_topic("The page is slow and I was charged twice.", "en")

    assert found.damage is Damage.LOSING_MONEY
    assert "charged twice" in found.because


def test_words_inside_other_words_do_not_count() -> None:
    assert decide_topic("terrorbugs mirrors slowly?", "en").damage is not Damage.LOSING_MONEY
    assert decide_topic("Wie heißt das Programm?", "de").damage is Damage.QUESTION


def test_every_language_served_has_words_for_every_damage_and_category() -> None:
    for words in (*DAMAGE.values(), *CATEGORY.values()):
        assert set(words) == set(SERVED)
        assert all(len(stem) > 1 for stems in words.values() for stem in stems)


@given(st.text(max_size=400), st.sampled_from([None, "de", "ja"]))
def test_reading_never_fails_and_explains_itself(text: str, prior: str | None) -> None:
    setting = Setting(SERVED, prior=prior)
    read = decide.sample(text)

    found = decide.decide_language(Evidence(read), setting)
    topic = decide_topic(text, found.tag)

    assert found.because in ("script", "prior", "nothing")
    assert topic.damage is Damage.QUESTION or topic.because
