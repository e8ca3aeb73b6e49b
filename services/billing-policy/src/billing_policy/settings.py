"""What this service is told at its start."""

from typing import ClassVar

from pydantic_settings import SettingsConfigDict

from chassis.settings import BaseServiceSettings


class Settings(BaseServiceSettings):
    model_config = SettingsConfigDict(env_prefix="BILLING_POLICY_", frozen=True, extra="ignore")
    service: ClassVar[str] = "billing-policy"
