"""The settings of one local stack: where it lives, its ports and its secrets."""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from meridian.stack.ports import HOST, Ports, free_ports

REPOSITORY = Path(__file__).resolve().parents[4]


@dataclass(frozen=True, slots=True)
class Secrets:
    """Made once per home. Database passwords are derived, so that a new role needs no new file."""

    databases: str
    link: str
    service: str
    oidc_client: str

    def database_password(self, role: str) -> str:
        return self._derived(role)

    @property
    def provider(self) -> str:
        """Between billing-policy and the payment provider's double, both ways."""
        return self._derived("payment provider")

    def _derived(self, what: str) -> str:
        return hmac.new(self.databases.encode(), what.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class StackConfig:
    home: Path
    ports: Ports
    secrets: Secrets

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def reports(self) -> Path:
        return self.home / "reports"

    @property
    def console_url(self) -> str:
        return f"http://{HOST}:{self.ports.console}"

    @property
    def issuer(self) -> str:
        return f"http://{HOST}:{self.ports.identity}"

    @property
    def mailbox_url(self) -> str:
        return f"http://{HOST}:{self.ports.mailbox}"

    @property
    def provider_url(self) -> str:
        return f"http://{HOST}:{self.ports.provider}"

    @property
    def kafka_bootstrap(self) -> str:
        return f"{HOST}:{self.ports.kafka}"

    def service_url(self, service: str) -> str:
        return f"http://{HOST}:{self.service_port(service)}"

    def service_port(self, service: str) -> int:
        ports: Mapping[str, int] = asdict(self.ports)
        return ports[service]

    def database_url(self, database: str, role: str, scheme: str = "postgresql+asyncpg") -> str:
        password = self.secrets.database_password(role)
        return f"{scheme}://{role}:{password}@{HOST}:{self.ports.postgres}/{database}"


def home_folder() -> Path:
    """MERIDIAN_HOME, or `.local` in the repository."""
    return Path(os.environ.get("MERIDIAN_HOME") or REPOSITORY / ".local").absolute()


def load_config(home: Path | None = None, *, new_ports: Ports | None = None) -> StackConfig:
    """The stack that lives in `home`; makes its secrets on the first call.

    Ports are those it was last started with, so that every command finds the running one.
    """
    place = home or home_folder()
    place.mkdir(parents=True, exist_ok=True)
    ports = new_ports or kept_ports(place)
    return StackConfig(place, ports, kept_secrets(place / "secrets.json"))


def kept_ports(home: Path) -> Ports:
    file = home / "run" / "ports.json"
    return Ports(**json.loads(file.read_text())) if file.exists() else Ports()


def keep_ports(config: StackConfig) -> None:
    file = config.home / "run" / "ports.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(asdict(config.ports), indent=1) + "\n")


def chosen_ports(choice: str, home: Path) -> Ports:
    """`fixed` (the documented ones), `free` (any free ones) or `kept` (as last time)."""
    match choice:
        case "free":
            return free_ports()
        case "fixed":
            return Ports()
        case _:
            return kept_ports(home)


def kept_secrets(file: Path) -> Secrets:
    if not file.exists():
        fresh = {name: secrets.token_urlsafe(32) for name in Secrets.__slots__}
        descriptor = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as sink:
            json.dump(fresh, sink, indent=1)
    return Secrets(**json.loads(file.read_text()))
