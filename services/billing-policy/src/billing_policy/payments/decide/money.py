"""Minor units and the decimal amounts a provider wants. Integers and Decimals only. Pure."""

from decimal import Decimal, InvalidOperation

# ISO 4217: currencies whose smallest unit is not a hundredth.
NO_DECIMALS = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND"}
    | {"VUV", "XAF", "XOF", "XPF"}
)
THREE_DECIMALS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
# Two decimals with the provider, though none by ISO 4217; they are always zeros.
PADDED = frozenset({"ISK", "UGX"})


class AmountError(ValueError):
    """No whole number of minor units of its currency."""


def exponent(currency: str) -> int:
    """How many decimals the currency's amounts have."""
    if currency in NO_DECIMALS:
        return 0
    return 3 if currency in THREE_DECIMALS else 2


def to_provider(minor: int, currency: str) -> str:
    """2500 EUR is `25.00`, 2500 JPY is `2500`, 2500 KWD is `2.500`, 25 ISK is `25.00`."""
    amount = Decimal(minor).scaleb(-exponent(currency))
    return f"{amount:.2f}" if currency in PADDED else str(amount)


def from_provider(amount: str, currency: str) -> int:
    """
    Raises:
        AmountError: it has a fraction that the currency does not.
    """
    try:
        minor = Decimal(amount).scaleb(exponent(currency))
        whole = int(minor)
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise AmountError(amount) from error
    if whole != minor:
        raise AmountError(f"{amount} {currency}")
    return whole
