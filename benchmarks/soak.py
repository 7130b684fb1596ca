"""An hour of a site at work: `python -m benchmarks.soak --minutes 60` (`--rate 20`; five minutes unless told otherwise).

`--keep FOLDER` keeps the demo, as it was before anybody asked, for the next run.

The demo as production serves it, by the commands of docker-compose.yml, on a PostgreSQL and a Redis of its own, with workers,
clock and a mail server that takes everything. Six kinds of people ask twenty times a second: pages, messages, log-ins. Prints a
line a minute, then the verdict: errors, how memory and handles grow after the first third, letters lost or sent twice;
exits with 1 where it doesn't hold. `--max-requests` is left out: a worker that is replaced in time would hide what it leaks.
"""

import argparse
import contextlib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import PRODUCTION
from tests import compose, services
from tests.services import die_with_parent, free_port
from tests.site import ROOT, wait_until
from tests.smtp import Moody, MoodyController

MOST_GROWTH = 10.0  # MiB an hour, by program
MOST_HANDLES = 6.0  # an hour, by program: a connection more or fewer is no leak
HELD = 0.98  # of what was to be asked
A_WHILE = 120  # seconds in which the last letters leave
SHORTEST = 30  # minutes below which nothing is said of slopes
TOLD = ("web", "worker", "beat")
METRICS_KEY = "m" * 40
OURS = re.compile(r"^traitdunion_(\w+)(?:\{(.*)\})? ([\d.e+-]+)$", re.MULTILINE)


@dataclass
class Site:
    folder: Path
    environment: dict[str, str]
    port: int
    programs: dict[str, subprocess.Popen] = field(default_factory=dict)
    post: Moody = field(default_factory=Moody)

    def run(self, *command: str, **others: str) -> None:
        environment = self.environment | others
        words = [sys.executable, "manage.py", *command]
        subprocess.run(words, cwd=ROOT, env=environment, check=True, stdout=sys.stderr)

    def start(self, name: str, *, niceness: int) -> None:
        words = without_replacing(compose.services()[name]["command"])
        said = " ".join(words).replace("0.0.0.0:8000", f"127.0.0.1:{self.port}").split()
        with (self.folder / f"{name}.log").open("wb") as log:
            self.programs[name] = subprocess.Popen(
                ["nice", "-n", str(niceness), sys.executable, "-m", *said],
                cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=die_with_parent,
            )  # fmt: skip

    @property
    def log(self) -> str:
        return "\n".join((self.folder / f"{name}.log").read_text() for name in self.programs)

    def answers(self) -> bool:
        with contextlib.suppress(OSError):
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/sante/ready").status == 200
        return False

    def counted(self) -> dict[tuple[str, str], float]:
        """What the site says of itself at /metriques/, by name and labels."""
        key = {"Authorization": f"Bearer {METRICS_KEY}"}
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}/metriques/", headers=key)
        page = urllib.request.urlopen(asked).read().decode()
        return {(name, labels): float(value) for name, labels, value in OURS.findall(page)}


def of_the_image() -> dict[str, str]:
    """What the Dockerfile says of memory."""
    said = re.search(r" (MALLOC_ARENA_MAX)=(\d+) ", (ROOT / "Dockerfile").read_text())
    return {said[1]: said[2]} if said else {}


def without_replacing(command: list[str]) -> list[str]:
    return [word for word in command if not word.startswith("--max-requests")]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--nice", type=int, default=0, help="of our programs")
    parser.add_argument("--keep", type=Path, help="a folder for the demo, for the next run too")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, services.stop_politely)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="soak-")))
        folder.chmod(0o755)
        site = stack.enter_context(living(folder, asked.nice, asked.keep))
        return soak(site, asked)


@contextlib.contextmanager
def living(folder: Path, niceness: int, keep: Path | None) -> Iterator[Site]:
    with services.started() as where, contextlib.ExitStack() as stack:
        port, post = free_port(), Moody()
        mail = MoodyController(post, port=free_port())
        mail.start()
        stack.callback(mail.stop, no_assert=True)
        ours = {
            "DEBUG": "false", "VAR_DIR": str(folder), "SITE_URL": f"http://127.0.0.1:{port}",
            "SECOND_FACTOR_REQUIRED": "false",
            "MAIL_TRANSPORT": "smtp",
            "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(mail.port), "PUBLIC_REGISTER": "none",
            "METRICS_TOKEN": METRICS_KEY, "DJANGO_SETTINGS_MODULE": "config.settings",
        }  # fmt: skip
        environment = os.environ | of_the_image() | PRODUCTION | where | ours
        site = Site(folder, environment, port, post=post)
        lay_out(site, keep)
        try:
            for name in TOLD:
                site.start(name, niceness=niceness)
            wait_until(site.answers, lambda: site.log)
            yield site
        finally:
            for program in site.programs.values():
                program.terminate()
            for program in site.programs.values():
                program.wait(60)


def lay_out(site: Site, keep: Path | None) -> None:
    database = ["--no-password", f"--dbname={site.environment['DATABASE_URL']}"]
    if keep and (keep / "demo.dump").exists():
        shutil.copytree(keep / "var", site.folder, dirs_exist_ok=True)
        restore = ["pg_restore", "--no-owner", "--exit-on-error", *database, keep / "demo.dump"]
        subprocess.run(restore, check=True)
    else:
        site.run("prepare", "--demo", DEBUG="true")
        if keep:
            shutil.copytree(site.folder, keep / "var", dirs_exist_ok=True)
            dump = ["pg_dump", "--format=custom", *database, f"--file={keep / 'demo.dump'}"]
            subprocess.run(dump, check=True)
    site.run("prepare")


