"""Why something is not possible now, as a problem that says what to do."""

from chassis.problems import Problem, conflict
from intake.tickets.model import Refused, Why

_TOLD = {
    Why.CLOSED: (
        "The ticket is closed.",
        "Reopen it, or let the customer write again: that opens a linked ticket.",
    ),
    Why.NOT_SOLVED: ("The ticket is not solved.", "Reload it and look at its state."),
    Why.ALREADY_SOLVED: (
        "The ticket is solved already.",
        "Reopen it first if there is more to do.",
    ),
    Why.SPAM: ("The ticket is marked as spam.", "Take the mark off first."),
    Why.NOT_SPAM: ("The ticket is not marked as spam.", "Reload it and look at its state."),
    Why.MERGED: ("The ticket was merged into another.", "Go on in the other ticket."),
    Why.UNCHANGED: ("It is so already.", "Nothing needs to be done."),
    Why.IN_THE_PAST: ("A promise must be for the future.", "Name a later instant."),
    Why.TOO_LATE: (
        "The time in which this ticket can be reopened is over.",
        "A new message opens a linked ticket.",
    ),
}


def problem_of(refused: Refused) -> Problem:
    detail, next_step = _TOLD[refused.why]
    return conflict(refused.why.replace("_", "-"), "Not possible now", detail, next_step)
