"""The web side of a service: its application, and what its routes depend on."""

from chassis.http.answers import answered
from chassis.http.app import create_api
from chassis.http.commands import Command, kit, public_key, request_key, require_key
from chassis.http.edge import Edge

__all__ = [
    "Command",
    "Edge",
    "answered",
    "create_api",
    "kit",
    "public_key",
    "request_key",
    "require_key",
]
