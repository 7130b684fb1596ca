"""What an organisation's people know how to do, as anybody may read it: families of skills of what they offer on
working time, never who they are. What somebody offers on their own time doesn't count."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import Membership
from accounts.models.memberships import MembershipQuerySet
from accounts.states import OrganisationStatus
from marketplace.models import Consent, ConsentKind, Offer, OfferSkill, SkillFamily, Time
from marketplace.rules.few import FEW
from marketplace.states import OfferStatus

ACCEPTED = OrganisationStatus.ACCEPTED
ORGANISATION, FAMILY = "offer__organisation", "skill__family"


def families_of(organisations: Collection[int]) -> dict[int, list[SkillFamily]]:
    """The families shown for each of these organisations (by their numbers), in the order of the catalogue. Two
    queries, however many they are."""
    people = Membership.objects.filter(organisation__in=organisations)
    ours = {"offer__organisation__in": organisations, f"{ORGANISATION}__status": ACCEPTED}
    held = _shown(_counted(people).filter(**ours))
    shown: dict[int, set[int]] = defaultdict(set)
    for organisation, family in held.values_list(ORGANISATION, FAMILY):
        shown[organisation].add(family)
    known = list(SkillFamily.objects.filter(pk__in=set().union(*shown.values())))
    return {
        organisation: [one for one in known if one.pk in families]
        for organisation, families in shown.items()
    }


def showing(family: SkillFamily) -> QuerySet[OfferSkill, int]:
    """The numbers of the organisations that show this family, once they are verified: the list that is narrowed by them
    is one of verified organisations, and to look at each of them here would read them all twice."""
    skills = list(family.skills.values_list("pk", flat=True))  # known, the plan begins with them
    held = _counted(Membership.objects.all()).filter(skill__in=skills)
    return _shown(held).values_list(ORGANISATION, flat=True)


def of_offer(offer: Offer) -> list[SkillFamily]:
    """The families of the skills that an offer says."""
    return list(SkillFamily.objects.filter(skills__in=offer.held.values("skill")).distinct())


def key_of(families: Iterable[SkillFamily]) -> str:
    """What a page has shown of an offer's families, to be compared with what they are once the reader answers."""
    return ".".join(str(one.pk) for one in families)


def _counted(people: MembershipQuerySet) -> QuerySet[OfferSkill]:
    """The skills of published offers on working time: a team's, or of one of these people, who still belongs there."""
    belongs = people.of_active_accounts().filter(
        user=OuterRef("offer__person"), organisation=OuterRef(ORGANISATION)
    )
    return OfferSkill.objects.filter(
        Q(offer__person=None) | Exists(belongs),
        offer__time=Time.WORK,
        offer__status=OfferStatus.PUBLISHED,
    )


def _shown(held: QuerySet[OfferSkill]) -> QuerySet[OfferSkill]:
    """Groups by organisation and family: those of a team, of somebody who agrees to it, or of so many people that none
    is told from it."""
    agreed = Consent.objects.standing(kind=ConsentKind.FAMILY).filter(
        person=OuterRef("offer__person"), about=OuterRef("offer")
    )
    by_family = held.order_by().values(ORGANISATION, FAMILY)
    counted = by_family.annotate(
        people=Count("offer__person", distinct=True),
        told=Count("pk", filter=Q(offer__person=None) | Q(Exists(agreed))),
    )
    return counted.filter(Q(told__gt=0) | Q(people__gte=FEW))
