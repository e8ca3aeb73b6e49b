"""A mail of ours from its parts: the platform's own letters, and what colleagues write."""

import re
from collections.abc import Mapping
from dataclasses import replace

from intake.replies.decide.languages import choose_language, in_language
from intake.replies.decide.pages import page
from intake.replies.model import (
    UNFIT_FOR_HEADER,
    Answer,
    Letter,
    OutgoingMail,
    Quotation,
    Stamp,
    Texts,
    Thread,
    Values,
    Writer,
)

LONGEST_SUBJECT = 200
MOST_REFERENCES = 20
LONGEST_QUOTATION = 10_000
_RIGHT_TO_LEFT = frozenset({"ar", "he", "fa", "ur"})
# Prefixes that mail programs put before the subject of a reply or of something passed on.
_PREFIX = re.compile(
    r"(?:(?:re|aw|sv|vs|antw|odp|ynt|rif|res|ref|fwd?|wg|tr|rv|enc|i|vb|doorst|pd|ilt|"
    r"відп|отв|ответ|пер|رد|תגובה|回复|答复|回覆|转发|轉寄|答覆|회신|전달)(?:\[\d+\])?\s*[:：]\s*)+",
    re.IGNORECASE,
)
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,250}>")
# Marks that turn around or hide what is read.
_HIDDEN = re.compile(r"[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def compose_letter(
    letter: Letter, values: Values, thread: Thread, *, writer: Writer, language: str, texts: Texts,
    stamp: Stamp,
) -> OutgoingMail:  # fmt: skip
    """What the platform writes by itself: authored words, not one of the customer's."""
    chosen = choose_language(language, writer.default_language, texts.by_language)
    words = texts.by_language[chosen]
    text = words.letters[letter]
    fill = _fillings(values, thread, writer)
    link = f"{text.see or words.see}\n{values.link}" if values.link else ""
    before = (words.greeting.format_map(fill), text.body.format_map(fill), *values.more)
    after = (words.human, words.sign_off.format_map(fill))
    mail = _mail(
        _joined(*before, link, *after), thread, writer, stamp, language=chosen,
        subject=text.subject.format_map(fill), automatic=True,
    )  # fmt: skip
    return replace(mail, kept=_joined(*before, *after)) if values.for_reader_only else mail


def compose_answer(
    answer: Answer, thread: Thread, *, writer: Writer, texts: Texts, stamp: Stamp
) -> OutgoingMail:
    """What a colleague wrote, signed unless it is already, above what it answers."""
    chosen = choose_language(answer.language, writer.default_language, texts.by_language)
    quotation = answer.quotation
    body = signed(answer, writer)
    if quotation and quotation.text.strip():
        body = f"{body}\n\n{quoted(quotation, texts.by_language[chosen].quote)}"
    return _mail(
        body, thread, writer, stamp, language=answer.language or chosen,
        subject=answer_subject(thread), automatic=False,
    )  # fmt: skip


def delivery_problem_note(texts: Texts, thread: Thread, status: str) -> str:
    """For colleagues: a mail of ours did not arrive."""
    words = texts.by_language["en"].letters[Letter.DELIVERY_PROBLEM]
    return words.body.format_map({"reference": thread.reference, "status": status or "unknown"})


def signed(answer: Answer, writer: Writer) -> str:
    """The text with the brand's signature under it, in the answer's language."""
    text = answer.text.strip()
    signature = in_language(writer.signatures, answer.language, writer.default_language)
    signature = signature.replace("{agent}", answer.agent).strip()
    if not signature or _ends_with(text, signature):
        return text
    return f"{text}\n\n{signature}"


def quoted(quotation: Quotation, introduction: str) -> str:
    """The customer's words below, each line marked; very long ones are cut."""
    text = quotation.text.strip()
    lines = text[:LONGEST_QUOTATION].splitlines()
    if len(text) > LONGEST_QUOTATION:
        lines.append("[…]")
    said = introduction.format_map({"at": quotation.at, "name": visible_line(quotation.name)})
    return "\n".join([said, "", *(f"> {line}".rstrip() for line in lines)])


def answer_subject(thread: Thread) -> str:
    """`Re:` the customer's own subject, in one line, with the reference for mail programs that
    lose everything else."""
    subject = _PREFIX.sub("", visible_line(thread.subject), count=1)[:LONGEST_SUBJECT].strip()
    if not subject:
        return f"Re: [{thread.reference}]"
    return (
        f"Re: {subject}" if thread.reference in subject else f"Re: {subject} [{thread.reference}]"
    )


def _joined(*paragraphs: str) -> str:
    return "\n\n".join(filter(None, paragraphs))


def visible_line(text: str) -> str:
    """One line without control characters, and without those that nobody sees."""
    return " ".join(_HIDDEN.sub("", UNFIT_FOR_HEADER.sub(" ", text)).split())


def _mail(
    body: str, thread: Thread, writer: Writer, stamp: Stamp, *, language: str, subject: str,
    automatic: bool,
) -> OutgoingMail:  # fmt: skip
    right_to_left = language.partition("-")[0].lower() in _RIGHT_TO_LEFT
    answered = [each for each in (*thread.references, thread.in_reply_to) if _usable(each)]
    references = tuple(dict.fromkeys(answered))
    return OutgoingMail(
        message_id=f"<{stamp.id}@{writer.domain}>",
        from_name=writer.from_name,
        from_address=writer.address,
        reply_to=thread.reply_to,
        to=thread.to,
        subject=subject,
        text=body,
        html=page(body, language=language, right_to_left=right_to_left),
        language=language,
        at=stamp.at,
        automatic=automatic,
        in_reply_to=thread.in_reply_to if _usable(thread.in_reply_to) else "",
        references=references[:1] + references[1:][-MOST_REFERENCES + 1 :],
    )


def _usable(message_id: str) -> bool:
    """A foreign id that would break our own header is left out of it."""
    return _MESSAGE_ID.fullmatch(message_id) is not None


def _fillings(values: Values, thread: Thread, writer: Writer) -> Mapping[str, str]:
    return {
        "brand": writer.name,
        "reference": thread.reference,
        "due": values.due,
        "until": values.until,
        "previous": values.previous,
        "amount": values.amount,
        "days": values.days,
    }


def _ends_with(text: str, signature: str) -> bool:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    last = [line.strip() for line in signature.splitlines() if line.strip()]
    return lines[-len(last) :] == last
