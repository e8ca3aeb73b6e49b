"""Built assets: their names carry a hash of the content, so a browser may keep them for ever."""

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from console.templating import DIST, STATIC_URL


class Immutable(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return answer


def mount_static(app: FastAPI) -> None:
    app.mount(STATIC_URL, Immutable(directory=DIST), name="static")
