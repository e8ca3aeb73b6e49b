"""What the console is told at its start."""

from typing import ClassVar

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from chassis.settings import BaseServiceSettings


class Settings(BaseServiceSettings):
    model_config = SettingsConfigDict(env_prefix="CONSOLE_", frozen=True, extra="ignore")
    service: ClassVar[str] = "console"

    intake_url: str
    routing_url: str
    sla_url: str
    feedback_url: str
    billing_policy_url: str
    oidc_client_id: str
    oidc_client_secret: SecretStr
    firm_name: str = "Brightline Support"
    session_hours: int = Field(default=12, ge=1, le=24)
    demo_people: bool = Field(default=False, description="offer the demo people at sign-in")

    @property
    def safe_cookies(self) -> bool:
        return self.public_url.startswith("https://")
