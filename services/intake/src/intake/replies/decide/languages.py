"""In which of the languages we have a text for somebody is written to."""

from collections.abc import Container, Iterator, Mapping

# Tags that people and programs use for what we have under another.
_SAME = {"no": "nb", "nn": "nb", "iw": "he"}
_SOURCE = "en"


def choose_language(wanted: str, default: str, available: Container[str]) -> str:
    """The wanted one, its base language, the same two of the brand's default, else English."""
    candidates = (*_tags(wanted), *_tags(default))
    return next((tag for tag in candidates if tag in available), _SOURCE)


def in_language(texts: Mapping[str, str], wanted: str, default: str) -> str:
    """One text of several by language; empty when there is none that would be understood."""
    return texts.get(choose_language(wanted, default, texts), "")


def _tags(tag: str) -> Iterator[str]:
    base = tag.replace("_", "-").partition("-")[0].lower()
    yield tag
    yield base
    yield _SAME.get(base, base)
