"""Settings come from the environment or from .env, and say so when they are missing or unreadable."""

import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

QUOTED = re.compile(r"""'([^']*)'\s*(?:#.*)?|"([^"]*)"\s*(?:#.*)?""")
COMMENT = re.compile(r"(?:^|\s+)#.*")


def load(path: Path) -> None:
    """Take in what .env says; what the environment already says wins, an empty value says nothing."""
    if path.is_file():
        for name, value in lines(path).items():
            if not os.environ.get(name):
                os.environ[name] = value


def lines(path: Path) -> dict[str, str]:
    """NAME=value lines, as compose reads them: quotes go, and a comment after a space.

    Save for one thing: a $ is only ever a $. Between single quotes it is one for compose too.
    Raises ImproperlyConfigured at a line that is none of these.
    """
    found = {}
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        name, sign, value = line.partition("=")
        if not sign:
            raise ImproperlyConfigured(f"{path.name}, line {number}: expected NAME=value.")
        quoted = QUOTED.fullmatch(value.strip())
        said = (quoted[1] or quoted[2] or "") if quoted else COMMENT.sub("", value.strip())
        found[name.removeprefix("export ").strip()] = said
    return found


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name) or default
    if value is None:
        raise ImproperlyConfigured(f"Set {name}: .env.example shows how.")
    return value


def flag(name: str, default: bool = False) -> bool:
    value = text(name, str(default)).lower()
    if value not in {"true", "false"}:
        raise ImproperlyConfigured(f"{name} is true or false, not {value!r}.")
    return value == "true"


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"{name} is a whole number, not {value!r}.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """A list written with commas; one with nothing in it is the default."""
    return _split(text(name, "")) or _split(default)


def _split(value: str) -> list[str]:
    return [word.strip() for word in value.split(",") if word.strip()]


def address(name: str, default: str) -> str:
    """Where a site is: https://name or http://name:port, without a slash at the end."""
    value = text(name, default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ImproperlyConfigured(f"{name} looks like https://traitdunion.example.org.")
    return value


def postgres(url: str) -> dict:
    """Django's settings for postgres://user:password@host:port/name.

    Raises ImproperlyConfigured when the address isn't one of PostgreSQL's.
    """
    shape = "DATABASE_URL looks like postgres://user:password@host:5432/name."
    try:
        parts = urlsplit(url)
        port = parts.port or 5432
    except ValueError:  # a password with a sign of addresses in it
        raise ImproperlyConfigured(shape) from None
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(shape)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(port),
    }
