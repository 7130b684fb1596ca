"""Every address that answers GET, as each role, in a country of a hundred thousand of each noun:
`python -m tests.services python -m benchmarks.every_page`; without, SQLite at a tenth.

Opens each address with the busiest and with a usual row, then each filter, order and page that its own HTML offers, and after
that the main acts (benchmarks.main_acts). What is slowest of each address is opened again ROUNDS times. Prints what is above a
ceiling, what no role reached and why, and with `--table FILE` the line of each page. A DATABASE_URL of one's own with
`--keep FOLDER` keeps the world (benchmarks.country); `--demo` walks the demo alone, for what pages weigh. MISSIONS=10000 makes a tenth.
"""

import argparse
import logging
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import django

if os.environ.get("DATABASE_URL", "sqlite") == "sqlite":  # at a tenth
    os.environ.setdefault("MISSIONS", "10000")
    os.environ.setdefault("EMPLOYEES", "500")
from benchmarks import country, every_address, main_acts, readers
from benchmarks.every_address import ENOUGH, TRIED, Address
from benchmarks.page_choices import choices
from benchmarks.readers import Reader
from benchmarks.work import asked_of_the_database, worked

ROUNDS, FEW = (
    20,
    5,
)  # openings of what takes long, and of what doesn't, or takes so long that a few tell
LONG_MS, TOO_LONG_MS = 60, 1_000
A_HUNDRED = 100
P95_MS, P50_MS, QUESTIONS, BYTES = 150, 50, 15, 60_000
QUICK = {
    "home",
    "needs",
    "need",
    "mission",
    "inbox",
    "desk",
}  # of which half are answered in P50_MS
OURS_NEXT_DOOR = ("compte/login/", "compte/signup/", "compte/password/reset/")


@dataclass
class Page:
    """One address as one role, and what its opening took."""

    address: Address
    path: str
    reader: Reader
    ms: float
    cold: float
    questions: int
    bytes: int
    html: str = ""
    p50: float = 0
    p95: float = 0
    cpu: float = 0

    @property
    def above(self) -> list[str]:
        """Which ceilings it is above."""
        found = [f"p95 {self.p95:.0f} ms"] if self.p95 > P95_MS else []
        if self.address.name in QUICK and self.p50 > P50_MS:
            found.append(f"p50 {self.p50:.0f} ms")
        if self.questions > QUESTIONS:
            found.append(f"{self.questions} questions")
        if self.bytes > BYTES:
            found.append(f"{self.bytes / 1000:.1f} kB")
        return found

    @property
    def line(self) -> str:
        kb = f"{self.bytes / 1000:.1f}" if self.bytes else "(a file)"
        return (
            f"| {self.address.name} | {self.reader.role} | {self.p50:.0f} | {self.p95:.0f} | {self.cpu:.0f} "
            f"| {self.cold:.0f} | {self.questions} | {kb} | `{self.path}` |"
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--keep", type=Path, help="a folder for the files, and for SQLite’s database"
    )
    parser.add_argument("--only", default="", help="addresses whose pattern holds these letters")
    parser.add_argument("--roles", default="", help="some roles, with commas between")
    parser.add_argument("--demo", action="store_true", help="the demo alone")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="openings of what takes long")
    parser.add_argument("--table", type=Path, help="a file for the line of each page")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DEBUG": "true",
            "VAR_DIR": str(asked.keep or folder),
            "LOG_LEVEL": "CRITICAL",
        }
        os.environ |= {"DOORBELL": "false", "DJANGO_SETTINGS_MODULE": "config.settings"}
        os.environ.setdefault("SITE_URL", "http://testserver")
        django.setup()
        return walk(asked)


def walk(asked: argparse.Namespace) -> int:
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from config.wsgi import settle

    settings.ALLOWED_HOSTS = ["testserver"]
    if asked.demo:
        call_command("prepare", demo=True, stdout=sys.stderr)
    else:
        country.ready()
    settings.DEBUG = False
    logging.disable()  # what is refused is much of what is tried
    settle()  # as a worker of the web does: otherwise one page in a few looks through all for garbage, a quarter of a second
    began = time.perf_counter()
    addresses = [one for one in _all_addresses() if asked.only in one.pattern]
    pages = list(_seen(addresses, *_who(asked)))
    settle()  # what was seen, too
    for number, page in enumerate(pages, 1):
        measure(page, asked.rounds)
        if number % A_HUNDRED == 0 or page.ms > TOO_LONG_MS:
            print(
                f"    {number} of {len(pages)} measured: {page.line}", file=sys.stderr, flush=True
            )
    world = "the demo" if asked.demo else f"{country.MISSIONS} of each noun"
    print(f"\n{connection.vendor}, {world}, {len(addresses)} addresses")
    bad = _tell(addresses, pages)
    if not asked.demo and not asked.only:
        bad += main_acts.tell()
    if asked.table:
        asked.table.write_text(
            "".join(f"{page.line}\n" for page in sorted(pages, key=lambda one: -one.p95))
        )
    print(f"({time.perf_counter() - began:.0f} s)")
    return 1 if bad else 0


