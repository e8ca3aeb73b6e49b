"""HTML of strangers: nothing in it acts, loads or hides, and its words are kept (S-7)."""

from itertools import product
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as dom  # type: ignore[import-untyped]

from intake.channels.decide.bodies import html_of_text, safe_html, text_of_html
from intake.channels.decide.markup import DEEPEST, TAGS, rebuilt

ALLOWED_ATTRIBUTES = {"href", "rel", "dir", "lang", "title", "start", "colspan", "rowspan"}
ALLOWED_SCHEMES = {"http", "https", "mailto", "tel", ""}

TAGS_THAT_ACT = (
    "script", "img", "svg", "math", "iframe", "object", "embed", "form", "input", "button",
    "video", "audio", "source", "base", "meta", "link", "style", "body", "html", "table", "td",
    "div", "a", "p", "isindex", "marquee", "details", "select", "textarea", "template",
    "noscript", "frame", "frameset", "applet", "bgsound", "layer", "xml", "image", "animate",
    "set", "use", "foreignObject", "annotation-xml", "title", "xmp", "plaintext", "noembed", "x",
)  # fmt: skip
ATTRIBUTES_THAT_ACT = (
    "onload=alert(1)", "onerror=alert(1)", "OnClick=alert(1)", "onmouseover='alert(1)'",
    "onfocus=alert(1) autofocus", "src=javascript:alert(1)", "src=//evil.test/x.js",
    "href=javascript:alert(1)", "href=' java\tscript:alert(1)'", "href=JaVaScRiPt:alert(1)",
    "href=&#106;avascript:alert(1)", "href=data:text/html,<script>alert(1)</script>",
    "href=vbscript:x", "xlink:href=javascript:alert(1)", "style=background:url(//evil.test/x)",
    "style='x:expression(alert(1))'", "background=//evil.test/x.gif", "srcdoc='<script>1</script>'",
    "action=javascript:alert(1)", "formaction=javascript:alert(1)", "poster=//evil.test/p",
    "data=//evil.test/d", "srcset='//evil.test/s 1x'", "content='0;url=javascript:alert(1)'",
    "ping=//evil.test", "lowsrc=//evil.test", "dynsrc=//evil.test", "id=x name=getElementById",
    "class=admin-panel", "href=file:///etc/passwd", "href=php://filter", "folder=javascript:x",
    "to=javascript:alert(1) attributeName=href", "rel=stylesheet href=//evil.test/c.css",
)  # fmt: skip
SHAPES = (
    "<{tag} {attribute}>",
    "<{tag}/{attribute}/>words</{tag}>",
    "<{tag} {attribute} <b>words",
    "<p><{tag} x='>' {attribute}>",
    '<a title="<{tag} {attribute}>">words</a>',
    "<!--><{tag} {attribute}>-->",
)
CORPUS = [
    shape.format(tag=tag, attribute=attribute)
    for tag, attribute, shape in product(TAGS_THAT_ACT, ATTRIBUTES_THAT_ACT, SHAPES)
]
KNOWN_TRICKS = (
    '<svg><style><img src=x onerror=alert(1)></style></svg>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img onerror=x&gt;">',
    '<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<style>@import url(//evil.test/x.css)</style>",
    '<a href="https://evil.test" target=_blank>ok</a>',
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='java&#x0A;script:alert(1)'>x</a>",
    '<div style="background:u\\72l(//evil.test)">x</div>',
    "<img src=x:x onerror=alert(1)//",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml-stylesheet href=javascript:alert(1)?>",
    '<a href="http://a.test/\"onmouseover=alert(1)">x</a>',
    "\ue000<blockquote>\ue001",
)  # fmt: skip


def test_no_tag_that_acts_or_loads_is_allowed() -> None:
    harmless = {"a", "div", "p", "table", "td"}

    assert not TAGS & (set(TAGS_THAT_ACT) - harmless)


def assert_harmless(safe: str) -> None:
    """Looked at as a browser does, not as a text."""
    tree = dom.fragment_fromstring(safe, create_parent="div")
    for element in tree.iterdescendants():
        assert isinstance(element.tag, str), f"a comment or instruction: {safe!r}"
        assert element.tag in TAGS, (element.tag, safe)
        for name, value in element.attrib.items():
            assert name in ALLOWED_ATTRIBUTES, (name, safe)
            if name == "href":
                assert urlsplit(value.strip()).scheme.lower() in ALLOWED_SCHEMES, safe
                assert "script:" not in "".join(value.lower().split()), safe


