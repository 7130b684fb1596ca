"""How the log is written, for `logging.config.dictConfig`."""

from typing import Any


def written(form: str, level: str) -> dict[str, Any]:
    """`form` is "text", or "json": an object a line."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "config.masking.WithoutRows",
                "format": "%(asctime)s %(levelname)s %(name)s %(number)s %(message)s",
            },
            "json": {"()": "config.json_lines.JsonLines"},
        },
        "filters": {
            "keys": {"()": "config.masking.WithoutKeys"},
            "number": {"()": "config.json_lines.Numbered"},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "json" if form == "json" else "line",
                "filters": ["keys", "number"],
            }
        },
        "loggers": {
            "django": {"handlers": [], "propagate": True},  # once, by the root
            "pypdf": {"level": "CRITICAL"},  # a line a fault, of files that people send
            "mail.log": {
                "level": "WARNING"
            },  # aiosmtpd writes each command down, with its addresses
        },
        "root": {"handlers": ["console"], "level": level},
    }
