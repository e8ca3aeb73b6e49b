"""Builders of raw mail and of mail already read."""

from intake.channels.decide.mime import read_mail
from intake.channels.model import Address, Envelope, ReadMail, Unreadable

BRAND = "support@nordhost.example"
CUSTOMER = "kai@customer.test"


def raw(*headers: str, body: str | bytes = "Hello", sender: str | None = CUSTOMER) -> bytes:
    """A mail as it comes over the wire; `sender` None leaves the From field out."""
    first = (f"From: {sender}",) if sender else ()
    head = "\r\n".join((*first, *headers)).encode("utf-8", "surrogateescape")
    data = body.replace("\n", "\r\n").encode() if isinstance(body, str) else body
    return head + b"\r\n\r\n" + data


def read(data: bytes, mail_from: str | None = CUSTOMER, authserv: str = "") -> ReadMail:
    found = read_mail(data, Envelope(mail_from, BRAND), authserv=authserv)
    assert isinstance(found, ReadMail), found
    return found


def refused(data: bytes, mail_from: str | None = CUSTOMER) -> Unreadable:
    found = read_mail(data, Envelope(mail_from, BRAND))
    assert isinstance(found, Unreadable), found
    return found


def multipart(subtype: str, *parts: str, boundary: str = "b1") -> tuple[str, str]:
    """The Content-Type header and the body of a multipart."""
    sections = "".join(f"--{boundary}\n{part}\n" for part in parts)
    return (
        f'Content-Type: multipart/{subtype}; boundary="{boundary}"',
        f"preamble\n{sections}--{boundary}--\nepilogue\n",
    )


def person(**changes: object) -> ReadMail:
    """A mail already read, from a customer to the brand."""
    values: dict[str, object] = {
        "envelope": Envelope(CUSTOMER, BRAND),
        "sender": Address(CUSTOMER, "Kai"),
        "subject": "Server down",
        "text": "It does not answer.",
    }
    return ReadMail(**(values | changes))  # type: ignore[arg-type]
