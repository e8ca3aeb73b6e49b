"""Policies as they are put and shown. Amounts are minor units of the policy's currency."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from billing_policy.rules.decide import FACTS
from billing_policy.rules.model import (
    AmountRule,
    Caps,
    Condition,
    Finding,
    Grant,
    Level,
    Made,
    Policy,
    Rule,
    Step,
)
from chassis.http import Command
from contracts.vocabulary import RemedyKind

Key = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]{0,59}$")]
Minor = Annotated[int, Field(ge=0, le=10**12)]


class ConditionBody(Command):
    name: Key
    expression: str = Field(min_length=1, max_length=100_000)


class GrantBody(Command):
    kind: RemedyKind
    amount: AmountRule = AmountRule.FULL
    percent: int = Field(default=0, ge=0, le=100)
    fixed_minor: Minor = 0
    days: int = Field(default=0, ge=0, le=366)


class CapsBody(Command):
    case_minor: Minor | None = None
    customer_30d_minor: Minor | None = None
    customer_365d_minor: Minor | None = None
    tenant_month_minor: Minor | None = None
    customer_365d_days: int | None = Field(default=None, ge=0, le=3660)


class StepBody(Command):
    level: Level
    up_to: Minor | None = None


class RuleBody(Command):
    id: Key
    priority: int = Field(default=0, ge=-1000, le=1000)
    explain: Key
    deny: bool = False
    conditions: list[ConditionBody] = Field(default_factory=list, max_length=20)
    grant: GrantBody | None = None
    caps: CapsBody = CapsBody()
    approval: list[StepBody] = Field(default_factory=list, max_length=4)


class PolicyBody(Command):
    """`effective_from` empty: from now on. `zone` empty: the client's own."""

    currency: str = Field(pattern="^[A-Z]{3}$")
    zone: str | None = Field(default=None, max_length=60)
    rules: list[RuleBody] = Field(min_length=1, max_length=50)
    effective_from: AwareDatetime | None = None
    signed_off_by: str | None = Field(default=None, min_length=1, max_length=120)
    signed_off_at: AwareDatetime | None = None


class FactView(BaseModel):
    name: str
    type: Literal["integer", "text"]
    meaning: str


class VersionView(BaseModel):
    version: int
    effective_from: AwareDatetime
    signed_off_by: str
    signed_off_at: AwareDatetime
    made_by: str
    made_at: AwareDatetime


class PolicyView(BaseModel):
    tenant: UUID
    version: int
    effective_from: AwareDatetime
    currency: str
    zone: str
    rules: list[RuleBody]
    signed_off_by: str
    signed_off_at: AwareDatetime
    facts: list[FactView]
    versions: list[VersionView]


class VersionsView(BaseModel):
    items: list[VersionView]


class FindingView(BaseModel):
    field: str
    problem: str


class CheckView(BaseModel):
    """What a draft's check found; `ok` when it could be put."""

    ok: bool
    errors: list[FindingView]
    facts: list[FactView]


def rule_of(body: RuleBody) -> Rule:
    grant = body.grant
    return Rule(
        id=body.id,
        priority=body.priority,
        explain=body.explain,
        deny=body.deny,
        conditions=tuple(Condition(c.name, c.expression) for c in body.conditions),
        grant=Grant(**dict(grant)) if grant else None,
        caps=Caps(**dict(body.caps)),
        approval=tuple(Step(step.level, step.up_to) for step in body.approval),
    )


def rule_body(rule: Rule) -> RuleBody:
    grant, caps = rule.grant, rule.caps
    return RuleBody(
        id=rule.id,
        priority=rule.priority,
        explain=rule.explain,
        deny=rule.deny,
        conditions=[ConditionBody(name=c.name, expression=c.expression) for c in rule.conditions],
        grant=GrantBody(**{name: getattr(grant, name) for name in Grant.__slots__})
        if grant
        else None,
        caps=CapsBody(**{name: getattr(caps, name) for name in Caps.__slots__}),
        approval=[StepBody(level=step.level, up_to=step.up_to) for step in rule.approval],
    )


def policy_view(policy: Policy, versions: list[Made]) -> PolicyView:
    return PolicyView(
        tenant=policy.tenant,
        version=policy.version,
        effective_from=policy.effective_from,
        currency=policy.currency,
        zone=policy.zone,
        rules=[rule_body(rule) for rule in policy.rules],
        signed_off_by=policy.signed_off_by,
        signed_off_at=policy.signed_off_at,
        facts=facts_view(),
        versions=[version_view(made) for made in versions],
    )


def version_view(made: Made) -> VersionView:
    return VersionView(
        version=made.version,
        effective_from=made.effective_from,
        signed_off_by=made.signed_off_by,
        signed_off_at=made.signed_off_at,
        made_by=made.by,
        made_at=made.at,
    )


def check_view(findings: tuple[Finding, ...]) -> CheckView:
    return CheckView(
        ok=not findings,
        errors=[FindingView(field=each.field, problem=each.problem) for each in findings],
        facts=facts_view(),
    )


def facts_view() -> list[FactView]:
    return [
        FactView(
            name=fact.name,
            type="integer" if fact.type == "integer" else "text",
            meaning=fact.meaning,
        )
        for fact in FACTS
    ]
