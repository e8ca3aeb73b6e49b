"""People over HTTP: profiles and rights for admins, colleagues for staff, one's own presence."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from chassis import http, idempotency, problems
from chassis.auth import Principal, allow
from chassis.etags import tag
from chassis.idempotency import Answer, RequestKey
from chassis.kit import Kit
from chassis.tenancy import scope
from chassis.values import FIRM, StaffId
from contracts.vocabulary import Role
from routing.people import handlers
from routing.people.api_models import (
    ChoosePresence,
    PeopleView,
    PersonView,
    PutPerson,
    PutRights,
    view,
)
from routing.people.handlers import SubjectTaken
from routing.people.model import Person, PresenceRefused

router = APIRouter(prefix="/v1", tags=["people"])

Given = Annotated[Kit[Any], Depends(http.kit)]
Admin = Annotated[Principal, Depends(allow(Role.ADMIN, Role.SERVICE))]
Staff = Annotated[
    Principal, Depends(allow(Role.AGENT, Role.LEAD, Role.MANAGER, Role.ADMIN, Role.SERVICE))
]
Key = Annotated[RequestKey | None, Depends(http.request_key)]


@router.put("/people/{person}")
async def put_person(
    person: UUID, body: PutPerson, kit: Given, by: Admin, response: Response
) -> PersonView:
    async with kit.database.transaction(scope(FIRM)) as tx:
        after = await handlers.put_person(
            tx, StaffId(person), body.profile(), body.rights(), kit.clock.now()
        )
    if isinstance(after, SubjectTaken):
        raise problems.conflict(
            "subject-taken",
            "Not possible now",
            "Somebody else signs in by that name.",
            "Give each person a name of their own.",
        )
    tag(response, after.version)
    return view(after, by)


@router.put("/people/{person}/rights")
async def put_rights(
    person: UUID, body: PutRights, kit: Given, by: Admin, response: Response
) -> PersonView:
    async with kit.database.transaction(scope(FIRM)) as tx:
        after = await handlers.change_rights(tx, StaffId(person), body.rights(), kit.clock.now())
    if after is None:
        raise problems.not_found()
    tag(response, after.version)
    return view(after, by)


@router.get("/people")
async def list_people(
    kit: Given, reader: Staff, tenant: UUID | None = None, role: Role | None = None
) -> PeopleView:
    """Active colleagues by name; everybody's own client companies decide whom they see."""
    async with kit.database.transaction(scope(FIRM)) as tx:
        found = await handlers.all_people(tx)
    shown = [
        person
        for person in found
        if _colleague(person, reader)
        and person.rights.active
        and (tenant is None or (reader.may_see(tenant) and tenant in person.rights.tenants))
        and (role is None or role in person.rights.roles)
    ]
    return PeopleView(items=[view(person, reader) for person in shown])


@router.get("/people/{person}")
async def get_person(person: UUID, kit: Given, reader: Staff, response: Response) -> PersonView:
    async with kit.database.transaction(scope(FIRM)) as tx:
        found = await handlers.person(tx, person)
    if found is None or not _colleague(found, reader):
        raise problems.not_found()
    tag(response, found.version)
    return view(found, reader)


@router.get("/me")
async def get_me(kit: Given, reader: Staff, response: Response) -> PersonView:
    return await get_person(_own_id(reader), kit, reader, response)


@router.post("/me/presence")
async def choose_presence(body: ChoosePresence, kit: Given, by: Staff, key: Key) -> Response:
    """Available or away, within one's shift."""
    async with kit.database.transaction(scope(FIRM)) as tx:

        async def work() -> Answer:
            after = await handlers.choose_presence(
                tx, _own_id(by), body.state, body.reason, kit.clock.now()
            )
            return Answer(200, view(_present(after), by).model_dump(mode="json"))

        return http.answered(await idempotency.once(tx, key, FIRM, work))


def _present(after: Person | PresenceRefused | None) -> Person:
    match after:
        case None:
            raise problems.not_found()
        case PresenceRefused(reason):
            raise problems.conflict("presence", "Not possible now", reason, "Look at your roster.")
        case Person():
            return after


def _own_id(principal: Principal) -> StaffId:
    if principal.person is None:
        raise problems.not_found()
    return StaffId(principal.person)


def _colleague(person: Person, reader: Principal) -> bool:
    """Oneself, and whoever works for a client company of one's own."""
    own = person.id == reader.person
    return own or reader.everywhere or bool(person.rights.tenants & reader.tenants)
