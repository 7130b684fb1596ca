"""Tells Sentry, where SENTRY_DSN names one, of what the log holds as an error: where in the code, and by which request.
Nobody's words leave the house."""

import logging
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import sentry_sdk
from django.conf import settings
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.logging import LoggingIntegration

from common import trace
from config import trouble
from config.release import RELEASE

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint

AS_THEY_ARE = ("event_id", "timestamp", "level", "platform", "release", "environment", "server_name", "sdk", "logger")  # fmt: skip
OF_A_FRAME = ("filename", "module", "function", "lineno", "in_app", "pre_context", "context_line", "post_context")  # fmt: skip
A_MINUTE = 60.0

_told_at: dict[str, float] = {}


def start() -> None:
    """Of all that sentry-sdk can look at, the log alone: a fault of a page, of a job, of a row is logged, once."""
    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        release=RELEASE,
        environment=urlsplit(settings.SITE_URL).hostname,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            LoggingIntegration(level=None, event_level=logging.ERROR),
            AtexitIntegration(callback=lambda _pending, _timeout: None),
        ],
        max_breadcrumbs=0,
        include_local_variables=False,
        send_client_reports=False,
        auto_session_tracking=False,
        before_send=without_words,
    )


def without_words(event: "Event", hint: "Hint") -> "Event | None":
    """The event made anew of what can hold nobody's words: of an exception not its message, of a line of the log not what
    was filled in. Whoever looks for them finds them in the site's own log, by the number."""
    told: dict[str, Any] = dict(event)
    record: logging.LogRecord | None = hint.get("log_record")
    fault = (hint.get("exc_info") or (None, None, None))[1]
    if _is_being_told(trouble.template_for(fault)):
        return None
    kept = {name: told[name] for name in AS_THEY_ARE if name in told}
    kept["tags"] = _numbers(record)
    if record is not None:
        kept["logentry"] = {"message": _as_written_by_us(record)}
    if found := told.get("exception"):
        kept["exception"] = {"values": [_where(one) for one in found.get("values", [])]}
    return kept  # type: ignore[return-value]


def _is_being_told(template: str) -> bool:
    """Whether the same trouble, a database that is away say, has been told within a minute: each page meets it."""
    if not template:
        return False
    now, before = time.monotonic(), _told_at.get(template)
    if before is not None and now - before < A_MINUTE:
        return True
    _told_at[template] = now
    return False


def _numbers(record: logging.LogRecord | None) -> dict[str, str]:
    thread = trace.now()
    match = getattr(getattr(record, "request", None), "resolver_match", None)
    said = {"request": thread.number, "job": thread.job, "page": match.view_name if match else ""}
    return {name: value for name, value in said.items() if value}


def _as_written_by_us(record: logging.LogRecord) -> str:
    """The line with its gaps; where it has none, somebody may have filled it in before, and its place is told instead."""
    if record.args and isinstance(record.msg, str):
        return record.msg
    return f"{record.module}.{record.funcName}, line {record.lineno}"


def _where(exception: dict[str, Any]) -> dict[str, Any]:
    frames = (exception.get("stacktrace") or {}).get("frames") or []
    kept = [{name: frame[name] for name in OF_A_FRAME if name in frame} for frame in frames]
    return {
        "type": exception.get("type"),
        "module": exception.get("module"),
        "stacktrace": {"frames": kept},
    }
