"""Praise as the event that others follow."""

from typing import Any

from chassis.values import first_version
from contracts.envelope import Draft
from contracts.followup import PraiseGivenV1
from feedback.praise.model import Praise


def given(one: Praise, epoch: int) -> Draft[Any]:
    data = PraiseGivenV1(
        staff=one.staff, ticket=one.ticket, survey=one.survey, score=one.score, at=one.at
    )
    return Draft(
        tenant=one.tenant, aggregate=one.id, version=first_version(epoch), time=one.at, data=data
    )
