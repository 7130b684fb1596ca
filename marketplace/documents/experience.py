"""What somebody has done here: missions, skills, words about their work. Reads only; only the person themselves can
see it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from accounts.models import User
from marketplace.models import (
    HoursEntry,
    Mission,
    OfferSkill,
    Review,
    Skill,
    SkillGained,
    TeamMember,
    Voice,
)
from marketplace.models.missions.reviews import quotable
from marketplace.states import MissionStatus

DONE = (
    MissionStatus.DELIVERED,
    MissionStatus.REVIEWED,
    MissionStatus.VALUED,
    MissionStatus.CLOSED,
    MissionStatus.RENEWED,
)
A_PAGE = 20


@dataclass(frozen=True)
class Done:
    mission: Mission
    hours: Decimal
    skills: list[str]
    gained: list[str]
    said: str
    """The structure's words about the mission."""
    said_by: str
    quoted_by: str
    """Their first name alone, which is what they agreed to have quoted."""
    may_quote: bool
    url: str
    """Its page: in a team by name, that of one's own part."""


@dataclass(frozen=True)
class Experience:
    """All of one's missions, or a page of them, with what all of them say."""

    missions: list[Done]
    skills: list[tuple[str, int]]
    """The skills practised, with the number of missions; the most practised first."""
    gained: list[str]

    @property
    def hours(self) -> Decimal:
        """Those of these missions."""
        return sum((done.hours for done in self.missions), Decimal())


def of(user: User) -> Experience:
    """The missions that this person did themselves and that were delivered, or that stopped before their end after hours
    that the structure has confirmed; the newest first. In a team, whoever has given such hours did it too."""
    numbers = _numbers(user)
    return _told(user, numbers, numbers)


def page_of(user: User, number: str | None) -> tuple[Experience, Page]:
    """A page of them; the skills are those of all."""
    numbers = _numbers(user)
    page = Paginator(numbers, A_PAGE).get_page(number)
    return _told(user, numbers, list(page.object_list)), page


def _numbers(user: User) -> list[int]:
    given = HoursEntry.objects.confirmed().filter(mission=OuterRef("pk"), person=user)
    found = (
        Mission.objects.filter(Q(offer__person=user) | Q(Exists(given), offer__person=None))
        .filter(Q(status__in=DONE) | Q(Exists(given), status=MissionStatus.INTERRUPTED))
        .order_by("-starts_on", "-pk")
    )
    return list(found.values_list("pk", flat=True))


def _told(user: User, numbers: Sequence[int], shown: Sequence[int]) -> Experience:
    skills, gained = _practised(numbers), _gained(user, numbers)
    practised = Counter(skill for number in numbers for skill in skills.get(number, ()))
    return Experience(
        missions=_missions(user, shown, skills, gained),
        skills=practised.most_common(),
        gained=sorted({skill for some in gained.values() for skill in some}),
    )


def _practised(numbers: Sequence[int]) -> dict[int, list[str]]:
    """What `practised` says of each of these missions, without reading them."""
    held = OfferSkill.objects.filter(offer=OuterRef("offer"), skill=OuterRef("asked"))
    wanted = Mission.objects.filter(pk__in=numbers).annotate(asked=F("need__wanted__skill"))
    order = ("-need__wanted__required", "-need__wanted__level", "need__wanted__pk")
    rows = list(wanted.filter(Exists(held)).order_by(*order).values_list("pk", "asked"))
    named = Skill.objects.in_bulk({skill for _mission, skill in rows})
    found: dict[int, list[str]] = defaultdict(list)
    for mission, skill in rows:
        found[mission].append(str(named[skill]))
    return found


def _gained(user: User, numbers: Sequence[int]) -> dict[int, list[str]]:
    """What they said they gained in each; what a colleague said of a team isn't theirs."""
    own = SkillGained.objects.filter(review__side=Voice.OFFER, review__author=user)
    found: dict[int, list[str]] = defaultdict(list)
    for row in own.filter(review__mission__in=numbers).select_related("review", "skill"):
        found[row.review.mission_id].append(str(row.skill))
    return found


def _missions(
    user: User,
    numbers: Sequence[int],
    skills: Mapping[int, list[str]],
    gained: Mapping[int, list[str]],
) -> list[Done]:
    # Of these missions: which reviews are open would else be asked of all that there are.
    reviews = Review.objects.filter(mission__in=numbers, side=Voice.NEED)
    reviews = reviews.readable_by(user, timezone.now()).select_related("author")
    theirs = {one.mission_id: one for one in reviews.order_by()}
    shown, rows = quotable(theirs.values()), _read(numbers)
    given, parts = _hours(user, numbers), _own_parts(user, numbers)
    return [
        _done(
            one,
            skills.get(one.pk, []),
            gained.get(one.pk, []),
            theirs.get(one.pk),
            shown,
            given.get(one.pk, Decimal()),
            parts.get(one.pk, one).get_absolute_url(),
        )
        for one in rows
    ]


def _read(numbers: Sequence[int]) -> QuerySet[Mission]:
    found = Mission.objects.filter(pk__in=numbers).order_by("-starts_on", "-pk")
    read = found.select_related("need__organisation", "apart_for").with_served()
    return read.prefetch_related("departures")


def _hours(user: User, numbers: Sequence[int]) -> dict[int, Decimal]:
    """What was confirmed of theirs in each."""
    given = HoursEntry.objects.confirmed().filter(person=user, mission__in=numbers)
    return dict(given.order_by().values_list("mission").annotate(Sum("hours")))


def _own_parts(user: User, numbers: Sequence[int]) -> dict[int, TeamMember]:
    """By mission, of those that a team comes to."""
    rows = TeamMember.objects.filter(person=user, mission__in=numbers).order_by()
    return {one.mission_id: one for one in rows}


def practised(mission: Mission) -> list[str]:
    """The skills that the need asked for and the offer holds; one that nobody had isn't said to be practised."""
    held = {row.skill_id for row in mission.offer.held.all()}
    wanted = mission.need.wanted.all()
    return [str(row.skill) for row in wanted if row.skill_id in held]


def _done(
    mission: Mission,
    skills: list[str],
    gained: list[str],
    theirs: Review | None,
    shown: Collection[int],
    hours: Decimal,
    url: str,
) -> Done:
    """`theirs`: what the structure says; `shown`: the numbers of the reviews that may be quoted."""
    return Done(
        mission=mission,
        hours=hours,
        skills=skills,
        gained=gained,
        said=theirs.words if theirs else "",
        said_by=str(theirs.author) if theirs else "",
        quoted_by=theirs.author.first_name if theirs else "",
        may_quote=theirs is not None and theirs.pk in shown,
        url=url,
    )
