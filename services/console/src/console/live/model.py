"""Who is who as the console knows it, and hints: that something changed, never what."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from contracts.person import PersonState
from contracts.tenant import TenantClientUserChangedV1, TenantState
from contracts.vocabulary import Role

EVERYWHERE = frozenset({Role.MANAGER, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Who:
    """A person who may look, with the rights they have now. `staff` is None for client people."""

    subject: str
    person: UUID
    name: str
    initials: str
    roles: frozenset[Role]
    tenants: frozenset[UUID]
    zone: str
    staff: PersonState | None = None

    def has(self, *roles: Role) -> bool:
        return bool(self.roles & set(roles))


@dataclass(frozen=True, slots=True)
class Hint:
    """`tenants` empty means: about the firm itself, for staff only."""

    topics: frozenset[str]
    tenant: UUID | None


@dataclass(slots=True)
class KnownWorld:
    """The newest record of each key of the two compacted topics."""

    tenants: dict[UUID, TenantState] = field(default_factory=dict)
    staff: dict[UUID, PersonState] = field(default_factory=dict)
    client_people: dict[tuple[UUID, UUID], TenantClientUserChangedV1] = field(default_factory=dict)
    complete: bool = False

    def who(self, subject: str) -> Who | None:
        """The person behind a subject, or None when they have no rights (any more)."""
        for person, state in self.staff.items():
            if state.subject == subject and state.active and state.roles:
                return self._staff_member(person, state)
        ours = {
            tenant: (person, user)
            for (tenant, person), user in self.client_people.items()
            if user.subject == subject and user.active and tenant in self.tenants
        }
        return self._client_person(subject, ours) if ours else None

    def demo_subjects(self) -> list[str]:
        staff = sorted((s for s in self.staff.values() if s.active), key=lambda s: s.name)
        clients = sorted((u for u in self.client_people.values() if u.active), key=lambda u: u.name)
        return [*(s.subject for s in staff), *(u.subject for u in clients)]

    def _staff_member(self, person: UUID, state: PersonState) -> Who:
        roles = frozenset(state.roles)
        everywhere = roles & EVERYWHERE
        return Who(
            subject=state.subject,
            person=person,
            name=state.name,
            initials=state.initials,
            roles=roles,
            tenants=frozenset(self.tenants) if everywhere else frozenset(state.tenants),
            zone=state.zone,
            staff=state,
        )

    def _client_person(
        self, subject: str, ours: dict[UUID, tuple[UUID, TenantClientUserChangedV1]]
    ) -> Who:
        person, user = next(iter(ours.values()))
        return Who(
            subject=subject,
            person=person,
            name=user.name,
            initials=initials(user.name),
            roles=frozenset(role for _, known in ours.values() for role in known.roles),
            tenants=frozenset(ours),
            zone=self.tenants[next(iter(ours))].zone,
        )


def initials(name: str) -> str:
    words = [word for word in name.split() if word]
    return "".join(
        word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)
    ).upper()


def may_hear(who: Who, hint: Hint) -> bool:
    """Whether a hint may reach this person's page: their clients', and the firm's for staff."""
    if hint.tenant is None:
        return who.staff is not None
    return hint.tenant in who.tenants


def merged(hints: Iterable[Hint]) -> frozenset[str]:
    return frozenset(topic for hint in hints for topic in hint.topics)
