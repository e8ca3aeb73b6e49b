"""Seeds the demo firm through the services' own APIs. Running it again changes nothing.

The roster rolls: each start plans the coming days that are not planned yet.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.values import aware
from meridian.config import StackConfig
from meridian.demo.content import load_firm
from meridian.demo.firm import ClientUser, Contract, Customer, Firm, Person, Tenant
from meridian.demo.platform import Platform, RefusedError
from meridian.demo.rolling import PlannedShift, missing, planned_shifts

DAYS_BACK, DAYS_AHEAD = 1, 8
AT_ONCE = 8

Progress = Callable[[str], None]


async def seed(config: StackConfig, tell: Progress) -> None:
    """Raises StackProblem when a service refuses something or does not come to know it."""
    firm = load_firm()
    async with Platform(config) as platform:
        tell("clients and their customers")
        await _all(_seed_tenant(platform, firm, tenant) for tenant in firm.tenants)
        tell("people and their rights")
        await _all(_put_person(platform, firm, person) for person in firm.people)
        await _known_everywhere(platform, firm)
        tell("promises to the clients")
        await _all(_put_contract(platform, tenant) for tenant in firm.tenants)
        await _all(_put_customer(platform, firm, customer) for customer in firm.customers)
        tell("the roster of the coming days")
        await _roll(platform, firm)


async def roll(config: StackConfig) -> None:
    """Plan the coming days of a firm that is there already."""
    async with Platform(config) as platform:
        await _roll(platform, load_firm())


async def _seed_tenant(platform: Platform, firm: Firm, tenant: Tenant) -> None:
    path = f"/v1/tenants/{tenant.id}"
    token = await platform.service()
    await platform.send("PUT", "intake", path, tenant_body(tenant), token=token)
    for user in firm.client_users:
        if user.tenant == tenant.slug:
            await platform.send(
                "PUT", "intake", f"{path}/client-users/{user.email}", _user_body(user), token=token
            )


def tenant_body(tenant: Tenant) -> dict[str, Any]:
    contract = tenant.contract
    return {
        "slug": tenant.slug,
        "name": tenant.name,
        "initials": tenant.initials,
        "chip": tenant.chip,
        "zone": tenant.zone,
        "default_language": tenant.default_language,
        "languages": list(tenant.languages),
        "brands": [
            {
                "id": str(brand.id),
                "name": brand.name,
                "mail_address": brand.mail_address,
                "from_name": brand.from_name,
                "tone": brand.tone,
                "signatures": dict(brand.signature),
            }
            for brand in tenant.brands
        ],
        "plans": [{"id": p.id, "name": p.name, "value": float(p.value)} for p in tenant.plans],
        "priorities": [
            {"damage": rule.damage, "plan": rule.plan, "priority": rule.priority}
            for rule in tenant.priorities
        ],
        "published_contacts": [
            {"channel": contact.channel, "address": contact.address}
            for contact in tenant.published_contacts
        ],
        "auto_accept": ["mail", "web", "api"],
        "solved_timeout_s": contract.solved_timeout_hours * 3600,
        "reminder_s": contract.reminder_hours * 3600,
    }


def _user_body(user: ClientUser) -> dict[str, Any]:
    return {"name": user.name, "roles": [user.role], "active": True}


async def _put_customer(platform: Platform, firm: Firm, customer: Customer) -> None:
    tenant = firm.tenant(customer.tenant)
    body = {
        "name": customer.name,
        "address": customer.address,
        "plan": customer.plan,
        "segment": customer.segment,
        "locale": customer.locale,
        "zone": customer.zone,
    }
    path = f"/v1/tenants/{tenant.id}/customers/{customer.id}"
    await platform.send("PUT", "intake", path, body, token=await platform.service())


async def _put_person(platform: Platform, firm: Firm, person: Person) -> None:
    body = {
        "subject": person.email,
        "name": person.name,
        "initials": initials(person.name),
        "zone": person.zone,
        "roles": list(person.roles),
        "tenants": [str(firm.tenant(slug).id) for slug in person.tenants],
        "languages": [{"language": k, "level": v} for k, v in person.languages.items()],
        "skills": [{"skill": k, "level": v} for k, v in person.skills.items()],
        "capacity": dict(person.capacity),
        "active": True,
    }
    path = f"/v1/people/{person.id}"
    await platform.send("PUT", "routing", path, body, token=await platform.service())


async def _put_contract(platform: Platform, tenant: Tenant) -> None:
    path = f"/v1/tenants/{tenant.id}/contract"
    body = contract_body(tenant.contract)
    await platform.send("PUT", "sla", path, body, token=await platform.service())


def contract_body(contract: Contract) -> dict[str, Any]:
    share = str(contract.attainment_target)
    return {
        "zone": contract.zone,
        "calendar": {
            "week": {
                day: [[interval.start, interval.end] for interval in intervals]
                for day, intervals in contract.hours.items()
            },
            "holidays": list(contract.holidays.dates),
            "country": contract.holidays.country or None,
            "subdivision": contract.holidays.subdivision or None,
        },
        "targets": [
            {
                "metric": target.metric,
                "priority": target.priority,
                "plan": target.plan or None,
                "seconds": target.seconds,
                "hours": target.hours,
            }
            for target in contract.targets
        ],
        "warn": [50, 75, 90],
        "attainment": {metric: share for metric in ("first_reply", "next_reply", "resolution")},
    }


async def _known_everywhere(platform: Platform, firm: Firm) -> None:
    """What was written travels by Kafka; wait until each service's own directory has it."""
    for _ in range(150):
        if all([await _knows_all(platform, firm, name) for name in ("routing", "sla")]):
            return
        await asyncio.sleep(0.2)
    raise TimeoutError("the services did not come to know the demo firm within 30 s")


