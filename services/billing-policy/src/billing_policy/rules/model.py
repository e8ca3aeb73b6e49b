"""A policy as it was signed off: immutable versions with the instant each takes effect."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.vocabulary import RemedyKind

Value = int | str
Test = Callable[[Mapping[str, Value]], bool]


class FailedTest(Exception):
    """A condition gave no answer for these facts."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a draft, and where: `rules.2.conditions.0`."""

    field: str
    problem: str


class PolicyError(ValueError):
    """The policy cannot be kept: each finding says which part and why."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("; ".join(f"{each.field}: {each.problem}" for each in findings))
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Fact:
    """A name that conditions may use. `sample` is tried when a policy is put."""

    name: str
    meaning: str
    sample: Value

    @property
    def type(self) -> str:
        return "integer" if isinstance(self.sample, int) else "text"


class AmountRule(StrEnum):
    """How much of a charge a rule gives; `prorated` is the part of its period not used."""

    FULL = "full"
    PERCENT = "percent"
    FIXED = "fixed"
    PRORATED = "prorated"


class Level(StrEnum):
    """By whose leave. Only `agent` is at once; the others need a second person."""

    AGENT = "agent"
    LEAD = "lead"
    MANAGER = "manager"
    CLIENT = "client"


@dataclass(frozen=True, slots=True)
class Condition:
    """One test with a name of its own, so that the answer explains itself."""

    name: str
    expression: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """`percent` and `fixed_minor` belong to their amount rule, `days` to an extension."""

    kind: RemedyKind
    amount: AmountRule = AmountRule.FULL
    percent: int = 0
    fixed_minor: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """The most that may be given in minor units; days are of extensions. None: no cap."""

    case_minor: int | None = None
    customer_30d_minor: int | None = None
    customer_365d_minor: int | None = None
    tenant_month_minor: int | None = None
    customer_365d_days: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """`up_to`: minor units of money, days of an extension; None is without end."""

    level: Level
    up_to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule fits when all its conditions are met. One that denies has no grant."""

    id: str
    priority: int
    explain: str
    conditions: tuple[Condition, ...] = ()
    deny: bool = False
    grant: Grant | None = None
    caps: Caps = Caps()
    approval: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version. Its months are those of `zone`; its amounts are of one currency."""

    tenant: UUID
    version: int
    effective_from: datetime
    currency: str
    zone: str
    rules: tuple[Rule, ...]
    signed_off_by: str
    signed_off_at: datetime


@dataclass(frozen=True, slots=True)
class Made:
    """Who put a version, when, and by whose signature."""

    version: int
    effective_from: datetime
    signed_off_by: str
    signed_off_at: datetime
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Edition:
    """A policy with its conditions ready to be tested, by their expression."""

    policy: Policy
    tests: Mapping[str, Test] = field(compare=False, repr=False)
