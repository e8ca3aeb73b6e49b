"""To which ticket a mail belongs, and whether its sender may write on it."""

import re
from collections.abc import Sequence

from intake.channels.decide.recipients import is_genuine, reference_of
from intake.channels.model import (
    Candidate,
    FollowUpTicket,
    LinkedQuarantined,
    NewTicket,
    ReadMail,
    Reply,
    ReplyKey,
    Threaded,
    Verdict,
)

_REFERENCE = re.compile(r"(?<![A-Z0-9])[A-Z]{2,4}-\d{1,15}(?![A-Z0-9])")


def thread_of(
    mail: ReadMail,
    candidates: Sequence[Candidate],
    *,
    token: str = "",
    key: ReplyKey | None = None,
) -> Threaded:
    """Headers count for a known participant, a genuine reply token for whoever holds it, the
    reference in the subject for a participant again. A sender whose domain disowns the mail is
    no participant. Anybody else on a known thread gets a ticket of his own, quarantined.
    """
    by_headers = _by_headers(mail, candidates)
    by_subject = [each for each in candidates if each.reference in references_in(mail.subject)]
    for candidate in by_headers:
        if _participates(mail, candidate):
            return _settled(candidate, "headers")
    for candidate in candidates:
        if key and _holds_token(mail, candidate, token, key):
            return _settled(candidate, "token")
    for candidate in by_subject:
        if _participates(mail, candidate):
            return _settled(candidate, "subject")
    for candidate, because in (*_each(by_headers, "headers"), *_each(by_subject, "subject")):
        return LinkedQuarantined(candidate.ticket, because)
    return NewTicket()


def known_ids(mail: ReadMail) -> tuple[str, ...]:
    """The Message-IDs that the mail names as what it answers, the nearest first."""
    return tuple(dict.fromkeys((*mail.in_reply_to, *reversed(mail.references))))


def references_in(subject: str) -> tuple[str, ...]:
    """What looks like a ticket's reference in a subject."""
    return tuple(dict.fromkeys(_REFERENCE.findall(subject.upper())))


def _by_headers(mail: ReadMail, candidates: Sequence[Candidate]) -> list[Candidate]:
    return [
        candidate
        for message_id in known_ids(mail)
        for candidate in candidates
        if message_id in candidate.message_ids
    ]


def _participates(mail: ReadMail, candidate: Candidate) -> bool:
    return mail.sender.address in candidate.participants and mail.dmarc is not Verdict.FAIL


def _holds_token(mail: ReadMail, candidate: Candidate, token: str, key: ReplyKey) -> bool:
    if reference_of(token) != candidate.reference:
        return False
    holders = candidate.participants | {mail.sender.address}
    return any([is_genuine(token, each, key) for each in sorted(holders)])


def _each(candidates: Sequence[Candidate], because: str) -> list[tuple[Candidate, str]]:
    return [(candidate, because) for candidate in candidates]


def _settled(candidate: Candidate, because: str) -> Reply | FollowUpTicket:
    if candidate.ended:
        return FollowUpTicket(candidate.ticket, because)
    return Reply(candidate.ticket, because)
