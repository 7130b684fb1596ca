"""How the log is written, for `logging.config.dictConfig`."""

from typing import Any

# What Django refuses before any page, by the name of the exception: a name of the host that isn't ours, a form too large.
OF_STRANGERS = ("DisallowedHost", "RequestDataTooBig", "TooManyFieldsSent", "TooManyFilesSent")


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
            "one_line": {"()": "config.masking.OneLine"},
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
            **{f"django.security.{name}": {"filters": ["one_line"]} for name in OF_STRANGERS},
            "pypdf": {"level": "CRITICAL"},  # a line a fault, of files that people send
            "mail.log": {
                "level": "WARNING"
            },  # aiosmtpd writes each command down, with its addresses
        },
        "root": {"handlers": ["console"], "level": level},
    }
