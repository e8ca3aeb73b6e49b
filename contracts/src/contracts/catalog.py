"""The catalogue: every event, its topic, who sends it and which consumer groups read it.

Topics' manifests, AsyncAPI and the tables of the READMEs are generated from here.
"""

from dataclasses import dataclass
from typing import Literal

from contracts import (
    assignment,
    coverage,
    credit,
    customer,
    followup,
    incident,
    outreach,
    person,
    remedy,
    shift,
    sla_clock,
    sla_period,
    survey,
    tenant,
    ticket,
)
from contracts.envelope import EventData

Scale = Literal["cluster", "single"]


@dataclass(frozen=True, slots=True)
class Topic:
    """`compacted` topics keep a key's newest record for ever: readers take the latest version."""

    name: str
    producer: str
    consumers: tuple[str, ...] = ()
    compacted: bool = False
    busy: bool = False
    heartbeat: bool = False

    def partitions(self, scale: Scale) -> int:
        """48 for topics that grow with traffic, else 6; 4 and 2 on one machine."""
        if scale == "cluster":
            return 48 if self.busy else 6
        return 4 if self.busy else 2


Model = type[EventData]


@dataclass(frozen=True, slots=True)
class Row:
    type: str
    model: Model
    topic: Topic


DIRECTORIES = (
    "intake.directory",
    "routing.directory",
    "sla.directory",
    "feedback.directory",
    "billing-policy.directory",
)

TENANT = Topic("intake.tenant.v1", "intake", DIRECTORIES, compacted=True)
CUSTOMER = Topic(
    "intake.customer.v1",
    "intake",
    ("routing.customers", "feedback.customers", "billing-policy.customers"),
    compacted=True,
)
TICKET = Topic(
    "intake.ticket.v1",
    "intake",
    ("routing.matching", "sla.clocks", "feedback.surveys", "billing-policy.tickets"),
    busy=True,
    heartbeat=True,
)
INCIDENT = Topic("intake.incident.v1", "intake")
INTAKE_OUTREACH = Topic("intake.outreach.v1", "intake", ("feedback.surveys",))
ASSIGNMENT = Topic(
    "routing.assignment.v1", "routing", ("intake.assignments", "sla.owners"), busy=True
)
PERSON = Topic("routing.person.v1", "routing", DIRECTORIES, compacted=True)
SHIFT = Topic("routing.shift.v1", "routing", ("sla.duty", "feedback.duty"))
COVERAGE = Topic("routing.coverage.v1", "routing")
CLOCK = Topic("sla.clock.v1", "sla", ("intake.promises", "routing.urgency"), busy=True)
ESCALATION = Topic("sla.escalation.v1", "sla")
PERIOD = Topic("sla.period.v1", "sla", ("billing-policy.credits",))
SLA_OUTREACH = Topic("sla.outreach.v1", "sla", ("intake.outreach",))
SURVEY = Topic("feedback.survey.v1", "feedback")
FOLLOWUP = Topic("feedback.followup.v1", "feedback")
PRAISE = Topic("feedback.praise.v1", "feedback")
FEEDBACK_OUTREACH = Topic("feedback.outreach.v1", "feedback", ("intake.outreach",))
REMEDY = Topic("billing-policy.remedy.v1", "billing-policy", ("intake.remedies",))
PAYMENT = Topic("billing-policy.payment.v1", "billing-policy", ("intake.remedies",))
CREDIT = Topic("billing-policy.credit.v1", "billing-policy")
BILLING_OUTREACH = Topic("billing-policy.outreach.v1", "billing-policy", ("intake.outreach",))

TOPICS = (
    TENANT, CUSTOMER, TICKET, INCIDENT, INTAKE_OUTREACH, ASSIGNMENT, PERSON, SHIFT, COVERAGE,
    CLOCK, ESCALATION, PERIOD, SLA_OUTREACH, SURVEY, FOLLOWUP, PRAISE, FEEDBACK_OUTREACH, REMEDY,
    PAYMENT, CREDIT, BILLING_OUTREACH,
)  # fmt: skip

