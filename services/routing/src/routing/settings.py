"""What routing is told at its start: nothing beyond what every service is told."""

from typing import ClassVar

from pydantic_settings import SettingsConfigDict

from chassis.settings import BaseServiceSettings


class Settings(BaseServiceSettings):
    model_config = SettingsConfigDict(env_prefix="ROUTING_", frozen=True, extra="ignore")
    service: ClassVar[str] = "routing"
