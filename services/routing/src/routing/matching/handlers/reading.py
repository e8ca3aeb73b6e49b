"""What people look at: their own work, one ticket's place, the board, why this agent."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.db import Transaction
from chassis.values import StaffId, TenantId
from routing.matching.model import Decision, Policy, Reservation, Work
from routing.matching.store import board as board_store
from routing.matching.store import clients, decisions, queue, reservations
from routing.matching.store import work as store
from routing.matching.store.board import Arrivals, Risk, WaitingCount
from routing.people import handlers as people
from routing.people.model import Person
from routing.rosters.handlers import publishing


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one ticket stands. `trouble`: why the matcher leaves it alone for a while."""

    work: Work
    reservation: Reservation | None
    decision: Decision | None
    trouble: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    as_of: datetime
    waiting: list[WaitingCount]
    people: list[Person]
    leads: frozenset[StaffId]
    at_risk: list[Risk]
    arrivals: list[Arrivals]


held_by = reservations.held_by
decision = decisions.decision


async def place_of(tx: Transaction, ticket: UUID) -> Place | None:
    work = await store.work_of(tx, ticket)
    if work is None:
        return None
    return Place(
        work=work,
        reservation=await reservations.live_reservation(tx, work.tenant, work.id),
        decision=await decisions.last_decision(tx, work.tenant, work.id),
        trouble=await queue.trouble(tx, work.tenant, work.id),
    )


async def board(tx: Transaction, now: datetime) -> Board:
    """Over the tenants in scope; FIRM among them."""
    return Board(
        as_of=now,
        waiting=await board_store.waiting(tx),
        people=await people.at_work(tx),
        leads=await publishing.leads_at(tx, now),
        at_risk=await board_store.at_risk(tx, now),
        arrivals=await board_store.arrivals(tx, now),
    )


async def policy(tx: Transaction, tenant: TenantId) -> tuple[Policy, int]:
    """The policy in force and its version; 0 is the default."""
    return await clients.policy(tx, tenant), await clients.policy_version(tx, tenant)


async def put_policy(
    tx: Transaction, tenant: TenantId, after: Policy, by: str, now: datetime
) -> int:
    version = await clients.save_policy(tx, tenant, after, by, now)
    tx.wake(people.MATCHING)
    return version
