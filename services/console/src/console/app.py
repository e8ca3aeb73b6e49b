"""The console's composition root: settings in, pages and the live reader out."""

from chassis import http
from chassis.http.edge import API_HEADERS
from chassis.kit import Kit, Loop, Service
from console import errors
from console.board import api as board
from console.client import api as client
from console.customer import api as customer
from console.gateway.client import Gateway, ServiceClient
from console.live import api as live
from console.live.hub import Hub
from console.live.model import KnownWorld
from console.live.reader import Reader
from console.roster import api as roster
from console.screen import Screen
from console.session import api as session
from console.session.handlers import Sessions
from console.session.provider import Provider
from console.settings import Settings
from console.static_files import mount_static
from console.templating import CONTENT_SECURITY_POLICY, Templates
from console.workspace import api as workspace

# Without any referrer a browser calls the origin of its own forms `null`, and we would refuse them.
HEADERS = {
    **API_HEADERS,
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "referrer-policy": "same-origin",
}
PAGES = (session, live, workspace, board, roster, client, customer)


def build(kit: Kit[Settings]) -> Service:
    world, hub = KnownWorld(), Hub()
    reader = Reader(kit, world, hub)
    api = http.create_api(
        kit, [page.router for page in PAGES], headers=HEADERS, keep_headers=frozenset({"x-regions"})
    )
    api.state.screen = screen(kit, world, hub)
    mount_static(api)
    errors.install(api)
    return Service(
        api=api, loops=[Loop(name="live", run=reader.run, mode="api", trouble=reader.trouble)]
    )


def screen(kit: Kit[Settings], world: KnownWorld, hub: Hub) -> Screen:
    settings = kit.settings
    provider = Provider(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
        redirect=f"{settings.public_url}/login/callback",
        clock=kit.clock,
    )
    return Screen(
        kit=kit,
        templates=Templates(),
        world=world,
        hub=hub,
        provider=provider,
        sessions=Sessions(kit, provider),
        gateway=Gateway(
            ServiceClient("intake", settings.intake_url),
            ServiceClient("routing", settings.routing_url),
            ServiceClient("sla", settings.sla_url),
            ServiceClient("feedback", settings.feedback_url),
            ServiceClient("billing-policy", settings.billing_policy_url),
        ),
    )
