"""Who read, took out or wrote what of a person or of an organisation, by day and by reader. Reads only."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Organisation, User
from common.dates import midnight
from marketplace.models import JournalEntry, JournalKind, Mission, Need, Offer, Proposal, Thread
from marketplace.models.desk.journal import AFTER_SEARCH, LISTS, JournalQuerySet
from marketplace.rules import reader_names
from marketplace.rules.prepared import rows_for

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

A_PAGE = 100  # lines, and the rest of their last day
ONE_VISIT = timedelta(minutes=10)  # the same opened again before that is the same visit

# A word of the address → what it leaves: these are the four things that one asks about.
ACTS: dict[str, tuple["StrOrPromise", tuple[JournalKind, ...]]] = {
    "lu": (
        gettext_lazy("readings"),
        (
            JournalKind.PERSON_READ, JournalKind.HOUSE_READ, JournalKind.NEED_READ, JournalKind.OFFER_READ,
            JournalKind.PROPOSAL_READ, JournalKind.MISSION_READ, JournalKind.TALK_READ, JournalKind.CASE_READ,
            JournalKind.PAPER_READ, JournalKind.WORK_READ, JournalKind.STAFF_READ,
        ),
    ),
    "emporte": (
        gettext_lazy("files taken out"),
        (JournalKind.PAPER_TAKEN, JournalKind.ARCHIVE_TAKEN, JournalKind.FILE_TAKEN, JournalKind.LISTED),
    ),
    "cherche": (gettext_lazy("searches"), (JournalKind.SOUGHT,)),
    "ecrit": (gettext_lazy("letters and needs written"), (JournalKind.WROTE, JournalKind.FOR_THEM)),
}  # fmt: skip

# What follows the name of who did it; “%(what)s” where the thing has a name that the reader may see today.
OF_ONE: dict[str, tuple["StrOrPromise", "StrOrPromise"]] = {
    JournalKind.PERSON_READ: (gettext_lazy("read your page"),) * 2,
    JournalKind.HOUSE_READ: (gettext_lazy("read the page of the organisation"),) * 2,
    JournalKind.NEED_READ: (gettext_lazy("read the need “%(what)s”"), gettext_lazy("read a need")),
    JournalKind.OFFER_READ: (gettext_lazy("read the offer “%(what)s”"), gettext_lazy("read an offer")),
    JournalKind.PROPOSAL_READ: (gettext_lazy("read the proposal for “%(what)s”"), gettext_lazy("read a proposal")),
    JournalKind.MISSION_READ: (gettext_lazy("read the mission “%(what)s”"), gettext_lazy("read a mission")),
    JournalKind.TALK_READ: (gettext_lazy("read the conversation about “%(what)s”"), gettext_lazy("read a conversation")),
    JournalKind.CASE_READ: (gettext_lazy("read a case of the coordination"),) * 2,
    JournalKind.PAPER_READ: (gettext_lazy("opened a paper"),) * 2,
    JournalKind.PAPER_TAKEN: (gettext_lazy("downloaded a paper"),) * 2,
    JournalKind.ARCHIVE_TAKEN: (gettext_lazy("downloaded all the papers of the mission “%(what)s”"), gettext_lazy("downloaded all the papers of a mission")),
    JournalKind.FILE_TAKEN: (gettext_lazy("downloaded a file that was sent"),) * 2,
    JournalKind.WORK_READ: (gettext_lazy("read the page of your contract and your entry date"),) * 2,
    JournalKind.SOUGHT: (gettext_lazy("searched for your name, your address or your number"),) * 2,
    JournalKind.LISTED: (gettext_lazy("took out a list that you are in, as a file"),) * 2,
    JournalKind.WROTE: (gettext_lazy("wrote to you, and to others, with one letter"),) * 2,
    JournalKind.FOR_THEM: (gettext_lazy("wrote a need in your place"),) * 2,
    JournalKind.STAFF_READ: (gettext_lazy("opened what the site holds of you, in its administration"),) * 2,
}  # fmt: skip
OF_A_HOUSE: dict[str, "StrOrPromise"] = {
    JournalKind.STAFF_READ: gettext_lazy(
        "opened what the site holds of the organisation, in its administration"
    ),
    JournalKind.LISTED: gettext_lazy("took out a list that the organisation is in, as a file"),
    JournalKind.FOR_THEM: gettext_lazy("wrote a need in the organisation’s place"),
    JournalKind.WROTE: gettext_lazy("wrote to the organisation, and to others, with one letter"),
}
OF_A_LINE = ("at", "by", "organisation", "pole", "kind", "number", "form", "words", "why")
COUNTED = ("need", "offer", "mission")  # of these somebody has several
# Of which model the number of a line is.
THINGS: dict[str, type[Any]] = {
    JournalKind.NEED_READ: Need,
    JournalKind.OFFER_READ: Offer,
    JournalKind.PROPOSAL_READ: Proposal,
    JournalKind.MISSION_READ: Mission,
    JournalKind.ARCHIVE_TAKEN: Mission,
    JournalKind.TALK_READ: Thread,
}


@dataclass(frozen=True)
class Act:
    """What one reader did of the same on one day: the hour of each time, the last first."""

    words: str
    hours: list[datetime]
    url: str = ""
    why: str = ""

    @property
    def times(self) -> int:
        return len(self.hours)

    @property
    def last(self) -> datetime:
        return self.hours[0]

    @property
    def how_often(self) -> str:
        return ngettext("%(n)s time", "%(n)s times", self.times) % {"n": self.times}

    @property
    def all_hours(self) -> str:
        """In words, in the order of the day."""
        said = [formats.date_format(timezone.localtime(one), "H:i") for one in reversed(self.hours)]
        return ", ".join(said)


@dataclass
class Who:
    """One reader on one day."""

    name: str
    acts: list[Act] = field(default_factory=list)


@dataclass
class Day:
    day: date
    people: list[Who]


@dataclass(frozen=True)
class Page:
    days: list[Day]
    older: date | None  # before which the next page begins
    poles: frozenset[int]


def page_of(rows: JournalQuerySet, *, reader: User, house: bool, before: date | None) -> Page:
    """The last hundred lines before that day, and all of the day that these end in, as sentences."""
    if before is not None:
        rows = rows.filter(at__lt=midnight(before))
    edge = rows.order_by("-at", "-pk").values_list("at", flat=True)[A_PAGE : A_PAGE + 1]
    first = timezone.localtime(edge[0]).date() if edge else None
    older = None
    if first is not None:
        if rows.filter(at__lt=midnight(first)).order_by("-at").values("pk")[:1]:
            older = first
        rows = rows.filter(at__gte=midnight(first))
    found = _grouped(rows)
    return Page(
        list(_days(found, reader, house)), older, frozenset(row["pole"] for row in found) - {None}
    )


def _grouped(rows: JournalQuerySet) -> list[dict[str, Any]]:
    """One row for all that one reader did of the same on one day, the last first, with its hours; and one for each file, however
    many of its lines are about the same."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows.order_by("-at", "kind", "number").values(*OF_A_LINE):
        row["day"] = timezone.localtime(row["at"]).date()
        is_file = row["kind"] == JournalKind.LISTED
        what = (row["at"],) if is_file else (row["number"], row["form"])
        key = (row["day"], row["by"], row["organisation"], row["kind"], *what)
        one = found.setdefault(key, row | {"hours": [], "lists": Counter(), "earliest": None})
        one["lists"][row["words"]] += 1
        # Read backwards: a visit goes on as long as its openings are close to each other.
        if one["earliest"] is None or one["earliest"] - row["at"] > ONE_VISIT:
            one["hours"].append(row["at"])
        one["earliest"] = row["at"]
    return list(found.values())


