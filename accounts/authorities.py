"""Local authorities: the level of each, found by its number, and the communes that it covers."""

from django.db.models import Q

from accounts import levels
from accounts.levels import AuthorityLevel
from accounts.models import Commune, Organisation
from accounts.models.organisations import OrganisationQuerySet
from accounts.models.places import CommuneQuerySet
from accounts.states import VERIFIED


def level_found(siren: str) -> AuthorityLevel | None:
    """The level of the public body with this number; None when it is no authority that the site knows."""
    told = levels.by_number(siren)
    if told is None and siren and Commune.objects.filter(epci_code=siren).exists():
        return AuthorityLevel.EPCI
    return told


def settle(organisation: Organisation, *, number_before: str = "") -> None:
    """Make a public body the authority that its number says it is; nothing is saved. One whose level is known stays
    what it is, unless its number has changed since: before it is verified, the level is then to be said anew."""
    other_number = organisation.siren != number_before
    if not organisation.is_public or (organisation.level and not other_number):
        return
    if level := level_found(organisation.siren):
        organisation.kind, organisation.level = Organisation.Kind.AUTHORITY, level
    elif organisation.is_authority and organisation.status not in VERIFIED:
        organisation.level = ""


def perimeter(organisation: Organisation) -> CommuneQuerySet:
    """The communes that this authority covers; none for other organisations, nor before its level is known. They come
    from its seat: nothing is typed twice."""
    return covered(organisation.level, organisation)


def covered(level: str, organisation: Organisation) -> CommuneQuerySet:
    """The communes that this organisation would cover at that level."""
    seat = organisation.commune
    whole = Commune.objects.whole().findable()
    match level:
        case AuthorityLevel.COMMUNE:
            return whole.filter(pk=seat.parent_id or seat.pk)
        case AuthorityLevel.EPCI:
            ours = whole.filter(epci_code=organisation.siren)
            if organisation.siren and ours.exists():
                return ours
            return whole.filter(epci_code=seat.epci_code).exclude(epci_code="")
        case AuthorityLevel.DEPARTMENT:
            return whole.filter(department=seat.department_id)
        case AuthorityLevel.REGION:
            return whole.filter(department__region_code=seat.department.region_code)
    return whole.none()


def name_of(level: str, organisation: Organisation) -> str:
    """The name of what it would cover at that level, as its seat tells it; "" when that isn't known."""
    seat = organisation.commune
    match level:
        case AuthorityLevel.COMMUNE:
            return seat.name
        case AuthorityLevel.EPCI:
            ours = (
                Commune.objects.filter(epci_code=organisation.siren).exclude(epci_code="").first()
            )
            return (ours or seat).epci_name
        case AuthorityLevel.DEPARTMENT:
            return str(seat.department)
        case AuthorityLevel.REGION:
            return seat.department.region
    return ""


def to_classify(organisations: OrganisationQuerySet) -> OrganisationQuerySet:
    """The public bodies of which nobody knows yet whether they are a local authority, and of which level."""
    public = Q(legal_form=Organisation.LegalForm.PUBLIC) | Q(kind=Organisation.Kind.AUTHORITY)
    here = organisations.without_operators().holding_numbers()
    return here.filter(public, level="")
