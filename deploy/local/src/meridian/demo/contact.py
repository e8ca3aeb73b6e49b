"""A contact of the demo as values: what a customer sends, what becomes of it, what we answer."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sender:
    """A phone number is known for callers only."""

    name: str
    address: str
    phone: str


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Relation:
    """Answers another contact's mail: the sender's `own` first one or our `answer` to it."""

    contact: str
    message: str


@dataclass(frozen=True, slots=True)
class Voicemail:
    """What the phone partner adds to a transcript when it posts a voicemail."""

    partner: str
    caller: str
    called: str
    duration_seconds: int
    recording_url: str


@dataclass(frozen=True, slots=True)
class Expected:
    """`kind` is ticket, thread, auto_reply, bounce, spam, quarantined, refused or duplicate."""

    kind: str
    language: str


@dataclass(frozen=True, slots=True)
class Answer:
    """`text` is unsigned; `note` is an internal note, empty where there is none."""

    language: str
    text: str
    signature: str
    note: str
    solve: bool

    @property
    def body(self) -> str:
        """The whole answer, with the placeholder `{agent}` in its signature."""
        return f"{self.text}\n\n{self.signature}"

    def signed_by(self, agent: str) -> str:
        return self.body.replace("{agent}", agent)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The customer's next mail, written under our answer in their mail program."""

    client: str
    body: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Contact:
    """`body` is always the readable text; `body_html`, `raw` and `voicemail` say how it travels."""

    key: str
    tenant: str
    brand: str
    channel: str
    sender: Sender
    to: str
    envelope_from: str
    subject: str
    body: str
    body_html: str
    html_only: bool
    language: str
    charset: str
    transfer: str
    headers: Mapping[str, str]
    attachments: tuple[Attachment, ...]
    raw: str
    voicemail: Voicemail | None
    relates_to: Relation | None
    same_message_as: str
    expect: Expected
    answer: Answer | None
    follow_up: FollowUp | None
