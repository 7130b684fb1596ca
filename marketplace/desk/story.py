"""Everything that happened around an organisation or a person, in order, for the coordinators.

Many tables, one list: their times are put in order by one query, and only what a page shows is read.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import CharField, F, Q, QuerySet, Value
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.models.organisations import OrganisationStep
from marketplace.desk.scope import Scope
from marketplace.models import (
    Chase,
    FollowUp,
    HandOver,
    MissionStep,
    NeedStep,
    Note,
    OfferStep,
    ProposalStep,
    Review,
)

PAGE = 40
type Rows = dict[str, QuerySet[Any]]


@dataclass(frozen=True)
class Event:
    """One thing that happened; `about` and `url` say on what."""

    at: datetime
    words: str
    by: str = ""
    about: str = ""
    url: str = ""
    tone: str = ""


def of_organisation(organisation: Organisation, scope: Scope) -> Rows:
    """Its own steps; its needs, and the proposals and missions it is on either side of."""
    theirs = Q(proposal__need__organisation=organisation) | Q(
        proposal__offer__organisation=organisation
    )
    in_mission = Q(mission__need__organisation=organisation) | Q(
        mission__offer__organisation=organisation
    )
    notes = (
        Q(organisation=organisation)
        | Q(need__organisation=organisation)
        | Q(mission__need__organisation=organisation)
    )
    return _in_poles(
        scope,
        {
            "organisation": OrganisationStep.objects.filter(organisation=organisation),
            "need": NeedStep.objects.filter(need__organisation=organisation),
            "offer": OfferStep.objects.filter(offer__organisation=organisation),
            "proposal": ProposalStep.objects.filter(theirs),
            "mission": MissionStep.objects.filter(in_mission),
            "answer": FollowUp.objects.filter(in_mission).exclude(answered_at=None),
            "review": Review.objects.filter(in_mission),
            "note": Note.objects.filter(notes),
            "hand_over": HandOver.objects.filter(notes),
            "chase": Chase.objects.filter(
                Q(proposal__need__organisation=organisation) | in_mission
            ),
        },
    )


def of_person(person: User, scope: Scope) -> Rows:
    """What they offered, what they did, what they were asked."""
    offered = Q(mission__offer__person=person)
    return _in_poles(
        scope,
        {
            "need": NeedStep.objects.filter(by=person),
            "offer": OfferStep.objects.filter(offer__person=person),
            "proposal": ProposalStep.objects.filter(
                Q(proposal__offer__person=person) | Q(by=person)
            ),
            "mission": MissionStep.objects.filter(offered | Q(by=person)),
            "answer": FollowUp.objects.filter(asked=person).exclude(answered_at=None),
            "review": Review.objects.filter(author=person),
            "note": Note.objects.filter(person=person),
            "chase": Chase.objects.filter(Q(proposal__offer__person=person) | offered),
        },
    )


POLE_OF = {
    "organisation": ["organisation__pole"],
    "need": ["need__pole"],
    "offer": ["offer__pole"],
    "proposal": ["proposal__need__pole"],
    "mission": ["mission__need__pole"],
    "answer": ["mission__need__pole"],
    "review": ["mission__need__pole"],
    "note": ["pole"],
    "hand_over": ["organisation__pole", "need__pole", "mission__need__pole"],
    "chase": ["proposal__need__pole", "mission__need__pole"],
}


def _in_poles(scope: Scope, rows: Rows) -> Rows:
    """Another pôle's stories are its own."""
    limited = {}
    for kind, found in rows.items():
        ours = Q()
        for path in POLE_OF[kind]:
            ours |= Q(**{f"{path}__in": scope.poles})
        limited[kind] = found.filter(ours)
    return limited


def page_of(rows: Rows, number: str | None):
    """A page of Events, newest first."""
    first, *others = [
        found.order_by()
        .annotate(
            story_kind=Value(kind, output_field=CharField()),
            number=F("pk"),
            happened_at=F(WHEN.get(kind, "at")),
        )
        .values_list("story_kind", "number", "happened_at")
        for kind, found in rows.items()
    ]
    union = first.union(*others, all=True)
    page = Paginator(union.order_by("-happened_at", "-number"), PAGE).get_page(number)
    page.object_list = _events(list(page.object_list), rows)
    return page


WHEN = {"answer": "answered_at", "review": "created_at"}


def _events(keys: list[tuple], rows: Rows) -> list[Event]:
    wanted: dict[str, list[int]] = {}
    for kind, number, _at in keys:
        wanted.setdefault(kind, []).append(number)
    made: dict[tuple[str, int], Event] = {}
    for kind, numbers in wanted.items():
        say, related = WORDS[kind]
        for row in (
            rows[kind].model._default_manager.filter(pk__in=numbers).select_related(*related)
        ):
            made[kind, row.pk] = say(row)
    return [made[kind, number] for kind, number, _at in keys]


# --- one function a kind -------------------------------------------------------------------------
def _step(noun: str) -> Callable[[Any], Event]:
    def say(step) -> Event:
        about = getattr(step, noun)
        title = about.need.title if noun in {"proposal", "mission"} else str(about)
        return Event(step.at, step.words, _name(step.by), title, about.get_absolute_url())

    return say


def _name(person) -> str:
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


def _of_mission(row, at: datetime, words: str, by: str) -> Event:
    mission = row.mission
    return Event(at, words, by, mission.need.title, mission.get_absolute_url())


def _note(row: Note) -> Event:
    about = row.subject
    url = "" if isinstance(about, User) else about.get_absolute_url()
    return Event(row.at, row.body, _name(row.by), str(about), url, tone="note")


def _hand_over(row: HandOver) -> Event:
    words = _("Handed over to %(who)s. %(note)s") % {"who": row.to, "note": row.note}
    return Event(row.at, words, _name(row.by), str(row.subject), row.subject.get_absolute_url())


def _chase(row: Chase) -> Event:
    about = row.proposal or row.mission
    assert about is not None, "the constraint keeps it to one"
    words = _("Chased for an answer")
    return Event(row.at, words, _name(row.by), about.need.title, about.get_absolute_url())


SUBJECTS = ("need", "mission__need", "organisation")
WORDS: dict[str, tuple[Callable[[Any], Event], Iterable[str]]] = {
    "organisation": (_step("organisation"), ["organisation", "by"]),
    "need": (_step("need"), ["need", "by"]),
    "offer": (_step("offer"), ["offer", "by"]),
    "proposal": (_step("proposal"), ["proposal__need", "by"]),
    "mission": (_step("mission"), ["mission__need", "by"]),
    "answer": (_answer, ["mission__need", "asked"]),
    "review": (_review, ["mission__need", "author"]),
    "note": (_note, ["person", "by", *SUBJECTS]),
    "hand_over": (_hand_over, ["to_person", "to_operator", "by", *SUBJECTS]),
    "chase": (_chase, ["proposal__need", "mission__need", "by"]),
}
