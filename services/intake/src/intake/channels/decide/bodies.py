"""What a mail says: plain text where there is some, else text made of its HTML, and safe HTML."""
# house: pure: nh3 and inscriptis are functions of their arguments, without files or network

from html import escape

import nh3
from inscriptis import get_text  # type: ignore[import-untyped]
from inscriptis.css_profiles import STRICT_CSS_PROFILE  # type: ignore[import-untyped]
from inscriptis.model.config import ParserConfig  # type: ignore[import-untyped]

from intake.channels.decide.markup import ATTRIBUTES, SCHEMES, TAGS, rebuilt

_BEGIN, _END = "\ue000", "\ue001"
# The strict profile does not indent what stands in a `<div>`.
_CONFIG = ParserConfig(css=STRICT_CSS_PROFILE)
_ALLOWED = {tag: set(names) for tag, names in ATTRIBUTES.items()}


def safe_html(html: str) -> str:
    """Allowed tags and links only: no script, handler, style, form, picture or remote load."""
    return nh3.clean(
        rebuilt(html),
        tags=set(TAGS),
        attributes=_ALLOWED,
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer nofollow",
    )


def text_of_html(safe: str) -> str:
    """The text of harmless HTML; quotations keep their `>` as in plain text."""
    if not safe.strip():
        return ""
    marked = safe.replace("<blockquote>", f"<blockquote><p>{_BEGIN}</p>").replace(
        "</blockquote>", f"<p>{_END}</p></blockquote>"
    )
    return _with_quote_marks(str(get_text(f"<html><body>{marked}</body></html>", _CONFIG)))


def html_of_text(text: str) -> str:
    """Plain text among HTML: its lines, nothing else."""
    return "<p>" + "<br>".join(escape(line, quote=False) for line in text.split("\n")) + "</p>"


def unflowed(text: str, *, joined: bool) -> str:
    """Soft line breaks of `format=flowed` undone (RFC 3676); the signature mark is none."""
    out: list[str] = []
    open_at: int | None = None
    for line in text.split("\n"):
        depth, content = _quote_depth(line)
        if open_at == depth and content != "-- ":
            out[-1] += content
        else:
            out.append(f"{'>' * depth} {content}" if depth else content)
        soft = content.endswith(" ") and content != "-- "
        open_at = depth if soft else None
        if soft and joined:
            out[-1] = out[-1].removesuffix(" ")
    return "\n".join(out)


def _quote_depth(line: str) -> tuple[int, str]:
    content = line.lstrip(">")
    return len(line) - len(content), content.removeprefix(" ")


def _with_quote_marks(text: str) -> str:
    """Lines between the marks get one `>` for each quotation that they stand in."""
    out: list[str] = []
    depth = last = 0
    apart = False
    for line in text.split("\n"):
        match line.strip():
            case "":
                apart = True
            case "\ue000":
                depth += 1
            case "\ue001":
                depth -= 1
            case _:
                if out and (apart or depth != last):
                    out.append(">" * min(depth, last))
                out.append(f"{'>' * depth} {line}".rstrip() if depth else line.rstrip())
                last, apart = depth, False
    return "\n".join(out)
