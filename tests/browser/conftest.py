"""A real Chromium on the running platform; pictures go to `.local/pictures`."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from tests.acceptance.people import World
from tests.browser.eyes import Eyes

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ROOT = Path(__file__).resolve().parents[2]
# The README's pictures are made anew on request: UPDATE_PICTURES=1 make test-browser
PICTURES = ROOT / ("docs/pictures" if os.environ.get("UPDATE_PICTURES") else ".local/pictures")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    if not shutil.which(CHROMIUM):
        pytest.fail("Chromium is missing: apt-get install chromium")
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        await running.close()


@pytest.fixture
async def eyes(browser: Browser, world: World) -> Eyes:
    PICTURES.mkdir(parents=True, exist_ok=True)
    return Eyes(browser, world.platform.config.console_url, PICTURES)
