"""`POST /v1/brands/{brand}/form`: a brand's web form, for anybody."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from chassis import http, problems
from chassis.idempotency import RequestKey
from chassis.kit import Kit
from contracts.vocabulary import Channel
from intake.channels.api.doors import REFUSALS, let_in, problem_of
from intake.channels.api_models import FormIn, FormOut
from intake.channels.api_models.doors import OpenDoors
from intake.channels.handlers import web
from intake.channels.handlers.doors import Bucket
from intake.channels.handlers.web import Written
from intake.tickets.translate import ticket_link

router = APIRouter(prefix="/v1", tags=["doors"])

Given = Annotated[Kit[Any], Depends(http.kit)]
Key = Annotated[RequestKey | None, Depends(http.public_key)]


@router.post("/brands/{brand}/form", status_code=202)
async def send_form(
    brand: UUID,
    body: FormIn,
    request: Request,
    kit: Given,
    opened: OpenDoors,
    key: Key,
) -> FormOut:
    """The answer shows this ticket alone; a typed address opens nothing that was there before."""
    home = await opened.catalogue.of_brand(brand)
    if home is None:
        raise problems.not_found()
    bucket: Bucket = request.app.state.form_bucket
    let_in(bucket, str(brand))
    let_in(request.app.state.sender_bucket, body.address.lower())
    named = f"k:{key.key}" if key else f"n:{opened.new_id()}"
    written = Written(
        channel=Channel.WEB,
        key=named,
        raw=await request.body(),
        name=body.name,
        mail=body.address,
        subject=body.subject,
        text=body.text,
        language=body.language,
    )
    try:
        admitted = await web.admit(opened, home, written)
    except REFUSALS as error:
        raise problem_of(error) from error
    if admitted.ticket is None or admitted.status == "clash":
        raise problems.conflict("key-reused", "This form was sent before with another content")
    link = ticket_link(kit.links, kit.settings.public_url, home.tenant.id, admitted.ticket)
    return FormOut(reference=admitted.reference or "", ticket_url=link)
