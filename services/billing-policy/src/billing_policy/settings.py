"""What this service is told at its start."""

from typing import ClassVar

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from chassis.settings import BaseServiceSettings


class Settings(BaseServiceSettings):
    model_config = SettingsConfigDict(env_prefix="BILLING_POLICY_", frozen=True, extra="ignore")
    service: ClassVar[str] = "billing-policy"

    provider_url: str = Field(description="of the payment provider, without a path")
    provider_secret: SecretStr = Field(description="opens its API and signs its events")
    provider_timeout_s: float = Field(default=10.0, gt=0, description="of one call")
    provider_look_up_s: float = Field(
        default=15.0, gt=0, description="until a call without an answer is looked up"
    )
