"""`make test`: the same tests on both databases, then the browser on the real processes.

Services are private, on free ports, and stopped at the end. As root on Debian or Ubuntu what is
missing is installed; elsewhere one line says what is left out and why. With CI=true nothing is.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable

from tests import services

IN_CI = os.environ.get("CI") == "true"
PYTEST = [sys.executable, "-m", "pytest", "-q", "--durations=15"]
NOTHING_COLLECTED = 5
PACKAGES = {"redis-server": "redis-server", "xgettext": "gettext", "clamd": "clamav-daemon"}
COUNTS = re.compile(rb"(\d+) (passed|failed|errors?|skipped)")


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, services.stop_politely)
    signal.signal(signal.SIGINT, services.stop_politely)
    install_what_is_missing()
    began = time.monotonic()
    total: dict[str, int] = {}
    outcomes = {}
    try:
        with contextlib.closing(stages(arguments)) as turns:  # closing stops the services
            for name, run in turns:
                print(f"\n=== {name} ===", flush=True)
                outcomes[name] = run(total)
    except KeyboardInterrupt:
        print("\nStopped; so are the services.")
        return 130
    print("\n" + "\n".join(f"{outcome:>10}  {name}" for name, outcome in outcomes.items()))
    print(f"{time.monotonic() - began:.0f} s in all")
    failed = total.get("failed", 0) + total.get("error", 0)
    broken = [name for name, outcome in outcomes.items() if outcome == "FAILED"]
    print(f"{total.get('passed', 0)} passed, {failed or len(broken)} failed")
    return 1 if broken else 0


def stages(arguments: list[str]):
    """Each stage: its name, and what runs it (adds to the counts, returns its outcome)."""
    plain = ["-n", "2", "--dist", "loadgroup", "-m", "not e2e", *arguments]
    # Each module has a site of its own, and stays with one process.
    browser = ["-n", "2", "--dist", "loadfile", "-m", "e2e", *arguments]
    has_servers, has_browser = servers_are_there(), browser_is_there()
    yield "SQLite", lambda total: tested(plain, {}, total)
    if has_browser:
        yield "browser, SQLite and files", lambda total: tested(browser, {}, total)
    if has_servers:
        with services.started() as settings:
            yield (
                "PostgreSQL and Redis",
                lambda total: tested(plain, settings, total),
            )
            if has_browser:
                yield (
                    "browser, PostgreSQL and Redis",
                    lambda total: tested(browser, settings, total),
                )


def tested(arguments: list[str], settings: dict[str, str], total: dict[str, int]) -> str:
    """Run pytest, show what it says, and keep the counts of its last line."""
    last = b""
    process = subprocess.Popen(
        [*PYTEST, *arguments],
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        start_new_session=True,  # one Ctrl-C, passed on by us
        preexec_fn=services.die_with_parent,
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            sys.stdout.buffer.write(line)
            sys.stdout.flush()
            last = line if COUNTS.search(line) else last
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT)  # its fixtures stop what they started
        raise
    finally:
        process.wait()
    for number, word in COUNTS.findall(last):
        key = word.decode().rstrip("s") if word.startswith(b"error") else word.decode()
        total[key] = total.get(key, 0) + int(number)
    return "passed" if process.returncode in {0, NOTHING_COLLECTED} else "FAILED"


def servers_are_there() -> bool:
    try:
        services.postgres_folder()
        services.find("redis-server")
        services.find("redis-cli")
    except services.Missing as missing:
        leave_out("PostgreSQL and Redis", f"{missing} is not installed")
        return False
    return True


def browser_is_there() -> bool:
    try:
        services.browser()
    except services.Missing as missing:
        leave_out("the browser tests", f"{missing} is not installed")
        return False
    return True


def leave_out(what: str, why: str) -> None:
    if IN_CI:
        sys.exit(f"CI may not leave out {what}: {why}.")
    print(f"Left out: {what} ({why}).")


def install_what_is_missing() -> None:
    """As root where apt-get is; anywhere else the machine's owner decides."""
    wanted = [package for program, package in PACKAGES.items() if not shutil.which(program)]
    if is_missing(services.postgres_folder):
        wanted.append("postgresql")
    without_browser = is_missing(services.browser)
    if not (wanted or without_browser) or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    quiet = {
        "stdout": subprocess.DEVNULL,
        "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
    }
    subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
    if without_browser:
        wanted += [browser_package(), "fonts-liberation"]
    print(f"Installing {', '.join(wanted)} (apt-get)", flush=True)
    subprocess.run(
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *wanted],
        check=False,
        **quiet,
    )


def is_missing(look: Callable[[], object]) -> bool:
    try:
        look()
    except services.Missing:
        return True
    return False


def browser_package() -> str:
    """The lightest browser that this distribution has."""
    shown = [
        package
        for package in services.BROWSERS
        if subprocess.run(["apt-cache", "show", package], capture_output=True, check=False).stdout
    ]
    return shown[0] if shown else services.BROWSERS[-1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
