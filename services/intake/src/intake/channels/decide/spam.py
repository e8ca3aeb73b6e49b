"""A score that explains itself. Conservative: what it takes for spam waits for a person."""

import re

from intake.channels.model import NotSpam, ReadMail, Spam, Verdict

THRESHOLD = 5.0
_READ = 20_000
_MOST_LINKS = 15
_LINK = re.compile(r"https?://([^\s/?#\"'<>]{1,255})", re.IGNORECASE)
_SHORTENERS = frozenset({"bit.ly", "tinyurl.com", "t.co", "goo.gl", "is.gd", "cutt.ly", "ow.ly"})
_IP = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?")
_ADDRESS_IN_NAME = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SHOUT = re.compile(r"\b[A-Z]{4,}\b")
_PATTERNS = {
    "search ranking": (
        r"\bbacklinks?\b|\bseo (?:services?|experts?|agency)\b"
        r"|\b(?:1st|first) page (?:of|on|ranking)|\brank(?:ing)? (?:on|in) google\b"
    ),
    "cold approach": (
        r"\bdear (?:website|site|business|domain) owner\b|\bdear (?:beloved|friend in)\b"
        r"|\bi was (?:surfing|browsing|visiting) your (?:web)?site\b"
    ),
    "pressure": (
        r"\boffer (?:ends|expires) (?:in|today|tonight|soon)\b|\btoday only\b|\bact now\b"
        r"|\bnur heute\b|\bsolo (?:por )?hoy\b|\bтолько сегодня\b"
    ),
    "guarantee": (
        r"\bguaranteed?\b.{0,40}\b(?:ranking|results|income|profit)\b|\b100% (?:free|guaranteed)\b"
        r"|\bmoney back 100%|\b(?:ranking|page)\b.{0,40}\bguaranteed\b"
    ),
    "discount": r"\b[5-9]\d ?% ?(?:off|discount|rabatt|descuento|de réduction)\b",
    "gift cards or coins": r"\bpay (?:by|with|in) (?:gift cards?|bitcoin|usdt|crypto)\b",
    "money from nowhere": (
        r"\b(?:lottery|inheritance|next of kin|unclaimed funds?|million (?:usd|dollars))\b"
        r"|\bdouble your (?:bitcoin|money|investment)\b|\bpassive income\b"
    ),
    "medicine or gambling": r"\b(?:viagra|cialis|online casino|онлайн[- ]казино)\b",
    "click": (
        r"\bclick (?:here |below |the link )?to (?:claim|unlock|win|unsubscribe)\b"
        r"|\bclaim (?:your|now)\b"
    ),
}
# Compared with the text in small letters: half the time of a pattern that ignores case.
_WORDS = {name: re.compile(words) for name, words in _PATTERNS.items()}


def spam_of(mail: ReadMail, *, trusted_relay: bool = False) -> Spam | NotSpam:
    """Points with their reasons. Spam headers count fully only where our own relay writes them."""
    text = f"{mail.subject}\n{mail.text}"[:_READ].lower()
    points = [
        *_header_points(mail, trusted_relay=trusted_relay),
        *((1.5, name) for name, pattern in _WORDS.items() if pattern.search(text)),
        *_shape_points(mail, text),
        *_link_points(f"{text}\n{(mail.html or '')[:_READ]}"),
    ]
    score = sum(weight for weight, _ in points)
    reasons = tuple(f"{reason} {weight:+.1f}" for weight, reason in points)
    return Spam(score, reasons) if score >= THRESHOLD else NotSpam(score, reasons)


def _header_points(mail: ReadMail, *, trusted_relay: bool) -> list[tuple[float, str]]:
    flagged = mail.header("x-spam-flag").lower().startswith("yes")
    bulk = mail.header("precedence").lower() in ("bulk", "junk") or mail.has("list-unsubscribe")
    foreign_reply = bool(mail.reply_to) and mail.reply_to[0].domain != mail.sender.domain
    named = _ADDRESS_IN_NAME.search(mail.sender.name)
    checks = (
        (flagged and trusted_relay, 5.0, "our relay calls it spam"),
        (flagged and not trusted_relay, 1.0, "somebody calls it spam"),
        (bulk and not mail.in_reply_to, 1.0, "bulk mail"),
        (mail.dmarc is Verdict.FAIL, 2.0, "the sender's domain disowns it"),
        (foreign_reply, 0.5, "answers go to another domain"),
        (named and named[0].lower() != mail.sender.address, 2.0, "the name shows another address"),
    )
    return [(weight, reason) for holds, weight, reason in checks if holds]


def _shape_points(mail: ReadMail, text: str) -> list[tuple[float, str]]:
    checks = (
        ("!!" in mail.subject, 1.0, "exclamation in the subject"),
        (len(_SHOUT.findall(mail.subject)) >= 2, 1.0, "shouted subject"),
        (text.count("!!!") >= 1, 0.5, "exclamation"),
    )
    return [(weight, reason) for holds, weight, reason in checks if holds]


def _link_points(text: str) -> list[tuple[float, str]]:
    hosts = [host.lower() for host in _LINK.findall(text)]
    checks = (
        (any(host in _SHORTENERS for host in hosts), 1.0, "shortened link"),
        (any(_IP.fullmatch(host) for host in hosts), 1.5, "link to a number"),
        (any("@" in host for host in hosts), 2.0, "link that hides its host"),
        (len(hosts) > _MOST_LINKS, 1.0, "many links"),
    )
    return [(weight, reason) for holds, weight, reason in checks if holds]
