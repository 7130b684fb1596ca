"""Which organisations are shown as having worked together: a mission on working time that has ended, and the yes of
each side to being named, as long as both stand. Nothing of it says on what they worked, nor who came."""

from collections import defaultdict
from collections.abc import Collection

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
VOICES = {STRUCTURE: (Voice.NEED,), EMPLOYER: (Voice.OFFER, Voice.COMPANY)}


def missions() -> QuerySet[Mission]:
    """The missions whose two organisations may be named together, most recent first."""
    both = {f"{end}__status": OrganisationStatus.ACCEPTED for end in VOICES}
    return (
        Mission.objects.filter(offer__time=Time.WORK, status__in=ENDED, interrupted_at=None)
        .filter(_says_yes(STRUCTURE), _says_yes(EMPLOYER), **both)
        .exclude(offer__organisation=F("need__organisation"))
        .exclude(Exists(_kept_away(STRUCTURE, EMPLOYER)) | Exists(_kept_away(EMPLOYER, STRUCTURE)))
        .order_by(F("delivered_at").desc(nulls_last=True), "-pk")
    )


def partners_of(organisation: Organisation) -> list[Organisation]:
    """Those with which it is shown to have worked, each once, the most recent first."""
    pairs = _of(missions(), {organisation.pk}).values_list(STRUCTURE, EMPLOYER)
    found = dict.fromkeys(number for pair in pairs for number in pair if number != organisation.pk)
    rows = Organisation.objects.in_bulk(found)
    return [rows[number] for number in found]


def numbers(organisations: Collection[int]) -> dict[int, int]:
    """With how many others each of these organisations (by their numbers) is shown to have worked; those with none are
    left out. One query, however many they are."""
    partners: dict[int, set[int]] = defaultdict(set)
    pairs = _of(missions().order_by(), organisations).values_list(STRUCTURE, EMPLOYER).distinct()
    for structure, employer in pairs:
        partners[structure].add(employer)
        partners[employer].add(structure)
    return {number: len(partners[number]) for number in organisations if number in partners}


def done_in_the_pole(organisation: Organisation) -> int:
    """How many missions it has been in that have ended well, as far as anybody may know: those that it asked for, and
    those that it lent working time to."""
    theirs = Q(need__organisation=organisation)
    lent = Q(offer__organisation=organisation, offer__time=Time.WORK)
    return Mission.objects.filter(theirs | lent, status__in=ENDED, interrupted_at=None).count()


def yeses_of(organisation: Organisation, other: Organisation) -> QuerySet[Consent]:
    """The consents that stand on the side of `organisation`, to being named with the other one."""
    said = Q()
    for mine, theirs in ((STRUCTURE, EMPLOYER), (EMPLOYER, STRUCTURE)):
        between = {f"mission__{mine}": organisation, f"mission__{theirs}": other}
        said |= Q(side__in=VOICES[mine], **between)
    mission = {"mission": OuterRef("about"), "author": OuterRef("person")}
    theirs_alone = Review.objects.filter(said, mission__offer__time=Time.WORK, **mission)
    return Consent.objects.standing(kind=ConsentKind.WORKED_WITH).filter(Exists(theirs_alone))


def _of(found: QuerySet[Mission], organisations: Collection[int]) -> QuerySet[Mission]:
    return found.filter(
        Q(need__organisation__in=organisations) | Q(offer__organisation__in=organisations)
    )


def _says_yes(end: str) -> Exists:
    """Somebody has agreed as they gave the review of this end, still has their account and still belongs to its
    organisation. Whoever belongs to both has spoken for the end of their review alone."""
    said = Consent.objects.standing(kind=ConsentKind.WORKED_WITH).filter(
        person=OuterRef("author"), about=OuterRef("mission")
    )
    belongs = Membership.objects.of_active_accounts().filter(
        user=OuterRef("author"), organisation=OuterRef(f"mission__{end}")
    )
    given = Review.objects.filter(mission=OuterRef("pk"), side__in=VOICES[end])
    return Exists(given.filter(Exists(said), Exists(belongs)))


def _kept_away(blocker: str, blocked: str) -> QuerySet[Block]:
    """One of the two keeps the other away."""
    return Block.objects.live().filter(
        for_organisation=OuterRef(blocker), organisation=OuterRef(blocked)
    )
