"""Which loopback ports the stack uses: fixed ones for people, free ones for tests."""

import http.client
import random
import socket
from collections.abc import Callable
from dataclasses import dataclass, fields

HOST = "127.0.0.1"
_OUTGOING_BEGIN = 32768  # Linux hands out ports from here to outgoing connections
_FIRST_FREE = 20000


@dataclass(frozen=True, slots=True)
class Ports:
    console: int = 8400
    intake: int = 8401
    routing: int = 8402
    sla: int = 8403
    feedback: int = 8404
    billing_policy: int = 8405
    identity: int = 8409
    mailbox: int = 8410
    provider: int = 8411
    smtp_in: int = 2525
    smtp_out: int = 2526
    kafka: int = 19092
    kafka_controller: int = 19093
    postgres: int = 15432


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def accepts(port: int) -> bool:
    """Whether something listens there."""
    try:
        with socket.create_connection((HOST, port), timeout=1):
            return True
    except OSError:
        return False


def answers_ok(port: int, path: str) -> Callable[[], bool]:
    def ask() -> bool:
        connection = http.client.HTTPConnection(HOST, port, timeout=2)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return ask


def free_port(taken: frozenset[int] = frozenset()) -> int:
    """A port nobody listens on, below the range of outgoing connections."""
    while True:
        port = random.randrange(_FIRST_FREE, _OUTGOING_BEGIN)
        if port not in taken and is_free(port):
            return port


def free_ports() -> Ports:
    """A whole set of free ports, so that a second stack can run beside the first."""
    chosen: dict[str, int] = {}
    for each in fields(Ports):
        chosen[each.name] = free_port(frozenset(chosen.values()))
    return Ports(**chosen)
