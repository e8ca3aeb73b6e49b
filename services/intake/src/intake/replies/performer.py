"""Sends letters by SMTP. What is not known to have left is sent once more, never a third time."""

# house: room: an edge beside `api`: it calls out where `consumers` is called

from datetime import datetime

import aiosmtplib
from structlog.stdlib import BoundLogger

from chassis.clock import Clock
from chassis.db import Database, Transaction
from chassis.effects import Done, Effect, Failed, Outcome, Unknown
from chassis.tenancy import scope
from chassis.values import FIRM
from intake.metrics import Metrics
from intake.replies import handlers
from intake.replies.decide.wire import to_bytes
from intake.replies.handlers import Desk, NobodyToWriteTo
from intake.replies.model import HeaderInjection, OutgoingMail

TIMEOUT_S = 30
FIRST_RETRY_S = 2.0
LONGEST_RETRY_S = 900.0
MOST_ATTEMPTS = 100


class MailPerformer:
    def __init__(
        self,
        database: Database,
        desk: Desk,
        *,
        relay: tuple[str, int],
        own_name: str,
        clock: Clock,
        metrics: Metrics,
        log: BoundLogger,
    ) -> None:
        self._database = database
        self._desk = desk
        self._host, self._port = relay
        self._own_name = own_name
        self._clock = clock
        self._metrics = metrics
        self._log = log
        self._texts: dict[object, str] = {}

    async def perform(self, effect: Effect) -> Outcome:
        try:
            mail = await self._composed(effect)
        except (NobodyToWriteTo, HeaderInjection) as reason:
            return Failed(str(reason))
        except Exception as error:
            # Nothing was called yet, so this is no unknown: it is certain that it did not leave.
            self._log.error("letter not written", error=type(error).__name__)
            return _later(type(error).__name__, effect)
        outcome = await self._send(mail, effect)
        if isinstance(outcome, Done):
            self._texts[effect.id] = mail.kept or mail.text
        return outcome

    async def look_up(self, effect: Effect) -> Outcome:
        """SMTP cannot be asked. The same Message-ID may go once more: programs show it once."""
        if effect.attempts <= 1:
            return Failed("nobody knows whether it left: sent once more", retry_after_s=0.0)
        return Failed("nobody knows whether it left, twice")

    async def settled(
        self, effect: Effect, outcome: Done | Failed, tx: Transaction, now: datetime
    ) -> None:
        kind = handlers.kind_of(effect)
        self._metrics.letters.labels(kind, type(outcome).__name__.lower()).inc()
        match outcome:
            case Done():
                await handlers.note_sent(tx, effect, self._texts.pop(effect.id, ""), now)
            case Failed(reason, None):
                self._log.warning("letter failed", kind=kind, reason=reason)
                await handlers.note_failed(tx, effect, reason, now)
            case Failed():
                self._log.info("letter waits", kind=kind, reason=outcome.reason)

    async def _composed(self, effect: Effect) -> OutgoingMail:
        async with self._database.transaction(scope(effect.tenant, FIRM)) as tx:
            return await handlers.compose(tx, self._desk, effect, self._clock.now())

    async def _send(self, mail: OutgoingMail, effect: Effect) -> Outcome:
        # Without a name of our own the library asks the resolver for one, and blocks meanwhile.
        client = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            local_hostname=self._own_name,
            timeout=TIMEOUT_S,
            start_tls=False,
        )
        try:
            await client.connect()
            await client.mail(mail.return_path)
            await client.rcpt(mail.to)
        except aiosmtplib.SMTPResponseException as error:
            client.close()
            return _refused(error, effect)
        except (aiosmtplib.SMTPException, OSError) as error:
            client.close()
            return _later(type(error).__name__, effect)
        return await self._hand_over(client, mail, effect)

    async def _hand_over(
        self, client: aiosmtplib.SMTP, mail: OutgoingMail, effect: Effect
    ) -> Outcome:
        """From here on a lost connection leaves open whether the mail was taken."""
        try:
            answer = await client.data(to_bytes(mail))
        except aiosmtplib.SMTPResponseException as error:
            return _refused(error, effect)
        except (aiosmtplib.SMTPException, OSError) as error:
            return Unknown(type(error).__name__, look_up_after_s=5.0)
        finally:
            client.close()
        return Done(answer.message[:200])


def _refused(error: aiosmtplib.SMTPResponseException, effect: Effect) -> Failed:
    """5xx is for good, 4xx a matter of time."""
    reason = f"{error.code} {error.message}"[:500]
    return Failed(reason) if error.code >= 500 else _later(reason, effect)


def _later(reason: str, effect: Effect) -> Failed:
    if effect.attempts >= MOST_ATTEMPTS:
        return Failed(f"given up: {reason}")
    wait = min(LONGEST_RETRY_S, FIRST_RETRY_S * 2 ** min(effect.attempts, 20))
    return Failed(reason, retry_after_s=wait)
