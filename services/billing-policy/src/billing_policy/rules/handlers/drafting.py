"""A draft as somebody sent it, with what they left out filled in."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from billing_policy.rules.api_models import PolicyBody, rule_of
from billing_policy.rules.model import Finding, Policy
from billing_policy.rules.translate.problems import refuse_findings
from chassis import directory
from chassis.db import Transaction


async def draft_of(
    tx: Transaction, tenant: UUID, body: PolicyBody, by: str, now: datetime
) -> Policy:
    """In force from now on, in the client's zone, signed off by whoever sends it.

    Raises:
        Problem: 422 for a zone that is none.
    """
    known = await directory.tenant(tx, tenant)
    zone = body.zone or (known.state.zone if known else "UTC")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        refuse_findings((Finding("zone", f"{zone!r} is no IANA time zone"),))
    return Policy(
        tenant=tenant,
        version=0,
        effective_from=body.effective_from or now,
        currency=body.currency,
        zone=zone,
        rules=tuple(rule_of(rule) for rule in body.rules),
        signed_off_by=body.signed_off_by or by,
        signed_off_at=body.signed_off_at or now,
    )
