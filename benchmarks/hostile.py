"""How long what strangers send holds us up: `python -m benchmarks.hostile`.

The shapes of tests/hostile.py at 20, 40, 80 and 160 kB, through the whole reply door (a real SMTP client, the
database) and through each reader; processor time, the best of three. The slope is that of time over size on
log-log paper: 1 is linear, 2 a square. The slowest first; a reader that cuts has a slope near 0.
"""

import math
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
SIZES = (20_000, 40_000, 80_000, 160_000)
ROUNDS = int(os.environ.get("ROUNDS", "3"))

Row = tuple[str, str, list[float]]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DEBUG": "true",
            "VAR_DIR": folder,
            "LOG_LEVEL": "CRITICAL",
            "DOORBELL": "false",
        }
        from tests import hostile

        os.environ |= {"REPLY_DOMAIN": "reponse.example.org", "REPLY_AUTHSERV_ID": hostile.MX}
        django.setup()
        prepare()
        show([*doors(), *readers()])


def prepare() -> None:
    from django.core.management import call_command

    for command in ("migrate", "createcachetable", "load_places", "load_skills"):
        call_command(command, verbosity=0, stdout=open(os.devnull, "w"))  # noqa: SIM115


def show(rows: list[Row]) -> None:
    rows.sort(key=lambda row: -row[2][-1])
    print("| reader | shape | 20 kB, ms | 40 | 80 | 160 | slope |\n|---|---|---|---|---|---|---|")
    for reader, shape, times in rows:
        told = " | ".join(f"{one:.1f}" for one in times)
        print(f"| {reader} | {ascii(shape)} | {told} | {slope(times):.2f} |", flush=True)
    steep = [row for row in rows if slope(row[2]) > 1.2 and row[2][-1] > 20]
    print(f"\n{len(rows)} shapes; steeper than 1.2 and above 20 ms: {len(steep)}.")


def slope(times: list[float]) -> float:
    """Least squares through the points, in logarithms."""
    xs = [math.log(size) for size in SIZES]
    ys = [math.log(max(one, 0.001)) for one in times]
    middle, height = sum(xs) / len(xs), sum(ys) / len(ys)
    run = sum((x - middle) ** 2 for x in xs)
    return sum((x - middle) * (y - height) for x, y in zip(xs, ys, strict=True)) / run


def spent(read: Callable, make: Callable) -> list[float]:
    """Milliseconds at each size."""
    found = []
    for size in SIZES:
        sent, best = make(size), math.inf
        for _turn in range(ROUNDS):
            start = time.process_time()
            read(sent)
            best = min(best, time.process_time() - start)
        found.append(1000 * best)
    return found


# --- the reply door, from the client to the database ---------------------------------------
def doors() -> Iterator[Row]:
    from django.utils import timezone

    from marketplace.actions.talk import messages, replies
    from notifications.models import Notification
    from tests import hostile
    from tests.factories import make_need, make_offer, make_proposal, make_user
    from tests.mail_door import hand_over

    noe = make_user(first_name="Noé", email="noe@example.org")
    thread = make_proposal(make_need(), make_offer(noe)).thread
    messages.say(thread, text="Jeudi ?", sent_key="k", by=thread.proposal.need.created_by)
    known = Notification.objects.get(recipient=noe, kind="message_waiting").reply_to
    unknown = f"r-1-1-{'a' * 26}@reponse.example.org"

    def through(address: str) -> Callable[[bytes], None]:
        def send(content: bytes) -> None:
            hand_over(
                lambda *arguments: replies.take(*arguments, now=timezone.now()),
                lambda client: client.sendmail("noe@example.org", [address], content),
            )

        return send

    nobody = lambda size: b"From: x@example.org\r\n\r\nOui."  # noqa: E731
    yield "reply door", "three words, for scale", spent(through(unknown), nobody)
    for name, make in hostile.MAILS.items():
        print(f"reply door: {name!a}", file=sys.stderr, flush=True)
        yield "reply door, address unknown", name, spent(through(unknown), make)
        yield "reply door, one's own address", name, spent(through(known), make)
    for name, make in hostile.REPORTS.items():
        yield "reply door, reports", name, spent(through("retours@reponse.example.org"), make)


# --- each reader alone ---------------------------------------------------------------------
def readers() -> Iterator[Row]:
    from tests import hostile

    for reader, read, shapes in _readers(hostile):
        for name, make in shapes.items():
            print(f"{reader}: {name!a}", file=sys.stderr, flush=True)
            yield reader, name, spent(read, make)


def _readers(hostile) -> Iterator[tuple[str, Callable, dict]]:
    from django.core.exceptions import ValidationError
    from django.core.files.base import ContentFile

    from accounts import places
    from common import spreadsheets
    from marketplace import uploads, words
    from marketplace.documents.report_odt import odt
    from marketplace.documents.report_pdf import pdf
    from marketplace.forms.market.skills import Picker, look_into
    from marketplace.forms.missions.hours import HoursField
    from marketplace.words import contacts, markdown
    from notifications import rendering
    from notifications.replies import markup, trimming
    from tests.marketplace.documents.report_example import hostile as report_of

    def refused(read: Callable) -> Callable:
        def tried(sent) -> None:
            try:
                read(sent)
            except ValidationError:
                return

        return tried

    judge = refused(lambda content: uploads.clean(ContentFile(content, name="x")))
    yield "trimming", trimming.own_words, hostile.TEXTS
    yield "a mail's page", markup.read_aloud, hostile.PAGES
    yield "contact details", contacts.found_in, hostile.MESSAGES
    yield "Markdown", markdown.as_html, hostile.MESSAGES
    yield "skills read", words.suggest, hostile.MESSAGES
    yield "skills looked for", lambda text: look_into(Picker([]), text), hostile.MESSAGES
    yield "places", places.search, hostile.MESSAGES
    yield "a letter's page", rendering.blocks, hostile.MESSAGES
    yield "cells", spreadsheets.harmless, hostile.MESSAGES
    yield "a report, PDF", lambda text: pdf(report_of(text)), hostile.MESSAGES
    yield "a report, text", lambda text: odt(report_of(text)), hostile.MESSAGES
    yield "hours", refused(HoursField().clean), hostile.MESSAGES
    yield "files, PDF", judge, hostile.PDFS
    yield "files, office", judge, hostile.DOCUMENTS


if __name__ == "__main__":
    main()
