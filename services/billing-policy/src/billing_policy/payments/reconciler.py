"""Fetches the provider's list and has it compared. It only reads, so it may be done again."""

# house: room: an edge beside `api`: it calls out where `consumers` is called

from datetime import date, datetime

from structlog.stdlib import BoundLogger

from billing_policy.metrics import Metrics
from billing_policy.payments.handlers import reconciling
from billing_policy.payments.model import ProviderSilent
from billing_policy.payments.provider import Provider
from chassis.clock import Clock
from chassis.db import Database, Transaction
from chassis.effects import Done, Effect, Failed, Outcome
from chassis.tenancy import scope

LATER_S = 300.0


class Reconciler:
    def __init__(
        self,
        database: Database,
        provider: Provider,
        *,
        clock: Clock,
        metrics: Metrics,
        log: BoundLogger,
    ) -> None:
        self._database = database
        self._provider = provider
        self._clock = clock
        self._metrics = metrics
        self._log = log

    async def perform(self, effect: Effect) -> Outcome:
        now = self._clock.now()
        try:
            theirs = await self._provider.refunds(effect.tenant, *reconciling.window(now))
        except ProviderSilent as error:
            return Failed(str(error), retry_after_s=LATER_S)
        day = date.fromisoformat(effect.payload["day"])
        async with self._database.transaction(scope(effect.tenant)) as tx:
            found = await reconciling.compare(tx, effect.tenant, day, theirs, now)
        for finding in found.findings:
            self._metrics.found(finding.kind)
        if found.findings:
            self._log.error("provider and ledger differ", count=len(found.findings))
        return Done()

    async def look_up(self, effect: Effect) -> Outcome:
        return Failed("asked again", retry_after_s=0.0)

    async def settled(
        self, effect: Effect, outcome: Done | Failed, tx: Transaction, now: datetime
    ) -> None:
        """What was found is kept already."""
