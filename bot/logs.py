"""Structured logs: one line an event with the request's reference; no secret, and nothing about people."""

import logging
import re
import secrets
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from bot import log_errors

SECRET_KEYS = re.compile(r"token|secret|signature|authorization|password|cookie|database_url", re.IGNORECASE)
SECRET_VALUES = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+|xoxe[\w.-]+|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)|v\d=[0-9a-f]{64}"
    r"|https://hooks\.slack\.com/\S+"
)
# What a customer or a colleague wrote, or who they are. Ids of Slack and ticket numbers may stay.
PERSONAL_KEYS = frozenset(
    {
        "text", "body", "subject", "email", "requester_email", "assignee_email", "name", "real_name", "user_name",
        "customer", "customer_name", "blocks", "payload", "comment", "summary", "view",
    }
)  # fmt: skip
_errors_without_words = structlog.processors.ExceptionRenderer(lambda exc_info: log_errors.told(exc_info[1]))
HIDDEN, PERSONAL = "[hidden]", "[personal]"


class _StandardError(logging.StreamHandler[Any]):
    """Writes to what standard error is at the moment, also after somebody has put another in its place."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        self.stream = sys.stderr
        super().emit(record)


def configure(*, level: str = "INFO", json: bool | None = None, personal: bool = False) -> None:
    """Send every log line to standard error: JSON, or for a terminal in columns. `personal` keeps people's words."""
    as_json = not sys.stderr.isatty() if json is None else json
    last = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info if personal else _errors_without_words,
        *([] if personal else [without_people]),
        without_secrets,
    ]
    structlog.configure(
        # What is not wanted is dropped first, before anything is made of it.
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = _StandardError()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in ("apscheduler", "slack_sdk", "slack_bolt", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def begin_request(reference: str) -> None:
    """From here on every line of this request carries its reference."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=reference)


def reference() -> str:
    """The reference of the request that is being answered; a new one outside of any."""
    return str(structlog.contextvars.get_contextvars().get("request") or new_reference())


def new_reference() -> str:
    """Eight characters that a person can read out."""
    return secrets.token_hex(4)


def with_reference(app: ASGIApp) -> ASGIApp:
    """The application, each of its requests with a reference of its own on every log line."""

    async def referenced(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            begin_request(new_reference())
        await app(scope, receive, send)

    return referenced


def without_secrets(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The event with secrets hidden, by the key they stand under and by what they look like."""
    return {key: _redacted(key, value) for key, value in event.items()}


def without_people(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The event without what people wrote and who they are."""
    return {key: PERSONAL if key in PERSONAL_KEYS else _unpeopled(value) for key, value in event.items()}


def _unpeopled(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: PERSONAL if key in PERSONAL_KEYS else _unpeopled(inner) for key, inner in value.items()}
    return [_unpeopled(inner) for inner in value] if isinstance(value, list | tuple) else value


def _redacted(key: str, value: Any) -> Any:
    if key.startswith("_"):  # structlog's own, for the formatter
        return value
    if SECRET_KEYS.search(key):
        return HIDDEN
    if isinstance(value, str):
        return SECRET_VALUES.sub(HIDDEN, value)
    if isinstance(value, Mapping):
        return {inner: _redacted(str(inner), held) for inner, held in value.items()}
    return [_redacted("", inner) for inner in value] if isinstance(value, list | tuple) else value
