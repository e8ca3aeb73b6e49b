"""The bytes of a mail of ours. The same mail is the same bytes, so that sending again repeats."""

import base64
import quopri
from email.generator import BytesGenerator
from email.header import Header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime, formataddr
from io import BytesIO

from intake.replies.model import OutgoingMail

_POLICY = compat32.clone(linesep="\r\n", max_line_length=76)
_LONGEST_LINE = 900


def to_bytes(mail: OutgoingMail) -> bytes:
    """Headers in ASCII, lines under the limit and ended by CRLF, text and its HTML twin."""
    message = MIMEMultipart(
        "alternative",
        boundary=f"=_{mail.message_id.strip('<>').partition('@')[0]}",
        _subparts=(_part(mail.text, "plain"), _part(mail.html, "html")),
    )
    for name, value in _headers(mail):
        if value:
            message[name] = value
    out = BytesIO()
    BytesGenerator(out, mangle_from_=False, policy=_POLICY).flatten(message)
    return out.getvalue()


def _headers(mail: OutgoingMail) -> tuple[tuple[str, str], ...]:
    automatic = mail.automatic
    return (
        ("From", _mailbox(mail.from_name, mail.from_address)),
        ("Reply-To", _mailbox(mail.from_name, mail.reply_to)),
        ("To", mail.to),
        ("Subject", _encoded(mail.subject, "Subject")),
        ("Date", format_datetime(mail.at)),
        ("Message-ID", mail.message_id),
        ("In-Reply-To", mail.in_reply_to),
        ("References", "\r\n ".join(mail.references)),
        ("Content-Language", mail.language),
        ("Auto-Submitted", "auto-replied" if automatic else ""),
        ("X-Auto-Response-Suppress", "All" if automatic else ""),
    )


def _mailbox(name: str, address: str) -> str:
    if name.isascii() and "=?" not in name:
        return formataddr((name, address))
    return f"{_encoded(name, 'Reply-To')}\r\n <{address}>"


def _encoded(text: str, header: str) -> str:
    """Encoded words where a text is not plain ASCII, or could be taken for one of them."""
    if text.isascii() and "=?" not in text:
        return text
    return Header(text, "utf-8", 75, header).encode(linesep="\r\n")


def _part(text: str, subtype: str) -> Message:
    part = MIMENonMultipart("text", subtype, charset="utf-8")
    data = (text.rstrip("\n") + "\n").encode("utf-8")
    transfer = _transfer(data)
    part["Content-Transfer-Encoding"] = transfer
    part.set_payload(_transferred(data, transfer).decode("ascii"))
    return part


def _transfer(data: bytes) -> str:
    """Readable on the wire where most of it is ASCII."""
    if data.isascii() and max(map(len, data.split(b"\n"))) <= _LONGEST_LINE:
        return "7bit"
    mostly_ascii = sum(byte > 127 for byte in data) * 3 < len(data)
    return "quoted-printable" if mostly_ascii else "base64"


def _transferred(data: bytes, transfer: str) -> bytes:
    match transfer:
        case "base64":
            return base64.encodebytes(data.replace(b"\n", b"\r\n"))
        case "quoted-printable":
            return quopri.encodestring(data)
        case _:
            return data
