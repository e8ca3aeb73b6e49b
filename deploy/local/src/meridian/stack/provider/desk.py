"""The double's work: takes a refund under its key, lets pending ones turn, tells its events."""

import asyncio
import hmac
import json
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from chassis.clock import Clock
from meridian.stack.provider import rules
from meridian.stack.provider.ledger import Charge, Ledger, Refund
from meridian.stack.provider.rules import Refused, Standing

SIGNATURE = "provider-signature"
RETRY_S = 5.0
LONGEST_RETRY_S = 300.0
REVERSED_S = 0.3

Deliver = Callable[[bytes, Mapping[str, str]], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Asked:
    account: str
    charge: str
    amount: str
    currency: str
    captured: str


@dataclass(frozen=True, slots=True)
class Answer:
    """`late_s`: it is held back so long."""

    status: int
    body: Mapping[str, Any]
    replayed: bool = False
    late_s: float = 0.0


class Desk:
    def __init__(self, ledger: Ledger, clock: Clock, secret: str, deliver: Deliver) -> None:
        self.ledger = ledger
        self._clock = clock
        self._secret = secret.encode()
        self._deliver = deliver
        self._tasks: set[asyncio.Task[None]] = set()

    def now(self) -> float:
        return self._clock.now().timestamp()

    def refund(self, key: str, asked: Asked, fingerprint: str) -> Answer:
        """The first answer under a key is the answer for ever, errors included."""
        known = self.ledger.begin(key, fingerprint)
        if known is not None:
            return _again(known, fingerprint)
        try:
            return self._work(key, asked)
        except Refused as error:
            body = {"error": {"code": error.code, "message": error.message}}
            self.ledger.answer(key, error.status, body)
            return Answer(error.status, body)

    def _work(self, key: str, asked: Asked) -> Answer:
        count = rules.units(asked.amount, asked.currency)
        charge = self._charge(asked)
        behaviour = rules.behaviour_of(charge.reference, charge.behaviour)
        seconds = charge.seconds
        self._check(charge, behaviour, count, asked.currency)
        match behaviour:
            case "lost":
                # From the next call on the charge behaves.
                self.ledger.behave(charge.account, charge.reference, "well", None)
                self.ledger.forget(key)
                return Answer(504, {}, late_s=seconds or rules.HANG_S)
            case "error":
                return self._kept(key, 500, {"error": {"code": "internal", "message": "broken"}})
            case "conflict":
                self._later(lambda: self._make(key, charge, count, ""), seconds or rules.LATER_S)
                return Answer(409, {"error": {"code": "in_flight", "message": "being worked on"}})
            case "pending" | "late-failure" | "duplicate":
                return self._make(key, charge, count, behaviour)
            case "error-after":
                self._make(key, charge, count, "")
                return self._kept(key, 500, {"error": {"code": "internal", "message": "broken"}})
            case "timeout":
                made = self._make(key, charge, count, "")
                return Answer(made.status, made.body, late_s=seconds or rules.HANG_S)
            case _:
                return self._make(key, charge, count, "")

    def _charge(self, asked: Asked) -> Charge:
        """A real provider took the charge itself; this one learns it from its first refund."""
        captured = rules.units(asked.captured, asked.currency)
        known = self.ledger.charge(asked.account, asked.charge)
        if known is None:
            self.ledger.learn_charge(asked.account, asked.charge, captured, asked.currency)
            known = self.ledger.charge(asked.account, asked.charge)
        assert known is not None
        return known

    def _check(self, charge: Charge, behaviour: str, count: int, currency: str) -> None:
        if behaviour == "dispute" and charge.disputes == 0:
            self.dispute(charge.account, charge.reference, disputed=True)
            charge = self.ledger.charge(charge.account, charge.reference) or charge
        given_back, made = self.ledger.given_back(charge.account, charge.reference)
        most = 1 if behaviour == "limit" else rules.MOST_REFUNDS
        standing = Standing(
            charge.captured, charge.currency, given_back, made, most, charge.disputed
        )
        rules.check(standing, count, currency)
        if behaviour == "refuse":
            raise Refused(402, "refused_by_bank", "the customer's bank takes nothing back")

    def _make(self, key: str, charge: Charge, count: int, behaviour: str) -> Answer:
        now = self._clock.now()
        waits = behaviour in ("pending", "late-failure", "duplicate")
        becomes = {"late-failure": "failed"}.get(behaviour, "succeeded") if waits else None
        refund = self.ledger.add_refund(
            {
                "key": key,
                "account": charge.account,
                "charge": charge.reference,
                "units": count,
                "currency": charge.currency,
                "status": "pending" if waits else "succeeded",
                "created": now.isoformat(),
                "becomes": becomes,
                "becomes_at": now.timestamp() + (charge.seconds or rules.LATER_S)
                if waits
                else None,
            }
        )
        self._tell_refund(refund, behaviour)
        return self._kept(key, 200, shown(refund))

    def _kept(self, key: str, status: int, body: Mapping[str, Any]) -> Answer:
        self.ledger.answer(key, status, body)
        return Answer(status, body)

    def _later(self, work: Callable[[], object], seconds: float) -> None:
        async def wait() -> None:
            await asyncio.sleep(seconds)
            work()

        task = asyncio.create_task(wait())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def dispute(self, account: str, reference: str, *, disputed: bool) -> None:
        self.ledger.dispute(account, reference, disputed=disputed)
        known = self.ledger.charge(account, reference)
        assert known is not None
        data = {"charge": reference, "revision": known.disputes, "won": not disputed}
        kind = "dispute.opened" if disputed else "dispute.closed"
        self._tell({"type": kind, "account": account, "data": data})

    def fail(self, refund: Refund, reason: str) -> None:
        self._tell_refund(self.ledger.change_refund(refund.number, "failed", reason), "")

    def turn(self) -> None:
        """Pending refunds whose time has come succeed or fail."""
        for refund in self.ledger.turning(self.now()):
            status = refund.becomes or "succeeded"
            reason = "account_closed" if status == "failed" else ""
            changed = self.ledger.change_refund(refund.number, status, reason)
            known = self.ledger.charge(refund.account, refund.charge)
            told = known.behaviour if known else ""
            self._tell_refund(changed, rules.behaviour_of(refund.charge, told))

    async def tell_due(self) -> int:
        """Send what is due; an event that is not taken comes again later."""
        found = self.ledger.due_events(self.now())
        for event in found:
            taken = True
            for _ in range(event.copies):
                taken = await self._send(event.body) and taken
            if taken:
                self.ledger.event_told(event)
            else:
                pause = min(LONGEST_RETRY_S, RETRY_S * 2**event.tries)
                self.ledger.event_waits(event, self.now() + pause)
        return len(found)

    async def _send(self, body: str) -> bool:
        moment = int(self.now())
        return await self._deliver(body.encode(), {SIGNATURE: self.sign(moment, body.encode())})

    def sign(self, moment: int, body: bytes) -> str:
        digest = hmac.new(self._secret, f"{moment}.".encode() + body, sha256).hexdigest()
        return f"t={moment},v1={digest}"

    def _tell_refund(self, refund: Refund, behaviour: str) -> None:
        doubled = behaviour == "duplicate"
        waits = (refund.becomes_at or 0.0) - self.now() + REVERSED_S
        self._tell(
            {"type": "refund.updated", "account": refund.account, "data": shown(refund)},
            copies=2 if doubled else 1,
            delay=max(0.0, waits) if doubled and refund.status == "pending" else 0.0,
        )

    def _tell(self, body: Mapping[str, Any], *, copies: int = 1, delay: float = 0.0) -> None:
        self.ledger.tell(body, self._clock.now(), copies=copies, delay=delay)


def shown(refund: Refund) -> dict[str, Any]:
    return {
        "id": f"re_{refund.number}",
        "key": refund.key,
        "account": refund.account,
        "charge": refund.charge,
        "amount": rules.amount(refund.units, refund.currency),
        "currency": refund.currency,
        "status": refund.status,
        "reason": refund.reason,
        "revision": refund.revision,
        "created": refund.created,
    }


def _again(known: sqlite3.Row, fingerprint: str) -> Answer:
    if known["asked"] != fingerprint:
        body = {"error": {"code": "key_reused", "message": "that key asked for something else"}}
        return Answer(422, body)
    if known["status"] is None:
        return Answer(409, {"error": {"code": "in_flight", "message": "being worked on"}})
    return Answer(known["status"], json.loads(known["body"]), replayed=True)
