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
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import (
    Membership,
    Organisation,
    Seat,
    Step,
    User,
)
from accounts.models.organisations import OrganisationStep
from common.quotes import labelled
from marketplace.desk.scope import Scope
from marketplace.desk.union import in_sql
from marketplace.models import (
    AskedPoleStep,
    Chase,
    Dispatched,
    FollowUp,
    HandOver,
    MissionStep,
    Need,
    NeedStep,
    Note,
    Offer,
    OfferStep,
    Proposal,
    ProposalStep,
    Review,
    Time,
)
from marketplace.models.desk.desk import about_what_is_left, left_by_their_writer
from marketplace.models.market.bosses import filled_under
from marketplace.states import NeedStatus, OfferStatus

PAGE, FURTHEST = 40, 1_000_000
READ = """
WITH story AS ({story}) SELECT story_kind, number, happened_at, COUNT(*) OVER () FROM story
ORDER BY happened_at DESC, number DESC, story_kind LIMIT %s OFFSET %s
"""
# What the coordinators don't see elsewhere either: `visible_to` of needs and of offers.
NEED_DRAFTS = Q(need__status=NeedStatus.DRAFT, need__submitted_at=None)
OFFER_DRAFTS = Q(offer__status=OfferStatus.DRAFT)
type Rows = list[tuple[str, QuerySet[Any]]]


@dataclass(frozen=True)
class Event:
    """One thing that happened; `about` and `url` say to what."""

    at: datetime
    words: str
    by: str = ""
    about: str = ""
    url: str = ""
    tone: str = ""


def of_organisation(organisation: Organisation, scope: Scope) -> Rows:
    """The organisation's own steps, its needs, and the proposals and missions on either side of which it is.
    Missions, offers and proposals of another pôle are left out: they are for that pôle's coordinators, whoever is
    lent; unless it was asked to look for somebody. So are drafts, which are their authors' alone."""
    poles = scope.poles
    needs = _needs(scope).filter(need__organisation=organisation)
    offers = _offers(scope).filter(offer__organisation=organisation)
    rows: Rows = [
        ("organisation", OrganisationStep.objects.filter(organisation=organisation)),
        ("need", needs.exclude(NEED_DRAFTS)),
        ("offer", offers.exclude(OFFER_DRAFTS)),
        *_handed_over(organisation, scope),
        ("dispatched", dispatched(need__organisation=organisation, need__pole__in=poles)),
        ("asked", _asked(organisation, scope)),
        *_notes(
            scope,
            organisation={"organisation": organisation},
            need={"need__organisation": organisation},
            mission={"mission__need__organisation": organisation},
        ),
    ]
    for side in ("need", "offer"):
        rows += _between({f"{side}__organisation": organisation}, scope)
    return rows


def of_person(person: User, scope: Scope) -> Rows:
    """What a person offered, what they did, what they were asked."""
    poles = scope.poles
    needs = _needs(scope).filter(by=person)
    offers = _offers(scope).filter(offer__person=person)
    missions = MissionStep.objects.filter(~_at_home(scope), by=person)
    rows: Rows = [
        ("need", needs.exclude(NEED_DRAFTS)),
        ("offer", offers.exclude(OFFER_DRAFTS)),
        (
            "proposal",
            ProposalStep.objects.filter(~_kept(scope), by=person, proposal__need__pole__in=poles),
        ),
        ("mission", missions.filter(mission__need__pole__in=poles)),
        (
            "answer",
            FollowUp.objects.filter(asked=person, mission__need__pole__in=poles)
            .told(timezone.now())
            .followed_by(scope.reader),
        ),
        ("review", _opened(scope, author=person, mission__need__pole__in=poles)),
        *_notes(scope, person={"person": person}),
    ]
    offered = _between({"offer__person": person, "need__pole__in": poles}, scope)
    kept = [(kind, found) for kind, found in offered if kind not in {"answer", "review"}]
    return rows + kept


def _handed_over(organisation: Organisation, scope: Scope) -> Rows:
    """What coordinators told each other as they passed it on. An organisation, with its needs, may turn out to be of
    another pôle until it is verified: what was said in the former stays there, so only what was passed to somebody of
    ours is told."""
    poles, left = scope.poles, about_what_is_left(scope.reader)
    ours = Seat.objects.coordinating().filter(pole__in=poles)
    seated = Seat.objects.ever_held().filter(pole__in=poles).values("operator")
    people = Membership.objects.filter(organisation__in=ours.values("operator")).values("user")
    here = Q(to_operator__in=seated) | Q(to_person__in=people)
    return [
        ("hand_over", HandOver.objects.filter(~left & here, **which))
        for which in (
            {"organisation": organisation},
            {"need__organisation": organisation, "need__pole__in": poles},
            {"mission__need__organisation": organisation, "mission__need__pole__in": poles},
        )
    ]


def dispatched(**which: Any) -> QuerySet[Dispatched]:
    """What rules gave to operators of the needs' pôle; those of a pôle that they have left are its own."""
    seated = Seat.objects.ever_held().filter(
        pole=OuterRef("need__pole"), operator=OuterRef("operator")
    )
    return Dispatched.objects.filter(Exists(seated), **which)


