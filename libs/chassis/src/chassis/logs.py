"""JSON lines on stdout. Only listed keys show their values; nothing of a person ever gets out."""

import hashlib
import logging
import os
import re
import sys
import time
import traceback
from collections.abc import MutableMapping
from typing import Any

import orjson
import structlog
from opentelemetry import trace

Record = MutableMapping[str, Any]

# Ids, counts, names of our own things. Never a text that a person wrote, never an address.
SHOWN = frozenset({
    "timestamp", "level", "event", "logger", "service", "mode", "version",
    "tenant", "event_id", "event_type", "aggregate", "ticket", "person", "key_id",
    "request_id", "trace_id", "span_id",
    "route", "method", "status", "duration_ms", "bytes_in", "bytes_out",
    "topic", "group", "partition", "offset", "shard", "lag_s", "tries", "attempt", "wait_s",
    "count", "kind", "state", "reason", "error", "where", "check", "channel",
    "loop", "lane", "signal", "pid", "port",
})  # fmt: skip
_LONGEST = 1000
_QUIET_S = 10.0
_FLOODS = ("Unable to update metadata", "Unable connect to", "Marking the coordinator dead")
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_PERSONAL = re.compile(
    rf"(?P<uuid>{_UUID})"
    r"|(?P<address>[^\s<>\"'(),;:=]+@[^\s<>\"'(),;]+)"
    r"|(?P<number>(?<![\w.-])\+?\d[\d ().-]{6,}\d(?![\w-]))"
)


def scrubbed(text: str) -> str:
    """Without addresses and long numbers; ids of ours stay."""
    return _PERSONAL.sub(_replacement, text)[:_LONGEST]


def _replacement(found: re.Match[str]) -> str:
    return found.group(0) if found.lastgroup == "uuid" else f"<{found.lastgroup}>"


class AllowList:
    """Hashes each value under a key that is not listed, and scrubs those that are.

    `secret` keys the hash, so that equal values can be told apart from others but not guessed.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = hashlib.sha256(secret).digest()

    def __call__(self, logger: Any, method: str, record: Record) -> Record:
        return {key: self._shown(key, value) for key, value in record.items()}

    def _shown(self, key: str, value: Any) -> Any:
        if key not in SHOWN:
            digest = hashlib.blake2b(repr(value).encode(), key=self._secret, digest_size=6)
            return f"#{digest.hexdigest()}"
        if value is None or isinstance(value, bool | int | float):
            return value
        if key == "timestamp":
            return str(value)
        if key == "where" and isinstance(value, list):
            return value
        return scrubbed(str(value))


def error_fields(error: BaseException) -> dict[str, Any]:
    """The kind of an error and where it came from. Its message may quote a person: left out."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    places = [f"{_module(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": type(error).__name__, "where": places}


def _module(file: str) -> str:
    for mark in ("site-packages/", "/src/"):
        if mark in file:
            return file.rsplit(mark, 1)[1]
    return file.rsplit("/", 1)[-1]


def _with_trace(logger: Any, method: str, record: Record) -> Record:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        record.setdefault("trace_id", format(context.trace_id, "032x"))
    return record


def _with_error(logger: Any, method: str, record: Record) -> Record:
    info = record.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        record.update(error_fields(error))
    return record


class _Stdout:
    """Writes to whatever is standard output at that moment, a line at a time."""

    def msg(self, line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    log = debug = info = warning = error = critical = exception = fatal = msg


class Floods(logging.Filter):
    """Lets a message that a library repeats without end pass once in ten seconds."""

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        template = str(record.msg)
        if not template.startswith(_FLOODS):
            return True
        now = time.monotonic()
        if now - self._last.get(template, -_QUIET_S) < _QUIET_S:
            return False
        self._last[template] = now
        return True


class _Foreign(logging.Handler):
    """A library's records: the template of its message, never the values put into it."""

    def __init__(self, log: Any) -> None:
        super().__init__()
        self._log = log
        self.addFilter(Floods())

    def emit(self, record: logging.LogRecord) -> None:
        self._log.log(
            record.levelno, str(record.msg), logger=record.name, exc_info=record.exc_info or None
        )


def processors(secret: bytes) -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_trace,
        _with_error,
        AllowList(secret),
        structlog.processors.JSONRenderer(serializer=_json),
    ]


def configure(service: str, level: str, secret: bytes | None = None) -> None:
    """Once per process: our log and every library's go through the same list."""
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=processors(secret or os.urandom(32)),
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_names: _Stdout(),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [_Foreign(structlog.get_logger().bind(service=service))]
    root.setLevel(max(number, logging.INFO))
    take_over()


def take_over() -> None:
    """Libraries log through us alone. Some add a handler when imported: call it again then."""
    for name in ("aiokafka", "faststream", "uvicorn", "sqlalchemy.engine", "httpx"):
        library = logging.getLogger(name)
        library.handlers, library.propagate = [], True
        library.setLevel(logging.WARNING)


def logger(service: str) -> Any:
    return structlog.get_logger().bind(service=service)


def _json(record: Record, **_options: Any) -> str:
    return orjson.dumps(record, default=str).decode()
