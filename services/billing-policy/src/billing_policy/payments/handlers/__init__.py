"""What other capabilities may ask of payments: charges, and a refund for a decision."""

from billing_policy.payments.handlers.ordering import (
    charge,
    charges_of,
    order_refund,
    payment_of,
)

__all__ = ["charge", "charges_of", "order_refund", "payment_of"]
