"""The composition root: settings in, API, consumers and loops out."""

from typing import Any

from chassis import directory, http
from chassis.kit import Kit, Service


def build(kit: Kit[Any]) -> Service:
    return Service(
        api=http.create_api(kit, []),
        subscriptions=[directory.subscription("billing-policy")],
    )
