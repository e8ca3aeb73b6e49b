"""What the routes of the doors share."""

from chassis import problems
from chassis.problems import Problem
from intake.admission.handlers import ContactRefusedError, DoorFullError
from intake.channels.handlers.doors import Bucket
from intake.channels.handlers.web import NoSenderError


def let_in(bucket: Bucket, name: str) -> None:
    wait = bucket.seconds_to_wait(name)
    if wait:
        raise problems.too_many(wait)


def problem_of(error: Exception) -> Problem:
    """Why a contact was not taken; nothing of it was stored then."""
    match error:
        case DoorFullError():
            return Problem(
                503,
                "door-full",
                "Too many at once",
                "More contacts wait than can be taken in this moment.",
                "Send it again in a few seconds, with the same key.",
            ).with_headers({"retry-after": "2"})
        case NoSenderError():
            return problems.invalid(
                "Neither the mail address nor the phone number is one that can be answered.",
                errors=[{"field": "from", "problem": "nobody could be answered"}],
            )
        case ContactRefusedError():
            return problems.invalid("A text holds a character that cannot be stored.")
    raise error


REFUSALS = (DoorFullError, NoSenderError, ContactRefusedError)
