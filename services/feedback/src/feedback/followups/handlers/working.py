"""Ends and hands over follow-ups. Needs the tenant and FIRM in scope."""

from datetime import datetime
from uuid import UUID

from chassis import outbox
from chassis.db import Transaction
from feedback.duty import handlers as duty
from feedback.duty.model import Rating
from feedback.followups import store, translate
from feedback.followups.decide import decide_done, decide_reassign, load_moves
from feedback.followups.model import Actor, Ending, Followup, NotPossible

listed = store.listed
one = store.followup
of_ticket = store.of_ticket
to_change = store.to_change


async def end(
    tx: Transaction, known: Followup, actor: Actor, ending: Ending, now: datetime
) -> Followup | NotPossible:
    decided = decide_done(known, actor, ending, now, tx.database.epoch)
    if isinstance(decided, Followup) and decided != known:
        await _keep(tx, known, decided)
        await outbox.put(tx, translate.done(decided, now))
    return decided


async def reassign(
    tx: Transaction, known: Followup, actor: Actor, owner: UUID, now: datetime
) -> Followup | NotPossible:
    may_take = await duty.may_take(tx, owner, Rating(known.tenant, known.rated, now))
    epoch = tx.database.epoch
    decided = decide_reassign(known, actor, owner, may_take=may_take, epoch=epoch)
    if isinstance(decided, Followup) and decided != known:
        await _keep(tx, known, decided)
        await outbox.put(tx, translate.reassigned(decided, now))
    return decided


async def _keep(tx: Transaction, before: Followup, after: Followup) -> None:
    await store.save(tx, after)
    for person, by in load_moves(before, after).items():
        await store.move_load(tx, person, by)
