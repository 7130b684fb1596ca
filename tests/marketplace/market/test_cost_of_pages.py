"""What pages ask of the database, of a house that has something of each sort: each says its ceiling, the header's questions
included. What each shows is asserted by the tests of the page."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import GroupTie, Membership
from marketplace.actions.market import alike
from marketplace.models import (
    Deliverable,
    Document,
    Joining,
    Milestone,
    Promises,
    Serving,
    Template,
)
from tests.factories import (
    in_days,
    make_commune,
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_proposal,
    make_user,
)
from tests.marketplace.gatherings.people import make_gathering
from tests.marketplace.missions.telling_people import both, ended

pytestmark = pytest.mark.once
SNAPSHOT = 5  # of the matching: a process keeps what they answer, a test doesn't


@pytest.fixture
def asks(client, django_assert_max_num_queries):
    """Opens a page as somebody, once what each process keeps is there."""

    def opened(user, url, most):
        if user:
            client.force_login(user)
        else:
            client.logout()
        client.get(url)
        with django_assert_max_num_queries(most):
            page = client.get(url)
        assert page.status_code == 200
        return page.text

    return opened


@pytest.fixture
def structure(client):
    """It has told of a mission, needs somebody, says whom it serves and has a group."""
    mission = ended(work=True)
    both(client, mission)
    house = mission.need.organisation
    house.memberships.update(role=Membership.Role.ADMINISTRATOR)
    make_need(house, title="Tenir la caisse")
    Serving.objects.create(organisation=house, cause=make_need().cause)
    head, by = make_organisation(name="Groupe du Nord"), house.members.first()
    GroupTie.objects.create(
        member=house, head=head, asked_by=by, agreed_by=by, agreed_at=timezone.now()
    )
    return house


def test_the_page_of_an_organisation_asks_few_questions(asks, structure):
    boss, url = structure.members.first(), structure.get_absolute_url()
    page = asks(boss, url, 16)
    for said in ("Tenir la caisse", "Groupe du Nord"):
        assert said in page
    asks(make_coordinator(structure.pole), url, 18)
    asks(make_user(), url, 15)
    asks(None, url, 12)


def test_the_page_of_a_company_asks_few_questions(asks, structure):
    company = make_mission(work=True).offer.organisation
    make_offer(organisation=company)
    company.memberships.update(role=Membership.Role.ADMINISTRATOR)
    boss = company.members.first()
    asks(boss, company.get_absolute_url(), 14)


def test_the_page_on_which_an_organisation_leaves_asks_few_questions(asks, structure):
    make_mission(work=True, need=make_need(structure, title="Un site"), status="RUNNING")
    url = reverse("leave-platform", args=[structure.pk])
    assert "Un site" in asks(structure.members.first(), url, 10)


def test_the_page_on_which_an_account_closes_asks_few_questions(asks, structure):
    """Which organisations would close with it is asked once."""
    asks(structure.members.first(), reverse("account-close"), 15)


def test_the_page_of_two_needs_put_together_asks_few_questions(asks):
    older = make_need(make_organisation(name="Bottines", member=make_user()), hours=40)
    lens = make_commune(insee="59512", name="Roubaix", latitude=50.6893, longitude=3.1750)
    make_need(
        make_organisation(name="ACEPP", member=make_user()),
        commune=lens,
        starts_on=older.starts_on,
        ends_on=in_days(60),
    )
    alike.look(timezone.now())
    joining = Joining.objects.get()
    page = asks(make_coordinator(older.pole), joining.get_absolute_url(), 15)
    assert "ACEPP" in page


# --- needs ------------------------------------------------------------------------------------
@pytest.fixture
def need():
    return make_need(member=make_user(), title="Refaire le site")


def test_the_page_of_a_need_asks_few_questions(asks, need):
    company = make_mission(work=True).offer.organisation
    make_offer(company.members.first(), organisation=company)
    company.memberships.update(role=Membership.Role.ADMINISTRATOR)
    url = need.get_absolute_url()
    asks(company.members.first(), url, 14 + SNAPSHOT)
    asks(need.created_by, url, 11)
    asks(make_coordinator(need.pole), url, 12)
    asks(None, url, 4)


def test_the_page_of_a_need_for_its_coordinator_asks_few_questions(asks, need):
    asks(make_coordinator(need.pole), reverse("desk-need", args=[need.pk]), 16 + SNAPSHOT)


def test_the_page_of_why_somebody_isn_t_put_forward_asks_few_questions(asks, need):
    url = reverse("need-why-pair", args=[need.pk, make_offer().pk])
    asks(make_coordinator(need.pole), url, 16 + SNAPSHOT)


def test_the_pages_of_a_proposal_and_of_applying_ask_few_questions(asks):
    proposal = make_proposal()
    asks(make_coordinator(proposal.need.pole), proposal.get_absolute_url(), 18 + SNAPSHOT)
    asks(proposal.offer.person, proposal.get_absolute_url(), 16 + SNAPSHOT)
    asks(make_offer().person, reverse("need-apply", args=[proposal.need_id]), 15)


def test_a_mission_s_milestones_by_themselves_ask_little(asks):
    mission = make_mission(status="RUNNING")
    person, url = mission.need.created_by, mission.get_absolute_url()
    for n in range(12):
        Milestone.objects.create(mission=mission, label=f"Étape {n}", due_on=mission.starts_on)
        Deliverable.objects.create(mission=mission, title=f"Rendu {n}", by=mission.offer.person)
    template = Template.objects.create(fingerprint="0", texts={})
    for number, kind in enumerate(("CONVENTION_SERVICE", "CERTIFICATE")):
        Document.objects.create(
            mission=mission, organisation=mission.need.organisation, kind=kind,
            letter=kind[1], year=2026, number=number + 1, status="ISSUED", facts={}, template=template,
            file=f"{number}", size=1, sha256="0",
        )  # fmt: skip
    assert "Étape 11" in asks(person, f"{url}?jalons=tous", 9)
    assert "Rendu 11" in asks(person, f"{url}?livrables=tous", 9)
    asks(person, reverse("mission-documents", args=[mission.pk]), 11)


def test_the_page_of_a_new_need_asks_few_questions(asks, need):
    asks(need.created_by, reverse("need-new") + "?tout=oui", 12)


# --- gatherings -------------------------------------------------------------------------------
def test_the_page_of_a_gathering_asks_few_questions(asks):
    gathering = make_gathering()
    asks(make_coordinator(gathering.pole), gathering.get_absolute_url(), 14)
    asks(gathering.created_by, gathering.get_absolute_url(), 14)


# --- the site ---------------------------------------------------------------------------------
def test_our_promises_ask_as_few_questions_for_many_poles_as_for_one(asks):
    for number in range(4):
        pole = make_pole(f"Pôle {number}", departments=())
        Promises.objects.create(pole=pole, read_within=3 + number)
    coordinator, url = make_coordinator(pole), reverse("promises")
    assert "lit et vous répond sous 6 jours ouvrés" in asks(coordinator, url, 10).replace(
        "\xa0", " "
    )
    asks(make_user(), url, 8)
    asks(None, url, 3)


def test_home_asks_few_questions(asks, structure):
    asks(structure.members.first(), reverse("home"), 17)
    company = make_mission(work=True).offer.organisation
    asks(company.members.first(), reverse("home"), 18)
