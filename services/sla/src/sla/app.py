"""What the service is made of, read like a table of contents."""

import asyncio
from datetime import timedelta
from typing import Any

from chassis import directory, http
from chassis.kit import Kit, Loop, Service
from chassis.tenancy import scope
from chassis.values import FIRM, TenantId
from chassis.wakeups import rest
from sla.calendars.translate import use_packaged_zones
from sla.clocks import api as clocks_api
from sla.clocks import consumers as clocks_consumers
from sla.clocks import ticker as clocks_ticker
from sla.clocks.handlers import judging, reading
from sla.duty import consumers as duty_consumers
from sla.escalations import api as escalations_api
from sla.escalations import ticker as escalations_ticker
from sla.metrics import Meters
from sla.owners import consumers as owners_consumers
from sla.periods import api as periods_api
from sla.periods import handlers as periods
from sla.periods import ticker as periods_ticker
from sla.policies import api as policies_api
from sla.policies import handlers as policies
from sla.reports import api as reports_api
from sla.reports import handlers as reports
from sla.reports.decide import month_of

FEED_EVERY_S = 5.0
ROUNDS_PER_REPORT = 6


def build(kit: Kit[Any]) -> Service:
    use_packaged_zones()
    meters = Meters(kit.telemetry)
    watch = Watch(kit, meters)
    return Service(
        api=http.create_api(
            kit,
            routers=[
                policies_api.router,
                clocks_api.router,
                reports_api.router,
                periods_api.router,
                escalations_api.router,
            ],
        ),
        subscriptions=[
            directory.subscription("sla"),
            clocks_consumers.subscription(meters),
            duty_consumers.subscription(),
            owners_consumers.subscription(),
        ],
        timers={
            **clocks_ticker.timings(meters),
            **escalations_ticker.timings(meters),
            **periods_ticker.timings(meters),
        },
        loops=[Loop(name="feed", run=watch.run)],
    )


class Watch:
    """Tells figures of what no event tells: the feed's age, what waits for it, the month so far.

    It judges nothing; at its start it has clocks of another edition of zone rules looked at, and
    sees to it that the present month will close.
    """

    def __init__(self, kit: Kit[Any], meters: Meters) -> None:
        self._kit = kit
        self._meters = meters

    async def run(self, stop: asyncio.Event) -> None:
        for tenant in await self._tenants():
            async with self._kit.database.transaction(scope(tenant)) as tx:
                await judging.take_up_zones(tx, tenant, self._kit.clock.now())
                await periods.ring_present(tx, tenant, self._kit.clock.now())
        rounds = 0
        while not stop.is_set():
            await self.feed()
            if rounds % ROUNDS_PER_REPORT == 0:
                await self.reports()
            rounds += 1
            await rest(stop, FEED_EVERY_S)

    async def feed(self) -> None:
        async with self._kit.loops.transaction(None) as tx:
            until = await clocks_ticker.feed_ceiling(tx)
        age: timedelta | None = self._kit.clock.now() - until if until else None
        if self._meters.feed(age) and age is not None:
            self._kit.telemetry.log.error("ticket feed stalls", age_s=int(age.total_seconds()))

    async def reports(self) -> None:
        waiting = 0
        for tenant in await self._tenants():
            waiting += await self._report(tenant)
        self._meters.waiting(waiting)

    async def _report(self, tenant: TenantId) -> int:
        now = self._kit.clock.now()
        async with self._kit.database.transaction(scope(tenant)) as tx:
            found = await policies.contract_with_versions(tx, tenant, now)
            if found is None:
                return 0
            month = month_of(now, found[0].calendar.zone)
            counted = await reports.month(tx, found[0], month)
            overdue = await reading.overdue(tx, tenant, now)
        for one in counted.metrics:
            if one.counts.attainment is not None:
                self._meters.attained(str(tenant), one.metric, float(one.counts.attainment))
        return overdue

    async def _tenants(self) -> tuple[TenantId, ...]:
        async with self._kit.database.transaction(scope(FIRM)) as tx:
            return await directory.all_tenants(tx)
