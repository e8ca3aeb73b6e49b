"""Contacts, forms and quarantine on the wire."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, HttpUrl, model_validator

from chassis.http import Command
from contracts.vocabulary import Channel
from intake.tenants.decide import fit_for_header


def _one_line(text: str) -> str:
    if not fit_for_header(text):
        raise ValueError("must be one line of visible text")
    return text


Line = Annotated[str, AfterValidator(_one_line)]
Name = Annotated[Line, Field(max_length=200)]
Subject = Annotated[Line, Field(max_length=500)]
Address = Annotated[Line, Field(min_length=3, max_length=254)]
Phone = Annotated[Line, Field(min_length=5, max_length=40)]
Body = Annotated[str, Field(min_length=1, max_length=200_000)]
Tag = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]


class SenderIn(Command):
    name: Name = ""
    address: Address | None = None
    phone: Phone | None = None

    @model_validator(mode="after")
    def _somebody(self) -> "SenderIn":
        if self.address is None and self.phone is None:
            raise ValueError("needs an address or a phone number")
        return self


class ContactIn(Command):
    """A contact as a partner's system posts it. `external_id` makes it the same one again."""

    channel: Literal[Channel.API, Channel.PHONE] = Channel.API
    brand: UUID | None = None
    sender: SenderIn = Field(alias="from")
    subject: Subject = ""
    text: Body
    received_at: AwareDatetime | None = None
    external_id: Annotated[str, Field(min_length=1, max_length=200)]
    recording_url: HttpUrl | None = None
    language: Tag | None = None


class AdmittedOut(BaseModel):
    ticket: UUID
    reference: str
    status: Literal["new", "replay"]


class FormIn(Command):
    name: Name = ""
    address: Address
    subject: Subject = ""
    text: Annotated[str, Field(min_length=1, max_length=50_000)]
    language: Tag | None = None


class FormOut(BaseModel):
    reference: str
    ticket_url: str = Field(description="shows this ticket alone, without signing in")
