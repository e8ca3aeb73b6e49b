"""What the probe is told."""

from pathlib import Path
from typing import ClassVar

from pydantic_settings import SettingsConfigDict

from chassis.settings import BaseServiceSettings


class ProbeSettings(BaseServiceSettings):
    """`fault` says how the loop `steps` misbehaves."""

    model_config = SettingsConfigDict(env_prefix="PROBE_", frozen=True, extra="ignore")
    service: ClassVar[str] = "routing"

    diary: Path
    fault: str = ""
