"""Which organisations are shown as having worked together: a mission on working time that has ended, and the yes of
each side to being named, as long as both stand. Nothing of it says on what they worked, nor who came."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import Membership, Organisation
from accounts.states import OrganisationStatus
from marketplace.models import Block, Consent, ConsentKind, Mission, Review, Time, Voice
from marketplace.states import MissionStatus

# Delivered, a mission may still be taken up again.
ENDED = (
    MissionStatus.REVIEWED,
    MissionStatus.VALUED,
    MissionStatus.CLOSED,
    MissionStatus.RENEWED,
)
STRUCTURE, EMPLOYER = "need__organisation", "offer__organisation"
LONG_AGO = (datetime.min.replace(tzinfo=UTC), 0)
VOICES = {STRUCTURE: (Voice.NEED,), EMPLOYER: (Voice.OFFER, Voice.COMPANY)}


def missions() -> QuerySet[Mission]:
    """The missions whose two organisations may be named together."""
    both = {f"{end}__status": OrganisationStatus.ACCEPTED for end in VOICES}
    return (
        _at_work()
        .filter(_says_yes(STRUCTURE), _says_yes(EMPLOYER), **both)
        .exclude(offer__organisation=F("need__organisation"))
        .exclude(Exists(_kept_away(STRUCTURE, EMPLOYER)) | Exists(_kept_away(EMPLOYER, STRUCTURE)))
        .order_by()
    )


def _at_work() -> QuerySet[Mission]:
    """The missions on working time that have ended well."""
    return Mission.objects.filter(offer__time=Time.WORK, status__in=ENDED, interrupted_at=None)


@dataclass(frozen=True)
class Ended:
    """The missions of an organisation that have ended well, as far as anybody may know: those that it asked for, and those
    that it lent working time to; `at_work` are the numbers of those on working time."""

    number: int
    at_work: list[int]


def ended_of(organisation: Organisation) -> Ended:
    ended = Mission.objects.filter(status__in=ENDED, interrupted_at=None).order_by()
    lent = ended.filter(offer__organisation=organisation, offer__time=Time.WORK)
    asked = ended.filter(need__organisation=organisation)
    told = ("pk", "offer__time")
    found = list(asked.values_list(*told).union(lent.values_list(*told)).order_by())
    return Ended(len(found), [pk for pk, time in found if time == Time.WORK])


def partners_of(organisation: Organisation, ended: Ended | None = None) -> list[Organisation]:
    """Those with which it is shown to have worked, each once, the most recent first. `ended` is what `ended_of` it says, where
    a page has asked that already."""
    at_work = _at_work_of({organisation.pk}) if ended is None else ended.at_work
    if not at_work:
        return []
    found = missions().filter(pk__in=at_work).select_related(*VOICES)
    last: dict[Organisation, tuple[datetime, int]] = {}
    for mission in found.only("delivered_at", *(f"{end}__name" for end in VOICES)):
        for one in (mission.need.organisation, mission.offer.organisation):
            if one and one.pk != organisation.pk:
                at = (mission.delivered_at or LONG_AGO[0], mission.pk)
                last[one] = max(last.get(one, LONG_AGO), at)
    return sorted(last, key=lambda one: last[one], reverse=True)


def numbers(organisations: Collection[int]) -> dict[int, int]:
    """With how many others each of these organisations (by their numbers) is shown to have worked; those with none are
    left out. Two queries at most, however many they are."""
    partners: dict[int, set[int]] = defaultdict(set)
    for structure, employer in _named_together(_at_work_of(organisations)):
        partners[structure].add(employer)
        partners[employer].add(structure)
    return {number: len(partners[number]) for number in organisations if number in partners}


def yeses_of(organisation: Organisation, other: Organisation) -> QuerySet[Consent]:
    """The consents that stand on the side of `organisation`, to being named with the other one."""
    said = Q()
    for mine, theirs in ((STRUCTURE, EMPLOYER), (EMPLOYER, STRUCTURE)):
        between = {f"mission__{mine}": organisation, f"mission__{theirs}": other}
        said |= Q(side__in=VOICES[mine], **between)
    mission = {"mission": OuterRef("about"), "author": OuterRef("person")}
    theirs_alone = Review.objects.filter(said, mission__offer__time=Time.WORK, **mission)
    return Consent.objects.standing(kind=ConsentKind.WORKED_WITH).filter(Exists(theirs_alone))


def _at_work_of(organisations: Collection[int]) -> list[int]:
    """The numbers of the missions on working time of these organisations that have ended. Each end is looked for apart, by its
    own index: one condition about both would read all missions."""
    asked, lent = (_at_work().filter(**{f"{end}__in": organisations}) for end in VOICES)
    numbers = asked.values_list("pk", flat=True).order_by()
    return list(numbers.union(lent.values_list("pk", flat=True).order_by()).order_by())


def _named_together(ended: Collection[int]) -> Iterable[tuple[int, int]]:
    """The two ends of each of these missions whose organisations may be named together. Most organisations have no such
    mission, so that who has agreed is asked second."""
    return missions().filter(pk__in=ended).values_list(*VOICES) if ended else []


def _says_yes(end: str) -> Exists:
    """Somebody has agreed as they gave the review of this end, still has their account and still belongs to its
    organisation. Whoever belongs to both has spoken for the end of their review alone."""
    said = Consent.objects.standing(kind=ConsentKind.WORKED_WITH).filter(
        person=OuterRef("author"), about=OuterRef("mission")
    )
    belongs = Membership.objects.of_active_accounts().filter(
        user=OuterRef("author"), organisation=OuterRef(OuterRef(end))
    )
    given = Review.objects.filter(mission=OuterRef("pk"), side__in=VOICES[end])
    return Exists(given.filter(Exists(said), Exists(belongs)))


def _kept_away(blocker: str, blocked: str) -> QuerySet[Block]:
    """One of the two keeps the other away."""
    return Block.objects.live().filter(
        for_organisation=OuterRef(blocker), organisation=OuterRef(blocked)
    )
