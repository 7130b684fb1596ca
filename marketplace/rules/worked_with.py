"""Which organisations are shown as having worked together: a mission on working time that has ended, and the yes of
each side to being named, as long as both stand. Nothing of it says on what they worked, nor who came."""

from collections import defaultdict
from collections.abc import Collection, Iterable
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


def partners_of(organisation: Organisation) -> list[Organisation]:
    """Those with which it is shown to have worked, each once, the most recent first."""
    last: dict[int, tuple[datetime, int]] = {}
    for structure, employer, delivered_at, number in _of({organisation.pk}, "delivered_at", "pk"):
        other = employer if structure == organisation.pk else structure
        last[other] = max(last.get(other, LONG_AGO), (delivered_at or LONG_AGO[0], number))
    rows = Organisation.objects.in_bulk(last)
    return [rows[other] for other in sorted(last, key=lambda one: last[one], reverse=True)]


def numbers(organisations: Collection[int]) -> dict[int, int]:
    """With how many others each of these organisations (by their numbers) is shown to have worked; those with none are
    left out. Two queries at most, however many they are."""
    partners: dict[int, set[int]] = defaultdict(set)
    for structure, employer in _of(organisations):
        partners[structure].add(employer)
        partners[employer].add(structure)
    return {number: len(partners[number]) for number in organisations if number in partners}


def done_in_the_pole(organisation: Organisation) -> int:
    """How many missions it has been in that have ended well, as far as anybody may know: those that it asked for, and
    those that it lent working time to."""
    ended = Mission.objects.filter(status__in=ENDED, interrupted_at=None)
    lent = ended.filter(offer__organisation=organisation, offer__time=Time.WORK)
    asked = ended.filter(need__organisation=organisation)
    return asked.count() + lent.exclude(need__organisation=organisation).count()


def yeses_of(organisation: Organisation, other: Organisation) -> QuerySet[Consent]:
    """The consents that stand on the side of `organisation`, to being named with the other one."""
    said = Q()
    for mine, theirs in ((STRUCTURE, EMPLOYER), (EMPLOYER, STRUCTURE)):
        between = {f"mission__{mine}": organisation, f"mission__{theirs}": other}
        said |= Q(side__in=VOICES[mine], **between)
    mission = {"mission": OuterRef("about"), "author": OuterRef("person")}
    theirs_alone = Review.objects.filter(said, mission__offer__time=Time.WORK, **mission)
    return Consent.objects.standing(kind=ConsentKind.WORKED_WITH).filter(Exists(theirs_alone))


def _of(organisations: Collection[int], *more: str) -> Iterable[tuple]:
    """The two ends of each mission of these organisations, and `more` of it. Each end is looked for apart, by its own
    index: one condition about both would read all missions. Most have none, so that who has agreed is asked second."""
    asked, lent = (_at_work().filter(**{f"{end}__in": organisations}) for end in VOICES)
    numbers = asked.values_list("pk", flat=True).order_by()
    ended = list(numbers.union(lent.values_list("pk", flat=True).order_by()).order_by())
    if not ended:
        return []
    return missions().filter(pk__in=ended).values_list(*VOICES, *more)


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
