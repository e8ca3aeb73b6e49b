"""Loads the demo's authored content: the firm and the contacts, validated."""

import base64
import binascii
import codecs
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain, pairwise, zip_longest
from types import MappingProxyType

from meridian.demo.contact import (
    Answer,
    Attachment,
    Contact,
    Expected,
    FollowUp,
    Relation,
    Sender,
    Voicemail,
)
from meridian.demo.firm import Brand, Firm, Tenant
from meridian.demo.firm_rules import load_firm, safe_address
from meridian.demo.quoting import CLIENTS, quote_style
from meridian.demo.reading import ContentError, Row, contact_files, demo_yaml
from meridian.demo.wire import follow_up_mime, mime

__all__ = ["ContentError", "follow_up_mime", "load_contacts", "load_firm", "mime", "read_contacts"]

KINDS = frozenset(
    {"ticket", "thread", "auto_reply", "bounce", "spam", "quarantined", "refused", "duplicate"}
)
UNWRAPPED = frozenset({"ja", "zh", "ko"})
WRAP = 88
TRANSFERS = frozenset({"", "7bit", "8bit", "quoted-printable", "base64"})


def load_contacts() -> tuple[Contact, ...]:
    """All contacts in playing order: whatever a contact refers to comes before it."""
    rows = [row for name in contact_files() for row in _rows_of(name)]
    return read_contacts(rows, load_firm())


def read_contacts(rows: Iterable[Row], firm: Firm) -> tuple[Contact, ...]:
    contacts: dict[str, Contact] = {}
    for row in rows:
        contact = _duplicate(row, contacts) if "same_message_as" in row else _contact(row, firm)
        row.finish()
        if contact.key in contacts:
            raise ContentError(f"{row.where}: the key is used twice")
        if contact.relates_to and contact.relates_to.contact not in contacts:
            raise ContentError(f"{row.where}: {contact.relates_to.contact} comes later or never")
        contacts[contact.key] = contact
    return tuple(contacts.values())


def _rows_of(name: str) -> Iterable[Row]:
    values = demo_yaml(name)
    if not isinstance(values, list):
        raise ContentError(f"{name}: expected a list of contacts")
    for position, entry in enumerate(values):
        key = entry.get("key", position) if isinstance(entry, dict) else position
        yield Row(entry, f"{name}[{key}]")


def _contact(row: Row, firm: Firm) -> Contact:
    tenant = firm.tenant(row.one_of("tenant", frozenset(t.slug for t in firm.tenants)))
    brand = tenant.brand(row.one_of("brand", frozenset(b.slug for b in tenant.brands), tenant.slug))
    language = row.one_of("language", frozenset(tenant.languages))
    sender = _sender(row.row("from"))
    expect = _expected(row.row("expect"))
    contact = Contact(
        key=row.text("key"),
        tenant=tenant.slug,
        brand=brand.slug,
        channel=row.one_of("channel", frozenset({"mail", "web", "api"})),
        sender=sender,
        to=safe_address(row, "to") if "to" in row else brand.mail_address,
        envelope_from=row.text("envelope_from", sender.address),
        subject=row.text("subject"),
        body=prose(row.text("body", ""), language),
        body_html=row.text("body_html", ""),
        html_only=row.flag("html", default=False),
        language=language,
        charset=row.text("charset", "utf-8"),
        transfer=row.one_of("transfer", TRANSFERS, ""),
        headers=row.text_map("headers") if "headers" in row else MappingProxyType({}),
        attachments=_attachments(row),
        raw=row.text("raw", ""),
        voicemail=_voicemail(row.row("voicemail")) if "voicemail" in row else None,
        relates_to=_relation(row.row("relates_to")) if "relates_to" in row else None,
        same_message_as="",
        expect=expect,
        answer=_answer(row.row("answer"), brand) if "answer" in row else None,
        follow_up=_follow_up(row.row("follow_up"), brand) if "follow_up" in row else None,
    )
    _refuse_nonsense(row.where, contact, tenant)
    return contact


def _duplicate(row: Row, earlier: Mapping[str, Contact]) -> Contact:
    """The same message delivered once more, so everything but the expectation is the first's."""
    first = row.one_of("same_message_as", frozenset(earlier))
    return replace(
        earlier[first],
        key=row.text("key"),
        same_message_as=first,
        expect=_expected(row.row("expect")),
        answer=None,
        follow_up=None,
    )


