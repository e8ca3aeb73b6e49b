"""How the double answers: its own exponents of currencies, its limits, its ways to misbehave."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

MOST_REFUNDS = 20
HANG_S = 30.0
LATER_S = 2.0

# How many decimals an amount has here. ISK and UGX have none by ISO, but two with this provider.
_NONE = ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "PYG", "RWF", "UYI", "VND", "VUV", "XAF")
_THREE = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
DECIMALS = dict.fromkeys((*_NONE, "XOF", "XPF"), 0) | dict.fromkeys(_THREE, 3)

BEHAVIOURS = {
    "": "as its reference says, otherwise well",
    "well": "succeeds at once",
    "timeout": "makes the refund, but answers too late",
    "lost": "the first call is lost on its way: no answer, nothing made",
    "error": "answers 500 and makes nothing, for ever under that key",
    "error-after": "makes the refund and answers 500 all the same",
    "conflict": "answers 409 while it works, and makes the refund a moment later",
    "pending": "pending first, succeeds later",
    "late-failure": "pending first, fails later",
    "refuse": "refused by the bank",
    "dispute": "the customer's bank disputes the charge as soon as it is touched",
    "limit": "at most one refund on the charge",
    "duplicate": "tells every event twice, and the pending one after the final one",
}


class Refused(Exception):
    """The answer is an error, and will be under this key."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts when a refund is asked for: all in units of the currency."""

    captured: int
    currency: str
    given_back: int
    count: int
    most: int
    disputed: bool


def units(amount: str, currency: str) -> int:
    """The whole number of the smallest units; a wrong number of decimals is an error, not a guess.

    Raises:
        Refused: it is no amount of that currency.
    """
    decimals = DECIMALS.get(currency, 2)
    try:
        value = Decimal(amount)
    except InvalidOperation:
        value = Decimal("NaN")
    exponent = value.as_tuple().exponent
    if not value.is_finite() or value <= 0 or exponent != -decimals:
        raise Refused(
            400, "amount_invalid", f"an amount of {currency} is positive, with {decimals} decimals"
        )
    return int(value.scaleb(decimals))


def amount(count: int, currency: str) -> str:
    return str(Decimal(count).scaleb(-DECIMALS.get(currency, 2)))


def behaviour_of(reference: str, told: str) -> str:
    """As told by the control address, or by what follows the last `~` of the charge's reference."""
    if told:
        return told
    _, marked, word = reference.rpartition("~")
    return word if marked and word in BEHAVIOURS else ""


def check(standing: Standing, asked: int, currency: str) -> None:
    """
    Raises:
        Refused: with the first reason found.
    """
    if standing.disputed:
        raise Refused(402, "charge_disputed", "the customer's bank disputes this charge")
    if currency != standing.currency:
        raise Refused(400, "currency_mismatch", f"it was charged in {standing.currency}")
    if standing.count >= standing.most:
        raise Refused(402, "too_many_refunds", f"at most {standing.most} refunds on a charge")
    if standing.given_back + asked > standing.captured:
        raise Refused(402, "over_captured", "more than was captured and is left")
