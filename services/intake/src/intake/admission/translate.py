"""An admission as the values that the database function takes, and its answer."""

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from chassis import outbox
from chassis.db import Database
from chassis.outbox import PreparedRow
from contracts.envelope import Draft, EventData
from intake.admission.model import Admission, Contact
from intake.customers import translate as customers
from intake.replies.translate import notice_effect
from intake.tickets import translate as tickets
from intake.tickets.model import Attachment, Notice

ACKNOWLEDGEMENT_WAIT = timedelta(seconds=5)

Row = tuple[Any, ...]


def row_of(admission: Admission, database: Database) -> Row:
    """The values of `contact_in`, in the order of its attributes."""
    events = (outbox.prepare(database, draft) for draft in _drafts(admission))
    return (
        *_received(admission.contact),
        *_customer(admission),
        *_ticket(admission),
        *_message(admission),
        *_acknowledgement(admission),
        [_event(event) for event in events],
    )


def _drafts(admission: Admission) -> Iterable[Draft[EventData]]:
    if admission.customer_is_new:
        yield customers.known(admission.customer, admission.opened.opened_at)
    yield tickets.opened(admission.opened)
    for change in admission.rest.changes:
        yield tickets.event_of(change)


def _received(contact: Contact) -> Row:
    return (
        contact.tenant.id,
        contact.channel.value,
        contact.mailbox,
        contact.key,
        contact.sha,
        contact.raw_id,
        contact.raw,
    )


def _customer(admission: Admission) -> Row:
    customer, sender = admission.customer, admission.contact.sender
    return (
        sender.kind.value,
        sender.address,
        customer.id,
        customer.version,
        admission.customer_is_new,
        customer.name,
        customer.plan,
        customer.locale,
        customer.zone,
    )


def _ticket(admission: Admission) -> Row:
    contact, ticket = admission.contact, admission.ticket
    return (
        ticket.id,
        ticket.reference,
        ticket.brand,
        ticket.language,
        ticket.language_confidence,
        ticket.category,
        ticket.damage.value,
        ticket.priority.value,
        list(admission.topic.because),
        ticket.opened_at,
        ticket.live,
        ticket.follows,
        contact.subject,
        contact.verified,
        ticket.version,
    )


def _message(admission: Admission) -> Row:
    contact = admission.contact
    return (
        admission.message,
        contact.sender_name,
        contact.text,
        contact.quoted,
        contact.html,
        contact.machine,
        contact.sender.address,
        contact.external_id,
        [_attachment(attachment) for attachment in contact.attachments] or None,
    )


def _acknowledgement(admission: Admission) -> Row:
    budget = admission.contact.acknowledgement
    if budget is None or admission.acknowledgement is None:
        return (None,) * 9
    letter = notice_effect(admission.ticket, Notice.ACKNOWLEDGEMENT, admission.acknowledgement)
    return (
        letter.id,
        letter.kind,
        letter.key,
        json.dumps(dict(letter.payload)),
        ACKNOWLEDGEMENT_WAIT,
        budget.digest,
        budget.gap,
        budget.span,
        budget.cap,
    )


def _attachment(attachment: Attachment) -> Row:
    return (
        attachment.id,
        attachment.name,
        attachment.media_type,
        len(attachment.content),
        attachment.content,
    )


def _event(row: PreparedRow) -> Row:
    values = row.values()
    return tuple(
        values[name]
        for name in (
            "event_id",
            "shard",
            "aggregate_id",
            "version",
            "topic",
            "type",
            "headers",
            "payload",
        )
    )
