"""`make check`: everything that can be said of the house without opening it."""

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.run import IN_CI

MANAGE = [sys.executable, "manage.py"]
AT_ONCE = 2  # the longest first: while it reads, all the others are done
CHECKS = {
    "types": ["mypy", "."],
    "style": ["ruff", "check", "."],
    "layout of the code": ["ruff", "format", "--check", "."],
    "floors": ["lint-imports", "--no-cache"],
    "templates": ["djlint", "--lint", "--quiet", "templates"],
    "Django": [*MANAGE, "check", "--fail-level", "WARNING"],
    "Django, in production": [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
    "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    "translations": [sys.executable, "-m", "tests.translations"],
    "rooms drawn": [sys.executable, "-m", "tests.rooms", "--check"],
    "styles drawn": [sys.executable, "-m", "tests.styles", "--check"],
    "states drawn": [*MANAGE, "draw_states", "--check"],
    "compose file": [
        "check-jsonschema",
        "--builtin-schema",
        "vendor.compose-spec",
        "docker-compose.yml",
    ],
}
# Nothing that a developer has in .env or the shell decides what the checks say.
PLAIN = {
    "DATABASE_URL": "sqlite",
    "REDIS_URL": "none",
    "VAR_DIR": "var/check",
    "PYTHONWARNINGS": "ignore",
}
IN_DEBUG = PLAIN | {"DEBUG": "true"}
IN_PRODUCTION = PLAIN | {
    "DEBUG": "false",
    "SECRET_KEY": "only-to-look-at-the-settings-" + "x" * 40,
    "PAPERS_KEY": "only-to-look-at-the-settings-" + "y" * 40,
    "SITE_URL": "https://example.org",
    "DEFAULT_FROM_EMAIL": "Trait d’union <bonjour@example.org>",
}


def main() -> int:
    install_gettext()
    failed = []
    with ThreadPoolExecutor(AT_ONCE) as hands:
        for name, done, seconds in hands.map(run, CHECKS):  # told in order, as they are known
            well = done.returncode == 0
            print(f"{'ok' if well else 'FAILED':>8}  {name} ({seconds:.1f} s)", flush=True)
            if not well:
                failed.append(name)
                print(
                    "\n".join(
                        f"          {line}" for line in (done.stdout + done.stderr).splitlines()
                    )
                )
    print(f"make check: {'all is well' if not failed else ', '.join(failed)}")
    return 1 if failed else 0


def run(name: str) -> tuple[str, subprocess.CompletedProcess, float]:
    began = time.monotonic()
    settings = IN_PRODUCTION if "production" in name else IN_DEBUG
    done = subprocess.run(
        at_home(CHECKS[name]),
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    return name, done, time.monotonic() - began


def at_home(command: list[str]) -> list[str]:
    """The programs that stand beside this Python, whatever the PATH says."""
    return [str(Path(sys.executable).parent / command[0]), *command[1:]]


def install_gettext() -> None:
    """xgettext reads the sources for what wants French; as root on Debian it is brought."""
    if shutil.which("xgettext") or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    quiet = {
        "stdout": subprocess.DEVNULL,
        "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
    }
    subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
    subprocess.run(["apt-get", "install", "-y", "-qq", "gettext"], check=IN_CI, **quiet)


if __name__ == "__main__":
    sys.exit(main())
