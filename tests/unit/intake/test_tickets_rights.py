"""Who may do what to a ticket."""

from uuid import UUID

import pytest

from contracts.vocabulary import Role
from intake.tickets.decide.rights import may_read_notes, may_work

INES, OMAR = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("person", "roles", "owner", "may"),
    [
        (INES, {Role.AGENT}, INES, True),
        (INES, {Role.AGENT}, OMAR, False),
        (INES, {Role.AGENT}, None, False),
        (INES, {Role.LEAD}, OMAR, True),
        (INES, {Role.MANAGER}, None, True),
        (None, {Role.AGENT}, None, False),
        (INES, {Role.CLIENT_ADMIN}, INES, False),
        (None, {Role.SERVICE}, INES, False),
    ],
)
def test_only_the_owner_or_a_lead_works_on_a_ticket(
    person: UUID | None, roles: set[Role], owner: UUID | None, may: bool
) -> None:
    assert may_work(person, roles, owner) is may


def test_d07_notes_are_for_colleagues() -> None:
    colleagues = {Role.AGENT, Role.LEAD, Role.MANAGER, Role.ADMIN}

    assert {role for role in Role if may_read_notes({role})} == colleagues
