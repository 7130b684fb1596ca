"""The people of benchmarks.soak: they open the pages to which links lead from their home, write messages and log in again."""

import contextlib
import http.client
import itertools
import random
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from marketplace import demo

# How many in a hundred requests, in the order of demo.ACCOUNTS; the others are a visitor's.
SHARES = (20, 16, 12, 12, 4)
VISITOR = 100 - sum(SHARES)
PAGES = 40  # of each
WRITES = 0.02  # of the requests of whoever has conversations
LOG_INS = 0.002
CLIENTS = 24  # that ask at once, at the most
LATE = 5.0  # seconds after its time at which a request is no more asked
PATIENCE = 60
IDLE = (
    1.0  # after which a line isn't used again: gunicorn shuts one after two, and may while we speak
)
TOKEN = "s" * 32
LINK = re.compile(r'href="(/[^"#]*)"')
LEFT_OUT = ("/static/", "/compte/logout", "/administration/", "/media/", "/langue")
FILE = re.compile(r"\.(csv|xlsx|ods|odt|pdf|ics|json|zip)\b")
THREAD = re.compile(r"/messages/\d+/$")
SENT_KEY = re.compile(r'name="sent_key"[^>]*value="([^"]+)"')
FINE = {200, 302, 304}


@dataclass
class Someone:
    """A role, its session, and the pages that it opens. Several clients may ask in its name at once."""

    email: str
    share: int
    port: int
    cookies: dict[str, str] = field(default_factory=lambda: {"csrf": TOKEN})
    pages: list[str] = field(default_factory=list)
    threads: list[str] = field(default_factory=list)

    def ask(self, line: http.client.HTTPConnection, path: str, **fields: str) -> tuple[int, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in dict(self.cookies).items())
        headers = {"Cookie": cookies, "Accept-Language": "fr", "Accept-Encoding": "identity"}
        body, method = None, "GET"
        if fields:
            body, method = urlencode(fields | {"csrfmiddlewaretoken": TOKEN}), "POST"
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line.request(method, path, body, headers)
        answer = line.getresponse()
        page = answer.read().decode(errors="replace")
        for said in answer.headers.get_all("Set-Cookie", ()):
            for name, morsel in SimpleCookie(said).items():
                if name == "session" and morsel.value:
                    self.cookies[name] = morsel.value
        return answer.status, page

    def log_in(self, line: http.client.HTTPConnection) -> int:
        said = {"login": self.email, "password": demo.PASSWORD}
        fresh = Someone(self.email, 0, self.port)  # who is logged in already is sent home
        status, _page = fresh.ask(line, "/compte/login/", **said)
        if "session" in fresh.cookies:
            self.cookies = fresh.cookies
        return status

    def look_around(self) -> None:
        """Follows the links from home, breadth first, and keeps those that answer with a page."""
        waiting, seen = ["/"], {"/"}
        with contextlib.closing(connected(self.port)) as line:
            if self.email:
                status = self.log_in(line)
                assert "session" in self.cookies, f"{self.email} can't log in: {status}"
            while waiting and len(self.pages) < PAGES:
                url = waiting.pop(0)
                status, page = self.ask(line, url)
                if status != 200:
                    continue
                self.pages.append(url)
                for link in dict.fromkeys(LINK.findall(page.replace("&amp;", "&"))):
                    if link not in seen and not (link.startswith(LEFT_OUT) or FILE.search(link)):
                        seen.add(link)
                        waiting.append(link)
            self.threads = [
                url for url in self.pages
                if THREAD.match(url) and SENT_KEY.search(self.ask(line, url)[1])
            ]  # fmt: skip

    def write(self, line: http.client.HTTPConnection, path: str) -> int:
        status, page = self.ask(line, path)
        found = SENT_KEY.search(page)
        if status != 200 or not found:
            return status
        return self.ask(line, path, text="Bonjour, voici des nouvelles.", sent_key=found[1])[0]


def connected(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)


def everybody(port: int) -> list[Someone]:
    people = [Someone("", VISITOR, port)]
    accounts = zip(demo.ACCOUNTS, SHARES, strict=True)
    people += [Someone(email, share, port) for (_role, email), share in accounts]
    for one in people:
        one.look_around()
    return people


class Load:
    """Asks `rate` times a second, whatever is answered; what can't be asked in time isn't, and is counted."""

    def __init__(self, people: list[Someone], rate: float, chance: random.Random) -> None:
        self.people, self.rate, self.chance = people, rate, chance
        self.shares = [one.share for one in people]
        self.turns, self.ended = itertools.count(), threading.Event()
        self.counted = threading.Lock()
        self.took: list[tuple[float, float]] = []  # since the beginning, seconds from its due time
        self.not_asked = self.written = 0
        self.faults: list[str] = []

    def __enter__(self) -> "Load":
        self.began = time.monotonic()
        self.threads = [threading.Thread(target=self._client) for _one in range(CLIENTS)]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def between(self, since: float, until: float) -> list[float]:
        with self.counted:
            return sorted(took for at, took in self.took if since <= at < until)

    def _client(self) -> None:
        line, used = connected(self.people[0].port), 0.0
        while not self.ended.is_set():
            due = next(self.turns) / self.rate
            if self.ended.wait(max(0, due - self.seconds)):
                return
            if self.seconds - due > LATE:
                self.not_asked += 1
                continue
            one = self.chance.choices(self.people, self.shares)[0]
            what, act = self._act(one)
            if self.seconds - used > IDLE:
                line.close()
            try:
                status = act(line)
            except (OSError, http.client.HTTPException) as error:
                line.close()
                status, what = 0, f"{what}: {error!r}"
            used = self.seconds
            with self.counted:
                self.took.append((due, used - due))
                if status not in FINE:
                    self.faults.append(f"{due:.0f} s: {status} {one.email} {what}")

    def _act(self, one: Someone) -> tuple[str, Callable[[http.client.HTTPConnection], int]]:
        drawn = self.chance.random()
        if one.email and drawn < LOG_INS:
            return "logs in", one.log_in
        if one.threads and drawn < LOG_INS + WRITES:
            path = self.chance.choice(one.threads)
            self.written += 1
            return f"writes at {path}", lambda line: one.write(line, path)
        path = self.chance.choice(one.pages)
        return path, lambda line: one.ask(line, path)[0]
