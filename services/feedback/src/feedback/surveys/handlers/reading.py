"""What is known of questions, for whoever may read it."""

from dataclasses import dataclass
from uuid import UUID

from chassis import directory
from chassis.db import Transaction
from feedback.surveys import store
from feedback.surveys.model import Answer, Survey, Ticket

settings = store.settings
save_settings = store.save_settings
words_of = store.last_words
ticket = store.ticket


@dataclass(frozen=True, slots=True)
class Shown:
    """A question with its ticket, its answers, and the names on it."""

    survey: Survey
    ticket: Ticket
    answers: tuple[Answer, ...]
    brand: str
    client: str
    agent_name: str


async def shown(tx: Transaction, survey: UUID) -> Shown | None:
    """Needs the tenant and FIRM in scope."""
    found = await store.survey(tx, survey)
    known = await store.ticket(tx, found.ticket) if found else None
    if found is None or known is None:
        return None
    return await _shown(tx, found, known)


async def of_ticket(tx: Transaction, known: Ticket) -> list[Shown]:
    """Newest cycle first. Needs the tenant and FIRM in scope."""
    return [await _shown(tx, found, known) for found in await store.of_ticket(tx, known.id)]


async def _shown(tx: Transaction, survey: Survey, ticket: Ticket) -> Shown:
    client = await directory.tenant(tx, survey.tenant)
    brands = {brand.id: brand.name for brand in client.state.brands} if client else {}
    name = client.state.name if client else ""
    agent = await directory.staff(tx, survey.attributed_to) if survey.attributed_to else None
    return Shown(
        survey=survey,
        ticket=ticket,
        answers=tuple(await store.answers(tx, survey.id)),
        brand=brands.get(survey.brand, name),
        client=name,
        agent_name=agent.name if agent else "",
    )
