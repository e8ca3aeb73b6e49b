"""`/live`: one stream of server-sent events for each open page."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from console.live.hub import Hub, Listener
from console.screen import find_session, screen_of

router = APIRouter()

BEAT_S = 2.0
RETRY_MS = 2000

Alive = Callable[[], Awaitable[bool]]


@router.get("/live")
async def live(request: Request) -> Response:
    """`beat` every two seconds with the server's time, `hint` with the topics that changed."""
    screen = screen_of(request)
    session = await find_session(request)
    if session is None:
        # 204 tells a browser's EventSource not to come back.
        return Response(status_code=204)
    subject = session.subject
    listener = screen.hub.listen(lambda: screen.world.who(subject))

    async def alive() -> bool:
        return await find_session(request) is not None

    return stream(screen.hub, listener, alive, screen.kit.clock.now)


def stream(
    hub: Hub, listener: Listener, alive: Alive, now: Callable[[], datetime]
) -> StreamingResponse:
    return StreamingResponse(
        _events(hub, listener, alive, now),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(
    hub: Hub, listener: Listener, alive: Alive, now: Callable[[], datetime]
) -> AsyncIterator[str]:
    """Ends within a beat of the session's end or of lost rights."""
    try:
        yield f"retry: {RETRY_MS}\nevent: beat\ndata: {now().isoformat()}\n\n"
        while (topics := await listener.next(BEAT_S)) is not None and await alive():
            if topics:
                yield f"event: hint\ndata: {json.dumps({'topics': sorted(topics)})}\n\n"
            yield f"event: beat\ndata: {now().isoformat()}\n\n"
    finally:
        hub.leave(listener)