CATALOG: tuple[Row, ...] = (
    Row("tenant.configured.v1", tenant.TenantConfiguredV1, TENANT),
    Row("tenant.suspended.v1", tenant.TenantSuspendedV1, TENANT),
    Row("tenant.client-user-changed.v1", tenant.TenantClientUserChangedV1, TENANT),
    Row("customer.known.v1", customer.CustomerKnownV1, CUSTOMER),
    Row("customer.changed.v1", customer.CustomerChangedV1, CUSTOMER),
    Row("customer.erased.v1", customer.CustomerErasedV1, CUSTOMER),
    Row("ticket.opened.v1", ticket.TicketOpenedV1, TICKET),
    Row("ticket.classified.v1", ticket.TicketClassifiedV1, TICKET),
    Row("ticket.priority-changed.v1", ticket.TicketPriorityChangedV1, TICKET),
    Row("ticket.waiting-on-changed.v1", ticket.TicketWaitingOnChangedV1, TICKET),
    Row("ticket.eta-promised.v1", ticket.TicketEtaPromisedV1, TICKET),
    Row("ticket.solved.v1", ticket.TicketSolvedV1, TICKET),
    Row("ticket.confirmed.v1", ticket.TicketConfirmedV1, TICKET),
    Row("ticket.reopened.v1", ticket.TicketReopenedV1, TICKET),
    Row("ticket.closed.v1", ticket.TicketClosedV1, TICKET),
    Row("ticket.merged.v1", ticket.TicketMergedV1, TICKET),
    Row("ticket.split.v1", ticket.TicketSplitV1, TICKET),
    Row("ticket.marked-spam.v1", ticket.TicketMarkedSpamV1, TICKET),
    Row("ticket.incident-linked.v1", ticket.TicketIncidentLinkedV1, TICKET),
    Row("ticket.human-requested.v1", ticket.TicketHumanRequestedV1, TICKET),
    Row("ticket.restated.v1", ticket.TicketRestatedV1, TICKET),
    Row("message.received.v1", ticket.MessageReceivedV1, TICKET),
    Row("message.sent.v1", ticket.MessageSentV1, TICKET),
    Row("message.delivery-failed.v1", ticket.MessageDeliveryFailedV1, TICKET),
    Row("message.noted.v1", ticket.MessageNotedV1, TICKET),
    Row("incident.proposed.v1", incident.IncidentProposedV1, INCIDENT),
    Row("incident.declared.v1", incident.IncidentDeclaredV1, INCIDENT),
    Row("incident.updated.v1", incident.IncidentUpdatedV1, INCIDENT),
    Row("incident.resolved.v1", incident.IncidentResolvedV1, INCIDENT),
    Row("assignment.queued.v1", assignment.AssignmentQueuedV1, ASSIGNMENT),
    Row("assignment.relaxed.v1", assignment.AssignmentRelaxedV1, ASSIGNMENT),
    Row("assignment.offered.v1", assignment.AssignmentOfferedV1, ASSIGNMENT),
    Row("assignment.accepted.v1", assignment.AssignmentAcceptedV1, ASSIGNMENT),
    Row("assignment.rejected.v1", assignment.AssignmentRejectedV1, ASSIGNMENT),
    Row("assignment.timed-out.v1", assignment.AssignmentTimedOutV1, ASSIGNMENT),
    Row("assignment.rescinded.v1", assignment.AssignmentRescindedV1, ASSIGNMENT),
    Row("assignment.transferred.v1", assignment.AssignmentTransferredV1, ASSIGNMENT),
    Row("assignment.wrapped.v1", assignment.AssignmentWrappedV1, ASSIGNMENT),
    Row("assignment.released.v1", assignment.AssignmentReleasedV1, ASSIGNMENT),
    Row("assignment.stuck.v1", assignment.AssignmentStuckV1, ASSIGNMENT),
    Row("assignment.restated.v1", assignment.AssignmentRestatedV1, ASSIGNMENT),
    Row("person.profiled.v1", person.PersonProfiledV1, PERSON),
    Row("person.rights-changed.v1", person.PersonRightsChangedV1, PERSON),
    Row("person.presence-changed.v1", person.PersonPresenceChangedV1, PERSON),
    Row("person.load-changed.v1", person.PersonLoadChangedV1, PERSON),
    Row("shift.published.v1", shift.ShiftPublishedV1, SHIFT),
    Row("shift.started.v1", shift.ShiftStartedV1, SHIFT),
    Row("shift.ended.v1", shift.ShiftEndedV1, SHIFT),
    Row("shift.swapped.v1", shift.ShiftSwappedV1, SHIFT),
    Row("shift.cancelled.v1", shift.ShiftCancelledV1, SHIFT),
    Row("shift.handed-over.v1", shift.ShiftHandedOverV1, SHIFT),
    Row("shift.acknowledged.v1", shift.ShiftAcknowledgedV1, SHIFT),
    Row("coverage.forecast.v1", coverage.CoverageForecastV1, COVERAGE),
    Row("coverage.short.v1", coverage.CoverageShortV1, COVERAGE),
    Row("coverage.recovered.v1", coverage.CoverageRecoveredV1, COVERAGE),
    Row("clock.started.v1", sla_clock.ClockStartedV1, CLOCK),
    Row("clock.paused.v1", sla_clock.ClockPausedV1, CLOCK),
    Row("clock.resumed.v1", sla_clock.ClockResumedV1, CLOCK),
    Row("clock.warned.v1", sla_clock.ClockWarnedV1, CLOCK),
    Row("clock.breached.v1", sla_clock.ClockBreachedV1, CLOCK),
    Row("clock.met.v1", sla_clock.ClockMetV1, CLOCK),
    Row("clock.voided.v1", sla_clock.ClockVoidedV1, CLOCK),
    Row("clock.fulfilled.v1", sla_clock.ClockFulfilledV1, CLOCK),
    Row("clock.retargeted.v1", sla_clock.ClockRetargetedV1, CLOCK),
    Row("clock.excused.v1", sla_clock.ClockExcusedV1, CLOCK),
    Row("clock.corrected.v1", sla_clock.ClockCorrectedV1, CLOCK),
    Row("clock.restated.v1", sla_clock.ClockRestatedV1, CLOCK),
    Row("escalation.raised.v1", sla_clock.EscalationRaisedV1, ESCALATION),
    Row("escalation.acknowledged.v1", sla_clock.EscalationAcknowledgedV1, ESCALATION),
    Row("escalation.repeated.v1", sla_clock.EscalationRepeatedV1, ESCALATION),
    Row("escalation.resolved.v1", sla_clock.EscalationResolvedV1, ESCALATION),
    Row("period.forecast.v1", sla_period.PeriodForecastV1, PERIOD),
    Row("period.closed.v1", sla_period.PeriodClosedV1, PERIOD),
    Row("period.corrected.v1", sla_period.PeriodCorrectedV1, PERIOD),
    Row("outreach.requested.v1", outreach.OutreachRequestedV1, SLA_OUTREACH),
    Row("survey.asked.v1", survey.SurveyAskedV1, SURVEY),
    Row("survey.delivered.v1", survey.SurveyDeliveredV1, SURVEY),
    Row("survey.answered.v1", survey.SurveyAnsweredV1, SURVEY),
    Row("survey.revised.v1", survey.SurveyRevisedV1, SURVEY),
    Row("survey.expired.v1", survey.SurveyExpiredV1, SURVEY),
    Row("survey.suppressed.v1", survey.SurveySuppressedV1, SURVEY),
    Row("followup.opened.v1", followup.FollowupOpenedV1, FOLLOWUP),
    Row("followup.reassigned.v1", followup.FollowupReassignedV1, FOLLOWUP),
    Row("followup.done.v1", followup.FollowupDoneV1, FOLLOWUP),
    Row("praise.given.v1", followup.PraiseGivenV1, PRAISE),
    Row("outreach.requested.v1", outreach.OutreachRequestedV1, FEEDBACK_OUTREACH),
    Row("remedy.requested.v1", remedy.RemedyRequestedV1, REMEDY),
    Row("remedy.granted.v1", remedy.RemedyGrantedV1, REMEDY),
    Row("remedy.approval-needed.v1", remedy.RemedyApprovalNeededV1, REMEDY),
    Row("remedy.not-covered.v1", remedy.RemedyNotCoveredV1, REMEDY),
    Row("remedy.approved.v1", remedy.RemedyApprovedV1, REMEDY),
    Row("remedy.refused.v1", remedy.RemedyRefusedV1, REMEDY),
    Row("remedy.expired.v1", remedy.RemedyExpiredV1, REMEDY),
    Row("payment.submitted.v1", remedy.PaymentSubmittedV1, PAYMENT),
    Row("payment.succeeded.v1", remedy.PaymentSucceededV1, PAYMENT),
    Row("payment.failed.v1", remedy.PaymentFailedV1, PAYMENT),
    Row("payment.unknown.v1", remedy.PaymentUnknownV1, PAYMENT),
    Row("payment.disputed.v1", remedy.PaymentDisputedV1, PAYMENT),
    Row("credit.computed.v1", credit.CreditComputedV1, CREDIT),
    Row("credit.corrected.v1", credit.CreditCorrectedV1, CREDIT),
    Row("outreach.requested.v1", outreach.OutreachRequestedV1, BILLING_OUTREACH),
    Row("outreach.delivered.v1", outreach.OutreachDeliveredV1, INTAKE_OUTREACH),
    Row("outreach.failed.v1", outreach.OutreachFailedV1, INTAKE_OUTREACH),
)

# A type that several services write has one model; BY_TYPE keeps the last of its rows.
BY_TYPE: dict[str, Row] = {row.type: row for row in CATALOG}
BY_NAME: dict[str, Topic] = {topic.name: topic for topic in TOPICS}


def row_of(model: type[EventData], producer: str) -> Row:
    """The catalogue row a service writes a payload under; `producer` settles shared models."""
    for row in CATALOG:
        if row.model is model and row.topic.producer == producer:
            return row
    raise LookupError(f"{producer} may not write {model.__name__}: no such row in the catalogue")


def model_of(type_: str) -> type[EventData] | None:
    """The payload model of an event type, or None when this catalogue does not know the type."""
    row = BY_TYPE.get(type_)
    return row.model if row else None


def is_restated(type_: str) -> bool:
    """`<aggregate>.restated.v1` carries the full state for a consumer group that starts late."""
    return type_.split(".")[-2:-1] == ["restated"]
