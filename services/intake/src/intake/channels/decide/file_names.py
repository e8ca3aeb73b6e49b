"""Names of attached files, made harmless before anybody looks at them."""

import re
import unicodedata

LONGEST = 120
_LONGEST_ENDING = 16
# `mimetypes` reads the machine's own tables, and a decision may not depend on those.
_ENDINGS = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/csv": ".csv",
    "text/calendar": ".ics",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "message/rfc822": ".eml",
}
_SEPARATORS = re.compile(r"[\\/\u2044\u2215\u29f5\u29f8\u29f9]")
_UNFIT = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_HIDDEN_KINDS = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def file_name(given: str, media_type: str, number: int) -> str:
    """One visible name without folders; `attachment-<number>` where nothing usable is left."""
    name = unicodedata.normalize("NFKC", given)
    name = "".join(each for each in name if unicodedata.category(each) not in _HIDDEN_KINDS)
    name = unicodedata.normalize("NFKC", name)
    name = _SEPARATORS.split(name.rstrip("/\\ "))[-1]
    name = _UNFIT.sub("_", " ".join(name.split()))
    name = _shortened(name.strip(". "))
    if not name:
        return f"attachment-{number}{_ENDINGS.get(media_type, '')}"
    return f"_{name}" if _RESERVED.match(name) else name


def _shortened(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > _LONGEST_ENDING:
        return name[:LONGEST].strip(". ")
    return stem[: LONGEST - len(ending) - 1].rstrip(". ") + dot + ending
