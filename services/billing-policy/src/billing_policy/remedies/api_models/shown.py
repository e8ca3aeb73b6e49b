"""Remedies as views."""

from billing_policy.payments.model import Charge
from billing_policy.remedies.api_models.views import (
    AnswerView,
    ApprovalView,
    BudgetView,
    ChangedView,
    ChargeView,
    DryRunView,
    OfferView,
    PanelView,
    PaymentView,
    ReasonView,
    RefusalView,
    RemedyView,
    SumView,
    TermsView,
)
from billing_policy.remedies.decide.again import Answer, Rerun
from billing_policy.remedies.handlers import DryRun, Panel, Seen
from billing_policy.remedies.model import (
    Approval,
    ApprovalNeeded,
    Offer,
    Reason,
    Remedy,
    Terms,
)
from contracts.vocabulary import RemedyState


def remedy_view(found: Seen) -> RemedyView:
    one, payment = found.remedy, found.payment
    refusal = one.refusal
    return RemedyView(
        id=one.id,
        tenant=one.tenant,
        ticket=one.ticket,
        customer=one.customer,
        kind=one.terms.kind,
        charge=one.charge,
        amount_minor=one.terms.amount_minor,
        currency=one.currency,
        days=one.terms.days,
        reason=one.reason,
        state=one.state,
        reasons=_reasons(one.reasons),
        rule=one.rule,
        policy_version=one.policy_version,
        decision_sha256=one.decision_sha256,
        requested_by=one.requested_by,
        requested_at=one.requested_at,
        approval=_approval(one, one.approval) if one.approval else None,
        refusal=refusal
        and RefusalView(
            reason=refusal.reason,
            alternative=_terms(refusal.alternative) if refusal.alternative else None,
            refused_by=refusal.by,
            refused_at=refusal.at,
        ),
        payment=payment
        and PaymentView(
            id=payment.id,
            state=payment.state,
            at=payment.changed_at,
            reference=payment.provider_reference,
        ),
        alternatives=[_terms(each) for each in one.alternatives],
    )


def panel_view(panel: Panel) -> PanelView:
    version = panel.edition.policy.version if panel.edition else 0
    return PanelView(
        charges=[_charge(each) for each in panel.charges],
        offers=[_offer(each, version) for each in panel.offers],
        remedies=[remedy_view(each) for each in panel.remedies],
        budget=_budget(panel),
    )


def dry_run_view(month: str, currency: str, run: DryRun) -> DryRunView:
    return DryRunView(
        month=month,
        currency=currency,
        before=_sum([each.before for each in run.cases]),
        after=_sum([each.after for each in run.cases]),
        changed=[_changed(each) for each in run.cases if each.changed],
        complete=run.complete,
    )


def _budget(panel: Panel) -> BudgetView | None:
    if panel.edition is None:
        return None
    caps = [rule.caps.tenant_month_minor for rule in panel.edition.policy.rules if rule.grant]
    limits = [cap for cap in caps if cap is not None]
    return BudgetView(
        month=panel.month,
        used_minor=panel.month_used,
        limit_minor=max(limits, default=None),
        currency=panel.edition.policy.currency,
    )


def _sum(answers: list[Answer]) -> SumView:
    given = [each for each in answers if each.counts]
    return SumView(count=len(given), total_minor=sum(each.given_minor for each in given))


def _changed(one: Rerun) -> ChangedView:
    return ChangedView(
        remedy=one.case.remedy,
        ticket=one.case.ticket,
        kind=one.case.facts.kind,
        before=_answer(one.before),
        after=_answer(one.after),
    )


def _answer(one: Answer) -> AnswerView:
    return AnswerView(outcome=one.decided, amount_minor=one.terms.amount_minor, days=one.terms.days)


def _approval(remedy: Remedy, approval: Approval) -> ApprovalView:
    return ApprovalView(
        level=approval.level,
        expires_at=approval.expires_at,
        decision_sha256=remedy.decision_sha256,
        approved_by=approval.by,
        approved_at=approval.at,
    )


def _offer(offer: Offer, version: int) -> OfferView:
    outcome = offer.outcome
    needed = isinstance(outcome, ApprovalNeeded)
    return OfferView(
        kind=outcome.terms.kind,
        charge=offer.charge,
        amount_minor=outcome.terms.amount_minor,
        currency=offer.currency,
        days=outcome.terms.days,
        outcome=RemedyState.APPROVAL_NEEDED if needed else RemedyState.GRANTED,
        level=outcome.level if isinstance(outcome, ApprovalNeeded) else None,
        reasons=_reasons(outcome.because.reasons),
        rule=outcome.because.rule,
        policy_version=version,
    )


def _charge(charge: Charge) -> ChargeView:
    return ChargeView(
        id=charge.id,
        reference=charge.reference,
        amount_minor=charge.captured_minor,
        currency=charge.currency,
        charged_at=charge.charged_at,
        product=charge.product,
        plan=charge.plan,
        period_days=charge.period_days,
        used_percent=charge.used_percent,
        disputed=charge.disputed,
        refunded_minor=charge.refunded_minor,
        refundable_minor=charge.refundable_minor,
    )


def _terms(terms: Terms) -> TermsView:
    return TermsView(kind=terms.kind, amount_minor=terms.amount_minor, days=terms.days)


def _reasons(reasons: tuple[Reason, ...]) -> list[ReasonView]:
    return [ReasonView(key=reason.key, met=reason.met) for reason in reasons]
