"""Closed sets of words that events share. Words are added, never renamed."""

from enum import StrEnum


class Channel(StrEnum):
    MAIL = "mail"
    WEB = "web"
    API = "api"
    CHAT = "chat"
    TELEGRAM = "telegram"
    PHONE = "phone"


class Damage(StrEnum):
    LOSING_MONEY = "losing_money"
    BLOCKED = "blocked"
    DEGRADED = "degraded"
    QUESTION = "question"
    ONBOARDING = "onboarding"


class Priority(StrEnum):
    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class TicketState(StrEnum):
    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    HOLD = "hold"
    SOLVED = "solved"
    CLOSED = "closed"
    MERGED = "merged"
    SPAM = "spam"


class WaitingOn(StrEnum):
    US = "us"
    CUSTOMER = "customer"
    CLIENT = "client"
    THIRD_PARTY = "third_party"
    NOBODY = "nobody"


class AuthorKind(StrEnum):
    CUSTOMER = "customer"
    AGENT = "agent"
    BOT = "bot"
    SYSTEM = "system"
    CLIENT = "client"


class Role(StrEnum):
    AGENT = "agent"
    LEAD = "lead"
    CLIENT_VIEWER = "client_viewer"
    CLIENT_ADMIN = "client_admin"
    MANAGER = "manager"
    ADMIN = "admin"
    SERVICE = "service"


class Cefr(StrEnum):
    A1 = "A1"
    A2 = "A2"
    B1 = "B1"
    B2 = "B2"
    C1 = "C1"
    C2 = "C2"
    NATIVE = "native"


class Presence(StrEnum):
    """`off` follows the roster; `away` is the person's own pause inside a shift."""

    AVAILABLE = "available"
    AWAY = "away"
    OFF = "off"


class Metric(StrEnum):
    FIRST_REPLY = "first_reply"
    NEXT_REPLY = "next_reply"
    RESOLUTION = "resolution"
    PERIODIC_UPDATE = "periodic_update"
    PAUSABLE_UPDATE = "pausable_update"
    REQUESTER_WAIT = "requester_wait"
    AGENT_WORK = "agent_work"
    FIRST_RESOLUTION = "first_resolution"


class ClockState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    VOID = "void"
    EXCUSED = "excused"


class SurveyType(StrEnum):
    CSAT = "csat"
    NPS = "nps"
    CES = "ces"


class RemedyKind(StrEnum):
    REFUND = "refund"
    DISCOUNT = "discount"
    EXTENSION = "extension"
    GOODWILL = "goodwill"


class RemedyState(StrEnum):
    """`granted` or `approved`, never both, makes the payment."""

    REQUESTED = "requested"
    GRANTED = "granted"
    APPROVAL_NEEDED = "approval_needed"
    NOT_COVERED = "not_covered"
    APPROVED = "approved"
    REFUSED = "refused"
    EXPIRED = "expired"
