"""The demo under load: `python -m benchmarks.under_load` (`--seconds 30`, `--beside FOLDER` a checkout of another commit).

As benchmarks.soak lays it out: production's own command for the web, with two processes, on a PostgreSQL and a Redis of its own, worker and
clock beside. wrk asks the mix of benchmarks.soak_people (who is who, and in which share; pages only), one, eight and thirty-two at
once; then eight at once while a hundred people keep a page open, whose bell asks every thirty seconds. Prints requests a second, p50 and p99, what
failed, and whether it holds: p99 2 s at thirty-two, and no fewer requests a second there than at eight. With `--beside` both are asked by turns.
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
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.soak import Site, living, without_replacing
from tests import compose, services
from tests.services import die_with_parent, free_port
from tests.site import ROOT, wait_until

AT_ONCE = (1, 8, 32)
BELLS, EVERY = 100, 30.0  # seconds between two questions of a bell
MOST_MS = 2_000
MIX = 2_000  # requests, asked over and over
NEARLY = 0.97  # of as many a second: what one run differs from the next
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}
SCRIPT = """
local asked = {%s}
local turn = 0
init = function(args) math.randomseed(1); turn = math.random(#asked) end
request = function()
  turn = turn %% #asked + 1
  local one = asked[turn]
  return wrk.format("GET", one[1], {["Cookie"] = one[2], ["Accept-Language"] = "fr", ["Accept-Encoding"] = "gzip"})
end
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--beside", type=Path, help="a checkout of another commit")
    parser.add_argument("--keep", type=Path, help="a folder for the demo, for the next run too")
    asked = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("wrk isn't installed (apt-get install wrk).")
    signal.signal(signal.SIGTERM, services.stop_politely)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="load-")))
        folder.chmod(0o755)
        site = stack.enter_context(living(folder, 0, asked.keep))
        site.programs["web"].terminate()  # ours have two processes
        site.programs.pop("web").wait(60)
        webs = {"this one": stack.enter_context(web(site, ROOT))}
        if asked.beside:
            webs["the other"] = stack.enter_context(web(site, asked.beside.resolve()))
        return load(site, webs, asked.seconds)


@contextlib.contextmanager
def web(site: Site, checkout: Path) -> Iterator[int]:
    """Production's web of this checkout with two processes; its port."""
    port = free_port()
    words = without_replacing(compose.services()["web"]["command"])
    words = [re.sub(r"--workers=\d+", "--workers=2", word) for word in words]
    said = " ".join(words).replace("0.0.0.0:8000", f"127.0.0.1:{port}").split()
    with (site.folder / f"web-{port}.log").open("wb") as log:
        program = subprocess.Popen(
            [sys.executable, "-m", *said],
            cwd=checkout, env=site.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            preexec_fn=die_with_parent,
        )  # fmt: skip
    answers = Site(site.folder, site.environment, port).answers
    try:
        wait_until(answers, lambda: (site.folder / f"web-{port}.log").read_text())
        yield port
    finally:
        program.terminate()
        program.wait(60)


def load(site: Site, webs: dict[str, int], seconds: int) -> int:
    os.environ |= site.environment  # whose demo it is
    import django

    django.setup()
    from benchmarks import soak_people

    people = soak_people.everybody(next(iter(webs.values())))
    script = site.folder / "mix.lua"
    script.write_text(SCRIPT % ",\n".join(mix(people, random.Random(1))))
    for port in webs.values():
        asked(port, script, at_once=8, seconds=5)  # what is read once is read
    print(
        f"{'':32}{'at once':>8}{'a second':>10}{'p50 ms':>8}{'p99 ms':>8}{'failed':>8}", flush=True
    )
    found: dict[tuple[str, int], Told] = {}
    for at_once in AT_ONCE:
        for name, port in webs.items():
            found[name, at_once] = told = asked(port, script, at_once=at_once, seconds=seconds)
            print(f"{name:32}{at_once:8}{told}", flush=True)
    for name, port in webs.items():
        with bells(port, people):
            told = asked(port, script, at_once=8, seconds=seconds)
        print(f"{name + f', {BELLS} open bells':32}{8:8}{told}", flush=True)
        found[name, -8] = told
    return verdict(found)


def mix(people: list, chance: random.Random) -> Iterator[str]:
    """Lua's own words for each request: the path, and whose it is."""
    shares = [one.share for one in people]
    for one in chance.choices(people, shares, k=MIX):
        cookies = "; ".join(f"{name}={value}" for name, value in one.cookies.items())
        yield f'{{"{chance.choice(one.pages)}", "{cookies}"}}'


class Told:
    """What wrk says of one run."""

    def __init__(self, said: str) -> None:
        rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
        bad = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
        errors = re.search(r"Socket errors: (.*)", said)
        assert rate, said
        self.rate = float(rate[1])
        self.p50, self.p99 = (
            float(number) * UNITS[unit]
            for share in ("50", "99")
            for number, unit in re.findall(rf"^\s+{share}%\s+([\d.]+)(us|ms|s|m)\s*$", said, re.M)
        )
        self.failed = int(bad[1]) if bad else 0
        self.failed += sum(map(int, re.findall(r"\d+", errors[1]))) if errors else 0

    def __str__(self) -> str:
        return f"{self.rate:10.1f}{self.p50:8.0f}{self.p99:8.0f}{self.failed:8}"


def asked(port: int, script: Path, *, at_once: int, seconds: int) -> Told:
    command = [
        "wrk", "-t1", f"-c{at_once}", f"-d{seconds}s", "--timeout", "30s", "--latency",
        "-s", str(script), f"http://127.0.0.1:{port}",
    ]  # fmt: skip
    return Told(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@contextlib.contextmanager
def bells(port: int, people: list) -> Iterator[None]:
    """A hundred people who keep a page open: each bell asks every thirty seconds, on a line that stays open."""
    over = threading.Event()
    known = [one for one in people if "session" in one.cookies]

    def keep(number: int) -> None:
        from benchmarks.soak_people import connected

        wait = EVERY * number / BELLS
        while not over.wait(wait):
            with contextlib.suppress(OSError), contextlib.closing(connected(port)) as line:
                known[number % len(known)].ask(line, "/notifications/nombre/")
            wait = EVERY

    hands = [threading.Thread(target=keep, args=[n], daemon=True) for n in range(BELLS)]
    for hand in hands:
        hand.start()
    time.sleep(1)
    try:
        yield
    finally:
        over.set()
        for hand in hands:
            hand.join()


def verdict(found: dict[tuple[str, int], "Told"]) -> int:
    faults = [
        f"{name}, {abs(at)} at once: {one.failed} failed"
        for (name, at), one in found.items()
        if one.failed
    ]
    ours = {at: one for (name, at), one in found.items() if name == "this one"}
    if ours[32].p99 > MOST_MS:
        faults.append(f"p99 {ours[32].p99:.0f} ms at thirty-two")
    if ours[32].rate < NEARLY * ours[8].rate:
        faults.append("fewer requests a second at thirty-two than at eight")
    print("It holds." if not faults else f"It doesn’t hold: {'; '.join(faults)}.")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
