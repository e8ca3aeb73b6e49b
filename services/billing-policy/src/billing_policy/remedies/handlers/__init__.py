"""Use cases of remedies: asked, changed, approved, refused, expired, read and tried anew."""

from billing_policy.remedies.handlers.answering import approve, expire, payment_failed, refuse
from billing_policy.remedies.handlers.asking import change, request
from billing_policy.remedies.handlers.reading import (
    Panel,
    Seen,
    approvals,
    panel,
    remedy,
    seen,
)
from billing_policy.remedies.handlers.trying import DryRun, Explained, dry_run, explain, replay

__all__ = [
    "DryRun",
    "Explained",
    "Panel",
    "Seen",
    "approvals",
    "approve",
    "change",
    "dry_run",
    "expire",
    "explain",
    "panel",
    "payment_failed",
    "refuse",
    "remedy",
    "replay",
    "request",
    "seen",
]
