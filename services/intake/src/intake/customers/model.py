"""Values of a customer: one person of one tenant, found by the addresses they write from."""

from dataclasses import dataclass
from enum import StrEnum

from chassis.values import CustomerId, TenantId


class IdentityKind(StrEnum):
    MAIL = "mail"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Identity:
    """`address` is in canonical form: see `decide.canonical_mail` and `decide.canonical_phone`."""

    kind: IdentityKind
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    tenant: TenantId
    id: CustomerId
    name: str
    plan: str
    locale: str
    zone: str
    segment: str = ""
    value_band: str = ""
    version: int = 0

    @property
    def language(self) -> str:
        return self.locale.split("-")[0].lower()
