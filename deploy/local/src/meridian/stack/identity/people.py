"""The demo people as the provider knows them; who may do what is decided in the services."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FIRM = Path(__file__).parents[2] / "demo" / "firm.yaml"


@dataclass(frozen=True, slots=True)
class Person:
    """`email` is the subject of the person's tokens; `side` is the firm's or a client's."""

    email: str
    name: str
    duties: str
    side: str

    @property
    def claims(self) -> dict[str, object]:
        return {"name": self.name, "email": self.email, "email_verified": True}


def demo_people(firm: Path = FIRM) -> tuple[Person, ...]:
    """Nobody where no demo firm is written: any address may then sign in."""
    if not firm.exists():
        return ()
    demo = yaml.load(firm.read_text(), Loader=yaml.CSafeLoader)
    staff = (_staff(row) for row in demo["people"])
    return (*staff, *(_client(row) for row in demo.get("client_users", ())))


def _staff(row: Mapping[str, Any]) -> Person:
    return Person(row["email"], row["name"], ", ".join(row["roles"]), "The firm")


def _client(row: Mapping[str, Any]) -> Person:
    duties = f"{row['role'].replace('_', ' ')} of {row['tenant']}"
    return Person(row["email"], row["name"], duties, "Its clients")
