"""Customers on the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.http import Command
from chassis.values import CustomerId, TenantId
from intake.customers.model import Customer, Identity
from intake.tenants.api_models import Tag, Zone


class CustomerIn(Command):
    name: Annotated[str, Field(min_length=1, max_length=200)]
    address: Annotated[str, Field(min_length=3, max_length=254)] | None = None
    plan: Annotated[str, Field(min_length=1, max_length=40)]
    segment: Annotated[str, Field(max_length=100)] = ""
    value_band: Annotated[str, Field(max_length=40)] = ""
    locale: Tag
    zone: Zone

    def customer(self, tenant: UUID, id: UUID) -> Customer:
        return Customer(
            tenant=TenantId(tenant),
            id=CustomerId(id),
            name=self.name,
            plan=self.plan,
            segment=self.segment,
            value_band=self.value_band,
            locale=self.locale,
            zone=self.zone,
        )


class CustomerOut(BaseModel):
    id: UUID
    name: str
    plan: str
    segment: str
    locale: str
    zone: str
    addresses: list[str]
    version: int


def customer_out(customer: Customer, known: list[Identity]) -> CustomerOut:
    return CustomerOut(
        id=customer.id,
        name=customer.name,
        plan=customer.plan,
        segment=customer.segment,
        locale=customer.locale,
        zone=customer.zone,
        addresses=[identity.address for identity in known],
        version=customer.version,
    )
