"""What is left under caps. Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

from billing_policy.budgets.model import CapState, Entry, Ledger
from billing_policy.rules.model import Caps

MONEY = ("case_minor", "customer_30d_minor", "customer_365d_minor", "tenant_month_minor")
DAYS = ("customer_365d_days",)


def month_of(at: datetime, zone: str) -> str:
    """The month an instant falls into, in the policy's zone: `2026-11`."""
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m")


def cap_states(caps: Caps, ledger: Ledger, names: tuple[str, ...]) -> tuple[CapState, ...]:
    """Those of the named caps that are set."""
    found = []
    for name in names:
        limit = getattr(caps, name)
        if limit is not None:
            found.append(CapState(name, limit, getattr(ledger, name)))
    return tuple(found)


def fits(entry: Entry, ledger: Ledger) -> bool:
    """Whether an entry stays within its own caps on top of what the ledger has."""
    money = cap_states(entry.caps, ledger, MONEY)
    days = cap_states(entry.caps, ledger, DAYS)
    return all(entry.amount_minor <= cap.remaining for cap in money) and all(
        entry.days <= cap.remaining for cap in days
    )
