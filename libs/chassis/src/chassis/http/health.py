"""Whether the process lives, whether it can work, and its figures. For the platform, not people."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST

from chassis.readiness import Readiness
from chassis.telemetry import Telemetry


def router(readiness: Readiness, telemetry: Telemetry) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/livez")
    async def livez() -> Response:
        return JSONResponse({"live": True})

    @routes.get("/readyz")
    async def readyz() -> Response:
        findings = await readiness.findings()
        ready = all(finding.problem is None for finding in findings)
        checks = {finding.name: finding.problem or "ok" for finding in findings}
        return JSONResponse({"ready": ready, "checks": checks}, 200 if ready else 503)

    @routes.get("/metrics")
    async def metrics() -> Response:
        return Response(telemetry.scrape(), media_type=CONTENT_TYPE_LATEST)

    return routes
