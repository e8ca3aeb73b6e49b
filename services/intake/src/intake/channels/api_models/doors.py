"""The service's doors as a dependency of routes."""

from typing import Annotated

from fastapi import Depends, Request

from intake.channels.handlers.doors import Doors


async def _doors(request: Request) -> Doors:
    found: Doors = request.app.state.doors
    return found


OpenDoors = Annotated[Doors, Depends(_doors)]
