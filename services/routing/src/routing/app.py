"""The composition root: settings in, API, consumers and loops out."""

from typing import Any

from chassis import directory, http
from chassis.kit import Kit, Loop, Service
from routing.matching import api as matching_api
from routing.matching import consumers as matching_consumers
from routing.matching import ticker as matching_ticker
from routing.metrics import Metrics
from routing.people import api as people_api
from routing.people import handlers as people
from routing.rosters import api as rosters_api
from routing.rosters import ticker as rosters_ticker


def build(kit: Kit[Any]) -> Service:
    matcher = matching_ticker.Matcher(
        database=kit.database,
        loops=kit.loops,
        metrics=Metrics(kit.telemetry),
        waiter=kit.wakeups.listen(people.MATCHING),
    )
    return Service(
        api=http.create_api(kit, [people_api.router, rosters_api.router, matching_api.router]),
        subscriptions=[
            directory.subscription("routing"),
            matching_consumers.tickets(),
            matching_consumers.clocks(),
            matching_consumers.customers(),
        ],
        timers=matching_ticker.TIMINGS | rosters_ticker.TIMINGS,
        loops=[Loop(name="matcher", run=matcher.run)],
    )
