"""Which target applies, which version is in force, and whether a contract can be kept. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from contracts.vocabulary import Metric
from sla.calendars.decide import always, decide_calendar, except_holidays, open_hours
from sla.calendars.model import BeyondHorizonError, CalendarSpec, OpenHours
from sla.policies.model import (
    Contract,
    ContractError,
    Edition,
    Hours,
    Rules,
    Selector,
    Target,
    Terms,
)

LONGEST = timedelta(days=366)
SHORTEST = timedelta(seconds=15)
LATE = timedelta(minutes=1)
MOST_DAYS = 20


def edition(contract: Contract, tzdata: str) -> Edition:
    return Edition(contract, calendars(contract.calendar, tzdata))


def calendars(spec: CalendarSpec, tzdata: str) -> Mapping[Hours, OpenHours]:
    return {
        Hours.BUSINESS: open_hours(spec, tzdata),
        Hours.ALWAYS: open_hours(always(spec.zone), tzdata),
        Hours.EXCEPT_HOLIDAYS: open_hours(except_holidays(spec), tzdata),
    }


def choose_target(
    targets: Sequence[Target], metric: Metric, selector: Selector | None
) -> Target | None:
    """The most specific target that fits; None when nothing is promised.

    More conditions beat fewer; of equally many, plan goes before channel before language, and a
    language with its region before one without.
    """
    fitting = [t for t in targets if t.metric is metric and selector and _fits(t, selector)]
    return max(fitting, key=_specificity, default=None)


def choose_edition(book: Sequence[Edition], at: datetime) -> Edition | None:
    """The version in force at an instant; the book is ordered by when each took effect."""
    in_force = [e for e in book if e.contract.effective_from <= at]
    return in_force[-1] if in_force else None


def terms(edition: Edition, metric: Metric, selector: Selector | None) -> Terms | None:
    """What a clock is measured against under this version, or None."""
    target = choose_target(edition.contract.targets, metric, selector)
    if target is None:
        return None
    return Terms(
        target=target.amount,
        hours=target.hours,
        version=edition.contract.version,
        calendar_version=edition.contract.calendar_version,
        open=edition.calendars[target.hours],
    )


def decide_version(
    draft: Contract, earlier: Contract | None, now: datetime, tzdata: str
) -> Contract:
    """The draft as the next version, numbered, checked, and never reaching back.

    The same contract again is the version that stands. Only the first version may take effect in
    the past: what ran under a version is not judged anew by a later one.

    Raises:
        ContractError: what is wrong with it, in words.
        CalendarError: its calendar cannot be kept.
    """
    decide_calendar(draft.calendar)
    _check_targets(draft.targets)
    _check_rules(draft.rules)
    _check_shares(draft.attainment)
    _check_reach(draft, tzdata)
    if earlier is None:
        return replace(draft, version=1, calendar_version=1)
    if draft.id != earlier.id:
        raise ContractError(f"this tenant's contract is {earlier.id}; a version keeps its id")
    if _says_the_same(draft, earlier):
        return earlier
    if draft.effective_from <= earlier.effective_from:
        raise ContractError("a new version takes effect after the one before it")
    if draft.effective_from < now - LATE:
        raise ContractError("a new version may not take effect in the past")
    changed = draft.calendar != earlier.calendar
    return replace(
        draft, version=earlier.version + 1, calendar_version=earlier.calendar_version + changed
    )


def _says_the_same(draft: Contract, earlier: Contract) -> bool:
    return earlier == replace(
        draft,
        version=earlier.version,
        calendar_version=earlier.calendar_version,
        effective_from=earlier.effective_from,
    )


def _fits(target: Target, selector: Selector) -> bool:
    return (
        target.priority is selector.priority
        and target.plan in (None, selector.plan)
        and target.channel in (None, selector.channel)
        and (
            target.language in (None, selector.language)
            or target.language == selector.language.split("-")[0]
        )
    )


def _specificity(target: Target) -> tuple[int, bool, bool, int]:
    conditions = (target.plan, target.channel, target.language)
    return (
        sum(condition is not None for condition in conditions),
        target.plan is not None,
        target.channel is not None,
        len(target.language or ""),
    )


def _check_targets(targets: Sequence[Target]) -> None:
    if not targets:
        raise ContractError("a contract without targets promises nothing")
    seen = set()
    for target in targets:
        if not SHORTEST <= target.amount <= LONGEST:
            raise ContractError(f"{_named(target)}: between 15 seconds and 366 days")
        selected = (target.metric, target.priority, target.plan, target.channel, target.language)
        if selected in seen:
            raise ContractError(f"{_named(target)}: promised twice for the same tickets")
        seen.add(selected)


def _check_rules(rules: Rules) -> None:
    if any(not 0 < percent < 100 for percent in rules.warn):
        raise ContractError("warnings come between 1 and 99 percent of a target")
    if any(later <= earlier for earlier, later in pairwise(rules.warn)):
        raise ContractError("warnings are listed in rising order, each once")
    if rules.escalate_at not in rules.warn:
        raise ContractError("escalate_at is one of the warnings")
    if rules.pauses.get(Metric.FIRST_REPLY):
        raise ContractError("a first reply is never paused: nobody has answered yet")
    if rules.pauses.get(Metric.FIRST_RESOLUTION):
        raise ContractError("a first resolution is measured without pauses")
    if rules.grace < timedelta():
        raise ContractError("grace is not negative")
    if not 0 <= rules.close_after_days <= MOST_DAYS:
        raise ContractError(f"a month closes up to {MOST_DAYS} working days after its end")


def _check_shares(attainment: Mapping[Metric, Decimal]) -> None:
    for metric, share in attainment.items():
        if not Decimal(0) < share <= Decimal(1):
            raise ContractError(f"{metric}: a promised share lies above 0 and up to 1")


def _check_reach(draft: Contract, tzdata: str) -> None:
    measured = calendars(draft.calendar, tzdata)
    for target in draft.targets:
        try:
            measured[target.hours].due(draft.effective_from, target.amount)
        except BeyondHorizonError:
            raise ContractError(
                f"{_named(target)}: its hours are too few, it never comes due"
            ) from None


def _named(target: Target) -> str:
    return f"{target.metric} for {target.priority}"
