"""Structured logs: one JSON object a line, with the id of the request it was written in."""

import logging
import sys
from contextvars import ContextVar
from typing import Any

import msgspec
import structlog
from structlog.typing import EventDict, WrappedLogger

_request_id: ContextVar[str] = ContextVar("request_id", default="")
set_request_id = _request_id.set


def request_id() -> str:
    """The id of the request being answered, or an empty string outside one."""
    return _request_id.get()


def _with_request_id(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    if current := _request_id.get():
        event["request_id"] = current
    return event


def _json(event: EventDict, default: Any = str, **_: Any) -> str:
    return msgspec.json.encode(event, enc_hook=default).decode()


def configure_logs(level: int = logging.INFO) -> None:
    """Sends structlog's and the standard library's records to standard error as JSON lines.

    Never log a PIN, a token or a whole badge; nothing here could take it out again.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        _with_request_id,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(serializer=_json)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=_json),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
