"""What the service is made of, read like a table of contents."""

from hashlib import sha256
from hmac import digest
from typing import Any

from chassis import directory, http
from chassis.kit import Kit, Service
from feedback.customers import consumers as customers_consumers
from feedback.duty import consumers as duty_consumers
from feedback.followups import api as followups_api
from feedback.metrics import Metrics
from feedback.praise import api as praise_api
from feedback.scorecards import api as scorecards_api
from feedback.surveys import api as surveys_api
from feedback.surveys import consumers as surveys_consumers
from feedback.surveys import ticker as surveys_ticker
from feedback.tickets import api as tickets_api


def build(kit: Kit[Any]) -> Service:
    metrics = Metrics(kit.telemetry)
    key = sampling_key(kit.settings.link_secret.get_secret_value())
    api = http.create_api(
        kit,
        routers=[
            surveys_api.router,
            followups_api.router,
            praise_api.router,
            scorecards_api.router,
            tickets_api.router,
        ],
    )
    api.state.metrics = metrics
    return Service(
        api=api,
        subscriptions=[
            directory.subscription("feedback"),
            surveys_consumers.subscription(key, metrics),
            customers_consumers.subscription(),
            duty_consumers.subscription(),
        ],
        timers=surveys_ticker.timings(key, metrics),
    )


def sampling_key(secret: str) -> bytes:
    """Drawn from the link secret, for this purpose alone."""
    return digest(secret.encode(), b"feedback.sampling", sha256)
