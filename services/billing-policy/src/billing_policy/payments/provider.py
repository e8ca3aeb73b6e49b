"""The port to a payment provider: what every adapter offers, and none of its words."""

# house: room: an edge beside `api`: it calls out where `consumers` is called

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from billing_policy.payments.model import Known, ProviderOrder, Said


class Provider(Protocol):
    async def refund(self, order: ProviderOrder) -> Said:
        """Ask for it under its key. Never raises: not to know is an answer too."""
        ...

    async def find(self, key: str) -> Known | None:
        """What it has under a key of ours.

        Raises:
            ProviderSilent: it could not be asked.
        """
        ...

    async def refunds(self, tenant: UUID, since: datetime, until: datetime) -> Sequence[Known]:
        """Everything it made for a client company in that span, whoever asked for it.

        Raises:
            ProviderSilent: it could not be asked.
        """
        ...
