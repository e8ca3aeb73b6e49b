"""What was read, in the shapes of the wire; notes only for colleagues."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from contracts.vocabulary import AuthorKind, TicketState
from intake.outreach.api_models import outreach_out
from intake.remedies.api_models import remedy_out
from intake.remedies.decide import for_customer
from intake.tenants.handlers import Home
from intake.tickets.api_models.shapes import (
    AttachmentOut,
    ChangedOut,
    ChangeOut,
    CustomerMessageOut,
    CustomerOut,
    CustomerTicketOut,
    Delivery,
    MessageOut,
    Person,
    PromiseOut,
    TicketOut,
    WholeTicketOut,
)
from intake.tickets.handlers.reading import Names, Whole
from intake.tickets.model import Ticket
from intake.tickets.store.pages import RowMapping as Row
from intake.tickets.store.pages import Shown


def ticket_out(shown: Shown, names: Names) -> TicketOut:
    ticket = shown.ticket
    return TicketOut(
        id=ticket.id,
        tenant=ticket.tenant,
        reference=ticket.reference,
        subject=shown.subject,
        brand=ticket.brand,
        customer=Person(id=ticket.customer, name=shown.customer_name),
        channel=ticket.channel,
        plan=ticket.plan,
        language=ticket.language,
        language_confidence=ticket.language_confidence,
        category=ticket.category,
        damage=ticket.damage,
        priority=ticket.priority,
        state=ticket.state,
        waiting_on=ticket.waiting_on,
        opened_at=ticket.opened_at,
        cycle=ticket.cycle,
        owner=_person(shown.owner, names),
        solved_at=ticket.solved_at,
        confirm_until=ticket.confirm_until,
        closed_at=ticket.closed_at,
        promised_for=ticket.promised_for,
        follows=ticket.follows,
        next_due=PromiseOut.model_validate(dict(shown.next_due)) if shown.next_due else None,
        version=ticket.version,
    )


def whole_out(whole: Whole, *, notes: bool) -> WholeTicketOut:
    """With `notes` also what colleagues wrote to each other."""
    return WholeTicketOut(
        ticket=ticket_out(whole.shown, whole.names),
        why=list(whole.shown.because),
        sender_verified=whole.shown.sender_verified,
        customer=_customer(whole),
        messages=[
            _message(row, whole.attachments.get(row["id"], ()))
            for row in whole.messages
            if notes or row["public"]
        ],
        events=[_change(row, whole.names) for row in whole.changes],
        promises=[PromiseOut.model_validate(dict(row)) for row in whole.promises],
        remedies=[remedy_out(given) for given in whole.remedies],
        outreach=[outreach_out(each) for each in whole.outreach],
    )


def changed_out(ticket: Ticket, message: UUID | None = None) -> ChangedOut:
    return ChangedOut(
        id=ticket.id,
        state=ticket.state,
        waiting_on=ticket.waiting_on,
        version=ticket.version,
        message=message,
    )


def customer_ticket_out(whole: Whole, home: Home) -> CustomerTicketOut:
    """The customer's own view: public messages, the owner's first name, and the next step."""
    ticket = whole.shown.ticket
    owner = whole.names.get(whole.shown.owner) if whole.shown.owner else None
    public = [row for row in whole.messages if row["public"]]
    return CustomerTicketOut(
        id=ticket.id,
        tenant=ticket.tenant,
        reference=ticket.reference,
        subject=whole.shown.subject,
        brand=home.brand.name,
        language=whole.customer.language if ticket.language == "und" else ticket.language,
        zone=whole.customer.zone,
        state=ticket.state,
        waiting_on=ticket.waiting_on,
        opened_at=ticket.opened_at,
        owner_first_name=owner.split()[0] if owner else None,
        first_reply_due=_first_reply_due(whole.promises),
        first_replied_at=next(
            (row["received_at"] for row in public if row["author_kind"] == AuthorKind.AGENT), None
        ),
        promised_for=ticket.promised_for,
        confirm_until=ticket.confirm_until,
        may_confirm=ticket.state is TicketState.SOLVED,
        may_reopen=ticket.state is TicketState.SOLVED,
        contacts=[
            {"channel": contact.channel.value, "address": contact.address}
            for contact in home.tenant.published_contacts
        ],
        messages=[
            _customer_message(row, whole.attachments.get(row["id"], ()), home.brand.name)
            for row in public
            if not row["machine"]
        ],
        remedies=[remedy_out(given) for given in whole.remedies if for_customer(given)],
    )


def _first_reply_due(promises: Sequence[Row]) -> datetime | None:
    found = [row["due_at"] for row in promises if row["metric"] == "first_reply"]
    return found[-1] if found else None


def _customer_message(row: Row, attached: Sequence[Row], brand: str) -> CustomerMessageOut:
    from_customer = row["author_kind"] == AuthorKind.CUSTOMER
    name = str(row["author_name"])
    return CustomerMessageOut(
        id=row["id"],
        from_customer=from_customer,
        author_name=name if from_customer else (name.split() or [brand])[0],
        text=row["text"],
        at=row["received_at"],
        attachments=_attachments(attached),
    )


def _message(row: Row, attached: Sequence[Row]) -> MessageOut:
    return MessageOut(
        id=row["id"],
        author_kind=row["author_kind"],
        author=row["author_id"],
        author_name=row["author_name"],
        public=row["public"],
        kind=row["kind"],
        text=row["text"],
        quoted=row["quoted"],
        html_safe=row["html"],
        language=row["language"],
        machine=row["machine"],
        received_at=row["received_at"],
        from_address=row["from_address"],
        answers=row["answers"],
        delivery=Delivery(
            state=row["delivery"], reason=row["delivery_reason"], at=row["delivered_at"]
        ),
        attachments=_attachments(attached),
    )


def _attachments(rows: Sequence[Row]) -> list[AttachmentOut]:
    return [
        AttachmentOut(
            id=row["id"], name=row["name"], media_type=row["media_type"], size=row["size"]
        )
        for row in rows
    ]


def _change(row: Row, names: Names) -> ChangeOut:
    return ChangeOut(
        version=row["version"],
        type=row["type"],
        at=row["at"],
        by_kind=row["by_kind"],
        by=_person(row["by"], names),
        detail=row["detail"],
    )


def _customer(whole: Whole) -> CustomerOut:
    customer = whole.customer
    return CustomerOut(
        id=customer.id,
        name=customer.name,
        plan=customer.plan,
        segment=customer.segment,
        locale=customer.locale,
        zone=customer.zone,
        addresses=[identity.address for identity in whole.identities],
    )


def _person(person: UUID | None, names: Names) -> Person | None:
    return Person(id=person, name=names.get(person, "")) if person else None
