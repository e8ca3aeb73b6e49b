"""Every mail that left, in one SQLite file: newest first, by recipient."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS mails (
    id INTEGER PRIMARY KEY AUTOINCREMENT, received TEXT NOT NULL, sender TEXT NOT NULL,
    recipients TEXT NOT NULL, subject TEXT NOT NULL, raw BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS deliveries (
    address TEXT NOT NULL, mail INTEGER NOT NULL REFERENCES mails, PRIMARY KEY (address, mail)
) WITHOUT ROWID;
"""
_COLUMNS = "id, received, sender, recipients, subject, raw"


@dataclass(frozen=True, slots=True)
class Mail:
    """`sender` and `recipients` are the envelope's, not the header's."""

    id: int
    received: str
    sender: str
    recipients: tuple[str, ...]
    subject: str
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def text(self) -> str:
        return _body(self.message, "plain")

    @property
    def html(self) -> str:
        return _body(self.message, "html")


class MailStore:
    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(file, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)

    def add(self, sender: str, recipients: Iterable[str], raw: bytes, now: datetime) -> int:
        """Keep one mail; the number it got."""
        addresses = [address.lower() for address in recipients]
        subject = str(message_from_bytes(raw, policy=policy.default)["subject"] or "")
        row = (now.isoformat(), sender, " ".join(addresses), subject, raw)
        insert = "INSERT INTO mails (received, sender, recipients, subject, raw) "
        with self._transaction():
            number = self._db.execute(insert + "VALUES (?, ?, ?, ?, ?)", row).lastrowid
            self._db.executemany(
                "INSERT OR IGNORE INTO deliveries VALUES (?, ?)",
                [(address, number) for address in addresses],
            )
        return int(number or 0)

    def find(
        self, *, to: str = "", subject: str = "", after: int = 0, limit: int = 100
    ) -> list[Mail]:
        """Newest first; `after` leaves out mails up to that number."""
        query = f"SELECT {_COLUMNS} FROM mails WHERE id > ? AND instr(lower(subject), ?) > 0"
        values: list[object] = [after, subject.lower()]
        if to:
            query += " AND id IN (SELECT mail FROM deliveries WHERE address = ?)"
            values.append(to.lower())
        rows = self._db.execute(query + " ORDER BY id DESC LIMIT ?", [*values, limit])
        return [_mail(row) for row in rows]

    def one(self, number: int) -> Mail | None:
        row = self._db.execute(f"SELECT {_COLUMNS} FROM mails WHERE id = ?", [number]).fetchone()
        return None if row is None else _mail(row)

    def count(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM mails").fetchone()[0])

    def clear(self) -> None:
        with self._transaction():
            self._db.execute("DELETE FROM deliveries")
            self._db.execute("DELETE FROM mails")

    def close(self) -> None:
        self._db.close()

    def _transaction(self) -> sqlite3.Connection:
        self._db.execute("BEGIN IMMEDIATE")
        return self._db


def _mail(row: tuple[int, str, str, str, str, bytes]) -> Mail:
    number, received, sender, recipients, subject, raw = row
    return Mail(number, received, sender, tuple(recipients.split()), subject, raw)


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return "" if part is None else str(part.get_content()).replace("\r\n", "\n")
