"""Which tickets a mail may belong to: those whose mails it names, and those whose reference."""

import re
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import text

from chassis.db import Transaction
from chassis.values import TicketId
from intake.channels.model import Candidate

_OURS = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@([^>@\s]+)>")


async def candidates(
    tx: Transaction,
    tenant: UUID,
    *,
    message_ids: Sequence[str],
    references: Sequence[str],
    domains: Collection[str],
) -> list[Candidate]:
    """Of one tenant. A Message-ID of ours counts with our own domain only, to the letter."""
    ours = ours_among(message_ids, domains)
    if not (message_ids or references):
        return []
    rows = await tx.all(
        _CANDIDATES,
        {
            "tenant": tenant,
            "theirs": list(message_ids),
            "ours": [str(letter) for letter in ours.values()],
            "references": list(references),
        },
    )
    named = {str(letter): message_id for message_id, letter in ours.items()}
    return [
        Candidate(
            ticket=TicketId(row["id"]),
            reference=row["reference"],
            message_ids=frozenset(named.get(found, found) for found in row["named"] if found),
            participants=frozenset(row["participants"]),
        )
        for row in rows
    ]


def ours_among(message_ids: Sequence[str], domains: Collection[str]) -> dict[str, UUID]:
    """Which of the Message-IDs have the form of ours, with the letter that each names."""
    found = {}
    for message_id in message_ids:
        match = _OURS.fullmatch(message_id)
        if match and match[2] in domains:
            found[message_id] = UUID(match[1])
    return found


async def letter(tx: Transaction, tenant: UUID, letter: UUID) -> TicketId | None:
    """The ticket of a mail that we sent, or are about to send."""
    found = await tx.scalar(_LETTER, {"tenant": tenant, "letter": letter})
    return TicketId(found) if found else None


_NAMED = """
  SELECT ticket_id, external_id AS named FROM messages
   WHERE tenant_id = :tenant AND external_id = ANY (:theirs) AND external_id <> ''
  UNION SELECT ticket_id, CAST(id AS text) FROM messages
   WHERE tenant_id = :tenant AND id = ANY (CAST(:ours AS uuid[])) AND author_kind <> 'customer'
  UNION SELECT CAST(payload ->> 'ticket' AS uuid), CAST(id AS text) FROM effects
   WHERE tenant_id = :tenant AND id = ANY (CAST(:ours AS uuid[])) AND kind = 'intake.mail'
  UNION SELECT id, NULL FROM tickets
   WHERE tenant_id = :tenant AND reference = ANY (:references)"""
_CANDIDATES = text(
    f"""SELECT t.id, t.reference, array_agg(n.named) AS named,
               ARRAY(SELECT i.address FROM customer_identities i WHERE i.tenant_id = t.tenant_id
                        AND i.customer_id = t.customer_id AND i.kind = 'mail') AS participants
          FROM ({_NAMED}) AS n
          JOIN tickets t ON t.tenant_id = :tenant AND t.id = n.ticket_id
         GROUP BY t.tenant_id, t.id, t.reference, t.customer_id ORDER BY t.id LIMIT 50"""
)
_LETTER = text(
    """SELECT ticket_id FROM messages
        WHERE tenant_id = :tenant AND id = :letter AND author_kind <> 'customer'
       UNION SELECT CAST(payload ->> 'ticket' AS uuid) FROM effects
        WHERE tenant_id = :tenant AND id = :letter AND kind = 'intake.mail' LIMIT 1"""
)
