"""Looks at a page as a person would: signs in, takes the picture, complains of what is broken."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page

AXE = (
    Path(__file__).resolve().parents[2] / "services/console/assets/node_modules/axe-core/axe.min.js"
)
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Eyes:
    browser: Browser
    url: str
    pictures: Path
    complaints: list[str] = field(default_factory=list)
    _checking: bool = False

    async def open(self, **options: Any) -> Page:
        context = await self.browser.new_context(
            viewport=options.pop("viewport", WIDE), reduced_motion="reduce", **options
        )
        page = await context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self._hear(page, message.type, message.text))
        return page

    async def sign_in(self, email: str, **options: Any) -> Page:
        """Through the provider's own page, as the demo people do."""
        page = await self.open(**options)
        await page.goto(f"{self.url}/login/start?hint={email}")
        await page.locator(f"button:has-text('{email}'), [value='{email}']").first.click()
        await page.wait_for_url(f"{self.url}/**")
        return page

    async def look(self, page: Page, name: str) -> None:
        """Keep the picture; complain of overflow and of what axe-core finds serious."""
        await page.wait_for_timeout(300)
        await page.screenshot(path=self.pictures / f"{name}.png")
        over = await page.evaluate(OVERFLOW)
        if over > 0:
            self.complaints.append(f"{name}: {over} px wider than the window")
        self.complaints += [f"{name}: {found}" for found in await self._serious(page)]

    async def _serious(self, page: Page) -> list[str]:
        # The policy forbids foreign scripts, so the checker is evaluated, not added to the page;
        # what the policy forbids the checker itself is not the page's fault.
        self._checking = True
        await page.evaluate(AXE.read_text("utf-8"))
        told = await page.evaluate("axe.run({resultTypes: ['violations']})")
        self._checking = False
        return [
            f"{one['id']}: {one['nodes'][0]['target']}"
            for one in told["violations"]
            if one["impact"] in ("serious", "critical")
        ]

    def _hear(self, page: Page, kind: str, text: str) -> None:
        if kind == "error" and not self._checking and page.url.startswith(self.url):
            self.complaints.append(f"{page.url}: console: {text}")
