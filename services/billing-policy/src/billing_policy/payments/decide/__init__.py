"""Decisions of payments: orders and their names, news, calls, money, reconciliation. Pure."""

from billing_policy.payments.decide.orders import charge_id, payment_id, refund_key

__all__ = ["charge_id", "payment_id", "refund_key"]
