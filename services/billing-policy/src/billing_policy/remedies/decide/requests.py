"""Requests that no policy need look at: they cannot be meant as they were said. Pure."""

from billing_policy.remedies.model import Asked, Paid, RemedyError
from billing_policy.tickets.model import Ticket
from contracts.vocabulary import RemedyKind


def check_request(asked: Asked, ticket: Ticket, paid: Paid | None, currency: str) -> None:
    """
    Raises:
        RemedyError: a void ticket, a refund of nothing, more than was paid, a wrong currency.
    """
    if ticket.void:
        raise RemedyError("ticket-over")
    if asked.kind is RemedyKind.REFUND and paid is None:
        raise RemedyError("charge-needed")
    if asked.kind is RemedyKind.EXTENSION and asked.amount_minor:
        raise RemedyError("days-not-money")
    if asked.kind is not RemedyKind.EXTENSION and asked.days:
        raise RemedyError("money-not-days")
    _check_currency(asked.currency, paid.currency if paid else currency, currency)
    if paid is not None and asked.kind is RemedyKind.REFUND:
        _check_refund(asked.amount_minor, paid)


def _check_currency(asked: str | None, expected: str, counted: str) -> None:
    if asked not in (None, expected):
        raise RemedyError("wrong-currency", currency=expected)
    if expected != counted:
        raise RemedyError("policy-currency", currency=counted, paid=expected)


def _check_refund(amount: int, paid: Paid) -> None:
    if paid.disputed:
        raise RemedyError("disputed")
    if amount > paid.captured_minor:
        raise RemedyError("over-paid", paid_minor=paid.captured_minor, currency=paid.currency)
    if amount > paid.refundable_minor or not paid.refundable_minor:
        raise RemedyError("over-charge", left_minor=paid.refundable_minor, currency=paid.currency)
