"""Tenants and client users as the events that every service copies, and as stored JSON."""

from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from contracts import tenant as events
from contracts.envelope import Draft, EventData
from contracts.vocabulary import Role
from intake.tenants.model import ClientUser, Tenant

_STORED = TypeAdapter(Tenant)


def to_json(tenant: Tenant) -> str:
    return _STORED.dump_json(tenant).decode()


def from_json(stored: Any, version: int) -> Tenant:
    return _STORED.validate_python({**stored, "version": version})


def configured(tenant: Tenant, at: datetime) -> Draft[EventData]:
    """The full state, whatever changed: the newest record is enough to know the tenant."""
    return Draft(
        tenant=tenant.id,
        aggregate=tenant.id,
        version=tenant.version,
        time=at,
        data=events.TenantConfiguredV1(
            slug=tenant.slug,
            name=tenant.name,
            initials=tenant.initials,
            chip=tenant.chip,
            zone=tenant.zone,
            default_language=tenant.default_language,
            languages=tenant.languages,
            brands=tuple(
                events.Brand(id=brand.id, name=brand.name, tone=brand.tone)
                for brand in tenant.brands
            ),
            plans=tuple(
                events.Plan(id=plan.id, name=plan.name, value=plan.value) for plan in tenant.plans
            ),
            priorities=tuple(
                events.PriorityRule(damage=rule.damage, plan=rule.plan, priority=rule.priority)
                for rule in tenant.priorities
            ),
            published_contacts=tuple(
                events.PublishedContact(channel=contact.channel, address=contact.address)
                for contact in tenant.published_contacts
            ),
            contract_ids=tenant.contract_ids,
            auto_accept=tenant.auto_accept,
            suspended=tenant.suspended,
        ),
    )


def client_user_changed(user: ClientUser, at: datetime) -> Draft[EventData]:
    return Draft(
        tenant=user.tenant,
        aggregate=user.id,
        version=user.version,
        time=at,
        data=events.TenantClientUserChangedV1(
            subject=user.subject,
            name=user.name,
            roles=tuple(Role(role) for role in user.roles),
            active=user.active,
            changed_at=at,
        ),
    )
