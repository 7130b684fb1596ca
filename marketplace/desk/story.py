"""Everything that happened around an organisation or a person, in order, for the
coordinators.

Many tables make one list: one query sorts their times, and only what a page shows is
read.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import Step, User
from accounts.models.organisations import OrganisationStep
from common.quotes import labelled
from marketplace.desk.happened import Sql
from marketplace.models import (
    AskedPoleStep,
    Chase,
    Dispatched,
    FollowUp,
    HandOver,
    MissionStep,
    NeedStep,
    Note,
    OfferStep,
    ProposalStep,
    Review,
)

PAGE, FURTHEST = 40, 1_000_000
READ = """
WITH story AS ({story}) SELECT story_kind, number, happened_at, COUNT(*) OVER () FROM story
ORDER BY happened_at DESC, number DESC, story_kind LIMIT %s OFFSET %s
"""
NOTHING = "SELECT '' AS story_kind, 0 AS number, NULL AS happened_at WHERE 1 = 0"


@dataclass(frozen=True)
class Event:
    """One thing that happened; `about` and `url` say to what."""

    at: datetime
    words: str
    by: str = ""
    about: str = ""
    url: str = ""
    tone: str = ""


def page_of(parts: list[Sql], number: str | None) -> Page:
    """A page of Events, the newest first. What two queries find is shown once. One question finds the page and counts the others:
    each part is read to its end anyway, and putting it into words takes as long."""
    story = " UNION ".join(words for words, _values in parts) or NOTHING
    values = [value for _words, known in parts for value in known]
    asked = int(number) if number and number.isascii() and number.isdigit() else 1
    asked = min(max(asked, 1), FURTHEST)
    found = _read(story, values, asked)
    if not found and asked > 1:  # past the last
        count = sum(one[-1] for one in _read(story, values, 1)[:1])
        asked = max(1, -(-count // PAGE))
        found = _read(story, values, asked)
    pages: Paginator[Any] = Paginator([], PAGE)
    pages.count = found[0][-1] if found else 0
    shown = pages.get_page(asked)
    shown.object_list = _events([one[:3] for one in found])
    return shown


def _read(story: str, values: list, number: int) -> list[tuple]:
    """Kind, number, time, and how many there are in all."""
    with connection.cursor() as cursor:
        cursor.execute(READ.format(story=story), [*values, PAGE, (number - 1) * PAGE])
        return cursor.fetchall()


def _events(keys: list[tuple]) -> list[Event]:
    wanted: dict[str, list[int]] = {}
    for kind, number, _at in keys:
        wanted.setdefault(kind, []).append(number)
    made: dict[tuple[str, int], Event] = {}
    for kind, numbers in wanted.items():
        model, say, related = WORDS[kind]
        for row in model._default_manager.filter(pk__in=numbers).select_related(*related):
            made[kind, row.pk] = say(row)
    return [made[kind, number] for kind, number, _at in keys]


# --- one function a kind -------------------------------------------------------------------------
def _step(noun: str) -> Callable[[Any], Event]:
    def say(step: Step) -> Event:
        about = getattr(step, noun)
        title = about.need.title if noun in {"proposal", "mission"} else str(about)
        return Event(step.at, step.words, _name(step.by), title, about.get_absolute_url())

    return say


def _name(person: User | None) -> str:
    return person.get_full_name() if person else ""


def _answer(row: FollowUp) -> Event:
    words = _("Follow-up: %(answer)s") % {"answer": row.get_answer_display() or _("answered")}
    said = f"{words}. {row.words}" if row.words else words
    assert row.answered_at is not None, "unanswered ones are left out"
    return _of_mission(row, row.answered_at, said, _name(row.asked))


def _review(row: Review) -> Event:
    words = _("Review: %(rating)s out of 5. %(words)s") % {
        "rating": row.rating,
        "words": row.words,
    }
    return _of_mission(row, row.created_at, words, _name(row.author))


def _of_mission(row: FollowUp | Review, at: datetime, words: str, by: str) -> Event:
    mission = row.mission
    return Event(at, words, by, mission.need.title, mission.get_absolute_url())


def _note(row: Note) -> Event:
    about = row.subject
    url = "" if isinstance(about, User) else about.get_absolute_url()
    return Event(row.at, row.body, _name(row.by), str(about), url, tone="note")


def _hand_over(row: HandOver) -> Event:
    said = {"who": row.to, "before": row.from_person, "note": row.note}
    if row.from_person and row.from_person != row.by:
        words = _("Handed over to %(who)s, followed by %(before)s until then. %(note)s") % said
    else:
        words = _("Handed over to %(who)s. %(note)s") % said
    return Event(row.at, words, _name(row.by), str(row.subject), row.subject.get_absolute_url())


def _dispatched(row: Dispatched) -> Event:
    return Event(row.at, words_of(row), "", row.need.title, row.need.get_absolute_url())


def words_of(row: Dispatched) -> str:
    """« Confié à X par la règle … », whichever names its operator and the rule had then."""
    return _("Entrusted to %(who)s by the rule “%(rule)s”") % {
        "who": row.operator,
        "rule": row.rule,
    }


def _asked_pole(step: AskedPoleStep) -> Event:
    need = step.asked.need
    return Event(step.at, words_of_asked(step), _name(step.by), need.title, need.get_absolute_url())


def words_of_asked(step: AskedPoleStep) -> str:
    """« Pôle voisin : n’a trouvé personne », with the word that came with it."""
    return labelled(str(step.asked.pole), step.words)


def _chase(row: Chase) -> Event:
    about = row.proposal or row.mission
    assert about is not None, "the constraint keeps it to one"
    words = _("Chased for an answer")
    return Event(row.at, words, _name(row.by), about.need.title, about.get_absolute_url())


SUBJECTS = ("need", "mission__need", "organisation")
WORDS: dict[str, tuple[type[Model], Callable[[Any], Event], Iterable[str]]] = {
    "organisation": (OrganisationStep, _step("organisation"), ["organisation", "by"]),
    "need": (NeedStep, _step("need"), ["need", "by"]),
    "offer": (OfferStep, _step("offer"), ["offer", "by"]),
    "proposal": (ProposalStep, _step("proposal"), ["proposal__need", "by"]),
    "mission": (MissionStep, _step("mission"), ["mission__need", "by"]),
    "answer": (FollowUp, _answer, ["mission__need", "asked"]),
    "review": (Review, _review, ["mission__need", "author"]),
    "note": (Note, _note, ["person", "by", *SUBJECTS]),
    "hand_over": (
        HandOver,
        _hand_over,
        ["to_person", "to_operator", "from_person", "by", *SUBJECTS],
    ),
    "dispatched": (Dispatched, _dispatched, ["need", "operator"]),
    "asked": (AskedPoleStep, _asked_pole, ["asked__need", "asked__pole", "by"]),
    "chase": (Chase, _chase, ["proposal__need", "mission__need", "by"]),
}
