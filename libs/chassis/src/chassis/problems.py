"""Errors as RFC 9457 answers. The English text is the key of its translations (`chassis.i18n`)."""

from collections.abc import Mapping
from typing import Any

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "https://meridian.example/problems/"


class Problem(Exception):
    """An answer that is not the wanted one.

    `detail` and `next_step` are constant English texts; values go into `extra`, where a text may
    name them in braces: `Problem(409, "taken", "Taken", "{name} has it.", name=…)`.
    """

    def __init__(
        self,
        status: int,
        slug: str,
        title: str,
        detail: str = "",
        next_step: str = "",
        **extra: Any,
    ) -> None:
        super().__init__(f"{status} {slug}")
        self.status = status
        self.slug = slug
        self.title = title
        self.detail = detail
        self.next_step = next_step
        self.extra = extra
        self.headers: Mapping[str, str] = {}

    def with_headers(self, headers: Mapping[str, str]) -> "Problem":
        self.headers = {**self.headers, **headers}
        return self


def not_found() -> Problem:
    """Absent or another tenant's: never says which, so it takes no argument."""
    return Problem(
        404,
        "not-found",
        "Not found",
        "There is nothing here that you may see.",
        "Check the address.",
    )


def unauthenticated(detail: str = "Sign in to go on.") -> Problem:
    return Problem(401, "not-signed-in", "Not signed in", detail, "Sign in again.").with_headers(
        {"www-authenticate": "Bearer"}
    )


def no_rights() -> Problem:
    """Signed in at the identity provider, but nobody we know, or no longer."""
    return Problem(
        403,
        "no-rights",
        "No rights here",
        "You are signed in, but have no rights in Meridian.",
        "Ask a manager for access.",
    )


def forbidden(detail: str = "Your role does not allow this.", next_step: str = "") -> Problem:
    return Problem(
        403, "forbidden", "Not allowed", detail, next_step or "Ask someone whose role allows it."
    )


def conflict(
    slug: str = "conflict",
    title: str = "Not possible now",
    detail: str = "The present state does not allow this.",
    next_step: str = "Reload and try again.",
    **extra: Any,
) -> Problem:
    return Problem(409, slug, title, detail, next_step, **extra)


def stale() -> Problem:
    """`If-Match` named an older version than the present one."""
    return Problem(
        412,
        "stale",
        "Changed in the meantime",
        "Someone changed this after you had loaded it.",
        "Reload, look at the change and try again.",
    )


def precondition_required() -> Problem:
    return Problem(
        428,
        "if-match-required",
        "Say which version you mean",
        "This needs an If-Match header with the ETag you were given.",
        "Load it again and send its ETag.",
    )


def gone(detail: str = "This link is no longer valid.", next_step: str = "") -> Problem:
    return Problem(410, "gone", "No longer here", detail, next_step or "Ask for a new link.")


def invalid(
    detail: str = "Some values are missing or wrong.",
    next_step: str = "Correct them and send it again.",
    **extra: Any,
) -> Problem:
    """It cannot be meant as it was said. `errors=[{"field": …, "problem": …}]` names the places."""
    return Problem(422, "invalid", "Not valid", detail, next_step, **extra)


def malformed(detail: str = "The body is not valid JSON.") -> Problem:
    return Problem(400, "malformed", "Cannot be read", detail, "Correct it and send it again.")


def too_large(limit: int) -> Problem:
    return Problem(
        413,
        "too-large",
        "Too large",
        "At most {limit} bytes are accepted here.",
        "Send less at once.",
        limit=limit,
    )


def too_many(retry_after_s: int) -> Problem:
    return Problem(
        429,
        "too-many",
        "Too many requests",
        "You may go on in {retry_after_s} seconds.",
        "Wait, then try again.",
        retry_after_s=retry_after_s,
    ).with_headers({"retry-after": str(retry_after_s)})


def unavailable(detail: str = "A part of the platform cannot be reached.") -> Problem:
    return Problem(
        503, "unavailable", "Not available now", detail, "Try again in a moment."
    ).with_headers({"retry-after": "5"})
