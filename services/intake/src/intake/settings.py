"""What intake is told at its start: the mail doors, beside what every service is told."""

from typing import ClassVar

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.settings import BaseServiceSettings


class Settings(BaseServiceSettings):
    model_config = SettingsConfigDict(env_prefix="INTAKE_", frozen=True, extra="ignore")
    service: ClassVar[str] = "intake"

    smtp_host: str = Field(default="127.0.0.1", description="where mail comes in")
    smtp_port: int = Field(ge=0, le=65535)
    smtp_name: str = Field(default="mail.meridian.example", description="how the door names itself")
    authserv_id: str = Field(
        default="", description="our relay's name in Authentication-Results; others' are ignored"
    )
    mail_out_host: str = "127.0.0.1"
    mail_out_port: int = Field(ge=1, le=65535)
    contacts_per_second: float = Field(default=2_000, gt=0, description="of one client company")
    forms_per_second: float = Field(default=5, gt=0, description="of one brand's web form")
