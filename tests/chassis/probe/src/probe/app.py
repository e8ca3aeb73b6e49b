"""The composition root of the probe."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from chassis import directory, effects, http, timers
from chassis.auth import Principal, signed_in
from chassis.db import Transaction
from chassis.effects import Done, Effect, Failed, Outcome
from chassis.kit import Kit, Loop, Service
from chassis.tenancy import scope
from chassis.timers import Timer, Timing
from chassis.values import FIRM
from probe.settings import ProbeSettings

router = APIRouter(prefix="/v1")


@router.get("/me")
async def get_me(principal: Annotated[Principal, Depends(signed_in)]) -> dict[str, Any]:
    return {"roles": sorted(principal.roles), "tenants": sorted(map(str, principal.tenants))}


@router.get("/slow")
async def get_slow() -> dict[str, bool]:
    await asyncio.sleep(1.0)
    return {"whole": True}


@router.post("/work")
async def post_work(kit: Annotated[Kit[ProbeSettings], Depends(http.kit)]) -> None:
    """Arms a timer and asks for an effect, in one transaction."""
    now = kit.clock.now()
    async with kit.database.transaction(scope(FIRM)) as tx:
        due = now + timedelta(milliseconds=100)
        await timers.arm(tx, Timer(FIRM, "probe.wake", kit.clock.new_id(), due))
        await effects.put(tx, Effect(kit.clock.new_id(), FIRM, "probe.call", f"call-{now}"))


@dataclass(frozen=True, slots=True)
class Diary:
    file: Path

    def write(self, line: str) -> None:
        with self.file.open("a") as sink:
            sink.write(f"{line}\n")

    async def wake(self, timer: Timer, tx: Transaction, now: datetime) -> None:
        self.write("timer fired")

    async def perform(self, effect: Effect) -> Outcome:
        self.write("effect performed")
        return Done()

    async def look_up(self, effect: Effect) -> Outcome:
        return Done()

    async def settled(
        self, effect: Effect, outcome: Done | Failed, tx: Transaction, now: datetime
    ) -> None:
        self.write("effect settled")


@dataclass(slots=True)
class Steps:
    diary: Diary
    fault: str
    entered: int = 0

    async def run(self, stop: asyncio.Event) -> None:
        self.entered += 1
        self.diary.write(f"steps entered {self.entered}")
        if self.fault == "passing" and self.entered == 1:
            raise ConnectionResetError("the other side went away")
        if self.fault == "bug":
            await self._broken()
        await stop.wait()
        await asyncio.sleep(0.3)
        self.diary.write("steps drained")

    async def _broken(self) -> None:
        while not self.diary.file.with_suffix(".break").exists():  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        raise KeyError("ines.marquez@brightline.example")


def build(kit: Kit[ProbeSettings]) -> Service:
    diary = Diary(kit.settings.diary)
    return Service(
        api=http.create_api(kit, [router]),
        subscriptions=[directory.subscription(kit.service)],
        timers={"probe.wake": Timing(diary.wake)},
        effects={"probe.call": diary},
        loops=[Loop(name="steps", run=Steps(diary, kit.settings.fault).run)],
    )
