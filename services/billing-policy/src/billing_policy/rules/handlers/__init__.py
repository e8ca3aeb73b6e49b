"""Keeps policies, tries their conditions, and hands out the one in force."""

from billing_policy.rules.handlers.drafting import draft_of
from billing_policy.rules.handlers.keeping import (
    edition,
    edition_in_force,
    edition_of_draft,
    policy_with_versions,
    put_policy,
)
from billing_policy.rules.handlers.trying import find_problems

__all__ = [
    "draft_of",
    "edition",
    "edition_in_force",
    "edition_of_draft",
    "find_problems",
    "policy_with_versions",
    "put_policy",
]
