"""The client companies as intake, which alone decides about them, tells them."""

from collections.abc import Iterable
from typing import Any

from rich.table import Table
from rich.text import Text

from meridian.config import StackConfig
from meridian.demo.platform import Platform

Tenant = dict[str, Any]


async def tenants(config: StackConfig) -> list[Tenant]:
    async with Platform(config) as platform:
        found = await platform.get("intake", "/v1/tenants", await platform.service())
    items: list[Tenant] = found["items"]
    return sorted(items, key=lambda tenant: tenant["slug"])


def tenants_table(found: Iterable[Tenant]) -> Table:
    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("client", "zone", "languages", "write to", ""):
        drawn.add_column(heading, overflow="fold")
    for tenant in found:
        mail = ", ".join(brand["mail_address"] for brand in tenant["brands"])
        drawn.add_row(
            Text(tenant["name"]),
            Text(tenant["zone"]),
            Text(" ".join(tenant["languages"])),
            Text(mail),
            Text("suspended" if tenant["suspended"] else "", style="red"),
        )
    return drawn
