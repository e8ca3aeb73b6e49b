"""What the double knows, in one SQLite file: charges, refunds, answers given, events to tell."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS charges (
    account TEXT NOT NULL, reference TEXT NOT NULL, captured INTEGER NOT NULL,
    currency TEXT NOT NULL, behaviour TEXT NOT NULL DEFAULT '', seconds REAL,
    disputed INTEGER NOT NULL DEFAULT 0, disputes INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (account, reference)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS refunds (
    number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, account TEXT NOT NULL,
    charge TEXT NOT NULL, units INTEGER NOT NULL, currency TEXT NOT NULL, status TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '', revision INTEGER NOT NULL, created TEXT NOT NULL,
    becomes TEXT, becomes_at REAL);
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, asked TEXT NOT NULL, status INTEGER, body TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events (
    number INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL,
    copies INTEGER NOT NULL DEFAULT 1, due REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0);
"""


@dataclass(frozen=True, slots=True)
class Charge:
    """`captured` counts the provider's own units of the currency."""

    account: str
    reference: str
    captured: int
    currency: str
    behaviour: str
    seconds: float | None
    disputed: bool
    disputes: int


@dataclass(frozen=True, slots=True)
class Refund:
    """`becomes` is what a pending one turns into at `becomes_at`."""

    number: int
    key: str
    account: str
    charge: str
    units: int
    currency: str
    status: str
    reason: str
    revision: int
    created: str
    becomes: str | None
    becomes_at: float | None


@dataclass(frozen=True, slots=True)
class Due:
    """An event to be told now, `copies` times."""

    number: int
    body: str
    copies: int
    tries: int


