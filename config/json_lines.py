"""The log as one JSON object a line, for a program that collects it; and the numbers that a line in words has as well."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from common import trace
from config import env
from config.masking import WithoutRows

CHOICES = TEXT, JSON = ("text", "json")
# What gunicorn says of a request, by its letters, and what each is called in a line.
OF_A_REQUEST = {"m": "method", "U": "path", "s": "status", "M": "milliseconds", "B": "bytes"}


class Numbered(logging.Filter):
    """Gives each record the number of the request that it is about, for a line in words."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.number = trace.now().number or "-"
        return True


class JsonLines(WithoutRows):
    def format(self, record: logging.LogRecord) -> str:
        thread = trace.now()
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            **of_the_line(record),
            "request": thread.number,
            "job": thread.job,
            "person": thread.person(),
        }
        if record.exc_info:
            said["fault"] = self.formatException(record.exc_info)
        if record.name == "gunicorn.access" and isinstance(record.args, dict):
            said |= {name: record.args.get(name) for name in ("request", "person")}
        kept = {name: value for name, value in said.items() if value not in ("", None)}
        return json.dumps(kept, ensure_ascii=False, default=str)


def of_the_line(record: logging.LogRecord) -> dict[str, Any]:
    if record.name == "gunicorn.access" and isinstance(record.args, dict):
        return {name: record.args.get(letter) for letter, name in OF_A_REQUEST.items()}
    return {"message": record.getMessage()}


class AsChosen(logging.Formatter):
    """gunicorn's lines, in JSON where LOG_FORMAT says so. It is asked at each line: gunicorn begins to speak before the
    settings are read."""

    def __init__(self, in_words: logging.Formatter) -> None:
        super().__init__()
        self.in_words, self.in_json = in_words, JsonLines()

    def format(self, record: logging.LogRecord) -> str:
        chosen = self.in_json if env.text("LOG_FORMAT", TEXT).lower() == JSON else self.in_words
        return chosen.format(record)
