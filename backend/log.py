"""A log line is a sentence, an `action` and ids: never what a person wrote, never who they are."""

from __future__ import annotations

import datetime as dt
import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

from backend.privacy.mask import redact

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_BREAK = re.compile(r"[\n\t]")
_DEEPEST = 6


def _redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Last line of defence: anything that looks like a number of a person is blotted out, in tracebacks too.

    Signs that would write another line or steer a terminal are written as escapes; a traceback keeps its lines.
    """
    for key, value in event.items():
        if key == "exception" and isinstance(value, str):
            event[key] = _CONTROL.sub(_escape, redact(value))
        else:
            event[key] = _clean(value, 0)
    return event


def _clean(value: Any, depth: int) -> Any:
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if redact(str(value)) == str(value) else redact(str(value))
    if isinstance(value, Mapping) and depth < _DEEPEST:
        return {_text(key): _clean(part, depth + 1) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset) and depth < _DEEPEST:
        return [_clean(part, depth + 1) for part in value]
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return _text(value)


def _text(value: Any) -> str:
    said = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return _BREAK.sub(_escape, _CONTROL.sub(_escape, redact(said)))


def _escape(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")


class _ToStandardError(logging.Handler):
    """Where lines of libraries go: through the same processors, to what is standard error at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
        except Exception:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  the name is the base class's
        """Say that a line was lost; never what was in it, which the base class would print."""
        sys.stderr.write(f"a log line of {record.name} could not be written\n")


def set_up(*, production: bool, level: int = logging.INFO) -> None:
    """JSON lines in production, readable ones otherwise; both on standard error. May be called again.

    Libraries that log in the standard way are heard from WARNING on and go through the same redaction.
    """
    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    if not production:
        renderer = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Any] = [structlog.processors.format_exc_info, _redact, renderer]
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),  # what it is at that moment
        cache_logger_on_first_use=False,
    )
    handler = _ToStandardError(logging.WARNING)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one, _ToStandardError)]:
        root.removeHandler(old)
    root.addHandler(handler)


def get_log(name: str) -> Any:
    """A logger for a module."""
    return structlog.get_logger(module=name)
