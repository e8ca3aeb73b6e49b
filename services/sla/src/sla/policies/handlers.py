"""Keeps contracts, and lays them out for whoever measures."""

from datetime import datetime
from uuid import UUID

from chassis.db import Transaction
from contracts.vocabulary import Metric
from sla.calendars.translate import TZDATA
from sla.policies import store
from sla.policies.decide import choose_edition, decide_version, terms
from sla.policies.model import Contract, Edition, Made, Selector, Terms

book = store.book


async def put_contract(
    tx: Transaction, draft: Contract, *, asked: str, by: str, now: datetime
) -> tuple[Contract, bool]:
    """The version that holds the draft, and whether it is a new one.

    Raises:
        ContractError, CalendarError: it cannot be kept.
    """
    await store.lock_contracts(tx, draft.tenant)
    known = await store.book(tx, draft.tenant)
    latest = known[-1].contract if known else None
    contract = decide_version(draft, latest, now, TZDATA)
    fresh = contract is not latest
    if fresh:
        await store.save_version(tx, contract, asked=asked, made_by=by, made_at=now)
    return contract, fresh


async def contract_with_versions(
    tx: Transaction, tenant: UUID, now: datetime
) -> tuple[Contract, list[Made]] | None:
    """The version in force, or the first to come, and the list of all."""
    known = await store.book(tx, tenant)
    if not known:
        return None
    current = choose_edition(known, now) or known[0]
    return current.contract, await store.versions(tx, tenant)


def promises_at(
    known: tuple[Edition, ...], selector: Selector, at: datetime
) -> tuple[Contract | None, list[tuple[Metric, Terms]]]:
    """What a ticket that is opened at an instant would be promised."""
    edition = choose_edition(known, at)
    if edition is None:
        return None, []
    metrics = dict.fromkeys(target.metric for target in edition.contract.targets)
    found = [(metric, terms(edition, metric, selector)) for metric in metrics]
    return edition.contract, [(metric, term) for metric, term in found if term]
