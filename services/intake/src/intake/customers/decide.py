"""How an address is written once and for all, and what changes when a customer is set anew."""

import re
import unicodedata
from dataclasses import replace

from intake.customers.model import Customer, Identity, IdentityKind

_MAIL = re.compile(r"[^\s@<>\"(),:;\[\]\\]{1,64}@[^\s@<>\"(),:;\[\]\\_]{1,253}")
_LONGEST_MAIL = 254


def canonical_mail(address: str) -> str | None:
    """The form under which two spellings of one mail address meet; None for what is none."""
    text = unicodedata.normalize("NFKC", address).strip().lower()
    if len(text) > _LONGEST_MAIL or not _MAIL.fullmatch(text):
        return None
    local, _, domain = text.rpartition("@")
    if any(unicodedata.category(letter).startswith("C") for letter in text):
        return None
    if "." not in domain.strip(".") or ".." in domain or domain.startswith((".", "-")):
        return None
    return f"{local}@{domain.rstrip('.')}"


def canonical_phone(number: str) -> str | None:
    """Digits after a plus sign (`00` counts as one); None for what is no international number."""
    digits = "".join(
        str(unicodedata.digit(c)) for c in number if unicodedata.digit(c, None) is not None
    )
    stripped = number.strip()
    if not stripped.startswith("+"):
        if not digits.startswith("00"):
            return None
        digits = digits[2:]
    return f"+{digits}" if 7 <= len(digits) <= 15 else None


def identity_of(*, mail: str | None, phone: str | None) -> Identity | None:
    """What a contact is known by: the mail address before the phone number."""
    address = canonical_mail(mail) if mail else None
    if address:
        return Identity(IdentityKind.MAIL, address)
    number = canonical_phone(phone) if phone else None
    return Identity(IdentityKind.PHONE, number) if number else None


def changed(before: Customer | None, wanted: Customer) -> Customer | None:
    """The customer to store, or None when all is already as wanted. Keeps the stored version."""
    if before is None:
        return wanted
    after = replace(wanted, version=before.version)
    return None if after == before else after
