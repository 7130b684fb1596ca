"""`make bench`: every benchmark of this folder, on SQLite, then on a private PostgreSQL with Redis.

`make bench ARGS="pages matching"` chooses; each module says its own options in its first lines.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests import services

HERE = Path(__file__).parent


def names() -> list[str]:
    """The modules that can be run: the others are what they share."""
    return sorted(
        path.stem
        for path in HERE.glob("*.py")
        if path.name != "__main__.py" and "__main__" in path.read_text(encoding="utf-8")
    )


def run_all(chosen: list[str], where: str, settings: dict[str, str]) -> int:
    failures = 0
    for name in chosen:
        print(f"\n=== {name}, {where} ===", flush=True)
        done = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}"], env=os.environ | settings, check=False
        )
        failures += done.returncode != 0
    return failures


def main(asked: list[str]) -> int:
    if unknown := set(asked) - set(names()):
        sys.exit(
            f"No such benchmark: {', '.join(sorted(unknown))}. There are: {', '.join(names())}."
        )
    chosen = asked or names()
    failures = run_all(chosen, "SQLite", {"DATABASE_URL": "sqlite", "REDIS_URL": "none"})
    try:
        with services.started() as settings:
            failures += run_all(chosen, "PostgreSQL and Redis", settings)
    except services.Missing as missing:
        print(f"Left out: PostgreSQL and Redis ({missing} is not installed).")
    return failures and 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
