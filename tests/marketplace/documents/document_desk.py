"""A mission ready for its papers, in any legal frame: give only what the test is about."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import Organisation
from marketplace.models import (
    Duty,
    Eligibility,
    HoursEntry,
    Mission,
    MissionSheet,
    Regime,
    Valuation,
)
from marketplace.states import MissionStatus, ProposalStatus
from tests.factories import (
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
    number,
)

SIRENS = ("732829320", "552100554", "542065479", "775665019", "356000000")


def make_structure(name="Les Ateliers du Pont", **fields):
    boss = make_user(first_name="Inès", last_name="Marchal")
    structure = make_organisation(
        name=name, rna=f"W59{next(number):07}", address="12 rue des Postes", administrator=boss,
        purpose="Réparer des vélos et transmettre les gestes.", **fields,
    )  # fmt: skip
    duty(boss, structure, Duty.Kind.SIGNATORY, "présidente")
    return structure


def make_company(name="Fonderie Delattre", **fields):
    boss = make_user(first_name="Paul", last_name="Delattre")
    siren = fields.pop("siren", None) or fake_siren()
    said = {"kind": Organisation.Kind.COMPANY, "legal_form": "SAS"} | fields
    company = make_organisation(
        name=name, siren=siren,
        address="3 quai du Wault", administrator=boss, purpose="Fonderie.", **said,
    )  # fmt: skip
    duty(boss, company, Duty.Kind.SIGNATORY, "directeur général")
    return company


def make_lender(regime, name="Fonderie Delattre"):
    """An employer that may lend under this legal frame."""
    if regime == Regime.NON_PROFIT_LOAN:
        return make_company(name, kind=Organisation.Kind.ESS, legal_form="ASSOCIATION")
    if regime == Regime.PUBLIC_AGENT:
        return make_company(name, legal_form="PUBLIC")
    return make_company(name)


def fake_siren() -> str:
    """Nine figures, each time others: the model's own checks are tried elsewhere."""
    return f"{900_000_000 + next(number)}"


def duty(user, organisation, kind, capacity=""):
    membership = organisation.memberships.get(user=user)
    return Duty.objects.create(membership=membership, kind=kind, capacity=capacity, given_by=user)


def eligible(structure, **fields):
    boss = structure.members.first()
    said = {"status": "RESCRIT", "category": "GENERAL_INTEREST", "verified_at": timezone.now(),
            "verified_by": boss}  # fmt: skip
    return Eligibility.objects.create(organisation=structure, declared_by=boss, **said | fields)


def make_mission(
    regime=Regime.PRESTATION, *, structure=None, company=None, status=MissionStatus.DOCUMENTS,
    person=None, eligibility=True,
):  # fmt: skip
    structure = structure or make_structure()
    if eligibility and not structure.eligibilities.exists():
        eligible(structure)
    person = person or make_user(first_name="Noé", last_name="Lambert", trade="développeur web")
    if regime == Regime.VOLUNTEERING:
        company = None
    else:
        company = company or make_lender(regime)
    need = make_need(structure, status="FILLED")
    offer = make_offer(person, organisation=company)
    proposal = make_proposal(need, offer, status=ProposalStatus.AGREED,
                             need_said_yes_at=timezone.now())  # fmt: skip
    starts = timezone.localdate() - timedelta(days=40)
    mission = Mission.objects.create(
        proposal=proposal, need=need, offer=offer, regime=regime, status=status,
        starts_on=starts, ends_on=starts + timedelta(days=90),
    )  # fmt: skip
    MissionSheet.objects.create(
        mission=mission, aim="Un site que l’équipe sait tenir à jour.",
        work="Construire le site et former l’équipe.",
        deliverables="Le site, et une formation d’une demi-journée.", hours=70,
        need_agreed=1, offer_agreed=1,
    )  # fmt: skip
    return mission


def give_hours(mission, *hours, confirmed=True):
    for rank, many in enumerate(hours or (7, 7)):
        HoursEntry.objects.create(
            mission=mission, person=mission.offer.person,
            day=mission.starts_on + timedelta(days=rank), hours=Decimal(str(many)),
            what="Maquettes et premières pages",
            confirmed_at=timezone.now() if confirmed else None,
            confirmed_by=mission.need.organisation.members.first() if confirmed else None,
        )  # fmt: skip
    return mission


def declare_value(mission, amount="2261.70"):
    return Valuation.objects.create(
        mission=mission, amount=Decimal(amount), hours=mission.hours.confirmed().total(),
        declared_by=mission.offer.organisation.members.first(),
    )  # fmt: skip


def make_receivable(**fields):
    """Everything is there: the structure may give its receipt."""
    mission = give_hours(make_mission(status=MissionStatus.REVIEWED, **fields))
    declare_value(mission)
    return mission


def head_of(structure):
    return structure.memberships.administrators().get().user
