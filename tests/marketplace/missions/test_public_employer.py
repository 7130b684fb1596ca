"""A public employer that lends an agent is no company, on no page."""

import re

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import Membership
from marketplace.forms.missions.agreements import EmployeeForm
from marketplace.letters.missions.moved import TEXTS
from marketplace.models import Document, Employee, HoursEntry, Kind, Regime
from marketplace.models.documents.documents import kinds_before
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import (
    make_authority,
    make_commune,
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_user,
)
from tests.marketplace.documents.document_desk import head_of
from tests.marketplace.missions.amending import propose, sign_papers, signed_mission
from tests.marketplace.missions.leavers import asked, goes


def test_a_public_employer_is_not_said_to_be_a_company(client):
    """The page of the agreement, for an agent lent by a local authority."""
    town = make_organisation("COMPANY", legal_form="PUBLIC", name="Ville de Linselles")
    mission = make_mission(
        work=True, company=town, regime=Regime.PUBLIC_AGENT, status=MissionStatus.AGREEMENT
    )
    mission.agreements.create(
        asked="COMPANY",
        name=str(town),
        asked_by=mission.offer.person,
        asked_at=timezone.now(),
        sheet_version=1,
    )
    client.force_login(mission.offer.person)
    page = client.get(reverse("mission-agreement", args=[mission.pk])).text.partition("<main")[2]
    assert "L’employeur : Ville de Linselles" in page
    assert "l’entreprise" not in page
    assert "Entreprise :" not in page


def test_whoever_has_left_a_town_has_left_no_company(client):
    """What each side reads of the departure, on its page, at the desk and in its letters."""
    boss, head, colleague = make_user(), make_user(), make_user()
    town = make_organisation(
        "COMPANY", legal_form="PUBLIC", name="Ville de Linselles", administrator=boss
    )
    mission = make_mission(
        work=True, company=town, member=head, regime=Regime.PUBLIC_AGENT, status="RUNNING"
    )
    coordinator = make_coordinator(mission.need.pole)
    Membership.objects.create(user=colleague, organisation=town)
    left = goes(mission)
    transfer = asked(left, colleague, boss)
    there = [
        (boss, reverse("mission-left", args=[left.pk])),
        (boss, reverse("mission-hours", args=[left.pk])),
        (head, left.get_absolute_url()),
        (coordinator, reverse("desk")),
        (colleague, transfer.get_absolute_url()),
        (mission.offer.person, reverse("missions-done")),
        (mission.offer.person, reverse("mission-done", args=[left.pk])),
    ]
    for person, page in there:
        client.force_login(person)
        said = client.get(page, follow=True).text.partition("<main")[2]
        assert "entreprise" not in said, page
    for letter in Notification.objects.filter(
        kind__in=("person_left", "left_behind", "transfer_asked")
    ):
        assert "entreprise" not in letter.text, letter.kind


def test_a_public_employer_is_named_as_what_it_is(client):
    """Its page, its verification, the desk, its letter and an invitation said « Entreprise »."""
    boss = make_user()
    town = make_organisation(
        "COMPANY", legal_form="PUBLIC", name="Ville de Linselles", status="SUBMITTED",
        administrator=boss,
    )  # fmt: skip
    client.force_login(boss)
    for page in (town.get_absolute_url(), reverse("organisations")):
        said = client.get(page).text.partition("<main")[2]
        assert "Collectivité ou établissement public" in said
        assert "Entreprise" not in said
    client.force_login(make_coordinator(town.pole))
    for page in (
        reverse("organisation-verify", args=[town.pk]),
        reverse("organisations-to-verify"),
        reverse("desk"),
    ):
        said = client.get(page).text.partition("<main")[2].lower()
        assert "collectivité ou établissement public" in said, page
    assert (
        "entreprise"
        not in client.get(reverse("organisation-verify", args=[town.pk]))
        .text.partition("<main")[2]
        .lower()
    )


def test_a_public_employer_is_told_of_no_tax_and_no_company_of_its_own(client):
    """It was offered an estimate of a tax reduction that the law gives it not."""
    boss = make_user()
    town = make_organisation("COMPANY", legal_form="PUBLIC", name="Ville", administrator=boss)
    mission = make_mission(
        work=True, company=town, regime=Regime.PUBLIC_AGENT, status=MissionStatus.RUNNING
    )
    HoursEntry.objects.create(
        mission=mission, person=mission.offer.person, day=timezone.localdate(), hours=2,
        confirmed_at=timezone.now(),
    )  # fmt: skip
    client.force_login(boss)
    year = timezone.localdate().year
    gifts = reverse("company-year", args=[town.pk, year])
    for page in (
        town.get_absolute_url(),
        reverse("organisation-year", args=[town.pk, year]),
        reverse("programmes", args=[town.pk]),
        reverse("duties", args=[town.pk]),
    ):
        said = client.get(page).text.partition("<main")[2]
        assert gifts not in said, page
        assert "entreprise" not in said, page
        assert "Réduction d’impôt" not in said, page


