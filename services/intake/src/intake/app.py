"""The composition root: settings in, API, consumers, timers, effects and loops out."""

import hmac
from hashlib import sha256

from fastapi import FastAPI

from chassis import directory, http
from chassis.kit import Kit, Loop, Service
from chassis.timers import Timing
from intake.admission.handlers import Door
from intake.channels.api import form, partner, quarantine
from intake.channels.handlers.doors import Bucket, Doors
from intake.channels.handlers.keeping import MAIL, Keeper
from intake.channels.handlers.mail import Sorter
from intake.channels.handlers.worker import MailWorker
from intake.channels.smtp import MailDoor, MailServer
from intake.channels.store import raw
from intake.customers import api as customers_api
from intake.metrics import Metrics
from intake.outreach import consumers as outreach_consumers
from intake.remedies import consumers as remedies_consumers
from intake.replies.handlers import Desk
from intake.replies.performer import MailPerformer
from intake.replies.texts import load_texts
from intake.replies.translate import MAIL as MAIL_OUT
from intake.settings import Settings
from intake.tenants import api as tenants_api
from intake.tenants.handlers import Catalogue
from intake.tickets import consumers as tickets_consumers
from intake.tickets import ticker
from intake.tickets.api import customer, desk
from intake.tickets.handlers.apply import CLOSE, REMIND
from intake.understanding.handlers import Reader

ROUTERS = (
    tenants_api.router,
    customers_api.router,
    partner.router,
    form.router,
    desk.router,
    customer.router,
    quarantine.router,
)


def build(kit: Kit[Settings]) -> Service:
    metrics = Metrics(kit.telemetry)
    doors = Doors(
        database=kit.database,
        door=Door(kit.database, metrics.admitted),
        catalogue=Catalogue(kit.database, kit.clock.now),
        reader=Reader(),
        clock=kit.clock,
        secret=_secret(kit.settings, b"auto-mail"),
    )
    return Service(
        api=_api(kit, doors),
        subscriptions=[
            directory.subscription("intake"),
            tickets_consumers.assignments(),
            tickets_consumers.promises(),
            remedies_consumers.subscription(),
            outreach_consumers.subscription(metrics),
        ],
        timers={
            REMIND: Timing(ticker.remind_due_ticket),
            CLOSE: Timing(ticker.close_due_ticket),
        },
        effects={MAIL_OUT: _mail_out(kit, metrics)},
        loops=[
            Loop(name="smtp", run=_mail_door(kit, doors).run, mode="api"),
            Loop(name="reader", run=doors.reader.run, mode="api"),
            Loop(name="mail", run=_mail_worker(kit, doors, metrics).run, mode="worker"),
        ],
        heartbeat_floor=raw.oldest,
    )


def _api(kit: Kit[Settings], doors: Doors) -> FastAPI:
    settings, now = kit.settings, kit.clock.now
    api = http.create_api(kit, ROUTERS)
    api.state.doors = doors
    api.state.partner_bucket = Bucket(
        settings.contacts_per_second, 2 * settings.contacts_per_second, now
    )
    api.state.form_bucket = Bucket(settings.forms_per_second, 10 * settings.forms_per_second, now)
    api.state.sender_bucket = Bucket(1 / 60, 5, now)
    return api


def _mail_door(kit: Kit[Settings], doors: Doors) -> MailServer:
    settings = kit.settings
    return MailServer(
        MailDoor(doors, Keeper(kit.database), kit.telemetry.log),
        host=settings.smtp_host,
        port=settings.smtp_port,
        hostname=settings.smtp_name,
    )


def _mail_worker(kit: Kit[Settings], doors: Doors, metrics: Metrics) -> MailWorker:
    settings = kit.settings
    sorter = Sorter(
        doors,
        reply_secret=_secret(settings, b"reply"),
        trusted_relay=bool(settings.authserv_id),
    )
    return MailWorker(
        doors,
        sorter,
        loops=kit.loops,
        authserv=settings.authserv_id,
        waiter=kit.wakeups.listen(MAIL),
        metrics=metrics,
        log=kit.telemetry.log,
    )


def _mail_out(kit: Kit[Settings], metrics: Metrics) -> MailPerformer:
    settings = kit.settings
    return MailPerformer(
        kit.database,
        Desk(
            texts=load_texts(),
            links=kit.links,
            public_url=settings.public_url,
            reply_secret=_secret(settings, b"reply"),
        ),
        relay=(settings.mail_out_host, settings.mail_out_port),
        own_name=settings.smtp_name,
        clock=kit.clock,
        metrics=metrics,
        log=kit.telemetry.log,
    )


def _secret(settings: Settings, purpose: bytes) -> bytes:
    """One secret for each purpose, from the one that is given."""
    given = settings.link_secret.get_secret_value().encode()
    return hmac.new(given, b"intake " + purpose, sha256).digest()
