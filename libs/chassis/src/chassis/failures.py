"""Which errors are the machinery's (wait and try again) and which the message's own (park it)."""

from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

# 28 and 3D come at connecting only: a role or a database that is not there (yet).
_INFRASTRUCTURE_CLASSES = ("08", "28", "3D", "40", "53", "57", "58")
_INFRASTRUCTURE_STATES = {"55P03", "25P03", "25P04"}


def infrastructure(error: BaseException) -> bool:
    """Connection, lock, resource and time-out errors; a bad value is never one of them."""
    if isinstance(error, (OSError, TimeoutError, InterfaceError, PoolTimeoutError)):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = sqlstate(error)
    return (
        error.connection_invalidated
        or state is None
        or state[:2] in _INFRASTRUCTURE_CLASSES
        or state in _INFRASTRUCTURE_STATES
    )


def sqlstate(error: DBAPIError) -> str | None:
    """PostgreSQL's five-letter code, or None when the server never answered."""
    for cause in (error.orig, getattr(error.orig, "__cause__", None)):
        state = getattr(cause, "sqlstate", None)
        if isinstance(state, str):
            return state
    return None
