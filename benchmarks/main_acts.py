"""How long the main acts take in the world of benchmarks.country: say, apply, accept, publish, log hours, sign.

Each is sent as its own page sends it, and taken back at once: the world stays as it was. What follows the commit (the bell of the
worker) isn't in it.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from benchmarks.readers import client_of, of_the_country
from benchmarks.work import asked_of_the_database, worked

ROUNDS = 20
CEILING_MS = 200


@dataclass
class Act:
    """What is sent, by whom, and the question whether it has happened."""

    name: str
    client: Any
    path: str
    said: dict[str, str]
    happened: Callable[[], bool]


def tell() -> int:
    """Prints a line for each act. Returns how many are above the ceiling."""
    print(f"\n{'act':24}{'p50 ms':>9}{'p95 ms':>9}{'cpu ms':>9}{'queries':>9}")
    above = 0
    for act in acts():
        p50, p95, cpu, questions = _told(act)
        print(f"{act.name:24}{p50:9.0f}{p95:9.0f}{cpu:9.0f}{questions:9d}", flush=True)
        above += p95 > CEILING_MS
    print(
        f"Of the acts {above} are above {CEILING_MS} ms."
        if above
        else "The acts hold their ceiling."
    )
    return above


def acts() -> Iterator[Act]:
    from django.urls import reverse
    from django.utils import timezone

    from marketplace.models import HoursEntry, Message, Mission, Need, NeedStep, Offer, Proposal

    readers = {one.role: one for one in of_the_country()}
    volunteer, desk = readers["volunteer"], readers["coordinator"]
    mission = Mission.objects.get(pk=volunteer.numbers["Mission"][0])
    thread = reverse("thread", args=[volunteer.numbers["Thread"][0]])
    yield Act(
        "say", volunteer.client, thread, {"text": "Bonjour à vous, à demain."},
        _more(Message.objects.filter(text="Bonjour à vous, à demain.")),
    )  # fmt: skip
    offer = Offer.objects.filter(
        pole=mission.need.pole_id, time="OWN", status="PUBLISHED", capacity=3
    )
    busy = Proposal.objects.filter(status="OPEN").values("offer__person")  # who waits for answers
    offer = offer.exclude(person=mission.offer.person_id).exclude(person__in=busy).earliest("pk")
    need = (
        Need.objects.published()
        .filter(pole=offer.pole_id)
        .exclude(proposals__offer__person=offer.person_id)
    )
    yield Act(
        "apply", client_of(offer.person), reverse("need-apply", args=[need.latest("pk").pk]),
        {"offer": str(offer.pk), "word": "Je peux vous aider.", "agree": "on"},
        _more(Proposal.objects.filter(created_by=offer.person_id)),
    )  # fmt: skip
    waits = Proposal.objects.filter(need=volunteer.numbers["Need"][0], status="OPEN").latest("pk")
    yield Act(
        "accept", readers["administrator"].client, reverse("proposal-accept", args=[waits.pk]), {},
        _more(Mission.objects.filter(proposal=waits)),
    )  # fmt: skip
    submitted = Need.objects.filter(pole=mission.need.pole_id, status="SUBMITTED").earliest("pk")
    yield Act(
        "publish", desk.client, reverse("need-publish", args=[submitted.pk]), {},
        _more(NeedStep.objects.filter(need=submitted, after="PUBLISHED")),
    )  # fmt: skip
    today = timezone.localdate()
    yield Act(
        "log hours", volunteer.client, reverse("mission-hours", args=[mission.pk]), {f"hours_{today:%Y%m%d}": "2"},
        _more(HoursEntry.objects.filter(mission=mission)),
    )  # fmt: skip
    yield from _sign()


def _sign() -> Iterator[Act]:
    """A paper of the demo that waits for somebody with an account."""
    from django.urls import reverse

    from accounts.models import User
    from marketplace.models import Document, Signature
    from marketplace.rules import permissions

    for paper in Document.objects.filter(status="TO_SIGN").exclude(mission=None).order_by("pk"):
        for user in User.objects.filter(email__endswith="@example.org", pk__lt=200).order_by("pk"):
            for party in permissions.parties_to_sign(user, paper):
                said = {
                    "party": party,
                    "read": paper.sha256,
                    "capacity": "Présidente",
                    "agreed": "on",
                }
                yield Act(
                    "sign", client_of(user), reverse("document-sign", args=[paper.pk]), said,
                    _more(Signature.objects.filter(document=paper)),
                )  # fmt: skip
                return


def _more(rows: Any) -> Callable[[], bool]:
    """Whether there are more of these than there were."""
    before = rows.count()
    return lambda: rows.count() > before


def _told(act: Act) -> tuple[float, float, float, int]:
    said = _of_its_form(act) | act.said
    _done(act, said)
    with asked_of_the_database() as questions:
        _done(act, said, ask=False)
    before = worked()
    times = [_done(act, said) for _ in range(ROUNDS)]
    cpu = (worked() - before) * 1000 / ROUNDS
    return statistics.median(times), statistics.quantiles(times, n=20)[-1], cpu, questions.number


def _done(act: Act, said: dict[str, str], *, ask: bool = True) -> float:
    from django.db import transaction

    with transaction.atomic():
        began = time.perf_counter()
        answer = act.client.post(act.path, said)
        took = (time.perf_counter() - began) * 1000
        assert not ask or (answer.status_code == 302 and act.happened()), (
            f"{act.name}: {answer.status_code}, not done"
        )
        transaction.set_rollback(True)
    return took


def _of_its_form(act: Act) -> dict[str, str]:
    """What the page that sends it holds in hidden fields."""
    answer = act.client.get(act.path)
    read = _Hidden()
    if answer.status_code == 200:
        read.feed(answer.content.decode())
    return read.found


class _Hidden(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "input" and told.get("type") == "hidden" and told.get("name"):
            self.found[told["name"] or ""] = told.get("value") or ""
