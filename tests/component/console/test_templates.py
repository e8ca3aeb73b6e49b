"""Every page draws, in both languages and themes, and keeps what all pages promise."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from console.pages import Person, Text
from console.templating import DIST, STATIC_URL, AssetsMissingError, Templates
from tests.component.console import samples
from tests.component.console.gallery import PAGES, draw

VOID = {"meta", "link", "input", "br", "col", "hr", "img", "rect", "path", "use", "circle"}
VARIANTS = [("en", "light"), ("en", "dark"), ("ar", "light"), ("ar", "system")]


class Page(HTMLParser):
    """Collects what the rules below ask about, and checks that every tag is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> does not close what is open"

    def values(self, name: str) -> list[str]:
        return [a[name] or "" for _, a in self.tags if name in a]

    def first(self, tag: str) -> dict[str, str | None]:
        return next(attributes for name, attributes in self.tags if name == tag)


@pytest.fixture(params=[(n, *v) for n in PAGES for v in VARIANTS], ids=lambda p: "-".join(p))
def drawn(request: pytest.FixtureRequest, templates: Templates) -> tuple[str, str, str, Page]:
    name, locale, theme = request.param
    text = draw(templates, name, locale, theme)
    return text, locale, theme, Page(text)


def test_is_well_formed_in_its_language_direction_and_theme(
    drawn: tuple[str, str, str, Page],
) -> None:
    _, locale, theme, page = drawn
    html = page.first("html")

    assert page.open == []
    assert html["lang"] == locale
    assert html["dir"] == ("rtl" if locale == "ar" else "ltr")
    assert html.get("data-theme") == (None if theme == "system" else theme)


def test_holds_nothing_that_the_content_policy_forbids(drawn: tuple[str, str, str, Page]) -> None:
    _, _, _, page = drawn

    assert page.values("style") == []
    assert not [name for _, a in page.tags for name in a if name.startswith("on")]
    assert not [t for t, _ in page.tags if t == "style"]
    scripts = [a for t, a in page.tags if t == "script"]
    assert all(a.get("src") or a.get("type") == "application/json" for a in scripts)


def test_ids_are_unique_and_references_lead_somewhere(drawn: tuple[str, str, str, Page]) -> None:
    _, _, _, page = drawn
    ids = page.values("id")
    references = [
        target
        for name in (
            "for",
            "aria-labelledby",
            "aria-describedby",
            "popovertarget",
            "commandfor",
        )
        for value in page.values(name)
        for target in value.split()
    ]
    skips = [h[1:] for h in page.values("href") if h.startswith("#")]

    assert sorted(set(ids)) == sorted(ids)
    assert set(references + skips) <= set(ids)


def test_shows_only_files_and_icons_that_were_built(drawn: tuple[str, str, str, Page]) -> None:
    text, _, _, page = drawn
    sprite = (DIST / json.loads((DIST / "manifest.json").read_text())["icons.svg"]).read_text()
    files = [v for n in ("href", "src") for v in page.values(n) if v.startswith(STATIC_URL)]

    assert all((DIST / f.removeprefix(f"{STATIC_URL}/").split("#")[0]).is_file() for f in files)
    icons = set(re.findall(r"icons-[0-9A-F]+\.svg#([a-z0-9-]+)", text))
    assert icons
    assert not [name for name in icons if f'<symbol id="{name}"' not in sprite]


def test_regions_that_refresh_can_be_found_again(drawn: tuple[str, str, str, Page]) -> None:
    _, _, _, page = drawn
    regions = [a for _, a in page.tags if "data-live" in a and a.get("id")]

    assert len({a["id"] for a in regions}) == len(regions)
    assert all(a["data-live"] for a in regions)


@pytest.mark.parametrize("name", [n for n in PAGES if n.startswith("customer")])
def test_customers_read_everything_without_scripts(templates: Templates, name: str) -> None:
    page = Page(draw(templates, name))
    forms = [a for t, a in page.tags if t == "form"]
    hidden = [a for t, a in page.tags if "hidden" in a]

    assert all(form.get("action") and form.get("method") == "post" for form in forms)
    assert hidden == []


def test_what_people_wrote_is_never_markup(templates: Templates) -> None:
    hostile = '<img src=x onerror="alert(1)">"\'><script>alert(2)</script>'
    page = samples.ticket(samples.reader())
    first = page.timeline[1]
    assert not isinstance(first, tuple)
    bad = replace(first, paragraphs=(hostile,), quoted=(hostile,), author=Person(hostile, "X"))
    page = replace(
        page,
        timeline=(bad,),
        ticket=replace(page.ticket, subject=Text(hostile, "de")),
        customer=replace(page.customer, person=Person(hostile, "X"), address=hostile),
        composer=samples.composer(text=hostile),
    )

    text = templates.render("ticket.html", page)

    assert "<img" not in text
    assert "<script>alert" not in text
    assert Page(text).values("onerror") == []


def test_messages_keep_their_own_language_and_direction(templates: Templates) -> None:
    page = Page(draw(templates, "ticket", "ar"))
    body = [a for t, a in page.tags if t == "div" and a.get("class") == "text"]

    assert {(a.get("lang"), a["dir"]) for a in body} == {("de", "ltr"), ("en", "ltr")}


def test_a_part_draws_by_itself_as_it_stands_on_the_page(templates: Templates) -> None:
    page = samples.ticket(samples.reader())

    for part in ("list", "head", "thread", "context"):
        alone = templates.render(f"parts/{part}.html", page).strip()
        assert alone.splitlines()[0] in templates.render("ticket.html", page)


def test_the_solved_dialog_and_the_reply_never_share_a_key(templates: Templates) -> None:
    page = Page(draw(templates, "ticket"))
    keys = [a["value"] for t, a in page.tags if t == "input" and a.get("name") == "key"]

    assert keys == ["key-1", "key-1-solve"]


def test_says_what_to_do_when_assets_were_not_built(tmp_path: Path) -> None:
    with pytest.raises(AssetsMissingError, match="npm ci && npm run build"):
        Templates(dist=tmp_path)


def test_a_page_without_a_reader_is_a_mistake(templates: Templates) -> None:
    nothing: Any = object()

    with pytest.raises(TypeError, match="no reader"):
        templates.render("work.html", nothing)
