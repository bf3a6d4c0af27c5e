"""Logs and metrics. Logs are one JSON object a line and hold no personal data: no names, words, queries."""

import json
import logging
import sys
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from app.settings import Settings

METRICS_TYPE = CONTENT_TYPE_LATEST

#: What every log record has by itself; all else was given as `extra` and is written out.
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}

#: Libraries that log addresses with their query strings, and so what people search for; and some
#: that tell every step of bringing a database or a font to its shape.
_TOO_TALKATIVE = (
    "alembic",
    "dbos",
    "fontTools",
    "fpdf",
    "uvicorn.access",
    "httpx",
    "httpcore",
    "multipart",
    "python_multipart",
    "urllib3",
    "PIL",
)


class JsonFormatter(logging.Formatter):
    """One line of JSON. Of an exception it keeps the type and the places, never the message, which may
    quote a document, a file name or a row of the database."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage() if not record.exc_info else str(record.msg).splitlines()[0],
        }
        line.update({key: value for key, value in vars(record).items() if key not in _STANDARD})
        if record.exc_info and record.exc_info[0]:
            line["error"] = list(_causes(record.exc_info[1]))
        return json.dumps(line, ensure_ascii=False, default=str)


def _causes(error: BaseException | None) -> Iterator[dict[str, Any]]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        frames = traceback.extract_tb(error.__traceback__)[-8:]
        yield {
            "type": f"{type(error).__module__}.{type(error).__qualname__}",
            "where": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
        }
        error = error.__cause__ or error.__context__


def configure(settings: Settings) -> None:
    """Send every log line of this process to standard error as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
    for name in _TOO_TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


class Metrics:
    """What is counted about the web process, in a registry of its own, so that several may live in a test."""

    def __init__(self, unfinished: Callable[[], int] | None = None) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "banchinh_http_requests",
            "HTTP requests by route, method and status",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "banchinh_http_request_seconds",
            "Seconds until a request was answered",
            ("route",),
            registry=self.registry,
        )
        self.received = Counter(
            "banchinh_files_received",
            "Files received by outcome: new, again, refused",
            ("outcome",),
            registry=self.registry,
        )
        self.verified = Counter(
            "banchinh_verifications", "Verifications by verdict", ("verdict",), registry=self.registry
        )
        self.sign_ins = Counter(
            "banchinh_sign_ins", "Attempts to sign in by outcome", ("outcome",), registry=self.registry
        )
        self.streams = Gauge("banchinh_progress_streams", "Open progress streams", registry=self.registry)
        if unfinished is not None:
            waiting = Gauge(
                "banchinh_records_unfinished", "Records being read or waiting for it", registry=self.registry
            )
            waiting.set_function(unfinished)

    def exposition(self) -> bytes:
        return generate_latest(self.registry)
