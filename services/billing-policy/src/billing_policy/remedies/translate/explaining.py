"""Why, in sentences: each with a constant text and the numbers of the record it is filled with.

No amount is made up here: every value comes out of the stored decision.
"""

from dataclasses import dataclass
from typing import Any

Money = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` is the English key; values are texts, whole numbers or money."""

    key: str
    text: str
    values: dict[str, str | int | Money]


LEVELS = {
    "lead": "a shift lead",
    "manager": "a manager",
    "client": "the client",
}
DECIDED = {
    "granted": "Granted: {what}.",
    "approval_needed": "{what} needs the approval of {level}.",
    "not_covered": "Not covered by the policy: {what}.",
}
WHY = {
    "denied": "A rule of the policy excludes it: {rule}.",
    "no_rule": "No rule of the policy fits.",
    "above_rule": "The rule {rule} allows less.",
    "nothing_left": "Nothing is left to give.",
    "above_agent_limit": "It is above what an agent may give alone.",
}
CAPS = {
    "case_minor": "On this ticket {used} of {limit} were given, {remaining} remain.",
    "customer_30d_minor": "In 30 days they were given {used} of {limit}, {remaining} remain.",
    "customer_365d_minor": "In a year they were given {used} of {limit}, {remaining} remain.",
    "tenant_month_minor": "Of the month's budget {used} of {limit} were used, {remaining} remain.",
    "customer_365d_days": "In a year they had {used} of {limit} days, {remaining} remain.",
}
INSTEAD = "Allowed instead: {what}."
RULE = "Policy version {version}, rule {rule}."
WHAT = {
    "refund": "{amount} back",
    "discount": "{amount} off the next invoice",
    "goodwill": "{amount} as goodwill",
    "extension": "{days} days more",
    "refund_any": "money back",
    "discount_any": "a discount",
    "goodwill_any": "goodwill",
    "extension_any": "more days",
}


def sentences(document: dict[str, Any]) -> list[Sentence]:
    """The decision first, then the rule, the deciding reason, caps, and what is allowed instead."""
    outcome, currency = document["outcome"], document["currency"]
    decided = DECIDED[outcome["decided"]]
    values = {**_what(outcome["terms"], currency), "level": LEVELS.get(outcome["level"] or "", "")}
    found = [Sentence("decided", decided, values)]
    rule = outcome["rule"]
    version = document["policy_version"]
    if rule:
        found.append(Sentence("rule", RULE, {"version": version, "rule": rule}))
    first = outcome["reasons"][0]["key"]
    if first in WHY:
        found.append(Sentence(first, WHY[first], {"rule": rule}))
    found += [_cap(cap, currency) for cap in outcome["caps"]]
    for other in outcome["alternatives"]:
        found.append(Sentence("instead", INSTEAD, _what(other, currency)))
    return found


def _cap(cap: dict[str, Any], currency: str) -> Sentence:
    money = cap["name"].endswith("_minor")
    values: dict[str, str | int | Money] = {
        name: (cap[name], currency) if money else cap[name]
        for name in ("used", "limit", "remaining")
    }
    return Sentence(cap["name"], CAPS[cap["name"]], values)


def _what(terms: dict[str, Any], currency: str) -> dict[str, str | int | Money]:
    """`what` is itself a text with a number in it."""
    kind = terms["kind"]
    size = terms["days"] if kind == "extension" else terms["amount_minor"]
    if not size:
        return {"what": WHAT[f"{kind}_any"]}
    if kind == "extension":
        return {"what": WHAT[kind], "days": size}
    return {"what": WHAT[kind], "amount": (size, currency)}
