"""The composition root: settings in, API, consumers and loops out."""

from billing_policy.customers import consumers as customers_consumers
from billing_policy.metrics import Metrics
from billing_policy.payments import ticker as payments_ticker
from billing_policy.payments.api import charges as charges_api
from billing_policy.payments.api import events as events_api
from billing_policy.payments.api import payments as payments_api
from billing_policy.payments.handlers.ordering import REFUND
from billing_policy.payments.handlers.reconciling import COMPARE
from billing_policy.payments.handlers.settling import Books
from billing_policy.payments.performer import RefundPerformer
from billing_policy.payments.provider_http import HttpProvider, read_event
from billing_policy.payments.reconciler import Reconciler
from billing_policy.remedies import api as remedies_api
from billing_policy.remedies import handlers as remedies
from billing_policy.remedies import ticker as remedies_ticker
from billing_policy.rules import api as rules_api
from billing_policy.settings import Settings
from billing_policy.tickets import consumers as tickets_consumers
from chassis import directory, http
from chassis.effects import Performer
from chassis.kit import Kit, Service


def build(kit: Kit[Settings]) -> Service:
    metrics = Metrics(kit.telemetry)
    books = Books(remedies.payment_failed)
    secret = kit.settings.provider_secret.get_secret_value()
    events = events_api.router(
        books, metrics, lambda sent, body: read_event(secret, sent, body, kit.clock.now())
    )
    api = http.create_api(
        kit,
        [charges_api.router, payments_api.router, events, rules_api.router, remedies_api.router],
    )
    api.state.metrics = metrics
    return Service(
        api=api,
        subscriptions=[
            directory.subscription("billing-policy"),
            tickets_consumers.subscription(),
            customers_consumers.subscription(),
        ],
        timers={**payments_ticker.timings(), **remedies_ticker.timings(metrics)},
        effects=_effects(kit, books, metrics),
    )


def _effects(kit: Kit[Settings], books: Books, metrics: Metrics) -> dict[str, Performer]:
    settings, log = kit.settings, kit.telemetry.log
    provider = HttpProvider(
        settings.provider_url,
        settings.provider_secret.get_secret_value(),
        settings.provider_timeout_s,
    )
    return {
        REFUND: RefundPerformer(
            kit.database,
            provider,
            books,
            clock=kit.clock,
            metrics=metrics,
            log=log,
            look_up_s=settings.provider_look_up_s,
        ),
        COMPARE: Reconciler(kit.database, provider, clock=kit.clock, metrics=metrics, log=log),
    }
