"""A mission whose papers are all signed, and the acts of an amendment: give only what the test is about."""

from datetime import timedelta

from django.utils import timezone

from marketplace.actions.documents import documents, signatures
from marketplace.actions.missions import agreements, amendments
from marketplace.models import (
    Agreement,
    Document,
    Employee,
    Mission,
    Party,
    Regime,
    Side,
    Signature,
)
from marketplace.models.documents.documents import kinds_before
from marketplace.states import DocumentStatus, MissionStatus
from tests.factories import make_coordinator, make_user
from tests.marketplace.documents.document_desk import head_of, make_mission


def signed_mission(
    regime=Regime.PRESTATION, *, status=MissionStatus.RUNNING, mission=None
) -> Mission:
    """Under way for 40 days, 70 hours agreed by the employer; every paper signed by all."""
    mission = mission or make_mission(regime)
    structure, company = mission.need.organisation, mission.offer.organisation
    mission.sheet.need_referent = head_of(structure)
    mission.sheet.offer_referent = mission.offer.person
    mission.sheet.need_agreed = mission.sheet.offer_agreed = mission.sheet.number
    mission.sheet.save()
    if company:
        company.memberships.get_or_create(user=mission.offer.person)
        manager = {"manager_name": "Dominique Roy", "manager_email": "dominique@example.org"}
        Employee.objects.get_or_create(
            organisation=company, person=mission.offer.person, defaults=manager
        )
        Mission.objects.filter(pk=mission.pk).update(agreed_version=1, agreed_hours=70)
    for kind in kinds_before(regime):
        sign_all(documents.make(kind, mission, by=head_of(structure), now=timezone.now()))
    Mission.objects.filter(pk=mission.pk).update(status=status, started_at=timezone.now())
    return fresh(mission)


def fresh(mission: Mission) -> Mission:
    return (
        Mission.objects.with_course()
        .select_related("need__organisation", "need__pole", "offer__organisation", "offer__person")
        .get(pk=mission.pk)
    )


def signer(mission: Mission, party: str):
    if party == Party.PERSON:
        return mission.offer.person
    organisation = (
        mission.need.organisation if party == Party.STRUCTURE else mission.offer.organisation
    )
    return head_of(organisation)


def sign_one(document: Document, party: str, **said):
    by = signer(document.mission, party)
    told = {"read": document.sha256, "name": by.get_full_name(), "capacity": "en qualité",
            "how": Signature.How.ACCOUNT, "now": timezone.now()}  # fmt: skip
    return signatures.sign(document, party=party, by=by, **told | said)


def sign_all(document: Document) -> Document:
    for party in list(document.parties_left()):
        sign_one(Document.objects.get(pk=document.pk), party)
    document.refresh_from_db()
    return document


def propose(
    mission: Mission, *, by=None, side=Side.NEED, why="Le chantier a pris du retard.", **values
):
    """90 hours instead of 70, unless the test says otherwise."""
    mission = fresh(mission)
    return amendments.propose(
        mission, values or {"hours": 90}, why=why, read=mission.sheet.number, side=side,
        by=by or head_of(mission.need.organisation), now=timezone.now(),
    )  # fmt: skip


def sign_papers(amendment) -> None:
    for document in amendment.documents.filter(status=DocumentStatus.TO_SIGN):
        sign_all(document)


def employer_agrees(amendment) -> None:
    """The manager, then the company."""
    while question := Agreement.objects.waiting().filter(amendment=amendment).first():
        agreements.answer(question, answer="YES", now=timezone.now())


def later(mission: Mission, days: int = 30):
    return mission.ends_on + timedelta(days=days)


def referent_of(organisation, first_name="Rachid"):
    """A member without any duty."""
    person = make_user(first_name=first_name)
    organisation.memberships.create(user=person)
    return person


def coordinator_of(mission: Mission):
    return make_coordinator(mission.need.pole)