def _days(found: list[dict[str, Any]], reader: User, house: bool) -> Iterator[Day]:
    names = reader_names.names({(row["by"], row["organisation"]) for row in found})
    titles = _titles(found, reader)
    days: dict[date, dict[tuple[int, int | None], Who]] = {}
    for row in found:
        key = (row["by"], row["organisation"])
        people = days.setdefault(row["day"], {})
        who = people.setdefault(key, Who(names[key]))
        what = titles.get((row["kind"], row["number"]))
        who.acts.append(_act(row, what, house))
    for day, people in days.items():
        yield Day(day, list(people.values()))


def _act(row: dict[str, Any], what: Any, house: bool) -> Act:
    known, bare = OF_ONE.get(row["kind"], (row["kind"], row["kind"]))
    words = str(OF_A_HOUSE.get(row["kind"], "")) if house else ""
    if not words:
        words = known % {"what": what} if what else str(bare)
    if row["form"] == AFTER_SEARCH:
        words = _("%(did)s, found by a search") % {"did": words}
    if row["kind"] == JournalKind.LISTED and (lists := _lists(row["lists"])):
        words = _("%(did)s: %(lists)s") % {"did": words, "lists": lists}
    return Act(words, row["hours"], what.get_absolute_url() if what else "", row["why"])


def _lists(counted: Counter[str]) -> str:
    """What was in the file: each list, and how many lines of it are one's own where they may be several."""
    said: dict[str, None] = {}
    for word, name in LISTS.items():
        if times := counted[word]:
            mine = ngettext("%(n)s of yours", "%(n)s of yours", times) % {"n": times}
            known = {"list": name, "mine": mine}
            said[_("%(list)s (%(mine)s)") % known if word in COUNTED else str(name)] = None
    return ", ".join(said)


def _titles(found: Iterable[dict[str, Any]], reader: User) -> dict[tuple[str, int], Any]:
    """What the lines are about, of what the person who asks may see today."""
    wanted: dict[type[Any], set[int]] = {}
    for row in found:
        if row["kind"] in THINGS and row["number"]:
            wanted.setdefault(THINGS[row["kind"]], set()).add(row["number"])
    seen = {model: _seen(model, numbers, reader) for model, numbers in wanted.items()}
    return {
        (kind, number): thing
        for kind, model in THINGS.items()
        for number, thing in seen.get(model, {}).items()
    }


def _seen(model: type[Any], numbers: set[int], reader: User) -> dict[int, Any]:
    if model is Thread:  # the longest question, put together once in each process
        seen = rows_for(reader, _threads, sorted(numbers))
        return Thread.objects.with_what_lines_show().in_bulk([pk for (pk,) in seen])
    rows: Any = model.objects.visible_to(reader).filter(pk__in=numbers).distinct()
    if model in (Mission, Proposal):
        rows = rows.select_related("need", "offer")
    return {row.pk: row for row in rows}


def _threads(reader: User, numbers: list[int]) -> QuerySet:
    return Thread.objects.visible_to(reader).filter(pk__in=numbers).order_by().values_list("pk")


def narrowed(rows: JournalQuerySet, act: str) -> JournalQuerySet:
    """Those of one of the four things; all of them for a word that is none."""
    return rows.filter(kind__in=ACTS[act][1]) if act in ACTS else rows


def of(reader: User, house: Organisation | None) -> JournalQuerySet:
    """About the person themselves, or about an organisation that they represent."""
    told = JournalEntry.objects.all()
    return told.about(reader) if house is None else told.about_house(house)
