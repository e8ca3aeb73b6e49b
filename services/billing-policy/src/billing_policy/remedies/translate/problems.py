"""What cannot be done with a remedy, as problems that say what to do next."""

from billing_policy.remedies.model import RemedyError
from chassis import problems
from chassis.problems import Problem


def problem_of(error: RemedyError) -> Problem:
    made = _NOT_POSSIBLE.get(error.slug) or _NOT_VALID.get(error.slug)
    if made is None:
        return problems.not_found()
    detail, next_step = made.detail, made.next_step
    if error.slug in _NOT_POSSIBLE:
        return problems.conflict(error.slug, made.title, detail, next_step, **error.values)
    return Problem(made.status, error.slug, made.title, detail, next_step, **error.values)


_NOT_POSSIBLE = {
    problem.slug: problem
    for problem in (
        problems.conflict(
            "no-policy",
            "No policy yet",
            "This client has no refund policy in force.",
            "Ask a manager to put one.",
        ),
        problems.conflict(
            "ticket-over",
            "Nothing is given on this ticket",
            "It was merged into another one, or it is spam.",
            "Go to the ticket it was merged into.",
        ),
        problems.conflict(
            "disputed",
            "The charge is disputed",
            "The customer's bank disputes this charge, so nothing can go back on it.",
            "Wait for the bank, or choose another remedy.",
        ),
        problems.conflict(
            "already-waiting",
            "Already waiting for approval",
            "The same was asked for on this ticket and waits for approval.",
            "Change its amount, or wait for the answer.",
        ),
        problems.conflict(
            "charge-changed",
            "The charge has changed",
            "Less is left of this charge than when this was decided.",
            "Nothing was paid. Ask for what is left.",
        ),
        problems.conflict(
            "decision-changed",
            "Changed in the meantime",
            "It no longer says what you saw: somebody changed it.",
            "Reload, look at the change and decide again.",
        ),
        problems.conflict(
            "not-waiting",
            "It no longer waits",
            "It was decided already, or its time ran out.",
            "Reload to see what became of it.",
        ),
        problems.conflict(
            "expired",
            "Too late to approve",
            "Nobody approved it within 72 hours.",
            "Ask for it again.",
        ),
        problems.conflict(
            "own-request",
            "Somebody else has to approve it",
            "You asked for it or changed it yourself.",
            "Ask another person who may approve it.",
        ),
        problems.conflict(
            "not-refusable",
            "It cannot be refused",
            "Only what needs approval or is not covered can be refused.",
            "Reload to see what became of it.",
        ),
        problems.conflict(
            "ticket-not-settled",
            "First settle the ticket",
            "Ticket {reference} is not solved yet. A refusal comes after the matter itself.",
            "Solve the ticket, then refuse.",
        ),
    )
}
_NOT_VALID = {
    problem.slug: problem
    for problem in (
        Problem(
            422,
            "unknown-charge",
            "No such charge",
            "This customer has no such charge.",
            "Choose one of the charges shown with the ticket.",
        ),
        Problem(
            422,
            "charge-needed",
            "Say which charge",
            "Money goes back on the charge it was paid with.",
            "Name the charge.",
        ),
        Problem(
            422,
            "days-not-money",
            "An extension has days",
            "An extension gives days, no money.",
            "Send days and no amount.",
        ),
        Problem(
            422,
            "money-not-days",
            "Money has an amount",
            "Only an extension has days.",
            "Send an amount and no days.",
        ),
        Problem(
            422,
            "wrong-currency",
            "Wrong currency",
            "This can only be given in {currency}.",
            "Leave the currency out, or send this one.",
        ),
        Problem(
            422,
            "policy-currency",
            "Not the policy's currency",
            "It was paid in {paid}; the client's policy counts in {currency}.",
            "Ask a manager: it has to be given outside the policy.",
        ),
        Problem(
            422,
            "over-paid",
            "More than was paid",
            "More was asked for than the customer paid.",
            "Ask for what was paid at most.",
        ),
        Problem(
            422,
            "over-charge",
            "More than is left",
            "Together with what went back or waits already, it is more than was paid.",
            "Ask for what is left at most.",
        ),
        Problem(
            422,
            "alternative-not-allowed",
            "The alternative is not allowed",
            "The policy would not give this customer the alternative you name.",
            "Choose one of the offers shown with the ticket, or none.",
        ),
    )
}
