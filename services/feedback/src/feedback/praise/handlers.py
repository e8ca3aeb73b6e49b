"""Gives praise to the person who earned it, and takes it back when the customer does."""

from datetime import datetime

from chassis import outbox
from chassis.db import Transaction
from contracts.envelope import EventMeta
from feedback.praise import store, translate
from feedback.praise.model import Praise, praise_id
from feedback.surveys.model import Survey

of_staff = store.of_staff
forget = store.erase


async def give(
    tx: Transaction, survey: Survey, reference: str, now: datetime, cause: EventMeta | None = None
) -> None:
    """Told once; nobody of ours solved it: there is nobody to praise."""
    if survey.attributed_to is None or survey.score is None:
        return
    praise = Praise(
        id=praise_id(survey.id),
        tenant=survey.tenant,
        staff=survey.attributed_to,
        ticket=survey.ticket,
        reference=reference,
        language=survey.language,
        customer=survey.customer,
        survey=survey.id,
        score=survey.score,
        at=now,
    )
    if await store.save(tx, praise):
        await outbox.put(tx, translate.given(praise, tx.database.epoch), cause)


async def withdraw(tx: Transaction, survey: Survey) -> None:
    await store.withdraw(tx, survey.tenant, survey.id)
