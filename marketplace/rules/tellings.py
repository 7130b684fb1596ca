"""Which ends of missions are told publicly: both sides agree to it, today. Reads only."""

from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation, User
from accounts.states import OrganisationStatus
from marketplace.models import Block, Consent, ConsentKind, Mission, Side, Telling, Time
from marketplace.models.market.consents import TELLING_OF_A_TEAM, TELLING_OF_OWN_TIME, WORDS
from marketplace.rules import worked_with
from marketplace.rules.permissions.missions import side_in

STRUCTURE, EMPLOYER = "mission__need__organisation", "mission__offer__organisation"
MINE, THEIRS, BOTH, NOBODY = "mine", "theirs", "both", "nobody"  # whose yes stands


def side_of(user: User, mission: Mission) -> str | None:
    """The side for which this person tells the end of the mission, or None: nobody speaks for who came."""
    side = side_in(user, mission)
    if side == Side.OFFER and mission.offer.person_id not in (None, user.pk):
        return None
    return side


def has_ended(mission: Mission) -> bool:
    return mission.status in worked_with.ENDED and not mission.was_interrupted


def told() -> QuerySet[Telling]:
    """Those of which each side has said yes, by somebody who is still there; the latest first. Nothing of two who keep
    each other away."""
    own = Q(mission__offer__time=Time.OWN, mission__offer__person=F("for_offer"))
    return (
        Telling.objects.filter(
            own | Q(Exists(_belongs("for_offer", EMPLOYER))),
            Exists(_yes("for_need")),
            Exists(_yes("for_offer")),
            Exists(_belongs("for_need", STRUCTURE)),
            for_offer__is_active=True,
            mission__status__in=worked_with.ENDED,
            mission__interrupted_at=None,
            **{f"{STRUCTURE}__status": OrganisationStatus.ACCEPTED},
        )
        .exclude(Exists(_apart()))
        .exclude(for_need=F("for_offer"))
        .annotate(names_employer=Exists(_named_together()))
        .select_related(STRUCTURE, EMPLOYER, "for_offer", "mission__offer__person")
        .order_by("-mission__delivered_at", "-pk")
    )


def of_employer(organisation: Organisation) -> QuerySet[Telling]:
    """Those of its working time alone, where both organisations may be named together."""
    lent = {EMPLOYER: organisation, "mission__offer__time": Time.WORK}
    return told().filter(Exists(_named_together()), **lent)


def latest_of_employer(organisation: Organisation, year: int, most: int) -> list[Telling]:
    """A few of those of missions delivered in a year; where there is nothing to tell, without the long question."""
    ours = Telling.objects.filter(**{EMPLOYER: organisation}, mission__delivered_at__year=year)
    numbers = list(ours.values_list("pk", flat=True))
    return list(of_employer(organisation).filter(pk__in=numbers)[:most]) if numbers else []


def about(organisation: Organisation, most: int) -> list[Telling]:
    """A few of those of which it is an end; where there is nothing to tell, without the long question."""
    asked, lent = (
        Telling.objects.filter(**{end: organisation}).order_by().values_list("pk", flat=True)
        for end in (STRUCTURE, EMPLOYER)
    )
    numbers = list(asked.union(lent).order_by())
    if not numbers:
        return []
    at_work = Q(names_employer=True, **{EMPLOYER: organisation}, mission__offer__time=Time.WORK)
    theirs = Q(**{STRUCTURE: organisation}) | at_work
    return list(told().filter(theirs, pk__in=numbers)[:most])


def is_told(telling: Telling) -> bool:
    return told().filter(pk=telling.pk).exists()


def agrees(telling: Telling, side: str) -> bool:
    """Whether the yes of this side stands, of somebody who is still there: a colleague says it anew for who has left."""
    person = telling.spoken_for(side)
    if person is None or not _is_there(person, telling.mission, side):
        return False
    return Consent.objects.standing(person, ConsentKind.TELLING, telling).exists()


def stands(mission: Mission, side: str) -> str:
    """Where the telling of an end stands for one of its two sides, in one question: "" when there is none, MINE, THEIRS or
    BOTH by whose yes stands, NOBODY's when none does."""
    own = Q(mission__offer__time=Time.OWN)
    comes = Q(mission__offer__person=F("for_offer"), for_offer__is_active=True)
    offering = (own & comes) | (~own & Q(Exists(_belongs("for_offer", EMPLOYER))))
    found = (
        Telling.objects.filter(mission=mission)
        .annotate(
            asked=Q(Exists(_yes("for_need")), Exists(_belongs("for_need", STRUCTURE))),
            lent=Q(Exists(_yes("for_offer"))) & offering,
        )
        .values_list("asked", "lent")
        .first()
    )
    if found is None:
        return ""
    mine, theirs = found if side == Side.NEED else reversed(found)
    return {(True, True): BOTH, (True, False): MINE, (False, True): THEIRS}.get(
        (mine, theirs), NOBODY
    )


def _is_there(person: int, mission: Mission, side: str) -> bool:
    if side == Side.OFFER and mission.offer.time == Time.OWN:
        came = mission.offer.person
        return came is not None and came.pk == person and came.is_active
    house = mission.need.organisation if side == Side.NEED else mission.offer.organisation
    return Membership.objects.of_active_accounts().filter(user=person, organisation=house).exists()


@dataclass(frozen=True)
class Names:
    structure: str
    other: str


def names_of(telling: Telling) -> Names:
    """The two names as each has agreed: the first name of who came, with the employer where both organisations may be
    named together. One that is `told` knows whether they may; of another it is asked here."""
    offer = telling.mission.offer
    together = getattr(telling, "names_employer", None)
    if together is None:
        together = worked_with.missions().filter(pk=telling.mission_id).exists()
    employer = offer.organisation if together else None
    comes = offer.person.first_name if offer.person else ""
    other = ", ".join(str(one) for one in (comes, employer) if one) or _("a team")
    return Names(str(telling.mission.need.organisation), other)


def words_of(mission: Mission) -> str:
    """The sentence to which both sides agree: it promises what `names_of` names, and no more."""
    if mission.offer.time == Time.OWN:
        return str(WORDS[TELLING_OF_OWN_TIME])
    return str(WORDS[ConsentKind.TELLING if mission.offer.person_id else TELLING_OF_A_TEAM])


def _named_together() -> QuerySet[Mission]:
    return worked_with.missions().filter(pk=OuterRef("mission"))


def _yes(speaker: str) -> QuerySet[Consent]:
    return Consent.objects.standing(kind=ConsentKind.TELLING).filter(
        person=OuterRef(speaker), about=OuterRef("pk")
    )


def _belongs(speaker: str, end: str) -> QuerySet[Membership]:
    found = Membership.objects.of_active_accounts()
    return found.filter(user=OuterRef(speaker), organisation=OuterRef(end))


def _apart() -> QuerySet[Block]:
    asks, lends = OuterRef(STRUCTURE) * -1, OuterRef(EMPLOYER) * -1
    offering = [OuterRef("for_offer"), lends]
    return Block.objects.live().filter(
        Q(blocker=asks, blocked__in=offering) | Q(blocker__in=offering, blocked=asks)
    )