def test_a_draft_order_is_neither_given_nor_in_force_nor_signed_here(client):
    """On the list of papers, on its own page, and on that of the amendment that brings another."""
    mission = signed_mission(Regime.PUBLIC_AGENT)
    amendment = propose(mission, address="3 rue Neuve")
    order, amending = (
        Document.objects.get(mission=mission, kind=kind)
        for kind in (Kind.ORDER_AGENT, Kind.ORDER_CHANGE)
    )
    client.force_login(head_of(mission.need.organisation))
    papers = reverse("mission-documents", args=[mission.pk])
    pages = [papers, order.get_absolute_url(), amending.get_absolute_url()]
    for address in [*pages, amendment.get_absolute_url()]:
        page = client.get(address).text.partition("<main")[2]
        assert "Projet établi" in page, address
        assert "Délivré" not in page, address
        assert "Qui signe" not in page, address
    sign_papers(amendment)
    page = client.get(papers).text
    assert page.count("En vigueur\xa0; changements") == 1, "the agreement"
    assert page.count("Son projet modificatif accompagne") == 1
    previews = [
        reverse("document-preview", args=[mission.pk, one]) for one in kinds_before(mission.regime)
    ]
    assert not any(one in page for one in previews), "what stands needs no preview"


def test_a_public_employer_s_offer_is_no_skills_sponsorship(client):
    """In the form, on the offer's page, and where it is shown to a structure."""
    head, agent = make_user(), make_user()
    town = make_organisation(
        "COMPANY", legal_form="PUBLIC", name="Ville de Linselles", administrator=agent
    )
    need = make_need(member=head)
    offer = make_offer(agent, organisation=town, pole=need.pole)
    for reader, address in (
        (agent, reverse("offer-edit", args=[offer.pk])),
        (agent, offer.get_absolute_url()),
        (head, reverse("need-candidates", args=[need.pk])),
    ):
        client.force_login(reader)
        page = client.get(address).text.partition("<main")[2]
        assert "gent mis à disposition par un employeur public" in page, address
        assert "(mécénat de compétences)" not in page, address


def test_an_agent_is_no_employee_in_english_either(client):
    """The page where the agreement is asked for, the manager's, and the letter of the step."""
    agent = make_user(language="en")
    town = make_organisation("COMPANY", legal_form="PUBLIC", member=agent)
    mission = make_mission(
        work=True, company=town, person=agent, regime=Regime.PUBLIC_AGENT, status="AGREEMENT"
    )
    client.force_login(agent)
    asked_here = reverse("mission-agreement", args=[mission.pk])
    assert "The agreement says it." in client.get(asked_here).text
    client.post(asked_here, {"manager_name": "Dominique", "manager_email": "dom@example.org"})
    letter = Notification.objects.get(kind="agreement_asked")
    client.logout()
    page = client.get(letter.url, headers={"accept-language": "en"}).text
    assert "Needed for a refusal" in page
    with override("en"):
        told = str(TEXTS[MissionStatus.AGREEMENT])
    assert "The employer’s agreement comes next" in told
    assert not [one for one in (page, told) if "employee" in one]


def test_a_town_s_own_pages_speak_of_no_company_in_english_either(client):
    """“The company's programmes”, “one employee, or a team” stood there."""
    boss = make_user(language="en")
    town = make_authority(administrator=boss, commune=make_commune())
    client.force_login(boss)
    for page in (
        reverse("programmes", args=[town.pk]),
        reverse("duties", args=[town.pk]),
        reverse("offer-new"),
    ):
        said = client.get(page, headers={"accept-language": "en"}).text.partition("<main")[2]
        assert "town" in said or str(town) in said, page
        assert not re.search(r"\bcompany|\bemployee", said), page


def test_an_authority_is_asked_nothing_of_what_a_large_company_lends_for_free(client):
    """“Une personne salariée ne peut alors être prêtée gratuitement que si…” promised it a frame that it doesn’t have."""
    town = make_authority(administrator=make_user())
    mission = make_mission(work=True, company=town)
    client.force_login(mission.offer.person)
    page = client.get(reverse("mission-regime", args=[mission.pk])).text
    assert 'name="receipt"' in page
    assert "large_lender" not in page
    assert "prêtée gratuitement que si" not in page
    answers = {"whose": "PUBLIC", "directs": "STRUCTURE", "receipt": "YES"}
    client.post(reverse("mission-regime", args=[mission.pk]), answers)
    mission.refresh_from_db()
    assert mission.regime == Regime.PUBLIC_AGENT


def test_whoever_asks_for_the_agreement_of_an_authority_is_a_civil_servant():
    """CDI, CDD and apprentice were offered there, whom the law lets an authority lend nowhere."""
    person = make_user()
    agent = Employee(organisation=make_authority(administrator=make_user()), person=person)
    offered = EmployeeForm(instance=agent).fields["contract"]
    assert [value for value, _label in offered.choices] == ["", "PUBLIC"]
    assert "agents contractuels" in str(offered.help_text)
