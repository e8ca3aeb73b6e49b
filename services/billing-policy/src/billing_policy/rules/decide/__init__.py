"""What a policy must be like, and which version is in force. Pure."""

from billing_policy.rules.decide.facts import FACTS, FACTS_BY_NAME
from billing_policy.rules.decide.syntax import refused
from billing_policy.rules.decide.versions import (
    check_policy,
    choose_edition,
    decide_version,
    expressions,
)

__all__ = [
    "FACTS",
    "FACTS_BY_NAME",
    "check_policy",
    "choose_edition",
    "decide_version",
    "expressions",
    "refused",
]
