"""Decisions made again: a stored one must come out the same; a draft is tried on a past month."""

import asyncio
import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from billing_policy.remedies import store
from billing_policy.remedies.decide import decide_remedy
from billing_policy.remedies.decide.again import Case, Rerun, decide_again
from billing_policy.remedies.model import Decision, Remedy
from billing_policy.remedies.translate import documents
from billing_policy.rules import handlers as rules
from billing_policy.rules.model import Edition
from chassis.db import Transaction

MOST_CASES = 5000


@dataclass(frozen=True, slots=True)
class DryRun:
    """`complete` false: the month has more remedies than are looked at."""

    cases: tuple[Rerun, ...]
    complete: bool


async def dry_run(tx: Transaction, tenant: UUID, month: str, draft: Edition) -> DryRun:
    """What the draft, which has been tried, would have made of a month's requests."""
    kept = await store.decisions_of_month(tx, tenant, month, MOST_CASES + 1)
    cases = [_case(decision) for decision in kept[:MOST_CASES]]
    again = await asyncio.to_thread(decide_again, cases, draft)
    return DryRun(again, len(kept) <= MOST_CASES)


@dataclass(frozen=True, slots=True)
class Explained:
    """A remedy with the decision that holds, and the expressions of its policy's conditions."""

    remedy: Remedy
    decision: Decision
    expressions: dict[tuple[str, str], str]
    reproduced: bool


async def explain(tx: Transaction, remedy: Remedy) -> Explained:
    kept = await store.decision(tx, remedy.tenant, remedy.id, remedy.number)
    edition = await rules.edition(tx, remedy.tenant, remedy.policy_version)
    assert kept is not None
    assert edition is not None
    expressions = {
        (rule.id, condition.name): condition.expression
        for rule in edition.policy.rules
        for condition in rule.conditions
    }
    return Explained(remedy, kept, expressions, await replay(tx, remedy))


async def replay(tx: Transaction, remedy: Remedy) -> bool:
    """Whether the decision that holds comes out the same from what was stored with it."""
    kept = await store.decision(tx, remedy.tenant, remedy.id, remedy.number)
    edition = await rules.edition(tx, remedy.tenant, remedy.policy_version)
    assert kept is not None
    assert edition is not None
    told = json.loads(kept.document)
    outcome = decide_remedy(
        documents.facts_from(told["facts"]),
        edition,
        documents.ledger_from(told["ledger"]),
        datetime.fromisoformat(told["at"]),
    )
    again = {**told, "outcome": documents.outcome_document(outcome)}
    return documents.canonical(again) == kept.document


def _case(kept: Decision) -> Case:
    told = json.loads(kept.document)
    outcome = told["outcome"]
    return Case(
        remedy=kept.remedy,
        ticket=UUID(told["ticket"]),
        customer=UUID(told["customer"]),
        charge=UUID(told["charge"]) if told["charge"] else None,
        facts=documents.facts_from(told["facts"]),
        ledger=documents.ledger_from(told["ledger"]),
        at=datetime.fromisoformat(told["at"]),
        decided=outcome["decided"],
        terms=documents.terms_from(outcome["terms"]),
    )
