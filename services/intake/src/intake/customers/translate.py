"""Customers as the events that others read: no name, no address."""

from datetime import datetime

from contracts import customer as events
from contracts.envelope import Draft, EventData
from intake.customers.model import Customer


def known(customer: Customer, at: datetime) -> Draft[EventData]:
    return _draft(customer, at, events.CustomerKnownV1(**_state(customer)))


def changed(customer: Customer, at: datetime) -> Draft[EventData]:
    return _draft(customer, at, events.CustomerChangedV1(**_state(customer)))


def _state(customer: Customer) -> dict[str, str]:
    return {
        "plan": customer.plan,
        "segment": customer.segment,
        "locale": customer.locale,
        "zone": customer.zone,
        "value_band": customer.value_band,
    }


def _draft(customer: Customer, at: datetime, data: EventData) -> Draft[EventData]:
    return Draft(
        tenant=customer.tenant,
        aggregate=customer.id,
        version=customer.version,
        time=at,
        data=data,
    )