async def _knows_all(platform: Platform, firm: Firm, service: str) -> bool:
    """A client person of the last tenant and the last of staff may sign in there."""
    last = firm.tenants[-1]
    try:
        if service == "sla":
            path = f"/v1/tenants/{last.id}/contract"
            await platform.get("sla", path, await platform.service())
        else:
            await platform.get("routing", "/v1/me", await platform.person(firm.people[-1].email))
    except RefusedError as refusal:
        # 404 of a contract that is not there yet is an answer from somebody who knows the tenant.
        return service == "sla" and refusal.status == 404
    return True


async def _roll(platform: Platform, firm: Firm) -> None:
    today = platform.now().date()
    first = today - timedelta(days=DAYS_BACK)
    wanted = planned_shifts(firm, first, DAYS_BACK + DAYS_AHEAD)
    span = (wanted[0].starts_at, wanted[-1].ends_at)
    known = await _known_shifts(platform, *span)
    fresh = [shift for shift in missing(wanted, known) if shift.ends_at > platform.now()]
    await _all(_post_shift(platform, shift) for shift in fresh)
    if fresh:
        body = {"from": span[0].isoformat(), "to": span[1].isoformat()}
        token = await platform.service()
        await platform.send("POST", "routing", "/v1/roster/publish", body, token=token)


async def _known_shifts(
    platform: Platform, first: datetime, last: datetime
) -> set[tuple[UUID, datetime]]:
    query = {"from": first.isoformat(), "to": last.isoformat()}
    found = await platform.ask(
        "GET", "routing", "/v1/shifts", token=await platform.service(), query=query
    )
    return {
        (UUID(shift["person"]), aware(datetime.fromisoformat(shift["starts_at"])))
        for shift in found["items"]
    }


async def _post_shift(platform: Platform, shift: PlannedShift) -> None:
    body = {
        "person": str(shift.person),
        "starts_at": shift.starts_at.isoformat(),
        "ends_at": shift.ends_at.isoformat(),
        "kind": "work",
        "lead": shift.lead,
    }
    await platform.send("POST", "routing", "/v1/shifts", body, token=await platform.service())


def initials(name: str) -> str:
    words = name.split()
    return "".join(word[0] for word in (words[0], words[-1]) if word).upper()


async def _all(work: Iterable[Awaitable[None]]) -> None:
    """A few at a time, so that a laptop stays a laptop."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(task: Awaitable[None]) -> None:
        async with slots:
            await task

    await asyncio.gather(*(one(task) for task in work))
