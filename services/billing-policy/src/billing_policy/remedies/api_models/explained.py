"""A decision explained: sentences in the reader's language over the record they come from."""

import json
from datetime import datetime
from typing import Any

from babel.numbers import format_currency, format_decimal, get_currency_precision

from billing_policy.remedies.api_models.views import (
    ApproverView,
    CapView,
    ChangeView,
    CheckView,
    ExplanationView,
    SentenceView,
)
from billing_policy.remedies.decide.amounts import fact_values
from billing_policy.remedies.handlers import Explained
from billing_policy.remedies.model import Remedy
from billing_policy.remedies.translate.documents import facts_from, ledger_from
from billing_policy.remedies.translate.explaining import Money, Sentence, sentences
from chassis.i18n import Texts
from chassis.values import Locale
from chassis.values import Money as Amount
from contracts.vocabulary import RemedyState


def explanation_view(found: Explained, texts: Texts, locale: Locale) -> ExplanationView:
    one = found.remedy
    record = json.loads(found.decision.document)
    outcome = record["outcome"]
    said = [_said(each, texts, locale) for each in sentences(record)]
    inputs = fact_values(
        facts_from(record["facts"]),
        ledger_from(record["ledger"]),
        datetime.fromisoformat(record["at"]),
    )
    return ExplanationView(
        remedy=one.id,
        rule=outcome["rule"],
        explain=outcome["explain"],
        policy_version=record["policy_version"],
        decided=RemedyState(outcome["decided"]),
        state=one.state,
        sentences=said,
        conditions=_checks(found, outcome),
        inputs=inputs,
        caps=[CapView(**cap) for cap in outcome["caps"]],
        chain=_chain(one),
        would_change=_would_change(outcome),
        decision_sha256=found.decision.sha256,
        reproduced=found.reproduced,
        record=record,
    )


def _said(sentence: Sentence, texts: Texts, locale: Locale) -> SentenceView:
    values = {name: _value(name, value, texts, locale) for name, value in sentence.values.items()}
    if "what" in values:
        values["what"] = values["what"].format(**values)
    text = texts.gettext(locale, sentence.text).format(**values)
    return SentenceView(key=sentence.key, text=text)


def _value(name: str, value: str | int | Money, texts: Texts, locale: Locale) -> str:
    """Money by its currency's own digits, rounding nothing; words by their translation."""
    tag = locale.tag.replace("-", "_")
    if isinstance(value, tuple):
        minor, currency = value
        amount = Amount(minor, currency, get_currency_precision(currency)).amount
        return str(format_currency(amount, currency, locale=tag))
    if isinstance(value, int):
        return str(format_decimal(value, locale=tag))
    return texts.gettext(locale, value) if name in ("what", "level") else value


def _checks(found: Explained, outcome: dict[str, Any]) -> list[CheckView]:
    return [
        CheckView(**check, expression=found.expressions.get((check["rule"], check["name"]), ""))
        for check in outcome["checks"]
    ]


def _would_change(outcome: dict[str, Any]) -> list[ChangeView]:
    """Unmet conditions of the nearest rule, and the caps that are used up or too tight."""
    if outcome["decided"] != RemedyState.NOT_COVERED.value:
        return []
    first = outcome["reasons"][0]["key"]
    if first == "denied":
        rule = outcome["rule"]
        return [
            ChangeView(key=check["name"], kind="condition", remaining=None)
            for check in outcome["checks"]
            if check["rule"] == rule
        ]
    found = [
        ChangeView(key=reason["key"], kind="condition", remaining=None)
        for reason in outcome["reasons"][2:]
        if not reason["met"]
    ]
    size = outcome["terms"]["amount_minor"] or outcome["terms"]["days"]
    return found + [
        ChangeView(key=cap["name"], kind="cap", remaining=cap["remaining"])
        for cap in outcome["caps"]
        if cap["remaining"] < max(1, size)
    ]


def _chain(one: Remedy) -> list[ApproverView]:
    found = [ApproverView(step="asked", person=one.requested_by, level=None, at=one.requested_at)]
    for maker in sorted(one.makers - {one.requested_by}):
        found.append(ApproverView(step="changed", person=maker, level=None, at=None))
    if one.approval is not None:
        step = "approved" if one.approval.by else "waiting"
        at = one.approval.at or one.approval.expires_at
        found.append(
            ApproverView(step=step, person=one.approval.by, level=one.approval.level, at=at)
        )
    if one.refusal is not None:
        found.append(
            ApproverView(step="refused", person=one.refusal.by, level=None, at=one.refusal.at)
        )
    return found
