"""What somebody has done here: missions, skills, words about their work. Reads only; only the person themselves can
see it."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils import timezone

from accounts.models import User
from marketplace.models import HoursEntry, Mission, Review, SkillGained, TeamMember, Voice
from marketplace.models.missions.reviews import quotable
from marketplace.states import MissionStatus

DONE = (
    MissionStatus.DELIVERED,
    MissionStatus.REVIEWED,
    MissionStatus.VALUED,
    MissionStatus.CLOSED,
    MissionStatus.RENEWED,
)


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
    mine: Review | None
    url: str
    """Its page: in a team by name, that of one's own part."""


@dataclass(frozen=True)
class Experience:
    missions: list[Done]
    skills: list[tuple[str, int]]
    """The skills practised, with the number of missions; the most practised first."""
    gained: list[str]
    hours: Decimal


def of(user: User) -> Experience:
    """The missions that this person did themselves and that were delivered, or that stopped before their end after hours
    that the structure has confirmed; the newest first. In a team, whoever has given such hours did it too."""
    now = timezone.now()
    given = HoursEntry.objects.confirmed().filter(mission=OuterRef("pk"), person=user)
    found = (
        Mission.objects.filter(Q(offer__person=user) | Q(Exists(given), offer__person=None))
        .filter(Q(status__in=DONE) | Q(Exists(given), status=MissionStatus.INTERRUPTED))
        .select_related("need__organisation", "apart_for", "offer")
        .with_served()
        .prefetch_related(
            "need__wanted__skill",
            "offer__held",
            "departures",
            Prefetch("reviews", Review.objects.readable_by(user, now).select_related("author")),
            Prefetch("reviews__gained", SkillGained.objects.select_related("skill")),
            Prefetch(
                "hours", HoursEntry.objects.confirmed().filter(person=user), to_attr="kept_hours"
            ),
            Prefetch("team", TeamMember.objects.filter(person=user), to_attr="own_parts"),
        )
        .order_by("-starts_on", "-pk")
    )
    theirs = [one for mission in found for one in mission.reviews.all() if one.side == Voice.NEED]
    shown = quotable(theirs)
    missions = [_done(mission, user, shown) for mission in found]
    practised = Counter(skill for done in missions for skill in done.skills)
    return Experience(
        missions=missions,
        skills=practised.most_common(),
        gained=sorted({skill for done in missions for skill in done.gained}),
        hours=sum((done.hours for done in missions), Decimal()),
    )


def practised(mission: Mission) -> list[str]:
    """The skills that the need asked for and the offer holds; one that nobody had isn't said to be practised."""
    held = {row.skill_id for row in mission.offer.held.all()}
    wanted = mission.need.wanted.all()
    return [str(row.skill) for row in wanted if row.skill_id in held]


def _done(mission: Mission, user: User, shown: Collection[int]) -> Done:
    """`shown`: the numbers of the reviews that may be quoted."""
    reviews = {review.side: review for review in mission.reviews.all()}
    theirs, mine = reviews.get(Voice.NEED), reviews.get(Voice.OFFER)
    if mine and mine.author_id != user.pk:  # a colleague's, for the team
        mine = None
    return Done(
        mission=mission,
        hours=sum((entry.hours for entry in mission.kept_hours), Decimal()),  # type: ignore[attr-defined]
        skills=practised(mission),
        gained=[str(gained.skill) for gained in mine.gained.all()] if mine else [],
        said=theirs.words if theirs else "",
        said_by=str(theirs.author) if theirs else "",
        quoted_by=theirs.author.first_name if theirs else "",
        may_quote=theirs is not None and theirs.pk in shown,
        mine=mine,
        url=(mission.own_parts or [mission])[0].get_absolute_url(),  # type: ignore[attr-defined]
    )
