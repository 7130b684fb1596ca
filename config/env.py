"""Settings come from the environment or from .env; what is missing or unreadable is reported by name."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

QUOTED = re.compile(r"""'([^']*)'\s*(?:#.*)?|"([^"]*)"\s*(?:#.*)?""")
COMMENT = re.compile(r"(?:^|\s+)#.*")


def load(path: Path) -> None:
    """Put the values of .env into the environment, unless they are there already; an empty value counts as none."""
    if path.is_file():
        for name, value in lines(path).items():
            if not os.environ.get(name):
                os.environ[name] = value


def lines(path: Path) -> dict[str, str]:
    """The NAME=value lines of the file, as compose reads them: quotes are removed, and a
    comment after a space.

    One thing differs: a $ is always just a $ (as it is for compose between single
    quotes). Raises ImproperlyConfigured at a line that is none of these.
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


def unlike(name: str, value: str, other: str, others: str) -> None:
    """Raises ImproperlyConfigured where two settings that are to be apart say the same."""
    if value == others:
        raise ImproperlyConfigured(
            f"{name} is a key of its own, not that of {other}: .env.example shows how to make one."
        )


def flag(name: str, default: bool = False, *, allowed: bool = True) -> bool:
    """Raises ImproperlyConfigured where it says true though that isn't allowed here."""
    value = text(name, str(default)).lower()
    if value not in {"true", "false"}:
        raise ImproperlyConfigured(f"{name} is true or false, not {value!r}.")
    if value == "true" and not allowed:
        raise ImproperlyConfigured(f"{name} is for DEBUG alone.")
    return value == "true"


def choice(name: str, default: str, among: Sequence[str]) -> str:
    """One of these words. Raises ImproperlyConfigured."""
    value = text(name, default).lower()
    if value not in among:
        raise ImproperlyConfigured(f"{name} is {' or '.join(among)}, not {value!r}.")
    return value


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"{name} is a whole number, not {value!r}.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """A list written with commas; the default when it is empty."""
    return _split(text(name, "")) or _split(default)


def _split(value: str) -> list[str]:
    return [word.strip() for word in value.split(",") if word.strip()]


def door(name: str) -> tuple[str, int] | None:
    """An address to listen on, host:port; None when it is empty."""
    value = text(name, "")
    host, _colon, port = value.rpartition(":")
    if value and not (host and port.isascii() and port.isdigit()):
        raise ImproperlyConfigured(f"{name} looks like 0.0.0.0:8001.")
    return (host.strip("[]"), int(port)) if value else None


def address(name: str, default: str | None) -> str:
    """The address of a site: https://name or http://name:port, without a slash at the end. Raises
    ImproperlyConfigured."""
    value = text(name, default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ImproperlyConfigured(f"{name} looks like https://traitdunion.example.org.")
    return value


def folder(name: str, path: Path) -> None:
    """Makes the folder where it isn't there yet. Raises ImproperlyConfigured."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name}: the folder {path} can’t be made ({error.strerror}). Make it as root, owned by the account of the site."
        ) from None


def postgres(url: str) -> dict:
    """Django's settings for postgres://user:password@host:port/name. Raises ImproperlyConfigured when it isn't an
    address of PostgreSQL."""
    shape = (
        "DATABASE_URL looks like postgres://user:password@host:5432/name. A password with other signs than letters and "
        "digits is written in %: %2F for a slash."
    )
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