def _asked(organisation: Organisation, scope: Scope) -> QuerySet[AskedPoleStep]:
    """What other pôles were asked about its needs, and have answered: for whoever follows them."""
    reader, theirs = scope.reader, {"organisation": organisation, "pole__in": scope.poles}
    rivals = Proposal.objects.filter(Proposal.left_to_others(reader)).values("need")
    left = Q(pk__in=rivals) | Q(pk__in=left_by_their_writer(reader).values("pk"))
    left |= Q(organisation__in=Organisation.objects.left_to_others_by(reader).values("pk"))
    return AskedPoleStep.objects.filter(asked__need__in=Need.objects.filter(~left, **theirs))


def _between(side: dict, scope: Scope) -> Rows:
    """What happened to proposals and missions of this side. There is one query for each side and noun: "or" between
    two tables would read both from end to end."""
    of_proposal = {f"proposal__{path}": value for path, value in side.items()}
    of_mission = {f"mission__{path}": value for path, value in side.items()}
    of_mission["mission__need__pole__in"] = scope.poles
    elsewhere = Proposal.objects.put_forward_elsewhere_by(scope.reader).values("pk")
    here = Q(proposal__need__pole__in=scope.poles) | Q(proposal__in=elsewhere)
    ours = here & ~_kept(scope)
    return [
        ("proposal", ProposalStep.objects.filter(ours, **of_proposal)),
        ("mission", MissionStep.objects.filter(~_at_home(scope), **of_mission)),
        (
            "answer",
            FollowUp.objects.filter(**of_mission).told(timezone.now()).followed_by(scope.reader),
        ),
        ("review", _opened(scope, **of_mission)),
        ("chase", Chase.objects.filter(ours, **of_proposal)),
        ("chase", Chase.objects.filter(~_at_home(scope), **of_mission)),
    ]


def _needs(scope: Scope) -> QuerySet[NeedStep]:
    return NeedStep.objects.filter(~filled_under(scope.reader), need__pole__in=scope.poles)


def _offers(scope: Scope) -> QuerySet[OfferStep]:
    at_home = Offer.at_home_under(scope.reader, at="offer__")
    closed = Q(offer__time=Time.OWN, offer__person__closed_at__isnull=False)  # nobody reads these
    return OfferStep.objects.filter(~at_home, offer__pole__in=scope.poles).exclude(closed)


def _kept(scope: Scope) -> Exists:
    """A condition on rows about a proposal: the reader leaves it to others, since they are a candidate for the same
    need, or it is what somebody offers at home under them."""
    kept = Proposal.kept_from(scope.reader)
    return Exists(Proposal.objects.filter(kept, pk=OuterRef("proposal")))


def _at_home(scope: Scope) -> Q:
    """A condition on rows about a mission: somebody does it at home under the reader."""
    return Offer.at_home_under(scope.reader, at="mission__offer__")


def _opened(scope: Scope, **about: Any) -> QuerySet[Review]:
    return Review.objects.filter(~_at_home(scope), **about).opened(timezone.now())


def _notes(scope: Scope, **which: dict[str, Any]) -> Rows:
    """The notes of the reader's own pôles, by what they are about; another pôle's are its own, and what colleagues say of a matter
    of which the reader is a side is theirs."""
    return [
        ("note", Note.objects.visible_to(scope.reader, of=kind).filter(**asked))
        for kind, asked in which.items()
    ]


def page_of(rows: Rows, number: str | None) -> Page:
    """A page of Events, the newest first. What two queries find is shown once. One question finds the page and counts the others:
    each part is read to its end anyway, and putting it into words takes as long."""
    first, *others = [
        found.order_by()
        .annotate(
            story_kind=Value(kind, output_field=CharField()),
            number=F("pk"),
            happened_at=F(WHEN.get(kind, "at")),
        )
        .values_list("story_kind", "number", "happened_at")
        for kind, found in rows
    ]
    story, values = in_sql(first.union(*others).order_by())
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
    shown.object_list = _events([one[:3] for one in found], dict(rows))
    return shown


def _read(story: str, values: list, number: int) -> list[tuple]:
    """Kind, number, time, and how many there are in all."""
    with connection.cursor() as cursor:
        cursor.execute(READ.format(story=story), [*values, PAGE, (number - 1) * PAGE])
        return cursor.fetchall()


WHEN = {"answer": "answered_at", "review": "created_at"}


def _events(keys: list[tuple], rows: dict[str, QuerySet]) -> list[Event]:
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
WORDS: dict[str, tuple[Callable[[Any], Event], Iterable[str]]] = {
    "organisation": (_step("organisation"), ["organisation", "by"]),
    "need": (_step("need"), ["need", "by"]),
    "offer": (_step("offer"), ["offer", "by"]),
    "proposal": (_step("proposal"), ["proposal__need", "by"]),
    "mission": (_step("mission"), ["mission__need", "by"]),
    "answer": (_answer, ["mission__need", "asked"]),
    "review": (_review, ["mission__need", "author"]),
    "note": (_note, ["person", "by", *SUBJECTS]),
    "hand_over": (_hand_over, ["to_person", "to_operator", "from_person", "by", *SUBJECTS]),
    "dispatched": (_dispatched, ["need", "operator"]),
    "asked": (_asked_pole, ["asked__need", "asked__pole", "by"]),
    "chase": (_chase, ["proposal__need", "mission__need", "by"]),
}
