"""`meridian bench`: first figures of the running platform, each measured in this run.

Rates on a shared machine swing; read them as sizes. Bounded in count: nothing runs on its own.
"""

import asyncio
import json
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from statistics import quantiles
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from meridian import state
from meridian.config import StackConfig
from meridian.demo.content import load_firm
from meridian.demo.platform import Json, Platform
from meridian.problems import StackProblem

AT_ONCE = 16
BY_API, BY_MAIL, TO_OWNER = 400, 200, 40
PATIENCE_S = 60.0
TEXT = "Guten Tag, seit heute Morgen ist unser Server {n} langsam. Können Sie bitte nachsehen?"

Work = Callable[[int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Spread:
    """Seconds in, milliseconds out."""

    rate_per_s: float
    p50_ms: float
    p99_ms: float
    count: int


def main(config: StackConfig, console: Console) -> None:
    found = asyncio.run(_measure(config, console))
    config.reports.mkdir(parents=True, exist_ok=True)
    (config.reports / "bench.json").write_text(json.dumps(found, indent=1) + "\n")
    console.print(_table(found))
    console.print(f"written to {config.reports / 'bench.json'}")


@dataclass(frozen=True, slots=True)
class Made:
    """The tickets of one run, told apart by its name in their subject.

    They are spam afterwards: nobody's capacity, promise or score keeps a trace of them.
    """

    platform: Platform
    run: str

    async def drop(self, ticket: str) -> None:
        manager = next(person for person in load_firm().people if "manager" in person.roles)
        token, path = await self.platform.person(manager.email), f"/v1/tickets/{ticket}/spam"
        await self.platform.send("POST", "intake", path, {"spam": True}, token=token)

    async def of_mail(self, n: int) -> Json | None:
        """The ticket that this run's mail became, once it was read."""
        wanted, token = f"<{self.run}.{n}@mail.test>", await self.platform.service()
        found = await self.platform.get("intake", "/v1/tickets", token, external_id=wanted)
        return found["items"][0] if found["items"] else None

    async def put_away(self, count: int) -> None:
        """Gives up once nothing more has come to put away for `PATIENCE_S`."""
        deadline, left = time.monotonic() + PATIENCE_S, count
        token = await self.platform.service()
        while left > 0:
            found = await self.platform.get(
                "intake", "/v1/tickets", token, q=self.run, state=["new", "open"], limit=AT_ONCE
            )
            if found["items"]:
                await asyncio.gather(*(self.drop(one["id"]) for one in found["items"]))
                left -= len(found["items"])
                deadline = time.monotonic() + PATIENCE_S
            elif time.monotonic() > deadline:
                raise StackProblem(f"{left} tickets of the run {self.run} could not be put away.")
            else:
                await asyncio.sleep(0.2)


async def _measure(config: StackConfig, console: Console) -> dict[str, Any]:
    async with Platform(config) as platform:
        memory, made = _memory(config), Made(platform, secrets.token_hex(4))
        with console.status("from mail to owner and running clock") as spinner:
            to_owner = await _to_owner(made)
            spinner.update("tickets through the API")
            by_api = await _spread(BY_API, await _api(made))
            spinner.update("putting away what was made")
            await made.put_away(BY_API)
            spinner.update("mails through SMTP")
            by_mail = await _spread(BY_MAIL, _smtp(made))
            spinner.update("putting away what was made")
            await made.put_away(BY_MAIL)
    return {
        "at": platform.now().isoformat(),
        "tickets_by_api": _figures(by_api),
        "mails_by_smtp": _figures(by_mail),
        "mail_to_owner": _figures(to_owner),
        "memory_mb": memory,
        "memory_mb_together": round(sum(memory.values()), 1),
        "load": [round(value, 2) for value in psutil.getloadavg()],
    }


async def _api(made: Made) -> Work:
    """Accepted tickets: the answer comes once the ticket is durable."""
    tenant, platform = load_firm().tenants[0], made.platform
    issued = await platform.ask(
        "POST",
        "intake",
        f"/v1/tenants/{tenant.id}/api-keys",
        token=await platform.service(),
        body={"name": "bench", "scopes": ["contacts:write"]},
        key=secrets.token_hex(16),
    )
    key, run = str(issued["key"]), made.run

    async def one(n: int) -> None:
        body = {
            "channel": "api",
            "from": {"name": "Bench", "address": f"bench{n}.{run}@mail.test"},
            "subject": f"Server {n} {run}",
            "text": TEXT.format(n=n),
            "external_id": f"{run}-{n}",
        }
        await platform.ask("POST", "intake", "/v1/contacts", token=key, body=body, key=f"{run}-{n}")

    return one


def _smtp(made: Made) -> Work:
    """Accepted mails, one connection each: `250` comes once the raw bytes are durable."""

    async def one(n: int) -> None:
        await made.platform.mail(*_letter(TO_OWNER + n, made.run))

    return one


def _letter(n: int, run: str) -> tuple[str, str, bytes]:
    brand = load_firm().tenants[0].brands[0]
    sender = f"mail{n}.{run}@mail.test"
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, brand.mail_address, f"Server {n} {run}"
    mail["Message-ID"] = f"<{run}.{n}@mail.test>"
    mail.set_content(TEXT.format(n=n))
    return sender, brand.mail_address, mail.as_bytes()


async def _to_owner(made: Made) -> Spread:
    """One mail at a time: from `250` until the ticket has an owner and a running promise.

    Each ticket is put away before the next mail, or the people on shift would soon be full.
    """
    taken = list[float]()
    for n in range(TO_OWNER):
        began = time.perf_counter()
        await made.platform.mail(*_letter(n, made.run))
        ticket = await _served(made, n)
        taken.append(time.perf_counter() - began)
        await made.drop(ticket)
    return _summed(taken, sum(taken))


async def _served(made: Made, n: int) -> str:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        ticket = await made.of_mail(n)
        if ticket and ticket["owner"] and ticket["next_due"]:
            return str(ticket["id"])
        await asyncio.sleep(0.01)
    raise StackProblem(
        f"A mail had no owner after {PATIENCE_S:.0f} s. Is everybody on shift full already? "
        "See: meridian doctor, and the board"
    )


async def _spread(count: int, work: Work) -> Spread:
    slots, taken = asyncio.Semaphore(AT_ONCE), list[float]()

    async def one(n: int) -> None:
        async with slots:
            began = time.perf_counter()
            await work(n)
            taken.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(one(n) for n in range(count)))
    return _summed(taken, time.perf_counter() - began)


def _summed(taken: Sequence[float], whole: float) -> Spread:
    cut = quantiles(taken, n=100)
    return Spread(len(taken) / whole, cut[49] * 1000, cut[98] * 1000, len(taken))


def _memory(config: StackConfig) -> dict[str, float]:
    """Megabytes of each part before the load; what processes share is counted once."""
    running = state.read_state(config.home)
    if running is None:
        raise StackProblem("Meridian is not running. Start it first: make up")
    return {
        entry.name: round(_share(entry.pid) / 1e6, 1)
        for entry in running.board.entries
        if entry.pid is not None and state.runs(entry)
    }


def _share(pid: int) -> int:
    process = psutil.Process(pid)
    family = [process, *process.children(recursive=True)]
    return sum(one.memory_full_info().pss for one in family)


def _figures(spread: Spread) -> dict[str, float]:
    return {
        "per_second": round(spread.rate_per_s, 1),
        "p50_ms": round(spread.p50_ms, 1),
        "p99_ms": round(spread.p99_ms, 1),
        "count": spread.count,
    }


def _table(found: dict[str, Any]) -> Table:
    shown = Table(title="Measured in this run", title_justify="left")
    for column in ("what", "per second", "p50 ms", "p99 ms", "count"):
        shown.add_column(column, justify="left" if column == "what" else "right")
    for name in ("tickets_by_api", "mails_by_smtp", "mail_to_owner"):
        one = found[name]
        figures = (one["per_second"], one["p50_ms"], one["p99_ms"], one["count"])
        shown.add_row(name.replace("_", " "), *map(str, figures))
    shown.add_row("memory together, MB", str(found["memory_mb_together"]), "", "", "")
    return shown
