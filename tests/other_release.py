"""A release at work on a database, said so that any release's code can run it: `python -P tests/other_release.py WORD CLIENTS`, in
the folder of that code.

People and what is between them are laid out by that code's own factories. Then so many clients read pages over and over, every
other one does the main acts besides, and a worker does all that the clock rings for, each in a thread with a connection of its own, until somebody
ends it. Each line of the input is answered by one of JSON: `world WORD` lays out more, `read EMAIL…` says whose pages are read,
`tell` what has been done since the last time, once everybody has gone a whole round more.
"""

import itertools
import json
import re
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import django

LINK = re.compile(r'href="(/[^"#?]*)"')
LEFT_OUT = ("/static/", "/compte/logout", "/administration/", "/courrier/demo")
PAGES = 12  # of each person, in one round


@dataclass
class World:
    structure: Any
    asks: Any
    coordinates: Any
    people: list[str]


def world(word: str) -> World:
    from tests import factories

    pole = factories.make_pole(f"Pôle {word}")
    people = [
        factories.make_user(email=f"{name}-{word}@example.org")
        for name in ("aline", "noe", "zoe", "lucie")
    ]
    aline, noe, zoe, lucie = people
    odile = factories.make_coordinator(pole, email=f"odile-{word}@example.org")
    garage = factories.make_organisation(
        "COMPANY", name=f"Garage {word}", administrator=zoe, member=noe, pole=pole
    )
    ours = factories.make_organisation(name=f"Jardins {word}", administrator=aline, pole=pole)
    need = factories.make_need(ours, title=f"Un site {word}")
    factories.make_mission(work=True, company=garage, person=noe, need=need)
    asked = factories.make_need(ours, title=f"Un logo {word}")
    factories.make_proposal(
        asked, factories.make_offer(lucie, title=f"Graphisme {word}", pole=pole)
    )
    return World(ours, aline, odile, [one.email for one in (*people, odile)])


@dataclass
class Found:
    """What has been done since somebody asked for it last."""

    pages: int = 0
    slowest: float = 0.0
    slowest_page: str = ""
    acts: Counter = field(default_factory=Counter)
    tasks: int = 0
    broken: dict[str, str] = field(default_factory=dict)


class AtWork:
    def __init__(self, word: str, clients: int) -> None:
        self.world, self.word, self.numbers = world(word), word, itertools.count(1)
        self.counted = threading.Condition()
        self.found, self.fault = Found(), ""
        self.read(*self.world.people)
        threading.excepthook = self.fell
        names = [f"client {number}" for number in range(clients)]
        self.done = dict.fromkeys([*names, "worker"], 0.0)  # when the last round began that is over
        rounds = [
            (name, Client(self, acts=number % 2 == 0).one_round)
            for number, name in enumerate(names)
        ]
        rounds.append(("worker", self.one_watch))
        for one in rounds:
            threading.Thread(target=self.go_round, args=one, daemon=True).start()

    def go_round(self, name: str, one_round: Any) -> None:
        while not self.fault:
            began = time.monotonic()
            one_round()
            with self.counted:
                self.done[name] = began
                self.counted.notify_all()

    def fell(self, about: Any) -> None:
        """What isn't an answer of 500 is a fault too: a row that can't be written any more, say."""
        told = traceback.format_exception(about.exc_type, about.exc_value, about.exc_traceback)
        with self.counted:
            self.fault = "".join(told)
            self.counted.notify_all()

    def one_watch(self) -> None:
        """All that the clock rings for, once each, after somebody has done something."""
        from django.conf import settings

        from config.celery import app

        app.loader.import_default_modules()
        for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
            result = app.tasks[entry["task"]].apply()
            with self.counted:
                self.found.tasks += 1
                if result.failed():
                    self.found.broken[name] = f"{result.result!r} {result.traceback}"[-2000:]
        with self.counted:
            self.counted.wait()

    # --- what is asked from outside --------------------------------------------------------------
    def read(self, *emails: str) -> dict:
        with self.counted:
            self.opened = dict.fromkeys(emails, 0.0)  # when somebody began to read their pages
            self.read_through = dict(self.opened)  # of what was read to its end
        return {}

    @contextmanager
    def next_reader(self) -> Iterator[str]:
        """Whoever was read longest ago."""
        began = time.monotonic()
        with self.counted:
            email = min(self.opened, key=self.opened.__getitem__)
            self.opened[email] = began
        yield email
        with self.counted:
            if email in self.read_through:
                self.read_through[email] = began

    def lay_out(self, word: str) -> dict:
        return {"people": world(word).people}

    def tell(self) -> dict:
        asked = time.monotonic()
        with self.counted:
            self.counted.wait_for(
                lambda: self.fault or min(*self.done.values(), *self.read_through.values()) > asked
            )
            if self.fault:
                sys.exit(self.fault)
            found, self.found = self.found, Found()
        return vars(found)


