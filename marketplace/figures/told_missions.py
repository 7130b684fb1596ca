"""Missions that have ended well, to be told to anybody: only what both, or whoever is named, agree to today."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db.models import QuerySet
from django.utils import timezone

from accounts.states import OrganisationStatus
from common import prepared
from common.prepared import Question
from marketplace.models import Block, Review, Telling, Time, Voice
from marketplace.models.missions.reviews import ReviewQuerySet
from marketplace.models.talk.blocks import ends_of_need, ends_of_offer
from marketplace.rules import tellings, worked_with

HAPPY = 4
LOOKED_AT = 4  # for each that is wanted


@dataclass(frozen=True)
class Told:
    title: str
    quote: str
    quote_by: str
    """Who says it; "" where it is what both tell together."""
    names: tuple[str, str]
    """The structure and who came, each as they agree to be named; "" for one who doesn't."""
    picture_url: str = ""
    alt: str = ""
    lines: tuple[str, ...] = ()
    """What was needed, what was done, what it changed."""
    mission: int = 0
    picture: str = ""
    """The path of the picture in the media storage."""

    @property
    def is_quoted(self) -> bool:
        """Whether somebody says it: what both tell together stands in the lines already."""
        return bool(self.quote_by)

    @property
    def signature(self) -> str:
        """Who says it and who was there, as far as they agree to be named: first who says it, with their house."""
        names = sorted(filter(None, self.names), key=lambda name: not self._is_who_says_it(name))
        if self.quote_by and not any(map(self._is_who_says_it, names)):
            names = [self.quote_by, *names]
        return " · ".join(dict.fromkeys(names))

    def _is_who_says_it(self, name: str) -> bool:
        return name == self.quote_by or name.startswith(f"{self.quote_by}, ")


def finished_with_quote(limit: int) -> list[Told]:
    """The latest first: those that both sides tell, then those of which somebody may be quoted. A few questions to the
    database, however many there are, put into words once: the front page asks them of each visitor."""
    told = prepared.rows(_told_first(limit))
    left = limit - len(told)
    numbers = [telling.mission_id for telling in told]
    said = prepared.rows(_said_first(left), timezone.now(), numbers) if left > 0 else []
    return [*_by_both(told), *_by_one(said, left)]


@cache
def _told_first(limit: int) -> Question[Telling]:
    def first_tellings() -> QuerySet[Telling]:
        return tellings.told()[:limit]

    return first_tellings


@cache
def _said_first(limit: int) -> Question[Review]:
    def first_reviews(now: datetime, but: Sequence[int]) -> QuerySet[Review]:
        return _latest(_reviews(now), but, limit)

    return first_reviews


def of_missions(numbers: Collection[int], limit: int) -> list[Told]:
    """The same, of these missions alone: a few questions, however many missions there are."""
    if not numbers:
        return []
    told = list(tellings.told().filter(mission__in=numbers)[:limit])
    left = max(0, limit - len(told))
    said = _reviews(timezone.now()).filter(mission__in=numbers)
    latest = _latest(said, [telling.mission_id for telling in told], left)
    return [*_by_both(told), *_by_one(latest, left)]


def _by_both(told: list[Telling]) -> Iterator[Told]:
    if not told:
        return
    said: dict[int, Review] = {}
    numbers = [telling.mission_id for telling in told]
    for review in _reviews(timezone.now()).filter(mission__in=numbers).order_by("created_at"):
        if review.mission_id not in said or review.side == Voice.NEED:
            said[review.mission_id] = review
    for telling in told:
        names, words = tellings.names_of(telling), said.get(telling.mission_id)
        yield Told(
            str(telling.mission),
            words.words if words else telling.changed,
            words.author.first_name if words else "",
            (names.structure, names.other),
            telling.picture_url,
            telling.alt,
            (telling.needed, telling.done, telling.changed),
            telling.mission_id,
            telling.picture.name or "",
        )


def _latest(said: ReviewQuerySet, but: Sequence[int], limit: int) -> ReviewQuerySet:
    """Enough of them to find so many that may be told, without those of missions that both tell."""
    latest = said.exclude(mission__in=but).order_by("-created_at", "-pk")
    return latest[: limit * LOOKED_AT]


def _by_one(latest: Iterable[Review], limit: int) -> list[Told]:
    """What somebody says of a mission that both don't tell: the other is named where the two may be named together."""
    found: dict[int, Told] = {}
    for review in latest:
        if review.mission_id not in found and (one := _alone(review)):
            found[review.mission_id] = one
    return list(found.values())[:limit]


def _alone(review: Review) -> Told | None:
    """None where it can't be told: nobody may read of which mission it speaks, or one keeps the other away. The title
    leads to the structure: somebody's employer is named beside it where the two may be named together."""
    mission = review.mission
    ends = ends_of_need(mission.need), ends_of_offer(mission.offer)
    if not review.names_its_mission or Block.objects.between(*ends).exists():
        return None
    says, own = review.side == Voice.NEED, review.signature
    together = worked_with.missions().filter(pk=mission.pk).exists()
    if mission.offer.time == Time.WORK and not (says or together):
        return None
    structure, employer = (mission.need.organisation, mission.offer.organisation)
    other = str(employer if says else structure) if together else ""
    names = (own, other) if says else (other, own)
    return Told(
        str(mission), review.words, review.author.first_name, names, mission=review.mission_id
    )


def _reviews(now: datetime) -> ReviewQuerySet:
    accepted = {"mission__need__organisation__status": OrganisationStatus.ACCEPTED}
    return (
        Review.objects.public(now)
        .filter(rating__gte=HAPPY, mission__status__in=worked_with.ENDED, **accepted)
        .filter(mission__interrupted_at=None)
        .exclude(side=Voice.CARRIER)  # it speaks beside the structure that is named
        .select_related(
            "author",
            "mission__need__organisation",
            "mission__offer__organisation",
            "mission__offer__person",
        )
    )
