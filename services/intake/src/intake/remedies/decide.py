"""Which remedies a customer sees: what a person or the policy gave, never an engine's no."""

from contracts.vocabulary import RemedyState
from intake.remedies.model import Given

_FOR_CUSTOMERS = frozenset(
    {
        RemedyState.GRANTED,
        RemedyState.APPROVAL_NEEDED,
        RemedyState.APPROVED,
        RemedyState.REFUSED,
    }
)


def for_customer(given: Given) -> bool:
    """Whether the customer sees it: given, being looked at, or refused by a manager."""
    return given.remedy.state in _FOR_CUSTOMERS