def test_the_corpus_is_large_and_nothing_of_it_survives() -> None:
    assert len(CORPUS) > 5_000

    for payload in CORPUS:
        assert_harmless(safe_html(payload))


@pytest.mark.parametrize("payload", KNOWN_TRICKS)
def test_tricks_that_worked_elsewhere_do_not_work_here(payload: str) -> None:
    safe = safe_html(payload)

    assert_harmless(safe)
    assert_harmless(safe_html(safe))


PIECES = st.sampled_from(
    [*(f"<{tag}" for tag in TAGS_THAT_ACT), *(f"</{tag}>" for tag in TAGS_THAT_ACT)]
    + [f" {each} " for each in ATTRIBUTES_THAT_ACT]
    + [">", "/>", "<", "<!--", "-->", "--!>", "<![CDATA[", "]]>", "<!", "<?", "&lt;", "&#60;"]
    + ['"', "'", "`", "=", " ", "\n", "\0", "words", "&", "&amp;#x3c;", "<b>", "</b>"]
    + ["<blockquote>"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=25).map("".join))
@settings(max_examples=500, deadline=None)
def test_no_combination_of_pieces_gets_through(payload: str) -> None:
    safe = safe_html(payload)

    assert_harmless(safe)
    text_of_html(safe).encode("utf-8")


@given(st.text(max_size=200))
def test_words_alone_are_kept_to_the_letter(words: str) -> None:
    plain = "".join(each for each in words if each.isalnum())

    assert text_of_html(safe_html(html_of_text(plain))).strip() == plain


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ("<p>one<p>two", "<p>one</p><p>two</p>"),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<table><tr><td>a<td>b<tr><th>c</table>",
         "<table><tr><td>a</td><td>b</td></tr><tr><th>c</th></tr></table>"),
        ("<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>"),
        ("<p>a<div>b</div>", "<p>a</p><div>b</div>"),
        ("<b><i>x</b>y</i>", "<b><i>x</i></b>y"),
        ("<a href=x>1<a href=y>2", '<a href="x">1</a><a href="y">2</a>'),
        ("a<br/>b<hr>c", "a<br>b<hr>c"),
        ("x < y & z > 0", "x &lt; y &amp; z &gt; 0"),
        ("a &nbsp;&eacute;", "a \xa0é"),
        ("<p dir=rtl LANG='ar' class=x>", '<p dir="rtl" lang="ar"></p>'),
        ('<td colspan="2" nowrap>x', '<td colspan="2">x</td>'),
        ("<a =x href=y>z</a>", '<a href="y">z</a>'),
        ("<a href='a\"b'>z</a>", '<a href="a&quot;b">z</a>'),
        ("<a title=a title=b>z</a>", '<a title="a">z</a>'),
        ("<title>a</title><style>b</style><script>c", ""),
        ("<style>a</styles></STYLE >b", "b"),
        ("a<!-- b -->c<!-- d", "ac"),
        ("<!doctype html><?php x ?>a<!x", "a"),
        ("a<b c", "a&lt;b c"),
        ("a</nothing>b", "ab"),
        ("<img src=x alt='😀'><img alt=logo><img>", "😀"),
        ("<center><font>a</font></center>", "a"),
    ],
)  # fmt: skip
def test_html_is_rebuilt_as_a_browser_understands_it(html: str, clean: str) -> None:
    assert rebuilt(html) == clean


def test_what_nests_too_deep_stays_readable() -> None:
    html = "<div>" * 200 + "words" + "</div>" * 200 + "<p>more"

    clean = rebuilt(html)

    assert clean.count("<div>") == DEEPEST
    assert "words" in clean
    assert "more" in text_of_html(safe_html(html))
    assert "<b>" not in rebuilt("<div>" * DEEPEST + "<b>x</b>")
    assert text_of_html(safe_html("<div>" * 5_000 + "words")) == "words"


def test_quotations_keep_their_marks_as_text() -> None:
    html = (
        "<div>new</div><div>On 1.2. Kai wrote:</div>"
        "<blockquote type=cite>a<br>b<blockquote>c</blockquote></blockquote>after"
    )

    text = text_of_html(safe_html(html))

    assert text == "new\nOn 1.2. Kai wrote:\n\n> a\n> b\n>\n>> c\n\nafter"


def test_empty_html_is_empty_text() -> None:
    assert text_of_html(" ") == ""
