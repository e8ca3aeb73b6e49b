"""Forgets what a customer was asked and what they said."""

from uuid import UUID

from chassis import timers
from chassis.db import Transaction
from feedback.surveys import store
from feedback.surveys.handlers.kinds import ASK, EXPIRE


async def forget(tx: Transaction, tenant: UUID, customer: UUID) -> None:
    for survey in await store.erase(tx, tenant, customer):
        await timers.disarm(tx, tenant, ASK, survey)
        await timers.disarm(tx, tenant, EXPIRE, survey)
