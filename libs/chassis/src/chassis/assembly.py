"""What a process is put together from: the kit of a service, and the loops of each mode."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from chassis.clock import Clock, SystemClock
from chassis.db import Database
from chassis.delivery import Delivery, KafkaPlace
from chassis.i18n import Texts
from chassis.identity import Identity
from chassis.issuer import Issuer, fetch_json
from chassis.kit import Kit, Loop, Mode, Service
from chassis.links import Links
from chassis.readiness import Readiness
from chassis.settings import BaseServiceSettings, SettingsError
from chassis.telemetry import Telemetry
from chassis.wakeups import Wakeups
from contracts import catalog

LOOPS_POOL = 4


def make_kit(settings: BaseServiceSettings, folder: Path) -> Kit[Any]:
    """
    Raises:
        SettingsError: a secret is too short to protect anything.
    """
    clock, service = SystemClock(), settings.service
    database = _database(settings, settings.database_url, settings.database_pool, clock)
    loops = _database(settings, settings.database_loops_url, LOOPS_POOL, clock)
    wakeups = Wakeups(settings.database_url.get_secret_value())
    telemetry = Telemetry(service)
    if settings.otlp_endpoint:
        telemetry.export_to(settings.otlp_endpoint)
    database.on_commit = loops.on_commit = wakeups.notify
    try:
        links = Links(settings.link_secret.get_secret_value(), clock=clock)
        auth = Identity(
            database=database,
            issuer=Issuer(settings.oidc_issuer, clock=clock, fetch=fetch_json),
            audience=settings.oidc_audience,
            service_secret=settings.service_secret.get_secret_value(),
        )
    except ValueError as error:
        raise SettingsError(f"{service} cannot start: {error}") from None
    return Kit(
        service=service,
        settings=settings,
        database=database,
        loops=loops,
        clock=clock,
        telemetry=telemetry,
        auth=auth,
        texts=Texts(folder / "locale"),
        links=links,
        readiness=Readiness(),
        wakeups=wakeups,
    )


def _database(settings: BaseServiceSettings, url: SecretStr, pool: int, clock: Clock) -> Database:
    return Database(
        url.get_secret_value(),
        service=settings.service,
        pool=pool,
        scale=settings.kafka_scale,
        epoch=settings.epoch,
        clock=clock,
    )


def loops_of(service: Service, kit: Kit[Any], mode: Mode) -> Iterator[Loop]:
    """What runs in a process of this mode, in the order in which it starts."""
    delivers = bool(service.subscriptions) or _produces(kit.service)
    yield Loop(name="wakeups", run=kit.wakeups.run)
    if mode in ("all", "worker") and service.subscriptions:
        yield from _lanes(service, kit)
    if mode in ("all", "relay") and _produces(kit.service):
        from chassis.relay import Relay

        relay = Relay(_delivery(kit), service.heartbeat_floor)
        yield Loop(name="relay", run=relay.run, mode="relay", trouble=relay.trouble)
    if mode != "api" and delivers:
        from chassis.upkeep import Upkeep

        groups = [subscription.group for subscription in service.subscriptions]
        yield Loop(name="upkeep", run=Upkeep(_delivery(kit), groups).run)
    if mode in ("all", "worker"):
        yield from _due_work(service, kit)
    yield from (loop for loop in service.loops if mode in ("all", loop.mode))


def _produces(service: str) -> bool:
    return any(topic.producer == service for topic in catalog.TOPICS)


def _lanes(service: Service, kit: Kit[Any]) -> Iterator[Loop]:
    from chassis.lanes import Lanes
    from chassis.orders import Orders

    lanes = Lanes(_delivery(kit), service.subscriptions)
    yield Loop(name="lanes", run=lanes.run, trouble=lanes.trouble)
    yield Loop(name="orders", run=Orders(_delivery(kit), service.subscriptions).run)


def _due_work(service: Service, kit: Kit[Any]) -> Iterator[Loop]:
    from chassis import effects, timers
    from chassis.effect_loop import EffectLoop
    from chassis.gauges import Gauges
    from chassis.timer_loop import TimerLoop

    if service.timers:
        timer_loop = TimerLoop(
            database=kit.database,
            loops=kit.loops,
            timings=service.timers,
            waiter=kit.wakeups.listen(timers.CHANNEL),
            metrics=kit.telemetry.meters,
        )
        yield Loop(name="timers", run=timer_loop.run)
    if service.effects:
        effect_loop = EffectLoop(
            database=kit.database,
            loops=kit.loops,
            performers=service.effects,
            waiter=kit.wakeups.listen(effects.CHANNEL),
            metrics=kit.telemetry.meters,
        )
        yield Loop(name="effects", run=effect_loop.run)
    if service.effects or service.timers:
        yield Loop(name="gauges", run=Gauges(kit.loops, kit.telemetry).run)


def _delivery(kit: Kit[Any]) -> Delivery:
    return Delivery(
        database=kit.database,
        loops=kit.loops,
        kafka=KafkaPlace.of(kit.settings),
        wakeups=kit.wakeups,
        metrics=kit.telemetry.meters.delivery,
        tracer=kit.telemetry.tracer,
    )
