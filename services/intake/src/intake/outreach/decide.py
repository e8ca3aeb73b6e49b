"""Whether a customer is told, what the letter must know, and when it may leave."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from contracts.vocabulary import RemedyKind, TicketState
from intake.outreach.model import (
    Accepted,
    Addressee,
    Amount,
    Contents,
    QuietHours,
    Refusal,
    Request,
    Template,
    Why,
)

_FIGURE = re.compile(r"[0-9]{1,15}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_OVER = (TicketState.SOLVED, TicketState.CLOSED)


def outreach_id(tenant: UUID, asked_by: str, dedup_key: str) -> UUID:
    """The same request has the same id for ever: the letter's too, and its Message-ID."""
    return uuid5(tenant, f"outreach:{asked_by}:{dedup_key}")


def decide_request(request: Request, addressee: Addressee | None, now: datetime) -> Accepted | Why:
    """Told at once or after the quiet hours, or the one reason why nobody can be told."""
    contents = read_contents(request.template, request.values)
    if isinstance(contents, Why):
        return contents
    if addressee is None:
        return Why.TICKET_GONE
    if not addressee.reachable:
        return Why.NO_ADDRESS
    if not still_meant(contents.template, addressee.state):
        return Why.OVERTAKEN
    if not request.respects_quiet_hours:
        return Accepted(None)
    return Accepted(quiet_until(now, addressee.zone, addressee.quiet))


def still_meant(template: Template, state: TicketState) -> bool:
    """A question about the help is for a ticket that is over: reopened, nobody asks."""
    return template is not Template.SURVEY or state in _OVER


def quiet_until(now: datetime, zone: str, quiet: QuietHours) -> datetime | None:
    """When the quiet hours end that `now` falls into; None outside of them.

    A zone that nobody knows counts as UTC.
    """
    local = now.astimezone(_zone(zone))
    hour = local.hour
    over_midnight = quiet.start > quiet.end
    inside = (
        hour >= quiet.start or hour < quiet.end
        if over_midnight
        else quiet.start <= hour < quiet.end
    )
    if not inside:
        return None
    day = local.date() + timedelta(days=int(hour >= quiet.end))
    return datetime.combine(day, time(quiet.end), local.tzinfo).astimezone(UTC)


def read_contents(template: str, values: Mapping[str, str]) -> Contents | Why:
    """What the letter says, whole; `values` beyond what it needs are ignored."""
    try:
        known = Template(template)
    except ValueError:
        return Why.UNKNOWN_TEMPLATE
    try:
        return _READ.get(known, _nothing)(known, values)
    except (ValueError, KeyError):
        return Why.VALUES_UNFIT


def _nothing(template: Template, values: Mapping[str, str]) -> Contents:
    return Contents(template=template)


def _survey(template: Template, values: Mapping[str, str]) -> Contents:
    return Contents(template=template, survey=UUID(values["survey"]))


def _money(template: Template, values: Mapping[str, str]) -> Contents:
    return Contents(template=template, amount=_amount(values, "amount_minor"))


def _time(template: Template, values: Mapping[str, str]) -> Contents:
    return Contents(template=template, days=_days(values["days"]))


def _no(template: Template, values: Mapping[str, str]) -> Contents:
    refusal = Refusal(values["reason"])
    if not values.get("alternative_kind"):
        return Contents(template=template, refusal=refusal)
    kind = RemedyKind(values["alternative_kind"])
    extends = kind is RemedyKind.EXTENSION
    return Contents(
        template=template,
        refusal=refusal,
        instead=kind,
        amount=None if extends else _amount(values, "alternative_amount_minor"),
        days=_days(values["alternative_days"]) if extends else None,
    )


def _amount(values: Mapping[str, str], key: str) -> Amount:
    currency = values["currency"]
    if not _CURRENCY.fullmatch(currency):
        raise ValueError("no currency")
    return Amount(_figure(values[key]), currency)


def _days(text: str) -> int:
    days = _figure(text)
    if days > 36_500:
        raise ValueError("no such stretch of time")
    return days


def _figure(text: str) -> int:
    """Above nothing: nobody is told that they get nothing."""
    if not _FIGURE.fullmatch(text) or int(text) == 0:
        raise ValueError("no figure")
    return int(text)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


_READ: Mapping[Template, Callable[[Template, Mapping[str, str]], Contents]] = {
    Template.SURVEY: _survey,
    Template.REFUND_PAID: _money,
    Template.REFUND_DELAYED: _money,
    Template.GOODWILL_GRANTED: _money,
    Template.EXTENSION_GRANTED: _time,
    Template.REMEDY_REFUSED: _no,
}
