"""What another service asked us to tell, as a letter: its figures in the reader's words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from intake.outreach.model import Contents
from intake.replies.decide.amounts import spoken_amount, spoken_days
from intake.replies.decide.compose import compose_letter
from intake.replies.decide.languages import choose_language
from intake.replies.model import (
    LanguageTexts,
    Letter,
    OutgoingMail,
    Stamp,
    Texts,
    Thread,
    Values,
    Writer,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Where a letter leads: to the page of the ticket, or of the survey; and to people."""

    ticket: str
    survey: str = ""
    contacts: Sequence[str] = ()


def compose_told(
    contents: Contents, ways: Ways, thread: Thread, *, writer: Writer, language: str, texts: Texts,
    stamp: Stamp,
) -> OutgoingMail:  # fmt: skip
    """One link only; a refusal names its reason, what is offered instead, and people to talk to."""
    chosen = choose_language(language, writer.default_language, texts.by_language)
    amount = contents.amount
    values = Values(
        link=ways.survey or ways.ticket,
        for_reader_only=bool(ways.survey),
        amount=spoken_amount(amount.minor, amount.currency, chosen) if amount else "",
        days=spoken_days(contents.days, chosen) if contents.days else "",
    )
    more = _refused(contents, values, texts.by_language[chosen], ways.contacts)
    return compose_letter(
        Letter(contents.template.value), replace(values, more=more), thread, writer=writer,
        language=chosen, texts=texts, stamp=stamp,
    )  # fmt: skip


def _refused(
    contents: Contents, values: Values, words: LanguageTexts, contacts: Sequence[str]
) -> tuple[str, ...]:
    if contents.refusal is None:
        return ()
    offered = words.instead[contents.instead] if contents.instead else ""
    return (
        words.reasons[contents.refusal],
        offered.format(amount=values.amount, days=values.days),
        words.reach.format(contacts=" · ".join(contacts)) if contacts else "",
    )