def _all_addresses() -> list[Address]:
    return [*every_address.ours(), *(Address(path, path) for path in OURS_NEXT_DOOR)]


def _who(asked: argparse.Namespace) -> tuple[list[Reader], list[Reader]]:
    """Those who open each address; and those who open what the others find nothing of."""
    if asked.demo:
        return [Reader("visitor", readers.client_of(None)), *readers.of_the_demo()], []
    chosen = set(filter(None, asked.roles.split(",")))
    roles = [one for one in readers.of_the_country() if not chosen or one.role in chosen]
    return roles, [] if chosen else list(readers.of_the_demo())


def _seen(addresses: list[Address], roles: list[Reader], others: list[Reader]) -> Iterator[Page]:
    """The slowest two pages of each address. The others open what the roles find nothing of."""
    found: dict[str, list[Page]] = {one.pattern: [] for one in addresses}
    for reader in roles:
        for address in addresses:
            found[address.pattern] += look(address, reader)
        print(
            f"    {reader.role}, {sum(map(len, found.values()))} pages", file=sys.stderr, flush=True
        )
    for reader in others:
        for address in addresses:
            if not found[address.pattern]:
                found[address.pattern] += look(address, reader)
    for pages in found.values():
        if pages:
            slowest = max(pages, key=lambda one: one.ms)
            pages += _chosen(slowest)
            for page in pages:
                page.html = ""
            yield from _worst(pages)


def _worst(pages: list[Page]) -> list[Page]:
    """The slowest two, and which asks most, and which weighs most."""
    by_time = sorted(pages, key=lambda one: -one.ms)
    asks, weighs = max(pages, key=lambda one: one.questions), max(pages, key=lambda one: one.bytes)
    found = by_time[:2]
    found += [asks] if asks.questions > max(QUESTIONS, *(one.questions for one in found)) else []
    found += [weighs] if weighs.bytes > max(BYTES, *(one.bytes for one in found)) else []
    return list({id(one): one for one in found}.values())


def look(address: Address, reader: Reader) -> Iterator[Page]:
    """Until it has shown enough pages, or has said that no page is there for this role."""
    seen = 0
    for path in islice(every_address.paths(address, reader.numbers), TRIED):
        page, status = _look(address, path, reader)
        if page:
            yield page
            seen += 1
        if status in (302, 405) or seen == ENOUGH:
            return


def _look(address: Address, path: str, reader: Reader) -> tuple[Page | None, int]:
    with asked_of_the_database() as questions:
        began = time.perf_counter()
        answer = reader.client.get(path)
        content = b"".join(answer) if answer.streaming else answer.content
        cold = (time.perf_counter() - began) * 1000
    address.answers.add(answer.status_code)
    if answer.status_code >= 500 and answer.status_code != 503:
        address.broken.add(f"{path} as {reader.role}")
    if answer.status_code != 200:
        return None, answer.status_code
    is_html = answer.headers["Content-Type"].startswith("text/html")
    html = content.decode() if is_html else ""
    ms = _opened(reader, path)
    return Page(
        address, path, reader, ms, cold, questions.number, len(content) if is_html else 0, html
    ), 200


def _opened(reader: Reader, path: str) -> float:
    began = time.perf_counter()
    answer = reader.client.get(path)
    if answer.streaming:
        for _part in answer:
            pass
    return (time.perf_counter() - began) * 1000


def _chosen(page: Page) -> list[Page]:
    """The same page with each of the filters, orders and pages that it offers."""
    if not page.html:
        return []
    path = page.path.partition("?")[0]
    queries = choices(path, page.html)
    looked = (_look(page.address, f"{path}?{query}", page.reader)[0] for query in queries)
    return [one for one in looked if one]


def measure(page: Page, most: int) -> None:
    long = LONG_MS < page.ms < TOO_LONG_MS or page.address.name in QUICK
    rounds = most if long else min(FEW, most)
    before = worked()
    times = sorted(_opened(page.reader, page.path) for _ in range(rounds))
    page.cpu = (worked() - before) * 1000 / rounds
    page.p50, page.p95 = statistics.median(times), times[min(rounds - 1, int(rounds * 0.95))]


def _tell(addresses: list[Address], pages: list[Page]) -> int:
    seen = {page.address.pattern for page in pages}
    print(f"{len(seen)} of them seen, {len(pages)} pages measured")
    above = sorted((page for page in pages if page.above), key=lambda one: -one.p95)
    for page in above:
        print(
            f"{', '.join(page.above):44} cpu {page.cpu:5.0f} ms  {page.reader.role:14} {page.path}"
        )
    broken = sorted({path for one in addresses for path in one.broken})
    print(f"Broken: {'; '.join(broken) or 'none'}.")
    quiet = [one for one in addresses if one.pattern not in seen]
    posts = [one for one in quiet if one.answers == {405}]
    print(f"{len(posts)} answer a POST alone. Not reached, {len(quiet) - len(posts)}:")
    for one in quiet:
        if one not in posts:
            print(f"    {one.name}: {one.why}")
    return len(above) + len(broken)


if __name__ == "__main__":
    sys.exit(main())
