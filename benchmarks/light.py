"""How light the pages are on a phone: `python -m benchmarks.light`.

The demo as production serves it (gunicorn, files of far-future names, nothing of DEBUG; on SQLite), in Chromium at 360 px on
a line of 400 ms and 400 kbit/s, its own throttle: the greeting of a line, TCP and TLS, isn't in it. Prints what a first and a next visit weigh on the wire, when the page can be
read (its largest words or picture are there), and how much of it has moved since; exits with 1 above a ceiling.
`--keep FOLDER` keeps the demo for the next run.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import monotonic

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from benchmarks import PRODUCTION
from tests import compose
from tests.conftest import CHROMIUM_FLAGS
from tests.services import browser as browser_program
from tests.services import die_with_parent, free_port
from tests.site import ROOT, wait_until
from tests.weighing import FIRST_VISIT, NEXT_VISIT, weighed

PHONE = {"width": 360, "height": 740}
LINE = {"latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000, "offline": False}
ROUNDS = 3
READ_MS = 3_000
MOVED = 0.01  # of the window, as the browser reckons it: a tenth of what is called good
VISITOR = {
    "landing": "/",
    "need": "/besoins/1/",
    "catalogue": "/besoins/",
    "organisation": "/organisations/4/",
    "how it works": "/comment-ca-marche/",
    "log in": "/compte/login/",
    "sign up": "/compte/signup/",
}
STRUCTURE = {
    "home (structure)": "/",
    "its needs": "/besoins/les-miens/",
    "a new need": "/besoins/nouveau/",
    "inbox": "/messages/",
    "missions": "/missions/",
}
COORDINATOR = {
    "home (coordinator)": "/",
    "desk": "/bureau/",
    "candidates": "/besoins/1/candidats/",
    "a mission": "/missions/23/",
    "figures": "/bureau/chiffres/",
}
# What has moved is told by the browser itself, from the first picture on.
WATCH = """
window.moved = 0; window.what = []; window.readAt = 0;
const watch = (type, tell) => new PerformanceObserver(list => list.getEntries().forEach(tell)).observe({type, buffered: true});
watch('largest-contentful-paint', one => { window.readAt = one.startTime; });
watch('layout-shift', one => {
  if (one.hadRecentInput) return;
  window.moved += one.value;
  window.what.push(...one.sources.map(({node}) => node && (node.className || node.nodeName)));
});
"""
SEEN = "({read: window.readAt, moved: window.moved, what: window.what.join(', ')})"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--keep", type=Path, help="a folder for the demo, for the next run too")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = asked.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(served(folder))
        play = stack.enter_context(sync_playwright())
        browser = play.chromium.launch(executable_path=browser_program(), args=CHROMIUM_FLAGS)
        return measure(url, browser, asked.rounds)


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The demo, made with DEBUG as it must be, then served without, by the command of docker-compose.yml."""
    port = free_port()
    plain = {
        "VAR_DIR": str(folder.resolve()),
        "DATABASE_URL": "sqlite",
        "REDIS_URL": "none",
    }
    url = f"http://127.0.0.1:{port}"
    ours = {"SITE_URL": url, "SECOND_FACTOR_REQUIRED": "false"}
    settings = os.environ | PRODUCTION | plain | ours
    folder.mkdir(exist_ok=True)
    if not (folder / "db.sqlite3").exists():
        run(["manage.py", "prepare", "--demo"], settings | {"DEBUG": "true"})
    run(["manage.py", "prepare"], settings | {"DEBUG": "false"})
    words = [
        word.replace("0.0.0.0:8000", f"127.0.0.1:{port}")
        for word in compose.services()["web"]["command"]
    ]
    with (folder / "web.log").open("wb") as log:
        web = subprocess.Popen(
            [sys.executable, "-m", *words], cwd=ROOT, env=settings | {"DEBUG": "false"},
            stdout=log, stderr=log, preexec_fn=die_with_parent,
        )  # fmt: skip
    try:
        wait_until(lambda: answers(url), (folder / "web.log").read_text)
        yield url
    finally:
        web.terminate()
        web.wait(30)


def run(command: list[str], settings: dict[str, str]) -> None:
    subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=settings, check=True, stdout=sys.stderr
    )


def answers(url: str) -> bool:
    with contextlib.suppress(OSError):
        return urllib.request.urlopen(url).status == 200
    return False


def measure(url: str, browser: Browser, rounds: int) -> int:
    print(f"{'':22}{'first visit':>11}{'':16}{'next visit':>11}{'':16}{'the server':>11}")
    columns = f"{'kB':>9}{'read s':>9}{'moved':>9}"
    print(f"{'page':22}{columns}{columns}{'s':>11}")
    faults = []
    for email, pages in (
        ("", VISITOR),
        ("claire.hermant@example.org", STRUCTURE),
        ("maelle.vandamme@example.org", COORDINATOR),
    ):
        cookies = log_in(url, browser, email) if email else []
        for name, path in pages.items():
            faults += told(name, [visits(browser, cookies, url, path) for _ in range(rounds)])
    print("All ceilings held." if not faults else f"Above a ceiling: {', '.join(faults)}")
    return 1 if faults else 0


def told(name: str, rounds: list[tuple[dict, dict]]) -> list[str]:
    """Prints the page's line, from the middle of the rounds; names it where it is above a ceiling."""
    numbers = ("bytes", "read", "moved", "served")
    turns = [
        {key: median(both[turn][key] for both in rounds) for key in numbers} for turn in (0, 1)
    ]
    line = "".join(
        f"{one['bytes'] / 1000:9.1f}{one['read'] / 1000:9.2f}{one['moved']:9.3f}" for one in turns
    )
    print(f"{name:22}{line}{turns[1]['served']:11.2f}", flush=True)
    if moved := {one["what"] for both in rounds for one in both if one["what"]}:
        print(f"    moved: {'; '.join(moved)[:300]}")
    first, later = turns
    is_heavy = first["bytes"] > FIRST_VISIT or later["bytes"] > NEXT_VISIT
    is_late = any(one["read"] > READ_MS or one["moved"] > MOVED for one in turns)
    return [name] if is_heavy or is_late else []


def visits(browser: Browser, cookies: list, url: str, path: str) -> tuple[dict, dict]:
    """The page where nothing is kept from before, and once more after another one."""
    context = browser.new_context(
        viewport=PHONE, locale="fr-FR", is_mobile=True, device_scale_factor=2
    )
    try:
        context.add_cookies(cookies)
        first = visit(context, url + path)
        visit(context, url + ("/besoins/2/" if path == "/" else "/"))
        return first, visit(context, url + path)
    finally:
        context.close()


def log_in(url: str, browser: Browser, email: str) -> list:
    """The cookies of somebody who has come in, from a browser whose store isn't used after."""
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    page.goto(f"{url}/compte/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", "trait-d-union")
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda address: "login" not in address)
    cookies = context.cookies()
    context.close()
    return cookies


def visit(context: BrowserContext, address: str) -> dict:
    page = context.new_page()
    page.add_init_script(WATCH)
    with weighed(page) as bytes_of:
        throttle = context.new_cdp_session(page)
        throttle.send("Network.enable")
        throttle.send("Network.emulateNetworkConditions", LINE)
        page.goto(address, wait_until="networkidle")
        page.wait_for_timeout(300)
        seen = page.evaluate(SEEN)
    page.close()
    began = monotonic()
    context.request.get(address)  # off the line, and its data warm: the server's own part
    seen["served"] = monotonic() - began
    return seen | {"bytes": bytes_of.total()}


if __name__ == "__main__":
    sys.exit(main())
