"""Every page in real Chromium: accessible, fitting, light, silent; with pictures in .local."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Response

from tests.component.console.gallery import PAGES, Gallery

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[3]
AXE = ROOT / "services/console/assets/node_modules/axe-core/axe.min.js"
PICTURES = ROOT / ".local/pictures/console"
GRAVE = {"serious", "critical"}
LONGEST_KB = 250
# Slices of scripts whose fonts a machine that lacks them fetches for what customers wrote.
SLICED = ("fonts-ja", "fonts-ko", "fonts-zh", "-sans-jp-", "-sans-kr-", "-sans-sc-")
# The pages people live in are looked at from every side, the rest in light and mirrored dark.
HOMES = ("login", "work", "ticket", "board", "roster-form", "promises", "customer-solved")
ALL_SIDES = [
    ("en", "light", 1440),
    ("en", "dark", 1440),
    ("ar", "light", 1440),
    ("en", "light", 1000),
    ("en", "light", 390),
    ("ar", "dark", 390),
]
TWO_SIDES = [("en", "light", 1440), ("ar", "dark", 390)]
LOOKS = [(name, *side) for name in PAGES for side in (ALL_SIDES if name in HOMES else TWO_SIDES)]


class Seen:
    """What a page did while it was looked at."""

    def __init__(self, page: Page) -> None:
        self.complaints: list[str] = []
        self.bytes = 0
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _response(self, response: Response) -> None:
        if not any(name in response.url for name in SLICED):
            self.bytes += int(response.headers.get("content-length", "0"))


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look)))
def test_stands_up_to_a_close_look(
    browser: Browser, gallery: Gallery, look: tuple[str, str, str, int]
) -> None:
    name, locale, theme, width = look
    context = browser.new_context(viewport={"width": width, "height": 900 if width > 700 else 844})
    page = context.new_page()
    seen = Seen(page)

    page.goto(f"{gallery.address}/{name}/{locale}/{theme}", wait_until="load")
    page.evaluate("() => document.fonts.ready.then(() => true)")
    grave = findings(page)
    beyond = overflow(page)
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}-{locale}-{theme}-{width}.png")
    context.close()

    assert grave == []
    assert beyond == []
    assert seen.complaints == []
    assert seen.bytes / 1000 <= LONGEST_KB


def findings(page: Page) -> list[str]:
    page.evaluate(AXE.read_text("utf-8"))
    found: list[dict[str, Any]] = page.evaluate(
        "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
    )
    return [
        f"{one['id']}: {node['html'][:120]}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


def overflow(page: Page) -> list[str]:
    """Whatever is wider than the page, or wider than a box that neither scrolls nor cuts."""
    wide: list[str] = page.evaluate(
        """() => {
          const wide = document.documentElement.scrollWidth > innerWidth ? ["the page"] : [];
          for (const box of document.querySelectorAll("#view, .panel, .btn, main, h1, td, th")) {
            const style = getComputedStyle(box);
            const holds = ["visible", "clip"].includes(style.overflowX);
            if (!box.offsetWidth || style.position === "absolute") continue;
            if (box.matches("#view") || (holds && !box.matches(".rg *, .mx td"))) {
              if (box.scrollWidth > box.clientWidth + 1) wide.push(box.outerHTML.slice(0, 120));
            }
          }
          return wide;
        }"""
    )
    return wide


def test_the_board_fits_on_one_screen(browser: Browser, gallery: Gallery) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})

    page.goto(f"{gallery.address}/board/en/light", wait_until="networkidle")
    scrolls = page.evaluate(
        "() => { const v = document.querySelector('#view');"
        " return v.scrollHeight > v.clientHeight }"
    )
    page.close()

    assert not scrolls


def test_paints_within_a_second_from_a_cold_start(browser: Browser, gallery: Gallery) -> None:
    # The best of three: what the page costs, not what else the machine does meanwhile.
    painted = min(_first_paint(browser, f"{gallery.address}/ticket/en/light") for _ in range(3))

    assert painted <= 1000


def _first_paint(browser: Browser, address: str) -> float:
    """Milliseconds to the first content, in a context that has cached nothing."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(address, wait_until="networkidle")
    entry = "performance.getEntriesByName('first-contentful-paint')[0]"
    painted: float = page.wait_for_function(f"() => {entry}?.startTime").json_value()
    context.close()
    return painted


def test_a_customer_needs_no_scripts(browser: Browser, gallery: Gallery) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()

    page.goto(f"{gallery.address}/customer/en/light")
    page.get_by_label("Your answer").fill("Danke, das passt.")
    page.get_by_role("button", name="Send the message").click()
    context.close()

    assert gallery.posted[0]["path"] == ["/t/x/reply"]
    assert gallery.posted[0]["text"] == ["Danke, das passt."]
