"""`make test`: the tests on SQLite, then on PostgreSQL; beside each, the browser on the real processes.

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
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from tests import services, turns

IN_CI = os.environ.get("CI") == "true"
PYTEST = [sys.executable, "-m", "pytest", "-q", "--durations=15"]
NOTHING_COLLECTED = 5
PACKAGES = {"redis-server": "redis-server", "xgettext": "gettext", "clamd": "clamav-daemon"}
PACKAGES |= {"pgbouncer": "pgbouncer", "nginx": "nginx", "soffice": "libreoffice-writer-nogui"}
COUNTS = re.compile(rb"(\d+) (passed|failed|errors?|skipped)")


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, services.stop_politely)
    signal.signal(signal.SIGINT, services.stop_politely)
    install_what_is_missing()
    began = time.monotonic()
    compile_translations()
    stages: list[Stage] = []
    os.environ["THIRD"] = turns.THIRD  # midnight may pass
    print(f"Third {turns.THIRD} (tests/turns.py); THIRD=all runs the three.", flush=True)
    try:
        with contextlib.closing(both_turns(arguments)) as both:  # closing stops the services
            for turn in both:
                run_together(turn)
                stages += turn
    except KeyboardInterrupt:
        print("\nStopped; so are the services.")
        return 130
    print("\n" + "\n".join(f"{stage.outcome:>10}  {stage.name}" for stage in stages))
    print(f"{time.monotonic() - began:.0f} s in all")
    broken = [stage.name for stage in stages if stage.outcome == "FAILED"]
    failed = sum(stage.count("failed") + stage.count("error") for stage in stages)
    passed = sum(stage.count("passed") for stage in stages)
    print(f"{passed} passed, {failed or len(broken)} failed")
    return 1 if broken else 0


@dataclass
class Stage:
    """One pytest: its name, what it is given, and what it said."""

    name: str
    arguments: list[str]
    settings: dict[str, str] = field(default_factory=dict)
    lines: list[bytes] = field(default_factory=list)
    process: subprocess.Popen | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [*PYTEST, *self.arguments],
            env=os.environ | self.settings,
            stdout=subprocess.PIPE,
            start_new_session=True,  # one Ctrl-C, passed on by us
            preexec_fn=services.die_with_parent,
        )

    def listen(self, *, aloud: bool) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            if aloud:
                self.show([line])
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # its fixtures stop what they started
            self.process.wait()

    def show(self, lines: list[bytes]) -> None:
        sys.stdout.buffer.write(b"".join(lines))
        sys.stdout.flush()

    @property
    def outcome(self) -> str:
        assert self.process is not None
        return "passed" if self.process.returncode in {0, NOTHING_COLLECTED} else "FAILED"

    def count(self, what: str) -> int:
        """Of the last line that counts."""
        found = next(filter(None, map(COUNTS.findall, reversed(self.lines))), [])
        return sum(int(number) for number, word in found if word.startswith(what.encode()))


def both_turns(arguments: list[str]) -> Iterator[list[Stage]]:
    """First what runs on SQLite, then on PostgreSQL what tests/turns.py says. While a browser waits for a
    page or a letter the other tests go on beside it."""
    plain = ["-n", "2", "--dist", "loadgroup", "-m", "not e2e", *arguments]
    # Each module has a site of its own, and stays with one process. The others aren't read.
    modules = [] if any(map(names_a_file, arguments)) else on_real_processes()
    browser = ["-n", "2", "--dist", "loadfile", "-m", "e2e", *modules, *arguments]
    has_servers, has_browser = servers_are_there(), browser_is_there()
    with tempfile.TemporaryDirectory(prefix="questions-") as folder:
        asked = {"QUESTIONS": folder}
        turn = [Stage("SQLite", plain, asked)]
        if has_browser:
            turn.append(Stage("browser, SQLite and files", browser))
        yield turn
        if has_servers:
            with services.started() as settings:
                turn = [Stage("PostgreSQL and Redis", plain, settings | asked)]
                if has_browser:
                    turn.append(Stage("browser, PostgreSQL and Redis", browser, settings))
                yield turn


def names_a_file(argument: str) -> bool:
    return Path(argument.partition("::")[0]).exists()


def on_real_processes() -> list[str]:
    """The modules in which something bears the mark: to collect all the others takes longer than some tests. Of those
    about one page each, today's."""
    tests = sorted(Path(__file__).parent.rglob("test_*.py"))
    marked = [path for path in tests if "mark.e2e" in path.read_text(encoding="utf-8")]
    of_a_page = {path for path in marked if path.stem.endswith("_browser")}
    return [str(path) for path in marked if path not in of_a_page or turns.has_its_day(path.stem)]


def run_together(stages: list[Stage]) -> None:
    """The first is read aloud; what the others say is kept until it has ended."""
    first, *others = stages
    try:
        for stage in stages:
            stage.start()
        listeners = [Thread(target=stage.listen, kwargs={"aloud": False}) for stage in others]
        for listener in listeners:
            listener.start()
        print(f"\n=== {first.name} ===", flush=True)
        first.listen(aloud=True)
        for stage, listener in zip(others, listeners, strict=True):
            listener.join()
            print(f"\n=== {stage.name} ===", flush=True)
            stage.show(stage.lines)
    finally:
        for stage in stages:
            stage.stop()


def compile_translations() -> None:
    """Before two at once find that nobody has."""
    command = [sys.executable, "manage.py", "compile_translations"]
    subprocess.run(command, env=os.environ | {"DEBUG": "true"}, check=True)


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