def prose(text: str, language: str) -> str:
    """Unfolds paragraphs that the file wraps; a line shorter than the wrap ends where it ends.

    Japanese, Chinese and Korean are not wrapped in the files and stay as they are.
    """
    if language in UNWRAPPED:
        return text
    lines = text.split("\n")
    joints = [" " if len(line) >= WRAP and after else "\n" for line, after in pairwise(lines)]
    return "".join(chain.from_iterable(zip_longest(lines, joints, fillvalue="")))


def _sender(row: Row) -> Sender:
    sender = Sender(row.text("name"), safe_address(row, "address"), row.text("phone", ""))
    row.finish()
    return sender


def _expected(row: Row) -> Expected:
    expected = Expected(row.one_of("kind", KINDS), row.text("language"))
    row.finish()
    return expected


def _relation(row: Row) -> Relation:
    relation = Relation(row.text("contact"), row.one_of("message", frozenset({"own", "answer"})))
    row.finish()
    return relation


def _voicemail(row: Row) -> Voicemail:
    voicemail = Voicemail(
        partner=row.text("partner"),
        caller=row.text("caller"),
        called=row.text("called"),
        duration_seconds=row.whole("duration_seconds"),
        recording_url=row.text("recording_url"),
    )
    row.finish()
    return voicemail


def _attachments(row: Row) -> tuple[Attachment, ...]:
    if "attachments" not in row:
        return ()
    return tuple(_attachment(item) for item in row.rows("attachments"))


def _attachment(row: Row) -> Attachment:
    name, type_ = row.text("name"), row.text("type")
    try:
        data = (
            base64.b64decode(row.text("base64"), validate=True)
            if "base64" in row
            else f"{row.text('text')}\n".encode()
        )
    except binascii.Error as error:
        raise ContentError(f"{row.where}: base64 does not decode") from error
    row.finish()
    return Attachment(name, type_, data)


def _answer(row: Row, brand: Brand) -> Answer:
    language = row.one_of("language", frozenset(brand.signature))
    answer = Answer(
        language=language,
        text=prose(row.text("body"), language),
        signature=brand.signature[language],
        note=prose(row.text("note", ""), "en"),
        solve=row.flag("solve", default=True),
    )
    row.finish()
    if "{" in answer.text or "}" in answer.text:
        raise ContentError(f"{row.where}: the body has a placeholder; only the signature may")
    return answer


def _follow_up(row: Row, brand: Brand) -> FollowUp:
    client, answer = row.one_of("client", CLIENTS), _answer(row.row("answer"), brand)
    follow_up = FollowUp(client, prose(row.text("body"), answer.language), answer)
    row.finish()
    quote_style(follow_up.client, follow_up.answer.language)
    return follow_up


def _refuse_nonsense(where: str, contact: Contact, tenant: Tenant) -> None:
    faults = {
        "a ticket needs an answer, nothing else may have one": (
            (contact.expect.kind == "ticket") is not (contact.answer is not None)
        ),
        "a follow-up answers an answer by mail": (
            contact.follow_up is not None and (contact.answer is None or contact.channel != "mail")
        ),
        "an answer must be in the ticket's language": any(
            answer.language != contact.expect.language for answer in answers_of(contact)
        ),
        "a contact needs a body or a raw message": not (contact.body or contact.raw),
        "an HTML-only mail needs body_html": contact.html_only and not contact.body_html,
        "a voicemail is posted by a partner": (
            (contact.channel == "api") is not (contact.voicemail is not None)
        ),
        f"{tenant.name} does not serve the language": (
            contact.expect.language not in tenant.languages
        ),
        f"the body does not fit into {contact.charset}": not _encodes(contact),
    }
    for fault, found in faults.items():
        if found:
            raise ContentError(f"{where}: {fault}")


def answers_of(contact: Contact) -> tuple[Answer, ...]:
    first = (contact.answer,) if contact.answer else ()
    return (*first, contact.follow_up.answer) if contact.follow_up else first


def _encodes(contact: Contact) -> bool:
    try:
        codecs.lookup(contact.charset)
        (contact.raw or contact.body + contact.body_html).encode(contact.charset)
    except (LookupError, UnicodeEncodeError):
        return False
    return True