class Client:
    """Somebody at a browser, who stays logged in."""

    def __init__(self, at_work: AtWork, *, acts: bool) -> None:
        self.at_work, self.acts = at_work, acts
        self.asks, self.coordinates = map(
            logged_in, (at_work.world.asks, at_work.world.coordinates)
        )

    def one_round(self) -> None:
        if self.acts:
            self.main_acts(f"{self.at_work.word}-{next(self.at_work.numbers)}")
        with self.at_work.next_reader() as email:
            self.reads(email)

    def main_acts(self, word: str) -> None:
        """A need is published, somebody offers their help, is taken, speaks and writes their hours."""
        from django.utils import timezone

        from marketplace.models import HoursEntry, Message, Mission, Need, Proposal
        from tests import factories

        ours, today = self.at_work.world.structure, timezone.localdate()
        need = factories.make_need(ours, title=f"Un besoin {word}", status="SUBMITTED")
        person = factories.make_user(email=f"benevole-{word}@example.org")
        offer = factories.make_offer(person, title=f"Une aide {word}", pole=need.pole)
        helper, needs = logged_in(person), Need.objects.filter(pk=need.pk)
        proposals, missions = (noun.objects.all() for noun in (Proposal, Mission))
        self.press(
            "publish", self.coordinates, "need-publish", need, needs.filter(status="PUBLISHED")
        )
        self.send(
            "apply", helper, "need-apply", need, proposals.filter(need=need),
            offer=offer.pk, word="Je peux vous aider.", agree="on",
        )  # fmt: skip
        proposal = proposals.get(need=need)
        self.press("accept", self.asks, "proposal-accept", proposal, missions.filter(need=need))
        said = {"text": f"Bonjour, de {word}."}
        self.send("say", helper, "thread", proposal.thread, Message.objects.filter(**said), **said)
        missions.filter(need=need).update(status="RUNNING", started_at=timezone.now())
        mission = missions.get(need=need)
        self.send(
            "hours", helper, "mission-hours", mission, HoursEntry.objects.filter(mission=mission),
            **{f"hours_{today:%Y%m%d}": "2"},
        )  # fmt: skip

    def send(self, name: str, who: Any, page: str, about: Any, rows: Any, **said: Any) -> None:
        """A form, with what its page holds besides."""
        hidden = Hidden()
        hidden.feed(self.ask(who, "get", path_of(page, about)).content.decode())
        self.press(name, who, page, about, rows, **hidden.found | said)

    def press(self, name: str, who: Any, page: str, about: Any, rows: Any, **said: Any) -> None:
        """`rows` are there once it is done: a refusal leads elsewhere too."""
        path = path_of(page, about)
        answer, done = self.ask(who, "post", path, said), rows.exists()
        with self.at_work.counted:
            self.at_work.found.acts[name] += done
            if not done:
                told = f"not done: {answer.status_code}"
                self.at_work.found.broken.setdefault(f"{name} {path}", told)

    def reads(self, email: str) -> None:
        from django.contrib.auth import get_user_model

        client = logged_in(get_user_model().objects.get(email=email))
        waiting, seen = ["/", "/besoins/", "/offres/", "/missions/"], set()
        for _page in range(PAGES):
            if not waiting:
                return
            answer = self.ask(client, "get", waiting.pop(0))
            if not answer.streaming and answer.get("Content-Type", "").startswith("text/html"):
                for link in LINK.findall(answer.content.decode()):
                    if link not in seen and not link.startswith(LEFT_OUT):
                        seen.add(link)
                        waiting.append(link)

    def ask(self, client: Any, method: str, path: str, said: dict | None = None) -> Any:
        began = time.monotonic()
        answer = getattr(client, method)(path, said or {})
        took = time.monotonic() - began
        with self.at_work.counted:
            found = self.at_work.found
            found.pages += 1
            if took > found.slowest:
                found.slowest, found.slowest_page = took, f"{method} {path}"
            if answer.status_code >= 500:
                fault = getattr(answer, "exc_info", None)
                found.broken[f"{method} {path}"] = str(fault[1] if fault else answer.status_code)
        return answer


def path_of(page: str, about: Any) -> str:
    from django.urls import reverse

    return reverse(page, args=[about.pk])


class Hidden(HTMLParser):
    """What a page holds in hidden fields."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "input" and told.get("type") == "hidden" and told.get("name"):
            self.found[told["name"] or ""] = told.get("value") or ""


def logged_in(person: Any) -> Any:
    from django.test import Client

    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    client.force_login(person)
    return client


def main(word: str, clients: str) -> None:
    answers, sys.stdout = sys.stdout, sys.stderr  # whatever that code prints
    django.setup()
    at_work = AtWork(word, int(clients))
    acts = {"world": at_work.lay_out, "read": at_work.read, "tell": at_work.tell}
    print(json.dumps({"people": at_work.world.people}), file=answers, flush=True)
    for line in sys.stdin:
        act, *words = line.split()
        print(json.dumps(acts[act](*words)), file=answers, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
