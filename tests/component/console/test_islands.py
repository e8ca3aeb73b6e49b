"""The small scripts, in real Chromium against the gallery's server."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from console import formats
from console.pages import Text
from console.templating import Templates
from tests.component.console.gallery import Gallery

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[3]
CLOCK = ROOT / "services/console/assets/js/clock.js"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


def renamed(subject: str) -> Any:
    def change(page: Any) -> Any:
        ticket = replace(page.ticket, subject=Text(subject, "de"))
        return replace(page, ticket=ticket)

    return change


def open_live(page: Page, gallery: Gallery) -> None:
    page.goto(f"{gallery.address}/ticket/en/light?live")
    gallery.say("beat", "2026-11-19T14:24:00+00:00")
    page.wait_for_function("() => document.fonts.ready")


def test_a_hint_brings_the_change_and_leaves_what_one_writes(page: Page, gallery: Gallery) -> None:
    open_live(page, gallery)
    text = page.get_by_label("Reply in German")
    text.fill("Guten Tag Herr Brandt")
    page.locator("details.fold").first.locator("summary").click()

    gallery.change = renamed("Server ist wieder erreichbar")
    gallery.say("hint", {"topics": ["ticket:1"]})

    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Server ist wieder erreichbar", timeout=500)
    expect(text).to_have_value("Guten Tag Herr Brandt")
    expect(page.locator("details.fold").first).to_have_attribute("open", "")


def test_a_hint_about_something_else_fetches_nothing(page: Page, gallery: Gallery) -> None:
    open_live(page, gallery)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    gallery.say("hint", {"topics": ["ticket:2", "board"]})
    page.wait_for_timeout(400)

    assert [url for url in asked if "/ticket/" in url] == []


def test_silence_shows_its_age_and_a_sign_brings_everything_up_to_date(
    page: Page, gallery: Gallery
) -> None:
    open_live(page, gallery)
    banner = page.locator("#stale")
    expect(banner).to_be_hidden()

    expect(banner).to_be_visible(timeout=7_500)
    expect(banner).to_contain_text("s ago")
    gallery.change = renamed("Inzwischen geändert")
    gallery.say("beat", "2026-11-19T14:24:09+00:00")

    expect(banner).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_have_text("Inzwischen geändert")


def test_a_refresh_that_fails_keeps_what_was_there(page: Page, gallery: Gallery) -> None:
    open_live(page, gallery)

    gallery.refuse = True
    gallery.say("hint", {"topics": ["work", "ticket:1"]})

    expect(page.locator("#stale")).to_be_visible()
    expect(page.locator("#list .ln")).to_have_count(8)


def test_promises_tick_and_turn_at_their_instant(page: Page, gallery: Gallery) -> None:
    page.clock.install()
    page.goto(f"{gallery.address}/ticket/en/light")
    due = page.locator("#ctx .due").first
    expect(due).to_have_text("11 min left")
    expect(due).to_have_attribute("data-t", "soon")

    page.clock.run_for(6 * 60_000)
    expect(due).to_have_text("5 min left")
    expect(due).to_have_attribute("data-t", "late")

    page.clock.run_for(7 * 60_000)
    expect(due).to_have_text("1 min over")
    expect(due).to_have_attribute("data-t", "breached")


def test_a_draft_outlives_a_reload_and_ends_when_it_was_sent(page: Page, gallery: Gallery) -> None:
    page.goto(f"{gallery.address}/ticket/en/light")
    page.get_by_label("Reply in German").fill("Bis 16:30 Uhr läuft die Wiederherstellung.")
    expect(page.get_by_text("Kept on this device")).to_be_visible()

    page.reload()
    text = page.get_by_label("Reply in German")
    expect(text).to_have_value("Bis 16:30 Uhr läuft die Wiederherstellung.")
    gallery.change = lambda shown: replace(shown, draft_sent=True)
    text.press("Control+Enter")

    expect(text).to_have_value("")
    assert gallery.posted[0]["then"] == ["wait"]
    assert gallery.posted[0]["kind"] == ["reply"]
    page.reload()
    expect(page.get_by_label("Reply in German")).to_have_value("")


def test_what_could_not_be_sent_stays_and_says_so(page: Page, gallery: Gallery) -> None:
    page.goto(f"{gallery.address}/ticket/en/light")
    text = page.get_by_label("Reply in German")
    text.fill("Wichtig.")
    page.route("**/work/1/reply", lambda route: route.abort())

    page.get_by_role("button", name="Send and wait for Matthias Brandt").click()

    expect(page.get_by_text("Your text is safe here")).to_be_visible()
    expect(text).to_have_value("Wichtig.")
    page.reload()
    expect(page.get_by_label("Reply in German")).to_have_value("Wichtig.")


def test_a_note_is_sent_as_one_and_looks_unlike_a_reply(page: Page, gallery: Gallery) -> None:
    page.goto(f"{gallery.address}/ticket/en/light")

    page.keyboard.press("n")
    page.keyboard.type("Rack B14 again.")
    expect(page.get_by_text("Matthias Brandt never sees this.")).to_be_visible()
    expect(page.get_by_role("button", name="Send and wait")).to_be_hidden()
    page.get_by_role("button", name="Save the note").click()

    expect(page.get_by_label("Reply in German")).to_be_visible()
    assert [sent["kind"] for sent in gallery.posted] == [["note"]]
    assert gallery.posted[0]["text"] == ["Rack B14 again."]


def test_other_ways_to_send_are_one_click_away(page: Page, gallery: Gallery) -> None:
    page.goto(f"{gallery.address}/ticket/en/light")
    page.get_by_label("Reply in German").fill("Erledigt.")

    page.get_by_role("button", name="Other ways to send").click()
    page.get_by_role("button", name="Send and mark as solved").click()
    page.wait_for_timeout(300)

    assert [sent["then"] for sent in gallery.posted] == [["solve"]]


def test_keys_walk_search_and_go_but_not_while_writing(page: Page, gallery: Gallery) -> None:
    page.goto(f"{gallery.address}/ticket/en/light")

    page.keyboard.press("j")
    expect(page.locator("#item-2")).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("#item-1")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("Search everything")).to_be_focused()
    page.keyboard.type("jk?")
    expect(page.get_by_label("Search everything")).to_have_value("jk?")
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def test_single_keys_can_be_turned_off(page: Page, gallery: Gallery) -> None:
    page.goto(f"{gallery.address}/ticket/en/light")
    page.keyboard.press("?")
    page.get_by_label("Do not use single keys on this device").check()
    page.keyboard.press("Escape")

    page.keyboard.press("?")

    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()


def test_menus_open_at_their_button_and_close_by_escape(page: Page, gallery: Gallery) -> None:
    page.goto(f"{gallery.address}/ticket/ar/light")
    button = page.locator("[popovertarget=menu-presence]")
    menu = page.locator("#menu-presence")

    button.click()
    expect(menu).to_be_visible()
    at, place = button.bounding_box(), menu.bounding_box()
    page.keyboard.press("Escape")

    assert at
    assert place
    assert abs(place["y"] - (at["y"] + at["height"])) < 8
    assert abs(place["x"] - at["x"]) < 8
    expect(menu).to_be_hidden()


def test_a_session_that_ended_leads_to_the_sign_in_page(page: Page, gallery: Gallery) -> None:
    page.goto(f"{gallery.address}/ticket/en/light")
    page.get_by_label("Reply in German").fill("Noch nicht gesendet.")
    gallery.signed_out = True

    page.get_by_role("button", name="Send and wait for Matthias Brandt").click()

    page.wait_for_url("**/login?notice=expired")
    page.goto(f"{gallery.address}/ticket/en/light")
    expect(page.get_by_label("Reply in German")).to_have_value("Noch nicht gesendet.")


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_the_browser_says_durations_as_the_server_does(templates: Templates, locale: str) -> None:
    words = templates.words(locale)
    seconds = [0, 1, 59, 60, 61, 3599, 3600, 3660, 6000, 86_399, 86_400, 97_200, 200_000]
    script = f"""
      globalThis.document = {{
        documentElement: {{ dataset: {{}} }},
        getElementById: () => ({{ textContent: process.argv[1] }}),
      }};
      const {{ duration }} = await import({json.dumps(CLOCK.as_uri())});
      console.log(JSON.stringify({seconds}.map((n) => duration(n * 1000))));
    """
    node = Path(sys.executable).with_name("node")
    said = subprocess.run(
        [node, "--input-type=module", "-e", script, json.dumps(formats.clock_words(words))],
        check=True,
        capture_output=True,
        text=True,
    )

    assert json.loads(said.stdout) == [formats.duration(n, words) for n in seconds]
