"""What every service is told at its start, read once from the environment, frozen after."""

from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class SettingsError(Exception):
    """A variable is missing or wrong; the message names it."""


class BaseServiceSettings(BaseSettings):
    """Subclasses set `service` and `model_config = SettingsConfigDict(env_prefix="<SERVICE>_")`."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", secrets_dir=None)
    service: ClassVar[str]

    database_url: SecretStr = Field(description="runtime role, postgresql+asyncpg://…")
    database_loops_url: SecretStr = Field(description="loops role: relay, peeks across tenants")
    database_owner_url: SecretStr | None = Field(default=None, description="migrations only")
    database_pool: int = Field(default=6, ge=1, description="two to three times the cores")

    kafka_bootstrap: str
    kafka_scale: Literal["cluster", "single"] = "cluster"
    kafka_prefix: str = Field(
        default="", description="before every topic and group: shared brokers"
    )
    kafka_tls: Path | None = Field(
        default=None, description="folder of ca.crt, user.crt and user.key; none: spoken in plain"
    )

    http_host: str = "127.0.0.1"
    http_port: int = Field(ge=0, le=65535)
    public_url: str = Field(description="where customers and staff reach the console")

    oidc_issuer: str
    oidc_audience: str = "meridian"
    service_secret: SecretStr = Field(description="signs tokens of role `service`")
    link_secret: SecretStr = Field(description="signs customers' links")

    otlp_endpoint: str | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    epoch: int = Field(default=0, ge=0, description="raised by one at each restore")

    @classmethod
    def load(cls, **given: Any) -> Self:
        """Read the environment once.

        Raises:
            SettingsError: naming each variable that is missing or wrong.
        """
        try:
            return cls(**given)
        except ValidationError as error:
            prefix = cls.model_config.get("env_prefix", "")
            wrong = "; ".join(
                f"{prefix}{'_'.join(map(str, found['loc'])).upper()}: {found['msg']}"
                for found in error.errors()
            )
            raise SettingsError(f"{cls.service} cannot start: {wrong}") from None
