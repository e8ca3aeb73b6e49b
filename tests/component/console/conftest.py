"""Templates with the built assets, the gallery, and one Chromium for each module."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from console.templating import Templates
from tests.component.console.gallery import Gallery, serving

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def templates() -> Templates:
    return Templates()


@pytest.fixture
def gallery(templates: Templates) -> Iterator[Gallery]:
    with serving(templates) as shown:
        yield shown


# Playwright's synchronous side keeps an event loop running in this thread: it ends with each
# module, or asynchronous tests that follow in the same process could not run theirs.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not shutil.which(CHROMIUM):
        pytest.fail("Chromium is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()
