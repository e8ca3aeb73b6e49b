"""All SQL of people. Everything here needs FIRM in the transaction's scope."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from chassis.db import Transaction
from chassis.values import FIRM, StaffId, TenantId, next_version
from contracts.vocabulary import Cefr, Presence
from routing.people.model import FULL, QUARTER, Duty, LoadChange, Meter, Person, Profile, Rights


async def person(tx: Transaction, id_: UUID) -> Person | None:
    row = await tx.first(_ONE, {"firm": FIRM, "id": id_})
    return _person(row) if row else None


async def person_to_change(tx: Transaction, id_: UUID) -> Person | None:
    """The person, locked until the transaction ends."""
    row = await tx.first(_ONE_LOCKED, {"firm": FIRM, "id": id_})
    return _person(row) if row else None


async def people_to_change(tx: Transaction, ids: Sequence[UUID]) -> dict[StaffId, Person]:
    """Several, locked in the order of their ids, so that two transactions never cross."""
    rows = await tx.all(_MANY_LOCKED, {"firm": FIRM, "ids": list(ids)})
    return {row["id"]: _person(row) for row in rows}


async def all_people(tx: Transaction) -> list[Person]:
    return [_person(row) for row in await tx.all(_ALL, {"firm": FIRM})]


async def subject_of_another(tx: Transaction, subject: str, id_: UUID) -> bool:
    """Whether somebody else signs in by this name."""
    found: bool = await tx.scalar(_TAKEN, {"firm": FIRM, "subject": subject, "id": id_})
    return found


async def at_work(tx: Transaction) -> list[Person]:
    """Whoever is on shift."""
    return [_person(row) for row in await tx.all(_ON_SHIFT, {"firm": FIRM})]


async def at_work_for(tx: Transaction, tenant: TenantId) -> list[Person]:
    """Whoever is on shift and may work for the client."""
    rows = await tx.all(_AT_WORK, {"firm": FIRM, "tenant": tenant})
    return [_person(row) for row in rows]


async def save_person(tx: Transaction, after: Person) -> Person:
    """Write the state under the next version. Units change by `claim` and `shift_units` only."""
    version = next_version(after.version, tx.database.epoch)
    row = await tx.one(_SAVE, {**_values(after), "version": version})
    return _person(row)


async def save_quietly(tx: Transaction, after: Person) -> None:
    """What no event tells of: the next shift, missed offers."""
    await tx.execute(
        _QUIET,
        {
            "firm": FIRM,
            "id": after.id,
            "missed": after.missed,
            "reason": after.presence_reason,
            "until": after.duty.until,
            "back": after.duty.back,
        },
    )


async def claim(tx: Transaction, taken: LoadChange, tenant: TenantId) -> Person | None:
    """Take the units if they are free and the person may and can; None: somebody was faster.

    One conditional update under the row's lock: of two routers and one free unit one wins.
    """
    named = {**_change(tx, taken), "tenant": tenant, "full": FULL}
    row = await tx.first(_CLAIM, named)
    return await _recorded(tx, row, taken) if row else None


async def shift_units(tx: Transaction, change: LoadChange) -> Person:
    """Give units back, or take them without asking for room; the record says when it was over."""
    return await _recorded(tx, await tx.one(_SHIFT_UNITS, _change(tx, change)), change)


async def load_history(tx: Transaction, id_: UUID) -> Sequence[RowMapping]:
    return await tx.all(_HISTORY, {"firm": FIRM, "person": id_})


async def _recorded(tx: Transaction, row: RowMapping, change: LoadChange) -> Person:
    after = _person(row)
    await tx.execute(
        _RECORD,
        {
            "firm": FIRM,
            "person": change.person,
            "reservation": change.reservation,
            "delta": change.delta,
            "after": after.units,
            "over": change.delta > 0 and after.units > FULL,
            "cause": change.cause,
            "at": change.at,
        },
    )
    return after


def _change(tx: Transaction, change: LoadChange) -> dict[str, Any]:
    return {
        "firm": FIRM,
        "id": change.person,
        "delta": change.delta,
        "assigned_at": change.at if change.assigns else None,
        "now": change.at,
        "epoch": tx.database.epoch,
        "quarter": QUARTER,
    }


def _values(person: Person) -> dict[str, Any]:
    profile, rights = person.profile, person.rights
    return {
        "firm": FIRM,
        "id": person.id,
        "subject": profile.subject,
        "name": profile.name,
        "initials": profile.initials,
        "zone": profile.zone,
        "roles": sorted(rights.roles),
        "tenants": sorted(rights.tenants),
        "active": rights.active,
        "languages": json.dumps(dict(profile.languages)),
        "skills": json.dumps(dict(profile.skills)),
        "capacity": json.dumps(dict(profile.capacity)),
        "presence": person.presence,
        "since": person.presence_since,
        "reason": person.presence_reason,
        "missed": person.missed,
        "until": person.duty.until,
        "back": person.duty.back,
    }


def _person(row: RowMapping) -> Person:
    return Person(
        id=StaffId(row["id"]),
        profile=Profile(
            subject=row["subject"],
            name=row["name"],
            initials=row["initials"],
            zone=row["zone"],
            languages={tag: Cefr(level) for tag, level in row["languages"].items()},
            skills=row["skills"],
            capacity={Meter(meter): count for meter, count in row["capacity"].items()},
        ),
        rights=Rights(
            roles=frozenset(row["roles"]),
            tenants=frozenset(TenantId(tenant) for tenant in row["tenants"]),
            active=row["active"],
        ),
        presence=Presence(row["presence"]),
        presence_since=row["presence_since"],
        presence_reason=row["presence_reason"],
        units=row["units"],
        missed=row["missed"],
        last_assigned_at=row["last_assigned_at"],
        duty=Duty(until=row["on_shift_until"], back=row["back_at"]),
        version=row["version"],
    )


_COLUMNS = """id, subject, name, initials, zone, roles, tenants, active, languages, skills,
    capacity, presence, presence_since, presence_reason, units, missed, last_assigned_at,
    on_shift_until, back_at, version"""
_ONE = text(f"SELECT {_COLUMNS} FROM people WHERE tenant_id = :firm AND id = :id")
_ONE_LOCKED = text(f"SELECT {_COLUMNS} FROM people WHERE tenant_id = :firm AND id = :id FOR UPDATE")
_MANY_LOCKED = text(
    f"""SELECT {_COLUMNS} FROM people
         WHERE tenant_id = :firm AND id = ANY (CAST(:ids AS uuid[])) ORDER BY id FOR UPDATE"""
)
_ALL = text(f"SELECT {_COLUMNS} FROM people WHERE tenant_id = :firm ORDER BY name, id")
_AT_WORK = text(
    f"""SELECT {_COLUMNS} FROM people
         WHERE tenant_id = :firm AND active AND presence <> 'off'
           AND tenants @> ARRAY[CAST(:tenant AS uuid)]"""
)
_ON_SHIFT = text(
    f"SELECT {_COLUMNS} FROM people WHERE tenant_id = :firm AND active AND presence <> 'off'"
)
_TAKEN = text(
    """SELECT EXISTS (SELECT FROM people
                      WHERE tenant_id = :firm AND subject = :subject AND id <> :id)"""
)
_SAVE = text(
    f"""INSERT INTO people AS p
         (tenant_id, id, subject, name, initials, zone, roles, tenants, active, languages, skills,
          capacity, presence, presence_since, presence_reason, units, missed, on_shift_until,
          back_at, version)
        VALUES (:firm, :id, :subject, :name, :initials, :zone, CAST(:roles AS text[]),
          CAST(:tenants AS uuid[]), :active, CAST(CAST(:languages AS text) AS jsonb),
          CAST(CAST(:skills AS text) AS jsonb), CAST(CAST(:capacity AS text) AS jsonb), :presence,
          :since, :reason, 0, :missed, :until, :back, :version)
        ON CONFLICT (tenant_id, id) DO UPDATE SET
          subject = excluded.subject, name = excluded.name, initials = excluded.initials,
          zone = excluded.zone, roles = excluded.roles, tenants = excluded.tenants,
          active = excluded.active, languages = excluded.languages, skills = excluded.skills,
          capacity = excluded.capacity, presence = excluded.presence,
          presence_since = excluded.presence_since, presence_reason = excluded.presence_reason,
          missed = excluded.missed, on_shift_until = excluded.on_shift_until,
          back_at = excluded.back_at, version = excluded.version
        RETURNING {_COLUMNS}"""
)
_QUIET = text(
    """UPDATE people SET missed = :missed, presence_reason = :reason, on_shift_until = :until,
              back_at = :back
        WHERE tenant_id = :firm AND id = :id"""
)
# A new version only where an event tells of it: when another quarter is begun or free.
_UNITS = """UPDATE people SET units = units + :delta,
              last_assigned_at = coalesce(CAST(:assigned_at AS timestamptz), last_assigned_at),
              version = CASE
                WHEN (units + :quarter - 1) / :quarter
                     = (units + :delta + :quarter - 1) / :quarter THEN version
                WHEN CAST(:epoch AS bigint) > version >> 40
                THEN (CAST(:epoch AS bigint) << 40) | 1 ELSE version + 1 END
             WHERE tenant_id = :firm AND id = :id"""
_CLAIM = text(
    f"""{_UNITS} AND active AND presence = 'available' AND units + :delta <= :full
           AND on_shift_until > :now AND tenants @> ARRAY[CAST(:tenant AS uuid)]
        RETURNING {_COLUMNS}"""
)
_SHIFT_UNITS = text(f"{_UNITS} RETURNING {_COLUMNS}")
_RECORD = text(
    """INSERT INTO load_changes
         (tenant_id, person, reservation, delta, units_after, over_capacity, cause, at)
       VALUES (:firm, :person, :reservation, :delta, :after, :over, :cause, :at)"""
)
_HISTORY = text(
    """SELECT reservation, delta, units_after, over_capacity, cause, at FROM load_changes
        WHERE tenant_id = :firm AND person = :person ORDER BY id"""
)
