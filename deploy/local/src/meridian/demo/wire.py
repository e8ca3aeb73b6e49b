"""Builds the bytes that a customer's mail program would put on the wire. Pure; sends nothing."""

import base64
import quopri
from datetime import datetime
from email.generator import BytesGenerator
from email.header import Header
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime, formataddr
from html import escape
from io import BytesIO

from meridian.demo.contact import Attachment, Contact, FollowUp
from meridian.demo.quoting import Quoted, attribution, quote, quote_style

_POLICY = compat32.clone(linesep="\r\n", max_line_length=76)
_LONGEST_LINE = 998
_RTL = frozenset({"ar", "he"})


def mime(
    contact: Contact,
    message_id: str,
    in_reply_to: str | None = None,
    *,
    references: tuple[str, ...] = (),
    date: datetime | None = None,
) -> bytes:
    """The contact's first mail. A raw one is sent as written, broken or not, with ids filled in."""
    if contact.channel != "mail":
        raise ValueError(f"{contact.key} comes by {contact.channel}, not by mail")
    if contact.raw:
        return _raw(contact, message_id, in_reply_to or "")
    message = _with_attachments(_content(contact), contact.attachments)
    _address(message, contact, contact.subject)
    _thread(message, message_id, in_reply_to, references)
    if date:
        message["Date"] = format_datetime(date)
    for name, value in contact.headers.items():
        message[name] = value
    return _bytes(message)


def follow_up_mime(
    contact: Contact, follow_up: FollowUp, quoted: Quoted, *, message_id: str, date: datetime
) -> bytes:
    """The customer's reply to our answer, quoting it as their mail program does."""
    language, client = contact.language, follow_up.client
    text = f"{follow_up.body}\n\n{quote(client, language, quoted)}"
    message: Message = _text_part(text, "plain", "utf-8", "")
    if client == "gmail":
        html = _text_part(_gmail_html(language, follow_up.body, quoted), "html", "utf-8", "")
        message = MIMEMultipart("alternative", _subparts=(message, html), boundary="000000000000gm")
    _address(message, contact, quote_style(client, language).subject_prefix + contact.subject)
    _thread(message, message_id, quoted.message_id, (*quoted.references, quoted.message_id))
    message["Date"] = format_datetime(date)
    return _bytes(message)


def _raw(contact: Contact, message_id: str, in_reply_to: str) -> bytes:
    text = contact.raw.replace("{message_id}", message_id).replace("{in_reply_to}", in_reply_to)
    return (text.replace("\n", "\r\n") + "\r\n").encode(contact.charset)


def _content(contact: Contact) -> Message:
    plain = _text_part(contact.body, "plain", contact.charset, contact.transfer)
    if not contact.body_html:
        return plain
    html = _text_part(contact.body_html, "html", contact.charset, contact.transfer)
    if contact.html_only:
        return html
    return MIMEMultipart("alternative", _subparts=(plain, html), boundary=f"alt-{contact.key}")


def _with_attachments(content: Message, attachments: tuple[Attachment, ...]) -> Message:
    if not attachments:
        return content
    mixed = MIMEMultipart("mixed", boundary=f"mixed-{attachments[0].data[-12:].hex()}")
    mixed.attach(content)
    for attachment in attachments:
        mixed.attach(_attachment_part(attachment))
    return mixed


def _attachment_part(attachment: Attachment) -> Message:
    main, _, sub = attachment.type.partition("/")
    part = MIMEBase(main, sub, charset="utf-8") if main == "text" else MIMEBase(main, sub)
    name = attachment.name if attachment.name.isascii() else ("utf-8", "", attachment.name)
    part.add_header("Content-Disposition", "attachment", filename=name)
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(base64.encodebytes(attachment.data).decode("ascii"))
    return part


def _text_part(text: str, subtype: str, charset: str, transfer: str) -> Message:
    part = MIMENonMultipart("text", subtype, charset=charset)
    data = f"{text}\n".encode(charset)
    transfer = transfer or _usual_transfer(data, charset)
    part["Content-Transfer-Encoding"] = transfer
    part.set_payload(_encoded(data, transfer).decode("ascii", "surrogateescape"))
    return part


def _usual_transfer(data: bytes, charset: str) -> str:
    """What mail programs choose: quoted-printable while most of it stays readable."""
    short_lines = max(map(len, data.splitlines())) <= _LONGEST_LINE
    if data.isascii() and short_lines:
        return "7bit"
    if sum(byte > 127 for byte in data) * 3 < len(data):
        return "quoted-printable"
    return "8bit" if charset != "utf-8" and short_lines else "base64"


def _encoded(data: bytes, transfer: str) -> bytes:
    if transfer == "base64":
        return base64.encodebytes(data.replace(b"\n", b"\r\n"))
    return quopri.encodestring(data) if transfer == "quoted-printable" else data


def _address(message: Message, contact: Contact, subject: str) -> None:
    sender = contact.sender
    name = sender.name
    if not name.isascii():
        name = Header(name, _encodable(name, contact.charset)).encode(maxlinelen=0)
    message["From"] = formataddr((name, sender.address))
    message["To"] = contact.to
    charset = "us-ascii" if subject.isascii() else _encodable(subject, contact.charset)
    message["Subject"] = Header(subject, charset, 70, "Subject").encode()


def _encodable(text: str, charset: str) -> str:
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return "utf-8"
    return charset


def _thread(
    message: Message, message_id: str, in_reply_to: str | None, references: tuple[str, ...]
) -> None:
    message["Message-ID"] = message_id
    if in_reply_to:
        message["In-Reply-To"] = in_reply_to
    if references or in_reply_to:
        message["References"] = " ".join(references or (in_reply_to or "",))
    del message["MIME-Version"]
    message["MIME-Version"] = "1.0"


def _gmail_html(language: str, body: str, quoted: Quoted) -> str:
    direction = "rtl" if language in _RTL else "ltr"
    head = escape(attribution("gmail", language, quoted)).replace("\n", " ")
    return (
        f'<div dir="{direction}">{_lines(body)}</div><br><div class="gmail_quote">'
        f'<div dir="{direction}" class="gmail_attr">{head}<br></div>'
        '<blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px #ccc solid;'
        f'padding-left:1ex"><div dir="{direction}">{_lines(quoted.text)}</div></blockquote></div>'
    )


def _lines(text: str) -> str:
    return "<br>\n".join(escape(line) for line in text.splitlines())


def _bytes(message: Message) -> bytes:
    out = BytesIO()
    BytesGenerator(out, mangle_from_=False, policy=_POLICY).flatten(message)
    return out.getvalue()
