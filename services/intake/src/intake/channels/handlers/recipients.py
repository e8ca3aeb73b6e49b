"""Whose mailbox an address is: a brand's own, or the reply address of one of its mails."""

from intake.tenants.handlers import Catalogue, Home

LONGEST = 500


async def recipient_at(catalogue: Catalogue, address: str) -> Home | None:
    """None where nobody is known; the part after a plus sign is looked at later."""
    local, _, domain = address.strip().lower().rpartition("@")
    if not local or not domain or len(address) > LONGEST:
        return None
    return await catalogue.of_address(f"{local.partition('+')[0]}@{domain}")
