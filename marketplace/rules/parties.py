"""Who may sign for each side of a mission's documents, whose an e-mail address is, and what unites them."""

from django.db.models import Q, QuerySet

from accounts.models import GroupTie, Organisation, User
from common.prepared import rows
from marketplace.models import Document, Duty, Mission, Party, Side
from marketplace.rules import served
from marketplace.rules.audience import administrators
from marketplace.rules.teams import has_come

# Who comes may run their company, and sign for it too; never for those they deal with.
FACING: dict[str, tuple[Party, ...]] = {
    Party.STRUCTURE: (Party.EMPLOYER, Party.PERSON),
    Party.EMPLOYER: (Party.STRUCTURE,),
    Party.PERSON: (Party.STRUCTURE,),
}

VOLUNTEER = "bénévole"  # of whoever signs on their own time: their trade has no part in it


def signatories(organisation: Organisation) -> list[tuple[User, str]]:
    """The people charged with signing, with their capacity; where nobody is, the administrators."""
    charged = rows(_charged_with_signing, organisation.pk)
    found = [(duty.membership.user, duty.capacity) for duty in charged]
    return found or [(user, "") for user in administrators(organisation)]


def _charged_with_signing(organisation: int) -> QuerySet[Duty]:
    """Prepared (common/prepared.py): each paper asks it of each party."""
    here = Duty.objects.filter(membership__organisation=organisation, kind=Duty.Kind.SIGNATORY)
    charged = here.filter(membership__user__is_active=True)
    return charged.select_related("membership__user").order_by("pk")


def signers(mission: Mission, party: str) -> list[tuple[User, str]]:
    """The people who may sign for a party from their account, with their capacity. The person who comes never signs
    for the structure, which they may have joined since."""
    if party == Party.STRUCTURE:
        theirs = signatories(mission.structure)
        return [signer for signer in theirs if not _is_on_the_other_side(signer[0], mission)]
    if party == Party.PERSON:
        person = mission.offer.person
        may = person is not None and person.is_active and not mission.offer.person_has_left
        capacity = VOLUNTEER if mission.is_own_time else person.trade if person else ""
        return [(person, capacity)] if person and may else []
    company = mission.offer.organisation
    return signatories(company) if company else []


def _is_on_the_other_side(user: User, mission: Mission) -> bool:
    return user.pk == mission.offer.spokesperson_id or has_come(mission, user.pk)


def own_party(user: User, mission: Mission | None) -> Party | None:
    """The party that this reader is in person: “the person who comes” is somebody else for them. None for others."""
    return Party.PERSON if mission and mission.offer.brings(user) else None


def signers_of(document: Document, party: str) -> list[tuple[User, str]]:
    """The signers of a mission's document; documents of no mission aren't signed."""
    assert document.mission is not None, f"{document} belongs to no mission"
    return signers(document.mission, party)


def whose_address(document: Document, party: str, email: str) -> User | None:
    """The person whose address this is, or lately was, when they are of another side of the mission and not of this
    one; otherwise None. An address that somebody only claims isn't theirs: they would keep its owner from signing."""
    mission = document.mission
    assert mission is not None, f"{document} belongs to no mission"
    for user in User.objects.lately_of_mailbox(email).filter(is_active=True):
        sides = {side for side in Party if _stands_for(user, mission, side)}
        if sides and party not in sides:
            return user
    return None


def _stands_for(user: User, mission: Mission, party: str) -> bool:
    """Whether this person is of that side. An employee who comes is also of their company's side only when they are
    charged with signing for it."""
    if party == Party.PERSON or user.pk == mission.offer.person_id:
        return user.pk in {signer.pk for signer, _capacity in signers(mission, party)}
    if party == Party.STRUCTURE:
        there = user.belongs_to(mission.structure)
        return there and not _is_on_the_other_side(user, mission)
    return not mission.is_own_time and user.belongs_to(mission.offer.organisation)


def has_asked_facing(document: Document, party: str, user: User | None) -> bool:
    """Whether this person proposed the amendment that the document carries, for those whom the party deals with."""
    amendment = document.amendment
    if amendment is None or user is None or amendment.proposed_by_id != user.pk:
        return False
    asked_for = {Side.NEED.value: Party.STRUCTURE, Side.OFFER.value: Party.EMPLOYER}
    return asked_for.get(amendment.side) in FACING[party]


def has_signed_facing(document: Document, party: str, user: User | None, email: str = "") -> bool:
    """Whether this person, or this mailbox, has signed it for those whom the party deals with, or agreed in the name of a
    structure served that it is signed. A mailbox that this
    person gave counts as theirs, and so does a scan that they handed in: who signed on paper is their word."""
    mandates = document.mission.served.filter(mandated_by=user) if document.mission else None
    if user and mandates and party != Party.STRUCTURE and mandates.exists():
        return True
    given = document.links.filter(party__in=FACING[party], address__given_by=user)
    if user and given.exclude(used_at=None).exists():
        return True
    theirs = Q(user=user) if user else Q(pk=None)
    theirs |= Q(email__iexact=email) if email else Q(pk=None)
    return document.signatures.filter(theirs, party__in=FACING[party]).exists()


def inside_a_group(mission: Mission) -> bool:
    """Whether a loan would be one between two organisations of one group: on working time alone."""
    return bool(of_the_lenders_group(mission))


def of_the_lenders_group(mission: Mission) -> list[Organisation]:
    """The structures served that have said that they are of one group with the lender; none on own time."""
    lender = None if mission.is_own_time else mission.offer.organisation
    if lender is None:
        return []
    return [one for one in served.structures(mission) if GroupTie.objects.unite(one, lender)]
