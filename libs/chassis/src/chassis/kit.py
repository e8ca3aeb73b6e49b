"""What a service is given (`Kit`), and what it gives back to be run (`Service`, `Loop`)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, Literal

from typing_extensions import TypeVar

from chassis.settings import BaseServiceSettings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from chassis.auth import Auth
    from chassis.clock import Clock
    from chassis.db import Database, Transaction
    from chassis.effects import Performer
    from chassis.i18n import Texts
    from chassis.links import Links
    from chassis.messaging import Subscription
    from chassis.readiness import Readiness
    from chassis.telemetry import Telemetry
    from chassis.timers import Timing
    from chassis.wakeups import Wakeups

S_co = TypeVar("S_co", bound=BaseServiceSettings, default=BaseServiceSettings, covariant=True)

Mode = Literal["all", "api", "worker", "relay"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit(Generic[S_co]):
    """`Kit` alone means any settings; `Kit[IntakeSettings]` where a service reads its own."""

    service: str
    settings: S_co
    database: Database
    loops: Database
    clock: Clock
    telemetry: Telemetry
    auth: Auth
    texts: Texts
    links: Links
    readiness: Readiness
    wakeups: Wakeups


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """Work of a service's own that runs until `stop` is set, then returns by itself.

    An infrastructure error is backed off and the loop entered again; any other ends the process.
    `mode` is the part of the service it belongs to: a door (`api`), or work (`worker`, `relay`).
    `trouble` says what keeps it from its work, for readiness; None when all is well.
    """

    name: str
    run: Callable[[asyncio.Event], Awaitable[None]]
    mode: Literal["api", "worker", "relay"] = "worker"
    trouble: Callable[[], str | None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """`heartbeat_floor` holds heartbeats back to the oldest raw input not yet worked off."""

    api: FastAPI
    subscriptions: Sequence[Subscription] = ()
    timers: Mapping[str, Timing] = field(default_factory=dict)
    effects: Mapping[str, Performer] = field(default_factory=dict)
    loops: Sequence[Loop] = ()
    heartbeat_floor: Callable[[Transaction], Awaitable[datetime | None]] | None = None


Build = Callable[[Kit[Any]], Service]
