"""What one has to know within 72 hours of a breach: who read, took out or was sent something, and what an account that was
stolen read and could have read. Reads only."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, Q

from accounts.models import Membership, Organisation, User, poles_of
from marketplace.models import (
    Document,
    JournalEntry,
    JournalKind,
    Mission,
    Need,
    Offer,
    Proposal,
    StoredFile,
    Thread,
)
from marketplace.models.desk.journal import OF_POLES, JournalQuerySet
from notifications.models import Notification


@dataclass(frozen=True)
class Thing:
    """A noun of the question: its rows, and as what they stand in the journal."""

    model: type[Model]
    kinds: tuple[JournalKind, ...]
    listed: tuple[str, ...] = ()  # its words in the lines of lists


THINGS: dict[str, Thing] = {
    "need": Thing(Need, (JournalKind.NEED_READ, JournalKind.FOR_THEM), ("need",)),
    "offer": Thing(Offer, (JournalKind.OFFER_READ,), ("offer",)),
    "proposal": Thing(Proposal, (JournalKind.PROPOSAL_READ,)),
    "mission": Thing(
        Mission,
        (JournalKind.MISSION_READ, JournalKind.ARCHIVE_TAKEN),
        ("mission", "hours", "papers", "all-missions"),
    ),
    "conversation": Thing(Thread, (JournalKind.TALK_READ,)),
    "paper": Thing(Document, (JournalKind.PAPER_READ, JournalKind.PAPER_TAKEN)),
    "file": Thing(StoredFile, (JournalKind.FILE_TAKEN,)),
    "person": Thing(User, ()),
    "organisation": Thing(Organisation, ()),
    "list": Thing(JournalEntry, ()),
}


@dataclass(frozen=True)
class Span:
    since: datetime
    until: datetime

    @property
    def of_journal(self) -> Q:
        return Q(at__gte=self.since, at__lt=self.until)


@dataclass(frozen=True)
class Row:
    """One thing that somebody did, or one letter that left."""

    at: datetime
    name: str
    email: str
    house: str
    did: str
    number: int | None
    details: str


def readers_of(noun: str, number: int | None, span: Span) -> Iterator[Row]:
    """Who read, took out or wrote it, the oldest first; of a list, each that was taken out."""
    rows = _lines(noun, number).filter(span.of_journal)
    seen = set()
    for entry in rows.select_related("by", "organisation", "pole").order_by("at", "pk"):
        key = (entry.at, entry.by_id, entry.kind, entry.number)
        if key in seen:  # one reading is a line for each whom it is about
            continue
        seen.add(key)
        yield _row(entry)


def _lines(noun: str, number: int | None) -> JournalQuerySet:
    told = JournalEntry.objects.filter(told=True)
    if noun == "list":
        return JournalEntry.objects.filter(told=False)
    if noun == "person":
        return told.filter(subject=number)
    if noun == "organisation":
        taken = JournalEntry.objects.filter(told=False, organisation=number)
        return told.filter(house=number) | taken
    thing = THINGS[noun]
    asked = Q(kind__in=thing.kinds, number=number)
    if thing.listed:
        asked |= Q(kind=JournalKind.LISTED, number=number, words__in=thing.listed)
    if noun == "mission":
        papers = Document.objects.filter(mission=number).values("pk")
        papers_read = THINGS["paper"].kinds
        asked |= Q(kind__in=papers_read, number__in=papers)
        threads = Thread.objects.filter(proposal__missions=number).values("pk")
        asked |= Q(kind=JournalKind.TALK_READ, number__in=threads)
    return told.filter(asked)


def _row(entry: JournalEntry) -> Row:
    house = entry.organisation or entry.pole
    details = ", ".join(filter(None, [entry.words, entry.form, entry.why]))
    if entry.rows is not None:
        details = f"{details}, {entry.rows} rows".strip(", ")
    number = entry.number
    return Row(
        entry.at, str(entry.by), entry.by.email, str(house or ""), str(entry.did), number, details
    )


def taken_around(noun: str, number: int, span: Span) -> Iterator[Row]:
    """Files that left its pôle meanwhile, and may hold it: reports, and lists before they said of whom they were."""
    pole = pole_of(noun, number)
    if pole is None:
        return
    rows = JournalEntry.objects.filter(span.of_journal, told=False, pole=pole, kind__in=OF_POLES)
    for entry in rows.select_related("by", "organisation", "pole").order_by("at", "pk"):
        yield _row(entry)


def pole_of(noun: str, number: int) -> int | None:
    """The pôle of a thing that is one’s alone; None where it may be of several, or of none."""
    paths = {
        "need": "pole", "offer": "pole", "proposal": "need__pole", "mission": "need__pole", "organisation": "pole",
        "paper": "mission__need__pole",
    }  # fmt: skip
    if noun not in paths:
        return None
    rows: Any = THINGS[noun].model._default_manager.filter(pk=number)
    found: int | None = rows.values_list(paths[noun], flat=True).first()
    return found


def sent(noun: str, number: int, span: Span) -> Iterator[Row]:
    """The letters about it that were written meanwhile, to whom."""
    rows = Notification.objects.filter(created_at__gte=span.since, created_at__lt=span.until)
    asked = Q(matter=f"{noun}:{number}")
    thing: Any = THINGS[noun].model._default_manager.filter(pk=number).first()
    if hasattr(thing, "get_absolute_url"):
        asked |= Q(url__endswith=thing.get_absolute_url())
    if noun == "person":
        asked = Q(recipient=number)
    for letter in rows.filter(asked).select_related("recipient").order_by("created_at", "pk"):
        name = str(letter.recipient or "")
        yield Row(
            letter.created_at, name, letter.address, "", "was sent", letter.pk, letter.subject
        )


@dataclass(frozen=True)
class Concerned:
    """Somebody whose data an account read, or an organisation; and where to write to them."""

    name: str
    email: str
    times: int


@dataclass(frozen=True)
class Account:
    """What an account did in that time, and what was open to it."""

    did: dict[str, int]
    people: list[Concerned]
    houses: list[Concerned]
    could: dict[str, int]


def done_by(user: User, span: Span) -> Account:
    rows = JournalEntry.objects.filter(span.of_journal, by=user).order_by("at", "pk")
    did: Counter[str] = Counter()
    people: Counter[int] = Counter()
    houses: Counter[int] = Counter()
    seen = set()
    for line in rows.values_list("at", "kind", "number", "subject", "house").iterator():
        at, kind, number, subject, house = line
        if (at, kind, number) not in seen:
            seen.add((at, kind, number))
            did[kind] += 1
        people.update([subject] if subject else [])
        houses.update([house] if house else [])
    words = {
        kind: str(JournalKind(kind).label) if kind in JournalKind.values else kind for kind in did
    }
    return Account(
        {words[kind]: times for kind, times in did.most_common()},
        _people(people),
        _houses(houses),
        _could(user),
    )


def _people(times: Counter[int]) -> list[Concerned]:
    people = User.objects.filter(pk__in=times).order_by("last_name", "first_name", "pk")
    return [
        Concerned(str(one), one.email if one.is_active else "", times[one.pk]) for one in people
    ]


def _houses(times: Counter[int]) -> list[Concerned]:
    """With the addresses of its administrators."""
    rows = Membership.objects.administrators().of_active_accounts().filter(organisation__in=times)
    addresses: dict[int, list[str]] = {}
    for house, email in rows.order_by("pk").values_list("organisation", "user__email"):
        addresses.setdefault(house, []).append(email)
    houses = Organisation.objects.filter(pk__in=times).order_by("name", "pk")
    return [
        Concerned(str(one), ", ".join(addresses.get(one.pk, [])), times[one.pk]) for one in houses
    ]


def _could(user: User) -> dict[str, int]:
    """How much of each kind its rights opened to it, as they are today."""
    poles = poles_of(user)
    open_to: dict[str, Any] = {
        "pôles coordinated": poles,
        "organisations spoken for": Membership.objects.of(user).representing(),
        "needs": Need.objects.visible_to(user),
        "offers": Offer.objects.visible_to(user),
        "proposals": Proposal.objects.visible_to(user),
        "missions": Mission.objects.visible_to(user),
        "conversations": Thread.objects.visible_to(user),
        "papers": Document.objects.visible_to(user),
    }
    return {name: rows.values("pk").distinct().count() for name, rows in open_to.items()}
