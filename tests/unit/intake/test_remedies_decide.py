"""Which remedies a customer sees."""

from uuid import UUID

import pytest

from contracts.vocabulary import RemedyKind, RemedyState
from intake.remedies.decide import for_customer
from intake.remedies.model import Given, Remedy
from tests.unit.intake.remedies import AT


@pytest.mark.parametrize(
    ("state", "seen"),
    [
        (RemedyState.REQUESTED, False),
        (RemedyState.GRANTED, True),
        (RemedyState.APPROVAL_NEEDED, True),
        (RemedyState.NOT_COVERED, False),
        (RemedyState.APPROVED, True),
        (RemedyState.REFUSED, True),
        (RemedyState.EXPIRED, False),
    ],
)
def test_a_customer_hears_no_from_a_manager_only(state: RemedyState, seen: bool) -> None:
    remedy = Remedy(
        tenant=UUID(int=1), id=UUID(int=2), ticket=UUID(int=3), kind=RemedyKind.REFUND,
        state=state, amount_minor=1, currency="EUR", days=0, at=AT,
    )  # fmt: skip

    assert for_customer(Given(remedy)) is seen
