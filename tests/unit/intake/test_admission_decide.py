"""What a contact becomes, decided in one go."""

from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from chassis.values import CustomerId, MessageId, TenantId, TicketId
from contracts.vocabulary import Channel, Damage, Priority, TicketState
from intake.admission.decide import decide_admission, decide_budget
from intake.admission.model import Ids, Known
from intake.customers.model import Customer
from intake.understanding.decide.language import sample
from intake.understanding.model import Evidence
from tests.unit.intake.contacts import NORDHOST, a_contact
from tests.unit.intake.tickets import NOON

IDS = Ids(CustomerId(UUID(int=1)), TicketId(UUID(int=2)), MessageId(UUID(int=3)), UUID(int=4))
SECRET = b"s" * 32
MARTA = Customer(
    tenant=TenantId(NORDHOST),
    id=CustomerId(UUID(int=50)),
    name="Marta",
    plan="business",
    locale="de",
    zone="Europe/Berlin",
    version=7,
)


def unread(text: str) -> Evidence:
    return Evidence(sample(text))


def test_a_stranger_becomes_a_customer_with_the_least_plan() -> None:
    admission = decide_admission(a_contact(), Known(NOON, 4182, None), IDS)

    assert admission.customer_is_new
    assert (admission.customer.plan, admission.customer.locale) == ("free", "de")
    assert admission.ticket.reference == "NH-4182"
    assert (admission.ticket.damage, admission.ticket.priority) == (Damage.BLOCKED, Priority.HIGH)
    assert [change.after.version for change in admission.rest.changes] == [2, 3]


def test_a_known_customer_keeps_id_plan_and_language() -> None:
    contact = a_contact("ok thx", evidence=unread("ok thx"))

    admission = decide_admission(contact, Known(NOON, 1, MARTA), IDS)

    assert not admission.customer_is_new
    assert (admission.ticket.customer, admission.ticket.plan) == (MARTA.id, "business")
    assert (admission.ticket.language, admission.ticket.language_confidence) == ("de", 0.5)


def test_the_forms_language_helps_where_nothing_is_known() -> None:
    contact = a_contact("ok thx", evidence=unread("ok thx"), declared_language="ja")

    assert decide_admission(contact, Known(NOON, 1, None), IDS).ticket.language == "ja"
    silent = a_contact("ok thx", evidence=unread("ok thx"))
    unknown = decide_admission(silent, Known(NOON, 1, None), IDS)
    assert (unknown.ticket.language, unknown.customer.locale) == ("und", "en")


def test_mail_counts_from_when_it_was_stored() -> None:
    earlier = NOON - timedelta(seconds=40)

    admission = decide_admission(a_contact(received_at=earlier), Known(NOON, 1, None), IDS)

    assert admission.ticket.opened_at == earlier
    assert decide_admission(a_contact(), Known(NOON, 1, None), IDS).ticket.opened_at == NOON


def test_only_who_can_be_answered_is_acknowledged() -> None:
    budget = decide_budget("a@b.example", "m", proven=True, secret=SECRET)

    silent = decide_admission(a_contact(), Known(NOON, 1, None), IDS)
    answered = decide_admission(a_contact(acknowledgement=budget), Known(NOON, 1, None), IDS)

    assert (silent.acknowledgement, answered.acknowledgement) == (None, IDS.acknowledgement)


def test_somebody_waits_at_the_other_end_of_a_chat_only() -> None:
    chat = decide_admission(a_contact(channel=Channel.CHAT), Known(NOON, 1, None), IDS)
    phone = decide_admission(a_contact(channel=Channel.PHONE), Known(NOON, 1, None), IDS)

    assert (chat.ticket.live, phone.ticket.live) == (True, False)


def test_budgets_are_counted_over_all_tenants_unless_the_sender_is_proven() -> None:
    def budget(mailbox: str, proven: bool) -> bytes:
        return decide_budget("a@b.example", mailbox, proven=proven, secret=SECRET).digest

    assert budget("one", False) == budget("two", False)
    assert budget("one", True) != budget("two", True)
    assert budget("one", True) != budget("one", False)
    other = decide_budget("c@d.example", "one", proven=False, secret=SECRET)
    assert other.digest != budget("one", False)
    assert (other.gap, other.cap) == (timedelta(hours=1), 5)
    assert b"a@b.example" not in budget("one", False)


@given(st.text(max_size=300), st.text(max_size=60), st.integers(0, 3))
def test_every_contact_is_a_new_ticket_in_gap_free_versions(
    text: str, subject: str, epoch: int
) -> None:
    contact = a_contact(text, subject=subject, evidence=unread(text))

    admission = decide_admission(contact, Known(NOON, 1, None), IDS, epoch)

    first = admission.opened.version
    assert first == (epoch << 40 | 1)
    assert [change.after.version for change in admission.rest.changes] == [first + 1, first + 2]
    assert admission.ticket.state is TicketState.NEW
