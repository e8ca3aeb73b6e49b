"""Versions of policies, as they are put and as they are asked for."""

from datetime import datetime
from uuid import UUID

from billing_policy.rules import store, translate
from billing_policy.rules.decide import decide_version
from billing_policy.rules.model import Edition, Made, Policy
from chassis.db import Transaction

# Only for drafts without findings: its conditions run in this process.
edition_of_draft = translate.edition_of


async def put_policy(
    tx: Transaction, draft: Policy, *, by: str, now: datetime
) -> tuple[Policy, bool]:
    """The version that holds the draft, and whether it is new. The draft has been tried.

    Raises:
        PolicyError: it would reach back.
    """
    await store.lock(tx, draft.tenant)
    known = await store.versions(tx, draft.tenant)
    latest = known[-1][0] if known else None
    policy = decide_version(draft, latest, now)
    fresh = policy is not latest
    if fresh:
        await store.save(tx, policy, by=by, at=now)
    return policy, fresh


async def policy_with_versions(
    tx: Transaction, tenant: UUID, now: datetime
) -> tuple[Policy, list[Made]] | None:
    """The version in force, or the first to come, and the list of all."""
    known = await store.versions(tx, tenant)
    if not known:
        return None
    current = [policy for policy, _ in known if policy.effective_from <= now]
    return (current[-1] if current else known[0][0]), [made for _, made in known]


async def edition_in_force(tx: Transaction, tenant: UUID, at: datetime) -> Edition | None:
    policy = await store.in_force(tx, tenant, at)
    return translate.edition_of(policy) if policy else None


async def edition(tx: Transaction, tenant: UUID, version: int) -> Edition | None:
    policy = await store.version(tx, tenant, version)
    return translate.edition_of(policy) if policy else None
