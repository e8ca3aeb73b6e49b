"""People as events tell of them. Each event carries the whole state."""

from datetime import datetime

from chassis.values import FIRM
from contracts import person as contract
from contracts.envelope import Draft, EventData
from contracts.vocabulary import Role
from routing.people.model import Change, Person

_MODELS: dict[Change, type[contract.PersonState]] = {
    Change.PROFILED: contract.PersonProfiledV1,
    Change.RIGHTS: contract.PersonRightsChangedV1,
    Change.PRESENCE: contract.PersonPresenceChangedV1,
    Change.LOAD: contract.PersonLoadChangedV1,
}


def person_changed(change: Change, person: Person, now: datetime) -> Draft[EventData]:
    profile, rights = person.profile, person.rights
    return Draft(
        tenant=FIRM,
        aggregate=person.id,
        version=person.version,
        time=now,
        data=_MODELS[change](
            subject=profile.subject,
            name=profile.name,
            initials=profile.initials,
            zone=profile.zone,
            roles=tuple(Role(role) for role in sorted(rights.roles)),
            tenants=tuple(sorted(rights.tenants)),
            skills=tuple(
                contract.SkillLevel(skill=skill, level=level)
                for skill, level in sorted(profile.skills.items())
            ),
            languages=tuple(
                contract.LanguageSkill(language=tag, level=level)
                for tag, level in sorted(profile.languages.items())
            ),
            presence=person.presence,
            units=person.units,
            active=rights.active,
            changed_at=now,
        ),
    )
