"""Cover: how many people with each language are on shift, interval by interval."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from chassis.values import StaffId, TenantId
from contracts.vocabulary import Cefr
from routing.people.model import speaks
from routing.rosters.model import Cover, Kind, Plan, Speaker

FLOOR = Cefr.B2


def coverage(
    plans: Sequence[Plan],
    speakers: Mapping[StaffId, Speaker],
    required: Mapping[str, int],
    span: tuple[datetime, datetime],
    tenant: TenantId | None = None,
) -> tuple[Cover, ...]:
    """Per language the stretches of equal cover over the span, in order, without gaps.

    A person counts once however many shifts overlap, for the clients that shift and rights allow.
    """
    counted = [
        (plan, speakers[plan.person])
        for plan in plans
        if plan.kind is Kind.WORK
        and plan.person in speakers
        and (tenant is None or _serves(plan, speakers[plan.person], tenant))
    ]
    edges = _edges((plan for plan, _ in counted), span)
    return tuple(
        cover
        for language in sorted(required)
        for cover in _stretches(language, counted, edges, required[language])
    )


def needed(languages_by_tenant: Mapping[TenantId, Collection[str]]) -> dict[str, int]:
    """Somebody for every language any client is served in. Forecasts will ask for more."""
    return {language: 1 for served in languages_by_tenant.values() for language in served}


def _stretches(
    language: str,
    counted: Sequence[tuple[Plan, Speaker]],
    edges: Sequence[datetime],
    required: int,
) -> list[Cover]:
    able = [plan for plan, speaker in counted if speaks(speaker.languages, language, FLOOR)]
    found: list[Cover] = []
    for start, end in pairwise(edges):
        there = {plan.person for plan in able if plan.starts_at <= start < plan.ends_at}
        if found and found[-1].rostered == len(there):
            found[-1] = Cover(language, found[-1].starts_at, end, required, len(there))
        else:
            found.append(Cover(language, start, end, required, len(there)))
    return found


def _edges(plans: Iterable[Plan], span: tuple[datetime, datetime]) -> list[datetime]:
    start, end = span
    borders = {start, end}
    for plan in plans:
        borders |= {edge for edge in (plan.starts_at, plan.ends_at) if start < edge < end}
    return sorted(borders)


def _serves(plan: Plan, speaker: Speaker, tenant: TenantId) -> bool:
    return tenant in speaker.tenants and (not plan.tenants or tenant in plan.tenants)
