"""Whom a mail is for, and the reply address that each recipient of ours gets for himself."""

import hmac
import re
from base64 import b32encode
from collections.abc import Mapping
from hashlib import sha256

from intake.channels.decide.addresses import address_of
from intake.channels.model import (
    BrandRecipient,
    Mailbox,
    Recipient,
    ReplyKey,
    ReplyRecipient,
    UnknownRecipient,
)

_LONGEST_LOCAL = 64
_BITS = 128
_TOKEN = re.compile(r"([a-z]{1,8}-\d{1,15})-[a-z2-7]{26}")


def recipient_of(address: str, mailboxes: Mapping[str, Mailbox]) -> Recipient:
    """The brand's mailbox that an address belongs to; `mailboxes` by address in small letters.

    What stands behind a `+` is a reply token when it looks like one, else it means nothing.
    """
    known, tag = without_tag(address)
    mailbox = mailboxes.get(known)
    if mailbox is None:
        return UnknownRecipient()
    return ReplyRecipient(mailbox, tag) if _TOKEN.fullmatch(tag) else BrandRecipient(mailbox)


def without_tag(address: str) -> tuple[str, str]:
    """The address without what stands behind `+` in its local part, and that."""
    local, _, domain = address_of(address).rpartition("@")
    name, _, tag = local.partition("+")
    return (f"{name}@{domain}" if name and domain else ""), tag


def reply_address(reference: str, recipient: str, key: ReplyKey) -> str:
    """Where this recipient answers about this ticket; the plain mailbox if it would be too long."""
    local, _, domain = key.mailbox.rpartition("@")
    tagged = f"{local}+{reply_token(reference, recipient, key)}"
    return f"{tagged}@{domain}" if len(tagged) <= _LONGEST_LOCAL else key.mailbox


def reply_token(reference: str, recipient: str, key: ReplyKey) -> str:
    """128 bits that only we can make, for one ticket, one mailbox and one recipient."""
    said = "\0".join(("reply", key.mailbox.lower(), reference.upper(), recipient.lower()))
    digest = hmac.new(key.secret, said.encode("utf-8"), sha256).digest()[: _BITS // 8]
    return f"{reference.lower()}-{b32encode(digest).decode('ascii').rstrip('=').lower()}"


def reference_of(token: str) -> str:
    """The ticket that a token names, whether it is genuine or not; empty when it is no token."""
    found = _TOKEN.fullmatch(token.lower())
    return found[1].upper() if found else ""


def is_genuine(token: str, recipient: str, key: ReplyKey) -> bool:
    """Whether we made this token for this recipient."""
    reference = reference_of(token)
    if not reference:
        return False
    return hmac.compare_digest(reply_token(reference, recipient, key), token.lower())