def soak(site: Site, asked: argparse.Namespace) -> int:
    os.environ |= site.environment  # whose demo it is
    import django

    django.setup()
    from benchmarks import soak_people, soak_watch

    people = soak_people.everybody(site.port)
    found = ", ".join(f"{one.email or 'a visitor'} {len(one.pages)}" for one in people)
    print(
        f"Pages: {found}.\n{'min':>4}{'asked':>8}{'p50 ms':>8}{'p95 ms':>8}{'faults':>8}  MiB and handles"
    )
    programs = {name: program.pid for name, program in site.programs.items()} | others(soak_watch)
    samples = []
    with soak_people.Load(people, asked.rate, random.Random(1)) as load:
        minute = 0
        while load.seconds < asked.minutes * 60:
            time.sleep(max(0, min((minute + 1), asked.minutes) * 60 - load.seconds))
            minute += 1
            samples.append(soak_watch.sample(load.seconds, programs))
            told(minute, load, samples[-1])
    let_the_post_leave(site)
    return verdict(site, load, samples, asked)


def others(soak_watch) -> dict[str, int]:
    """PostgreSQL and Redis, which are our children as the site's programs are."""
    named = {}
    for pid in soak_watch.by_parent().get(os.getpid(), ()):
        name = Path(f"/proc/{pid}/comm").read_text().strip()
        if name in {"postgres", "redis-server"}:
            named[name] = pid
    return named


def told(minute: int, load, sample) -> None:
    took = load.between((minute - 1) * 60, minute * 60) or [0.0]
    held = ", ".join(
        f"{name} {one.memory:.0f} ({one.handles})" for name, one in sample.held.items()
    )
    middle, late = (1000 * took[int(share * (len(took) - 1))] for share in (0.5, 0.95))
    print(
        f"{minute:4}{len(took):8}{middle:8.0f}{late:8.0f}{len(load.faults):8}  {held}", flush=True
    )


def let_the_post_leave(site: Site) -> None:
    end = time.monotonic() + A_WHILE
    while site.counted()["oldest_due_letter_seconds", ""] and time.monotonic() < end:
        time.sleep(2)


def verdict(site: Site, load, samples: list, asked: argparse.Namespace) -> int:
    took = load.between(0, load.seconds)
    held = len(took) / (load.seconds * asked.rate)
    print(
        f"\n{len(took)} requests in {load.seconds / 60:.0f} minutes, {len(took) / load.seconds:.1f} a second of {asked.rate:g}; "
        f"{load.not_asked} were not asked; {load.written} messages; "
        f"p95 {1000 * took[int(0.95 * (len(took) - 1))]:.0f} ms from the moment each was due."
    )
    faults = [*load.faults, *in_the_logs(site), *of_the_post(site)]
    if held < HELD:
        faults.append(f"only {held:.0%} of the requests could be asked on this machine")
    faults += growing(samples, asked.minutes)
    for fault in faults[:40]:
        print(f"  {fault}")
    print("It holds." if not faults else f"It doesn’t hold: {len(faults)} fault(s).")
    return int(bool(faults))


def in_the_logs(site: Site) -> list[str]:
    lines = site.log.splitlines()
    bad = [
        line
        for line in lines
        if "Traceback" in line or re.search(r"\b(ERROR|CRITICAL)\b|Not well:", line)
    ]
    counted = site.counted()
    failed = sum(
        n for (name, said), n in counted.items() if name == "jobs_total" and "failed" in said
    )
    return [f"log: {line[:300]}" for line in bad] + ([f"{failed:g} jobs failed"] if failed else [])


def of_the_post(site: Site) -> list[str]:
    twice, in_doubt = site.post.doubled()
    lost = site.counted().get(("letters", 'state="given_up"'), 0)
    print(
        f"{len(site.post.copies)} letters arrived, {twice + in_doubt} of them twice, {lost:g} given up."
    )
    waits = site.counted()["oldest_due_letter_seconds", ""]
    found = [f"{twice} letters twice"] if twice else []
    found += [f"a letter has been waiting for {waits:g} s"] if waits > A_WHILE else []
    return found + ([f"{lost:g} letters given up"] if lost else [])


def growing(samples: list, minutes: float) -> list[str]:
    from benchmarks.soak_watch import slope

    later, faults = samples[len(samples) // 3 :], []
    for name in samples[-1].held:
        memory = slope([(one.at, one.held[name].memory) for one in later])
        handles = slope([(one.at, one.held[name].handles) for one in later])
        print(
            f"{name}: {memory:+.1f} MiB and {handles:+.1f} handles an hour, after the first third."
        )
        if name in TOLD and minutes >= SHORTEST:
            faults += [f"{name} grows"] if memory >= MOST_GROWTH else []
            faults += [f"{name} leaks handles"] if handles >= MOST_HANDLES else []
    if minutes < SHORTEST:
        print(f"Too short to judge by: it takes {SHORTEST} minutes.")
    return faults


if __name__ == "__main__":
    sys.exit(main())
