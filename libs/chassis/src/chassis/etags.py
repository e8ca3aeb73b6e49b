"""Versions of a resource as ETags, and commands that name the version they mean."""

import re

from fastapi import Request, Response

from chassis import problems

_ETAG = re.compile(r'"([0-9]{1,19})"')


def etag(version: int) -> str:
    return f'"{version}"'


def tag(response: Response, version: int) -> None:
    response.headers["etag"] = etag(version)


def expected_version(request: Request) -> int | None:
    """The version that `If-Match` names; None without the header or with `*`.

    Raises:
        Problem: 412 when the header holds anything else, as it can match nothing.
    """
    wanted = request.headers.get("if-match")
    if wanted is None or wanted.strip() == "*":
        return None
    found = _ETAG.fullmatch(wanted.strip())
    if found is None:
        raise problems.stale()
    return int(found.group(1))


def require_match(request: Request, version: int) -> None:
    """Go on only when the caller has seen this version.

    Raises:
        Problem: 428 without `If-Match`, 412 with that of another version.
    """
    if "if-match" not in request.headers:
        raise problems.precondition_required()
    wanted = expected_version(request)
    if wanted not in (None, version):
        raise problems.stale()
