"""The customer's page and what an answer sets in motion, over HTTP on a real database."""

from datetime import timedelta

import pytest

from feedback.surveys.decide import survey_id
from tests.component.feedback.doors import Doors
from tests.component.feedback.world import DAY, MONDAY

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]


async def _out(doors: Doors, word: str = "one") -> tuple[str, object]:
    """A question that is out now."""
    life = await doors.world.life(word).asked(at=doors.clock.now())
    return doors.link(life.survey), life.survey


async def test_opening_a_link_never_writes(doors: Doors) -> None:
    link, survey = await _out(doors)
    states = "SELECT xmin::text, state, answers FROM surveys WHERE id = $1"
    before = await doors.world.rows(states, survey)
    told = await doors.world.value("SELECT count(*) FROM outbox")

    for method in ("GET", "HEAD", "GET"):
        await doors.ask(None, method, link)
        await doors.ask(None, method, f"{link}/answers?score=5")

    assert await doors.world.rows(states, survey) == before
    assert await doors.world.value("SELECT count(*) FROM outbox") == told
    assert (await doors.get(None, link))["state"] == "open"


async def test_a_later_answer_takes_the_place_of_the_first_and_both_are_kept(doors: Doors) -> None:
    life = await doors.world.life().asked()

    for score, words in ((5, ""), (1, "broke again"), (1, "broke again")):
        assert (await doors.vote(life.survey, score, words)).status_code == 200

    kept = await doors.world.rows("SELECT nth, score, words FROM answers ORDER BY nth")
    assert [tuple(row) for row in kept] == [(1, 5, ""), (2, 1, "broke again")]
    told = await doors.world.told()
    assert [kind for kind in told if "answered" in kind or "revised" in kind] == [
        "survey.answered.v1",
        "survey.revised.v1",
    ]


async def test_a_forged_link_is_not_found(doors: Doors) -> None:
    link, _ = await _out(doors)

    for forged in (link[:-4] + "AAAA", "/v1/surveys/nonsense"):
        assert (await doors.ask(None, "GET", forged)).status_code == 404
        answer = await doors.ask(None, "POST", f"{forged}/answers", {"score": 5})
        assert answer.status_code == 404
    assert await doors.world.value("SELECT count(*) FROM answers") == 0


async def test_an_expired_link_is_gone_and_says_what_to_do_in_the_readers_language(
    doors: Doors,
) -> None:
    link, _ = await _out(doors)
    doors.clock.advance(timedelta(days=7, minutes=1))

    answer = await doors.ask(None, "POST", f"{link}/answers", {"score": 5}, accept_language="uk")
    assert answer.status_code == 410
    assert "можна відповісти" in answer.text
    assert await doors.world.value("SELECT count(*) FROM answers") == 0


async def test_a_bad_answer_opens_one_follow_up_with_the_lead_on_duty(doors: Doors) -> None:
    await doors.world.shift("lea")
    life = await doors.world.life().asked()

    await doors.vote(life.survey, 1, "slow")
    await doors.vote(life.survey, 2, "slow, but kind")

    (found,) = await doors.world.rows("SELECT * FROM followups")
    assert (found["owner"], found["rated"]) == (
        doors.world.staff["lea"],
        doors.world.staff["ines"],
    )
    assert found["due_at"] - found["opened_at"] == DAY
    assert (found["language"], found["state"]) == (life.facts.language, "open")


async def test_a_good_answer_reaches_the_person_praised_until_it_is_revised(doors: Doors) -> None:
    life = await doors.world.life().asked()

    await doors.vote(life.survey, 5, "wonderful")
    (praise,) = (await doors.get("ines", "/v1/me/praise"))["items"]
    assert (praise["score"], praise["words"]) == (5, "wonderful")
    assert (await doors.get("jan", "/v1/me/praise"))["items"] == []

    await doors.vote(life.survey, 1)
    assert (await doors.get("ines", "/v1/me/praise"))["items"] == []


async def test_a_cycle_has_one_question_and_a_reopening_cancels_it(doors: Doors) -> None:
    life = await doors.world.life().done()
    await life.solved()
    assert await doors.world.became() == [("planned", None)]

    await life.reopened()
    await doors.world.known_until(MONDAY + 9 * DAY)
    await doors.world.sweep()

    assert await doors.world.became() == [("suppressed", "reopened")]
    assert await doors.world.told("feedback.outreach.v1") == []


async def test_a_due_question_is_sent_once_through_intake(doors: Doors) -> None:
    life = await doors.world.life().done()
    await doors.world.sweep()
    assert await doors.world.became() == [("planned", None)], "the feed is not known so far"

    await doors.world.known_until(MONDAY + DAY)
    await doors.world.sweep()
    await life.confirmed()
    await doors.world.sweep()

    assert await doors.world.told("feedback.outreach.v1") == ["outreach.requested.v1"]
    assert (await doors.world.survey(life))["id"] == survey_id(life.id, 1)
