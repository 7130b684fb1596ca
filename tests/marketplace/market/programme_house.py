"""An employer with programmes, teams and sites, and hours given there; for the tests of its page."""

from decimal import Decimal

from django.utils import timezone

from accounts.models import Membership, Organisation
from marketplace.models import CompanyProgramme, Duty, Employee, HoursEntry, Mission, Offer, Site
from tests.factories import make_commune, make_mission, make_organisation, make_user

Role = Membership.Role


def make_house(**fields):
    fields.setdefault("name", "Verreries du Nord")
    head = make_user("Claire", "Hermant")
    return make_organisation(Organisation.Kind.COMPANY, administrator=head, **fields)


def head_of(house):
    return house.memberships.administrators().first().user


def member(house, role=Role.EMPLOYEE, duty=None, **names):
    """Somebody of the house, charged with a duty if one is given."""
    person = make_user(**names)
    membership = house.memberships.create(user=person, role=role)
    if duty:
        Duty.objects.create(membership=membership, kind=duty, given_by=head_of(house))
    return person


def make_programme(house, name="Deux jours", **fields):
    fields.setdefault("days_per_year", Decimal(2))
    fields.setdefault("starts_on", timezone.localdate().replace(year=2020, month=1, day=1))
    return CompanyProgramme.objects.create(organisation=house, name=name, **fields)


def make_site(house, name="Usine", commune=None):
    return Site.objects.create(organisation=house, name=name, commune=commune or make_commune())


def employ(house, person, team="", site=None):
    return Employee.objects.create(organisation=house, person=person, team=team, site=site)


def at_work(house, *, programme=None, is_team=False, **fields):
    """A mission that runs on the house's time; a team's names nobody."""
    fields.setdefault("status", "RUNNING")
    mission = make_mission(work=True, company=house, programme=programme, **fields)
    if is_team:
        Offer.objects.filter(pk=mission.offer_id).update(person=None)
    return Mission.objects.get(pk=mission.pk)


def give(mission, person, day, hours, *, confirmed=True):
    return HoursEntry.objects.create(
        mission=mission, person=person, day=day, hours=Decimal(hours),
        confirmed_at=timezone.now() if confirmed else None,
    )  # fmt: skip
