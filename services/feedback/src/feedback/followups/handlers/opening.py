"""Opens a follow-up for a bad answer, with its owner. Needs the tenant and FIRM in scope."""

from datetime import datetime

from chassis import outbox
from chassis.db import Transaction
from contracts.envelope import EventMeta
from feedback.duty import handlers as duty
from feedback.duty.model import Rating
from feedback.followups import store, translate
from feedback.followups.decide import decide_open, load_moves
from feedback.followups.model import Bad, Followup


async def open_for(
    tx: Transaction, bad: Bad, now: datetime, cause: EventMeta | None = None
) -> Followup | None:
    """None: the question has its follow-up already."""
    rating = Rating(bad.survey.tenant, bad.survey.attributed_to, now)
    choice = await duty.owner_for(tx, rating, await store.loads(tx))
    opened = decide_open(bad, choice, now, tx.database.epoch)
    if not await store.save_new(tx, opened):
        return None
    for person, by in load_moves(None, opened).items():
        await store.move_load(tx, person, by)
    await outbox.put(tx, translate.opened(opened, now), cause)
    return opened
