"""What the policy says to a request, who may approve or refuse, and how it is explained. Pure."""

from billing_policy.remedies.decide.outcome import choose_offers, decide_remedy, outcome_state
from billing_policy.remedies.decide.people import (
    decide_approval,
    decide_expiry,
    decide_refusal,
    may_approve,
)
from billing_policy.remedies.decide.requests import check_request

__all__ = [
    "check_request",
    "choose_offers",
    "decide_approval",
    "decide_expiry",
    "decide_refusal",
    "decide_remedy",
    "may_approve",
    "outcome_state",
]
