"""All SQL about sessions. They are the firm's own rows."""

import json
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import RowMapping, text

from chassis.db import Transaction
from chassis.values import FIRM
from console.session.model import Preferences, Session


async def save(tx: Transaction, session: Session, now: datetime) -> None:
    await tx.execute(_INSERT, {**_values(session), "made_at": now})
    await tx.execute(_PURGE, {"firm": FIRM, "now": now})


async def by_digest(tx: Transaction, digest: bytes) -> Session | None:
    row = await tx.first(_READ, {"firm": FIRM, "digest": digest})
    return _session(row) if row else None


async def change_tokens(tx: Transaction, session: Session) -> None:
    await tx.execute(_TOKENS, _values(session))


async def change_preferences(tx: Transaction, digest: bytes, preferences: Preferences) -> None:
    await tx.execute(
        _PREFERENCES,
        {"firm": FIRM, "digest": digest, "preferences": json.dumps(asdict(preferences))},
    )


async def remove(tx: Transaction, digest: bytes) -> None:
    await tx.execute(_DELETE, {"firm": FIRM, "digest": digest})


async def latest_preferences(tx: Transaction, subject: str) -> Preferences:
    """What the person chose last time, on any device."""
    found = await tx.scalar(_LATEST, {"firm": FIRM, "subject": subject})
    return Preferences(**found) if found else Preferences()


def _values(session: Session) -> dict[str, object]:
    return {
        "firm": FIRM,
        "digest": session.digest,
        "subject": session.subject,
        "id_token": session.id_token,
        "refresh_token": session.refresh_token,
        "token_until": session.token_until,
        "csrf": session.csrf,
        "preferences": json.dumps(asdict(session.preferences)),
        "until": session.until,
    }


def _session(row: RowMapping) -> Session:
    return Session(
        digest=bytes(row["digest"]),
        subject=row["subject"],
        id_token=row["id_token"],
        refresh_token=row["refresh_token"],
        token_until=row["token_until"],
        csrf=row["csrf"],
        preferences=Preferences(**row["preferences"]),
        until=row["until"],
    )


_INSERT = text(
    """INSERT INTO sessions (tenant_id, digest, subject, id_token, refresh_token, token_until,
                             csrf, preferences, made_at, until)
       VALUES (:firm, :digest, :subject, :id_token, :refresh_token, :token_until, :csrf,
               CAST(:preferences AS jsonb), :made_at, :until)"""
)
_READ = text("SELECT * FROM sessions WHERE tenant_id = :firm AND digest = :digest")
_TOKENS = text(
    """UPDATE sessions SET id_token = :id_token, refresh_token = :refresh_token,
              token_until = :token_until WHERE tenant_id = :firm AND digest = :digest"""
)
_PREFERENCES = text(
    """UPDATE sessions SET preferences = CAST(:preferences AS jsonb)
        WHERE tenant_id = :firm AND digest = :digest"""
)
_DELETE = text("DELETE FROM sessions WHERE tenant_id = :firm AND digest = :digest")
_PURGE = text("DELETE FROM sessions WHERE tenant_id = :firm AND until < :now")
_LATEST = text(
    """SELECT preferences FROM sessions WHERE tenant_id = :firm AND subject = :subject
        ORDER BY made_at DESC LIMIT 1"""
)
