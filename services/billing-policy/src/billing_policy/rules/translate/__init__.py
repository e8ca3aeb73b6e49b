"""Policies between the document that is kept and what decides; conditions as tests."""

from billing_policy.rules.translate.documents import edition_of, policy_from, to_document
from billing_policy.rules.translate.engine import compile_condition

__all__ = ["compile_condition", "edition_of", "policy_from", "to_document"]
