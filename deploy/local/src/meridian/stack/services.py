"""The services of the platform as data, and the environment that each is started with."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from contracts.catalog import TOPICS
from meridian.config import REPOSITORY, StackConfig
from meridian.stack.ports import HOST


@dataclass(frozen=True, slots=True)
class Service:
    """`name` is also its port's, its database's, its runtime role's and its variables' prefix."""

    name: str
    serves: str

    @property
    def spoken(self) -> str:
        """As events, consumer groups and folders name it: hyphens where Python wants `_`."""
        return self.name.replace("_", "-")

    @property
    def folder(self) -> Path:
        return REPOSITORY / "services" / self.spoken

    @property
    def delivers(self) -> bool:
        """Whether events go out of it or come in, so that it has an outbox and dead letters."""
        groups = (group for topic in TOPICS for group in topic.consumers)
        return any(group.split(".")[0] == self.spoken for group in groups)

    @property
    def roles(self) -> tuple[str, str, str]:
        return (self.name, f"{self.name}_loops", f"{self.name}_owner")

    @property
    def exists(self) -> bool:
        return find_spec(self.name) is not None and find_spec(f"{self.name}.__main__") is not None


SERVICES = (
    Service("intake", "tickets and conversations"),
    Service("routing", "owners and shifts"),
    Service("sla", "promises and clocks"),
    Service("feedback", "surveys and follow-ups"),
    Service("billing_policy", "remedies and credits"),
    Service("console", "the screens"),
)


def environment(service: Service, config: StackConfig) -> Mapping[str, str]:
    """Everything the service reads from its environment, each with the service's prefix."""
    own = _shared(service, config) | _special(service, config)
    prefix = service.name.upper()
    return {f"{prefix}_{name}": value for name, value in own.items()} | {"PYTHONUNBUFFERED": "1"}


def _shared(service: Service, config: StackConfig) -> dict[str, str]:
    runtime, loops, owner = service.roles
    return {
        "DATABASE_URL": config.database_url(service.name, runtime),
        "DATABASE_LOOPS_URL": config.database_url(service.name, loops),
        "DATABASE_OWNER_URL": config.database_url(service.name, owner),
        "KAFKA_BOOTSTRAP": config.kafka_bootstrap,
        "KAFKA_SCALE": "single",
        "HTTP_HOST": HOST,
        "HTTP_PORT": str(config.service_port(service.name)),
        "OIDC_ISSUER": config.issuer,
        "OIDC_AUDIENCE": "meridian",
        "PUBLIC_URL": config.console_url,
        "LINK_SECRET": config.secrets.link,
        "SERVICE_SECRET": config.secrets.service,
        "LOG_LEVEL": "info",
    }


def _special(service: Service, config: StackConfig) -> dict[str, str]:
    match service.name:
        case "intake":
            return {
                "SMTP_PORT": str(config.ports.smtp_in),
                "MAIL_OUT_HOST": HOST,
                "MAIL_OUT_PORT": str(config.ports.smtp_out),
            }
        case "billing_policy":
            return {
                "PROVIDER_URL": config.provider_url,
                "PROVIDER_SECRET": config.secrets.provider,
            }
        case "console":
            return {
                "INTAKE_URL": config.service_url("intake"),
                "ROUTING_URL": config.service_url("routing"),
                "SLA_URL": config.service_url("sla"),
                "FEEDBACK_URL": config.service_url("feedback"),
                "BILLING_POLICY_URL": config.service_url("billing_policy"),
                "OIDC_CLIENT_ID": "meridian",
                "OIDC_CLIENT_SECRET": config.secrets.oidc_client,
                "DEMO_PEOPLE": "true",
            }
        case _:
            return {}
