"""Calls the provider for refunds: written down before, settled after, looked up when unknown."""

# house: room: an edge beside `api`: it calls out where `consumers` is called

from datetime import datetime
from typing import assert_never
from uuid import UUID

from structlog.stdlib import BoundLogger

from billing_policy.metrics import Metrics
from billing_policy.payments.decide.calls import (
    decide_call,
    decide_known,
    decide_missing,
    next_circuit,
    wait_s,
)
from billing_policy.payments.handlers import calling
from billing_policy.payments.handlers.calling import Standing
from billing_policy.payments.handlers.settling import Books
from billing_policy.payments.model import (
    Again,
    Circuit,
    LookUp,
    NoAnswer,
    NotSent,
    PaymentState,
    ProviderSilent,
    Settle,
    Step,
)
from billing_policy.payments.provider import Provider
from chassis.clock import Clock
from chassis.db import Database, Transaction
from chassis.effects import Done, Effect, Failed, Outcome, Unknown
from chassis.tenancy import scope


class RefundPerformer:
    def __init__(
        self,
        database: Database,
        provider: Provider,
        books: Books,
        *,
        clock: Clock,
        metrics: Metrics,
        log: BoundLogger,
        look_up_s: float,
    ) -> None:
        self._database = database
        self._provider = provider
        self._books = books
        self._clock = clock
        self._metrics = metrics
        self._log = log
        self._look_up_s = look_up_s
        self._circuit = Circuit()

    async def perform(self, effect: Effect) -> Outcome:
        waits = wait_s(self._circuit, self._clock.now())
        if waits:
            return Failed("the provider does not answer", retry_after_s=waits)
        async with self._database.transaction(scope(effect.tenant)) as tx:
            found = await calling.begin_call(tx, self._books, _asked(effect), self._clock.now())
        if found.over:
            return _outcome_of(found)
        said = await self._provider.refund(found.order)
        self._metrics.called(type(said).__name__.lower())
        self._turn(failed=isinstance(said, NotSent | NoAnswer))
        if isinstance(said, NoAnswer) and said.replayed:
            return await self._ask(effect, found, answered=True)
        step = decide_call(said, found.payment.attempt, effect.attempts, self._look_up_s)
        return await self._follow(effect, found, step)

    async def look_up(self, effect: Effect) -> Outcome:
        tenant, payment, attempt = _asked(effect)
        async with self._database.transaction(scope(tenant)) as tx:
            found = await calling.standing(tx, tenant, payment, attempt)
        if found.over:
            return _outcome_of(found)
        waits = wait_s(self._circuit, self._clock.now())
        if waits:
            return Unknown("the provider does not answer", look_up_after_s=waits)
        return await self._ask(effect, found, answered=False)

    async def settled(
        self, effect: Effect, outcome: Done | Failed, tx: Transaction, now: datetime
    ) -> None:
        """Everything that follows was written with the news itself, before this."""

    async def _ask(self, effect: Effect, found: Standing, *, answered: bool) -> Outcome:
        try:
            known = await self._provider.find(found.order.key)
        except ProviderSilent as error:
            self._turn(failed=True)
            return Unknown(str(error), look_up_after_s=self._look_up_s)
        self._turn(failed=False)
        if known is not None:
            step = decide_known(known, found.payment.attempt)
        else:
            step = decide_missing(found.payment, self._clock.now(), answered=answered)
        return await self._follow(effect, found, step)

    async def _follow(self, effect: Effect, found: Standing, step: Step) -> Outcome:
        match step:
            case Again(reason, after_s):
                return Failed(reason, retry_after_s=after_s)
            case LookUp(news, after_s):
                reason = news.state.value if news else "at work"
            case Settle(news):
                reason, after_s = news.reason, 0.0
            case _:
                assert_never(step)
        if news is not None:
            async with self._database.transaction(scope(effect.tenant)) as tx:
                changed = await self._books.take_news(
                    tx, effect.tenant, found.payment.id, news, self._clock.now()
                )
            if changed is not None:
                self._metrics.paid(changed.state)
                self._log.info("payment", state=changed.state.value, reason=changed.reason)
        if isinstance(step, LookUp):
            return Unknown(reason, look_up_after_s=after_s)
        if step.news.state is PaymentState.SUCCEEDED:
            return Done(step.news.reference or "")
        return Failed(reason)

    def _turn(self, *, failed: bool) -> None:
        now = self._clock.now()
        self._circuit = next_circuit(self._circuit, now, failed=failed)
        self._metrics.circuit(is_open=wait_s(self._circuit, now) > 0)


def _asked(effect: Effect) -> tuple[UUID, UUID, int]:
    return effect.tenant, UUID(effect.payload["payment"]), int(effect.payload["attempt"])


def _outcome_of(found: Standing) -> Outcome:
    if found.payment.state is PaymentState.SUCCEEDED:
        return Done(found.payment.provider_reference or "")
    return Failed(found.payment.reason or "another attempt took its place")
