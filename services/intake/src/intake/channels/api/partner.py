"""`POST /v1/contacts`: partners' systems hand over contacts, voicemail transcripts among them.

The hot route: it takes the raw request, because the bytes are kept and validated once.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from chassis import http, problems
from chassis.auth import Principal, allow
from chassis.kit import Kit
from chassis.problems import Problem
from contracts.vocabulary import Channel, Role
from intake.admission.model import Admitted, Status
from intake.channels.api.doors import REFUSALS, let_in, problem_of
from intake.channels.api_models import AdmittedOut, ContactIn
from intake.channels.api_models.doors import OpenDoors
from intake.channels.handlers import web
from intake.channels.handlers.doors import Bucket, Doors
from intake.channels.handlers.web import Written
from intake.tenants.handlers import Home

router = APIRouter(prefix="/v1", tags=["doors"])

SCOPE = "contacts:write"
Partner = Annotated[Principal, Depends(allow(Role.SERVICE, scopes=(SCOPE,)))]
Given = Annotated[Kit[Any], Depends(http.kit)]
_SHAPE = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": ContactIn.model_json_schema(by_alias=True)}},
    }
}


@router.post("/contacts", status_code=202, openapi_extra=_SHAPE, response_model=AdmittedOut)
async def hand_over(request: Request, partner: Partner, opened: OpenDoors) -> Response:
    """Answers after the contact is stored. The same `external_id` gets the same ticket again."""
    raw = await request.body()
    asked = _read(raw)
    home = await _home(opened, partner, asked.brand)
    let_in(_bucket(request), str(home.tenant.id))
    try:
        admitted = await web.admit(opened, home, _written(asked, raw))
    except REFUSALS as error:
        raise problem_of(error) from error
    return Response(_answer(admitted), 202, media_type="application/json")


def _read(raw: bytes) -> ContactIn:
    try:
        return ContactIn.model_validate_json(raw)
    except ValidationError as error:
        found = [{**each, "loc": ("body", *each["loc"])} for each in error.errors()]
        raise RequestValidationError(found) from error


async def _home(opened: Doors, partner: Principal, brand: UUID | None) -> Home:
    if brand is not None:
        home = await opened.catalogue.of_brand(brand)
        if home is None or not partner.may_see(home.tenant.id):
            raise problems.not_found()
        return home
    if len(partner.tenants) != 1 or partner.everywhere:
        raise problems.invalid("Name the brand.", errors=[{"field": "brand", "problem": "missing"}])
    tenant = await opened.catalogue.tenant(next(iter(partner.tenants)))
    if tenant is None:
        raise problems.not_found()
    return Home(tenant, tenant.brands[0])


def _written(asked: ContactIn, raw: bytes) -> Written:
    text = asked.text
    if asked.recording_url:
        text = f"{text}\n\n{asked.recording_url}"
    return Written(
        channel=Channel(asked.channel),
        key=f"x:{asked.external_id}",
        external_id=asked.external_id,
        raw=raw,
        name=asked.sender.name,
        mail=asked.sender.address,
        phone=asked.sender.phone,
        subject=asked.subject,
        text=text,
        language=asked.language,
        verified=True,
    )


def _answer(admitted: Admitted) -> str:
    if admitted.status is Status.CLASH or admitted.ticket is None:
        raise Problem(
            409,
            "external-id-reused",
            "This contact came before with another content",
            "The external_id belongs to a contact that said something else.",
            "Send a new external_id with a new contact.",
        )
    return AdmittedOut(
        ticket=admitted.ticket,
        reference=admitted.reference or "",
        status="new" if admitted.status is Status.NEW else "replay",
    ).model_dump_json()


def _bucket(request: Request) -> Bucket:
    found: Bucket = request.app.state.partner_bucket
    return found
