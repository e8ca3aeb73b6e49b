"""A client's matching policy over HTTP."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, Field

from chassis.http import Command
from contracts.vocabulary import Cefr, Channel
from routing.matching.model import (
    DEFAULT_FLOORS,
    DEFAULT_REMAINING,
    Need,
    Policy,
    Step,
)
from routing.people.model import Meter

Seconds = Annotated[int, Field(ge=0, le=7 * 86_400)]


class PolicyNeed(Command):
    category: str = Field(min_length=1, max_length=60)
    skill: str = Field(min_length=1, max_length=60)
    level: int = Field(ge=1, le=5)
    tier: int = Field(default=1, ge=0, le=3)


class PolicyStep(Command):
    after_s: Seconds | None = None
    slack: Decimal | None = Field(default=None, gt=0, lt=1, max_digits=4, decimal_places=3)
    level_down: int = Field(default=0, ge=0, le=1)
    drop_tier: int | None = Field(default=None, ge=1, le=3)
    alert: bool = False


class PutPolicy(Command):
    """How one client's work is matched; what is left out is as for everybody."""

    lower_level: bool = False
    floors: dict[Channel, Cefr] = Field(default_factory=dict)
    remaining_s: dict[Meter, Seconds] = Field(default_factory=dict)
    needs: tuple[PolicyNeed, ...] = Field(default=(), max_length=100)
    steps: tuple[PolicyStep, ...] | None = Field(default=None, min_length=1, max_length=12)

    def policy(self) -> Policy:
        steps = None if self.steps is None else tuple(_step(step) for step in self.steps)
        return Policy(
            lower_level=self.lower_level,
            floors={**DEFAULT_FLOORS, **self.floors},
            steps=Policy().steps if steps is None else steps,
            needs=tuple(Need(n.category, n.skill, n.level, n.tier) for n in self.needs),
            remaining={
                **DEFAULT_REMAINING,
                **{meter: timedelta(seconds=least) for meter, least in self.remaining_s.items()},
            },
        )


class PolicyView(BaseModel):
    lower_level: bool
    floors: dict[Channel, Cefr]
    remaining_s: dict[Meter, int]
    needs: list[dict[str, Any]]
    steps: list[dict[str, Any]]
    version: int = Field(description="0 while the default holds")


def policy_view(policy: Policy, version: int) -> PolicyView:
    return PolicyView(
        lower_level=policy.lower_level,
        floors=dict(policy.floors),
        remaining_s={m: int(least.total_seconds()) for m, least in policy.remaining.items()},
        needs=[
            {"category": n.category, "skill": n.skill, "level": n.level, "tier": n.tier}
            for n in policy.needs
        ],
        steps=[_step_view(step) for step in policy.steps],
        version=version,
    )


def _step(step: PolicyStep) -> Step:
    return Step(
        after=None if step.after_s is None else timedelta(seconds=step.after_s),
        slack=None if step.slack is None else Fraction(step.slack),
        level_down=step.level_down,
        drop_tier=step.drop_tier,
        alert=step.alert,
    )


def _step_view(step: Step) -> dict[str, Any]:
    return {
        "after_s": None if step.after is None else int(step.after.total_seconds()),
        "slack": None if step.slack is None else float(step.slack),
        "level_down": step.level_down,
        "drop_tier": step.drop_tier,
        "alert": step.alert,
    }
