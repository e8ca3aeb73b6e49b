"""Findings in a draft, as a problem that names each place."""

from billing_policy.rules.model import Finding
from chassis import problems


def refuse_findings(findings: tuple[Finding, ...]) -> None:
    """
    Raises:
        Problem: 422, when there is any.
    """
    if findings:
        first = findings[0]
        raise problems.invalid(
            "The policy cannot be kept: {reason}.",
            "Correct the places named and send it again. Nothing has changed.",
            reason=f"{first.field} {first.problem}",
            errors=[{"field": each.field, "problem": each.problem} for each in findings],
        )
