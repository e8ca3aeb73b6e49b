"""What matching knows of a client: its policy, and what the directory says of it."""

import json
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import text

from chassis import directory
from chassis.db import Transaction
from chassis.values import TenantId
from contracts.vocabulary import Cefr, Channel
from routing.matching.model import (
    DEFAULT_FLOORS,
    DEFAULT_REMAINING,
    Client,
    Need,
    Policy,
    Step,
)
from routing.people.model import Meter


async def client(tx: Transaction, tenant: TenantId) -> Client | None:
    """None: the directory has not heard of the tenant yet, so nothing can be decided for it."""
    record = await directory.tenant(tx, tenant)
    if record is None:
        return None
    return Client(
        tenant=tenant,
        default_language=record.state.default_language,
        auto_accept=frozenset(record.state.auto_accept),
        policy=await policy(tx, tenant),
    )


async def policy(tx: Transaction, tenant: UUID) -> Policy:
    """The tenant's own, or the one that holds by default."""
    row = await tx.first(_POLICY, {"tenant": tenant})
    return _policy(row["policy"]) if row else Policy()


async def policy_version(tx: Transaction, tenant: UUID) -> int:
    """0 while the default holds."""
    found: int | None = await tx.scalar(_VERSION, {"tenant": tenant})
    return found or 0


async def save_policy(tx: Transaction, tenant: UUID, after: Policy, by: str, now: datetime) -> int:
    row = await tx.one(
        _SAVE, {"tenant": tenant, "policy": json.dumps(_plain(after)), "by": by, "now": now}
    )
    version: int = row["version"]
    return version


def _plain(given: Policy) -> dict[str, Any]:
    return {
        "lower_level": given.lower_level,
        "floors": {channel.value: level.value for channel, level in given.floors.items()},
        "remaining_s": {
            meter.value: int(least.total_seconds()) for meter, least in given.remaining.items()
        },
        "needs": [[need.category, need.skill, need.level, need.tier] for need in given.needs],
        "steps": [
            {
                "after_s": None if step.after is None else int(step.after.total_seconds()),
                "slack": None if step.slack is None else str(step.slack),
                "level_down": step.level_down,
                "drop_tier": step.drop_tier,
                "alert": step.alert,
            }
            for step in given.steps
        ],
    }


def _policy(plain: dict[str, Any]) -> Policy:
    floors = {Channel(channel): Cefr(level) for channel, level in plain["floors"].items()}
    remaining = {
        Meter(meter): timedelta(seconds=least) for meter, least in plain["remaining_s"].items()
    }
    return Policy(
        lower_level=plain["lower_level"],
        floors={**DEFAULT_FLOORS, **floors},
        steps=tuple(_step(step) for step in plain["steps"]),
        needs=tuple(Need(*need) for need in plain["needs"]),
        remaining={**DEFAULT_REMAINING, **remaining},
    )


def _step(plain: dict[str, Any]) -> Step:
    after, slack = plain["after_s"], plain["slack"]
    return Step(
        after=None if after is None else timedelta(seconds=after),
        slack=None if slack is None else Fraction(slack),
        level_down=plain["level_down"],
        drop_tier=plain["drop_tier"],
        alert=plain["alert"],
    )


_POLICY = text("SELECT policy FROM matching_policies WHERE tenant_id = :tenant")
_VERSION = text("SELECT version FROM matching_policies WHERE tenant_id = :tenant")
_SAVE = text(
    """INSERT INTO matching_policies AS m (tenant_id, policy, version, changed_at, changed_by)
       VALUES (:tenant, CAST(CAST(:policy AS text) AS jsonb), 1, :now, :by)
       ON CONFLICT (tenant_id) DO UPDATE SET policy = excluded.policy, version = m.version + 1,
          changed_at = excluded.changed_at, changed_by = excluded.changed_by
       RETURNING version"""
)
