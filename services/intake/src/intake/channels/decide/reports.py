"""What mail servers report about our own mails, as RFC 3464 has it and as older ones write it."""

import re

from intake.channels.decide.addresses import address_of
from intake.channels.decide.headers import one_line
from intake.channels.decide.structure import Part, head_of, walk
from intake.channels.model import DeliveryReport, Limits

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}@[^<>\s]{1,250}>")
_ID_FIELD = re.compile(r"^[> \t]*message-id:\s*(<[^<>\s]{1,250}>)", re.IGNORECASE | re.MULTILINE)
_RETURNED = frozenset({"message/rfc822", "message/global", "text/rfc822-headers"})
_MOST_BLOCKS = 50


def delivery_report(root: Part, limits: Limits) -> DeliveryReport | None:
    """The worst that a `multipart/report` says; None for a mail that is none."""
    if root.media_type != "multipart/report":
        return None
    blocks = _status_blocks(root, limits)
    if not blocks:
        return None
    worst = next((block for block in blocks if block.get("action") == "failed"), blocks[0])
    return DeliveryReport(
        action=worst.get("action", ""),
        status=status_in(worst.get("status", "")),
        recipient=_recipient(worst),
        diagnostic=one_line(worst.get("diagnostic-code", "")),
        original_message_id=_original(root, limits),
    )


def is_report_part(part: Part) -> bool:
    """Whether a part of a report is for machines: nobody needs it as an attachment."""
    return part.media_type in _RETURNED or part.media_type in (
        "message/delivery-status",
        "message/global-delivery-status",
        "message/disposition-notification",
        "message/feedback-report",
    )


def status_in(text: str) -> str:
    """The first enhanced status code (RFC 3463) in a text."""
    found = _STATUS.search(text)
    return found[1] if found else ""


def message_id_in(text: str) -> str:
    """The Message-ID that a returned header block in a text names."""
    found = _ID_FIELD.search(text)
    return found[1] if found else ""


def message_ids(text: str) -> tuple[str, ...]:
    return tuple(_MESSAGE_ID.findall(text))


def _status_blocks(root: Part, limits: Limits) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for part in walk(root):
        if part.media_type not in ("message/delivery-status", "message/global-delivery-status"):
            continue
        rest = part.content[0]
        while rest.strip() and len(found) < _MOST_BLOCKS:
            head, after = head_of(rest, limits)
            found.append({field.name: head.text(field.name) for field in head.fields})
            rest = after if len(after) < len(rest) else b""
    lower = [{**block, "action": block.get("action", "").lower()} for block in found]
    return [block for block in lower if block["action"]]


def _recipient(block: dict[str, str]) -> str:
    for name in ("original-recipient", "final-recipient"):
        if found := address_of(block.get(name, "").rpartition(";")[2]):
            return found
    return ""


def _original(root: Part, limits: Limits) -> str:
    for part in walk(root):
        if part.media_type in _RETURNED:
            head, _ = head_of(part.content[0], limits)
            if found := message_ids(head.text("message-id")):
                return found[0]
    return ""