class Ledger:
    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(file, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.executescript(_SCHEMA)
        # Whoever was at work when the process ended will never answer.
        self._db.execute("DELETE FROM answers WHERE status IS NULL")

    def close(self) -> None:
        self._db.close()

    def charge(self, account: str, reference: str) -> Charge | None:
        row = self._db.execute(
            "SELECT * FROM charges WHERE account = ? AND reference = ?", [account, reference]
        ).fetchone()
        return Charge(**{**dict(row), "disputed": bool(row["disputed"])}) if row else None

    def learn_charge(self, account: str, reference: str, captured: int, currency: str) -> None:
        """A charge told of before stays as it was told first."""
        self._db.execute(
            "INSERT OR IGNORE INTO charges (account, reference, captured, currency) "
            "VALUES (?, ?, ?, ?)",
            [account, reference, captured, currency],
        )

    def behave(self, account: str, reference: str, behaviour: str, seconds: float | None) -> bool:
        changed = self._db.execute(
            "UPDATE charges SET behaviour = ?, seconds = ? WHERE account = ? AND reference = ?",
            [behaviour, seconds, account, reference],
        )
        return changed.rowcount > 0

    def dispute(self, account: str, reference: str, *, disputed: bool) -> None:
        self._db.execute(
            "UPDATE charges SET disputed = ?, disputes = disputes + 1 "
            "WHERE account = ? AND reference = ?",
            [disputed, account, reference],
        )

    def given_back(self, account: str, charge: str) -> tuple[int, int]:
        """(units, how many) of refunds that have not failed."""
        row = self._db.execute(
            "SELECT coalesce(sum(units), 0), count(*) FROM refunds "
            "WHERE account = ? AND charge = ? AND status <> 'failed'",
            [account, charge],
        ).fetchone()
        return int(row[0]), int(row[1])

    def add_refund(self, values: Mapping[str, Any]) -> Refund:
        names = ", ".join(values)
        self._db.execute(
            f"INSERT INTO refunds ({names}, revision) VALUES "
            f"({', '.join(f':{name}' for name in values)}, 1)",
            dict(values),
        )
        found = self.refund_by_key(values["key"])
        assert found is not None
        return found

    def change_refund(self, number: int, status: str, reason: str = "") -> Refund:
        self._db.execute(
            "UPDATE refunds SET status = ?, reason = ?, revision = revision + 1, "
            "becomes = NULL, becomes_at = NULL WHERE number = ?",
            [status, reason, number],
        )
        return Refund(
            **dict(self._db.execute("SELECT * FROM refunds WHERE number = ?", [number]).fetchone())
        )

    def refund_by_key(self, key: str) -> Refund | None:
        row = self._db.execute("SELECT * FROM refunds WHERE key = ?", [key]).fetchone()
        return Refund(**dict(row)) if row else None

    def refund(self, number: int) -> Refund | None:
        row = self._db.execute("SELECT * FROM refunds WHERE number = ?", [number]).fetchone()
        return Refund(**dict(row)) if row else None

    def refunds(
        self, account: str = "", since: str = "", until: str = "~", after: int = 0, limit: int = 100
    ) -> list[Refund]:
        """In the order they were made."""
        rows = self._db.execute(
            "SELECT * FROM refunds WHERE (? = '' OR account = ?) AND created >= ? "
            "AND created < ? AND number > ? ORDER BY number LIMIT ?",
            [account, account, since, until, after, limit],
        )
        return [Refund(**dict(row)) for row in rows]

    def charges(self) -> list[Charge]:
        rows = self._db.execute("SELECT * FROM charges ORDER BY account, reference")
        return [Charge(**{**dict(row), "disputed": bool(row["disputed"])}) for row in rows]

    def turning(self, now: float) -> list[Refund]:
        """Pending refunds whose time has come."""
        rows = self._db.execute("SELECT * FROM refunds WHERE becomes_at <= ?", [now])
        return [Refund(**dict(row)) for row in rows]

    def begin(self, key: str, asked: str) -> sqlite3.Row | None:
        """None: the key is taken now and at work; otherwise what is known of it."""
        taken = self._db.execute(
            "INSERT OR IGNORE INTO answers (key, asked) VALUES (?, ?)", [key, asked]
        )
        if taken.rowcount:
            return None
        found: sqlite3.Row = self._db.execute(
            "SELECT * FROM answers WHERE key = ?", [key]
        ).fetchone()
        return found

    def answer(self, key: str, status: int, body: Mapping[str, Any]) -> None:
        self._db.execute(
            "UPDATE answers SET status = ?, body = ? WHERE key = ?", [status, json.dumps(body), key]
        )

    def forget(self, key: str) -> None:
        self._db.execute("DELETE FROM answers WHERE key = ?", [key])

    def tell(self, body: Mapping[str, Any], now: datetime, *, copies: int, delay: float) -> None:
        due = now.timestamp() + delay
        row = self._db.execute(
            "INSERT INTO events (body, copies, due) VALUES ('', ?, ?)", [copies, due]
        )
        told = {"id": f"evt_{row.lastrowid}", **body, "created": now.isoformat()}
        self._db.execute(
            "UPDATE events SET body = ? WHERE number = ?", [json.dumps(told), row.lastrowid]
        )

    def due_events(self, now: float) -> list[Due]:
        rows = self._db.execute(
            "SELECT number, body, copies, tries FROM events WHERE copies > 0 AND due <= ? "
            "ORDER BY due LIMIT 20",
            [now],
        )
        return [Due(**dict(row)) for row in rows]

    def event_told(self, event: Due) -> None:
        self._db.execute("UPDATE events SET copies = 0 WHERE number = ?", [event.number])

    def event_waits(self, event: Due, until: float) -> None:
        self._db.execute(
            "UPDATE events SET due = ?, tries = tries + 1 WHERE number = ?", [until, event.number]
        )

    def tell_all_again(self, now: float) -> int:
        """Every event once more, the newest first."""
        return self._db.execute(
            "UPDATE events SET copies = 1, due = ? - number / 1e6, tries = 0", [now]
        ).rowcount
