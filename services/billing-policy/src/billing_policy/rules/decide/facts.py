"""The facts that conditions may use: whole numbers and texts, nothing else.

Amounts are minor units of the policy's currency. Without a charge its numbers are 0,
`days_since_charge` is -1 and its texts are empty.
"""

from billing_policy.rules.model import Fact

FACTS = (
    Fact("kind", "what is asked for: refund, discount, extension or goodwill", "refund"),
    Fact("reason", "why it is asked for, a key", "unused_renewal"),
    Fact("asked_minor", "the amount asked for; 0: as much as is allowed", 0),
    Fact("asked_days", "the days of extension asked for; 0: as many as are allowed", 0),
    Fact("has_charge", "1 with a charge, 0 without", 1),
    Fact("charge_minor", "what was paid", 4900),
    Fact("refunded_minor", "what was given back of it before, pending refunds too", 0),
    Fact("refundable_minor", "what is left of it", 4900),
    Fact("unused_minor", "the part of it that was not used", 2450),
    Fact("days_since_charge", "whole days since it was paid; -1 without a charge", 15),
    Fact("period_days", "days it pays for; 0 for a single purchase", 30),
    Fact("unused_days", "days of it that are still to come", 15),
    Fact("used_percent", "how much of what it pays for was used", 20),
    Fact("disputed", "1 while the customer's bank disputes it", 0),
    Fact("product", "what was bought", "hosting"),
    Fact("plan", "the customer's plan", "business"),
    Fact("segment", "the customer's segment", ""),
    Fact("damage", "losing_money, blocked, degraded, question or onboarding", "blocked"),
    Fact("priority", "urgent, high, normal or low", "normal"),
    Fact("channel", "how the customer wrote: mail, web, api, chat, telegram or phone", "mail"),
    Fact("language", "the customer's language, such as uk or pt-BR", "en"),
    Fact("category", "what the ticket is about", "billing"),
    Fact("cycle", "1, and one more each time the ticket was reopened", 1),
    Fact("customer_refunds_30d", "remedies with money this customer had in 30 days", 0),
    Fact("customer_refunds_365d", "remedies with money this customer had in 365 days", 1),
    Fact("customer_given_30d_minor", "what this customer was given in 30 days", 0),
    Fact("customer_given_365d_minor", "what this customer was given in 365 days", 900),
)
FACTS_BY_NAME = {fact.name: fact for fact in FACTS}
