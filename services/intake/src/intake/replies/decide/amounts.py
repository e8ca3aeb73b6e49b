"""Money and stretches of time in words of the reader's language. Nothing is rounded."""
# house: pure: Babel formats from tables that are part of the package

from datetime import timedelta
from decimal import Decimal

from babel.dates import format_timedelta
from babel.numbers import format_currency

from intake.replies.decide.when import locale_of

# ISO 4217 where it differs from two decimals; Unicode's table differs from ISO's for some.
_NO_DECIMALS = (
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND",
    "VUV", "XAF", "XOF", "XPF",
)  # fmt: skip
_THREE_DECIMALS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_EXPONENTS = {
    **dict.fromkeys(_NO_DECIMALS, 0),
    **dict.fromkeys(_THREE_DECIMALS, 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
_NEVER = 1_000_000


def spoken_amount(minor: int, currency: str, language: str) -> str:
    """Minor units as people write them, for example `12,50 €` for 1250 in German."""
    amount = Decimal(minor).scaleb(-_EXPONENTS.get(currency, 2))
    return format_currency(amount, currency, locale=locale_of(language), decimal_quantization=False)


def spoken_days(days: int, language: str) -> str:
    """So many days, in the plural that the number asks for."""
    return format_timedelta(
        timedelta(days=days), granularity="day", threshold=_NEVER, locale=locale_of(language)
    )
