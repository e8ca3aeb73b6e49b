"""Mail of machines, and how often we answer by machine: loops end here."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from intake.channels.decide.addresses import address_of
from intake.channels.decide.recipients import without_tag
from intake.channels.decide.reports import message_id_in, status_in
from intake.channels.model import (
    Allowed,
    Answerable,
    AutomaticMail,
    AutoReply,
    Bounce,
    DeliveryReport,
    MachineKind,
    MailingList,
    Person,
    ReadMail,
    Withheld,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOST_A_DAY = 5
# A proven sender gets one for each ticket, but a loop of new tickets ends after two.
BURST, MOST_IN_BURST = timedelta(minutes=10), 2
MOST_A_DAY_FOR_PROVEN = 20

_POSTMASTERS = frozenset({"mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon"})
_AUTO_HEADERS = ("x-autoreply", "x-autorespond", "x-autoresponse", "x-mail-autoreply", "x-vacation")
_SUPPRESS = re.compile(r"\b(all|oof|autoreply|dr|ndr|rn|nrn)\b")
_AUTOMATIC_SUBJECT = re.compile(
    r"(?:automatic reply|auto-?reply|out of (?:the )?office|autoreply|automatische antwort|"
    r"abwesenheitsnotiz|abwesend|réponse automatique|absence du bureau|respuesta automática|"
    r"fuera de la oficina|risposta automatica|fuori sede|resposta automática|automatisch antwoord|"
    r"afwezigheidsbericht|automatyczna odpowiedź|odpowiedź automatyczna|автоматична відповідь|"
    r"автоматический ответ|автоответ|otomatik yanıt|رد تلقائي|الرد التلقائي|תשובה אוטומטית|"
    r"מענה אוטומטי|自動応答|自動返信|自动回复|自動回覆|자동 회신|자동 응답|autosvar|"
    r"automatiskt svar|frånvaromeddelande|automatisk svar|fraværsmelding)\s*[:：]"
)


def machine_kind(mail: ReadMail) -> MachineKind:
    """Whether a person wrote, or a machine answered, or one of our mails came back.

    A report of mere delay is no bounce. Mail from the mailbox that it is for is our own.
    """
    if mail.report:
        return _reported(mail.report, mail)
    if mail.media_type == "multipart/report":
        return AutoReply("multipart/report")
    if _comes_from_postmaster(mail):
        return _old_bounce(mail)
    if mail.sender.address and mail.sender.address == without_tag(mail.envelope.recipient)[0]:
        return AutoReply("own-mail")
    if sign := _automatic_sign(mail):
        return AutoReply(sign)
    if sign := _list_sign(mail):
        return MailingList(sign)
    if _has_null_return_path(mail):
        return AutoReply("return-path")
    if _AUTOMATIC_SUBJECT.match(mail.subject.lower()):
        return AutoReply("subject")
    return Person()


def may_acknowledge(
    history: Sequence[AutomaticMail], wanted: Answerable, now: datetime
) -> Allowed | Withheld:
    """Whether one more automatic mail may go to this address; `history` is of the last day.

    A proven sender gets one for each ticket, two within ten minutes at most. Anybody else gets
    one an hour and five a day, counted over all client companies: he may be a victim.
    """
    to_address = [
        sent for sent in history if sent.address == wanted.address and now - sent.at < DAY
    ]
    if any(sent.ticket == wanted.ticket for sent in to_address):
        return Withheld("ticket")
    if not wanted.proven:
        if any(now - sent.at < HOUR for sent in to_address):
            return Withheld("hour")
        return Withheld("day") if len(to_address) >= MOST_A_DAY else Allowed()
    here = [sent for sent in to_address if sent.mailbox == wanted.mailbox]
    if sum(now - sent.at < BURST for sent in here) >= MOST_IN_BURST:
        return Withheld("burst")
    return Withheld("day") if len(here) >= MOST_A_DAY_FOR_PROVEN else Allowed()


def _reported(report: DeliveryReport, mail: ReadMail) -> Bounce | AutoReply:
    if report.action != "failed":
        return AutoReply("delivery-status")
    return Bounce(
        original_message_id=report.original_message_id or _answered(mail),
        status=report.status,
        recipient=report.recipient,
        diagnostic=report.diagnostic,
    )


def _old_bounce(mail: ReadMail) -> Bounce | AutoReply:
    """A mail server's own words: a bounce if they name a failure or the mail that came back."""
    status = status_in(f"{mail.subject}\n{mail.text}")
    original = message_id_in(mail.text) or _answered(mail)
    recipient = address_of(mail.header("x-failed-recipients").partition(",")[0])
    if status[:1] in ("", "5") and (status or original or recipient):
        return Bounce(original, status, recipient, mail.subject)
    return AutoReply("postmaster")


def _answered(mail: ReadMail) -> str:
    return next(iter((*mail.in_reply_to, *reversed(mail.references))), "")


def _has_null_return_path(mail: ReadMail) -> bool:
    return mail.envelope.mail_from in ("", "<>") or mail.header("return-path") == "<>"


def _comes_from_postmaster(mail: ReadMail) -> bool:
    local = mail.sender.address.partition("@")[0]
    nobody = not mail.sender.address
    return (local in _POSTMASTERS or nobody) and (
        _has_null_return_path(mail) or mail.has("x-failed-recipients")
    )


def _automatic_sign(mail: ReadMail) -> str:
    submitted = mail.header("auto-submitted").partition(";")[0].strip().lower()
    if submitted and submitted != "no":
        return "auto-submitted"
    for name in _AUTO_HEADERS:
        if mail.has(name) and mail.header(name).lower() not in ("no", "false"):
            return name
    if _SUPPRESS.search(mail.header("x-auto-response-suppress").lower()):
        return "x-auto-response-suppress"
    if mail.header("precedence").lower() in ("auto_reply", "auto-reply"):
        return "precedence"
    return ""


def _list_sign(mail: ReadMail) -> str:
    if mail.header("precedence").lower() in ("bulk", "list", "junk"):
        return "precedence"
    return next((name for name, _ in mail.headers if name.startswith("list-")), "")
