"""Contract versions between the document that is kept and what decides."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from contracts.vocabulary import Channel, Metric, Priority, WaitingOn
from sla.calendars import translate as calendars
from sla.policies.decide import edition
from sla.policies.model import Contract, Edition, Hours, Reopen, Rules, Target


def to_document(contract: Contract) -> str:
    """What a version says, as it is kept for ever."""
    rules = contract.rules
    return json.dumps(
        {
            "calendar": calendars.to_document(contract.calendar),
            "calendar_version": contract.calendar_version,
            "targets": [_said(target) for target in contract.targets],
            "warn": list(rules.warn),
            "escalate_at": rules.escalate_at,
            "grace_s": int(rules.grace.total_seconds()),
            "pauses": {metric: sorted(waits) for metric, waits in sorted(rules.pauses.items())},
            "reopen": rules.reopen,
            "applies_to_running": rules.applies_to_running,
            "close_after_days": rules.close_after_days,
            "attainment": {metric: str(s) for metric, s in sorted(contract.attainment.items())},
        }
    )


@lru_cache(maxsize=512)
def edition_of(
    tenant: UUID, id_: UUID, version: int, effective_from: datetime, stored: str
) -> Edition:
    """A stored version laid out for measuring; kept in memory, since it never changes."""
    told = json.loads(stored)
    contract = Contract(
        tenant=tenant,
        id=id_,
        version=version,
        effective_from=effective_from,
        calendar_version=told["calendar_version"],
        calendar=calendars.from_document(told["calendar"]),
        targets=tuple(_target(said) for said in told["targets"]),
        rules=_rules(told),
        attainment={Metric(metric): Decimal(s) for metric, s in told["attainment"].items()},
    )
    return edition(contract, calendars.TZDATA)


def _rules(told: dict[str, Any]) -> Rules:
    return Rules(
        warn=tuple(told["warn"]),
        escalate_at=told["escalate_at"],
        grace=timedelta(seconds=told["grace_s"]),
        pauses={
            Metric(metric): frozenset(WaitingOn(wait) for wait in waits)
            for metric, waits in told["pauses"].items()
        },
        reopen=Reopen(told["reopen"]),
        applies_to_running=told["applies_to_running"],
        close_after_days=told.get("close_after_days", Rules().close_after_days),
    )


def _said(target: Target) -> dict[str, Any]:
    return {
        "metric": target.metric,
        "priority": target.priority,
        "plan": target.plan,
        "channel": target.channel,
        "language": target.language,
        "seconds": target.seconds,
        "hours": target.hours,
    }


def _target(said: dict[str, Any]) -> Target:
    return Target(
        metric=Metric(said["metric"]),
        priority=Priority(said["priority"]),
        seconds=said["seconds"],
        hours=Hours(said["hours"]),
        plan=said["plan"],
        channel=Channel(said["channel"]) if said["channel"] else None,
        language=said["language"],
    )
