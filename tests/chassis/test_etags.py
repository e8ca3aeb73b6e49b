"""Which version a command means."""

import pytest
from starlette.requests import Request

from chassis.etags import etag, expected_version, require_match
from chassis.problems import Problem


def request(if_match: str | None) -> Request:
    headers = [] if if_match is None else [(b"if-match", if_match.encode())]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": headers})


def test_goes_on_with_the_present_version() -> None:
    require_match(request(etag(7)), 7)
    require_match(request("*"), 7)


def test_asks_for_the_version_when_none_is_named() -> None:
    with pytest.raises(Problem) as found:
        require_match(request(None), 7)

    assert (found.value.status, found.value.slug) == (428, "if-match-required")


@pytest.mark.parametrize("sent", ['"6"', 'W/"7"', '"7", "8"', "7", '"-7"', '"٧"', "garbage", ""])
def test_refuses_any_other_version(sent: str) -> None:
    with pytest.raises(Problem) as found:
        require_match(request(sent), 7)

    assert (found.value.status, found.value.slug) == (412, "stale")


def test_reads_a_large_version_and_none() -> None:
    assert expected_version(request(etag(3 << 40 | 5))) == 3 << 40 | 5
    assert expected_version(request(None)) is None
    assert expected_version(request("*")) is None
