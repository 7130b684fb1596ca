"""Who sees what of a company's missions: one's own, one's team's, or all, as one's role says."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from marketplace.actions.missions import agreements
from marketplace.actions.talk import blocks
from marketplace.models import (
    Agreement,
    CompanyProgramme,
    Duty,
    Employee,
    Mission,
    Proposal,
    Regime,
    factors,
)
from marketplace.rules import audience
from marketplace.rules.mission_roles import Reader
from marketplace.rules.parties import signatories
from marketplace.rules.permissions import may_sign_for
from marketplace.rules.permissions import organisations as rights
from marketplace.states import MissionStatus
from tests.factories import (
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
)


@pytest.fixture
def company():
    return make_organisation("COMPANY", administrator=make_user(), legal_form="SAS")


@pytest.fixture
def mission(company):
    return make_mission(
        work=True, company=company, regime=Regime.PRESTATION, status=MissionStatus.AGREEMENT
    )


@pytest.fixture
def manager(company):
    return colleague(company, Duty.Kind.MANAGER, email="dominique@example.org")


def colleague(company, *duties, **fields):
    person = make_user(**fields)
    membership = Membership.objects.create(user=person, organisation=company)
    for kind in duties:
        Duty.objects.create(membership=membership, kind=kind, given_by=person)
    return person


def ask(mission, manager):
    employee = Employee.objects.create(
        organisation=mission.offer.organisation, person=mission.offer.person,
        manager_name="Dominique Lefebvre", manager_email=manager.email.upper(),
    )  # fmt: skip
    return agreements.ask_manager(
        mission, employee=employee, programme=None, by=mission.offer.person, now=timezone.now()
    )


def own_time_mission(mission):
    """The same person, posted in the company's name, on their own time."""
    other = make_mission(work=True, company=mission.offer.organisation, person=mission.offer.person)
    other.offer.time = "OWN"
    other.offer.save()
    return other


@pytest.mark.parametrize("kind", ["CSR", "PROGRAMME", "HR", "SIGNATORY"])
def test_those_whose_role_says_so_see_what_is_done_on_the_company_s_time(client, mission, kind):
    client.force_login(colleague(mission.offer.organisation, kind))
    assert client.get(mission.get_absolute_url()).status_code == 200


def test_an_administrator_and_whoever_comes_see_it_too(client, company, mission):
    for person in (company.memberships.administrators().get().user, mission.offer.person):
        client.force_login(person)
        assert client.get(mission.get_absolute_url()).status_code == 200


def test_a_colleague_sees_neither_the_mission_nor_the_proposal_nor_the_words(client, mission):
    person = colleague(mission.offer.organisation)
    client.force_login(person)
    proposal = mission.proposal
    for url in (mission.get_absolute_url(), proposal.get_absolute_url(),
                reverse("thread", args=[proposal.thread.pk]), reverse("mission-documents", args=[mission.pk]),
                reverse("mission-agreement", args=[mission.pk])):  # fmt: skip
        assert client.get(url).status_code == 404, url
    assert mission not in Mission.objects.visible_to(person)
    assert proposal not in Proposal.objects.visible_to(person)
    assert mission.need.title not in client.get(reverse("missions")).content.decode()


def test_what_a_whole_team_does_is_seen_by_the_whole_company(client, company, mission):
    mission.offer.person = None
    mission.offer.save()
    client.force_login(colleague(company))
    assert client.get(mission.get_absolute_url()).status_code == 200


def test_a_manager_answers_from_their_account(client, company, mission, manager):
    question = ask(mission, manager)
    client.force_login(manager)
    page = reverse("team-answer", args=[question.pk])
    assert page in client.get("/").content.decode()
    assert mission.need.organisation.name in client.get(page).content.decode()
    answer = client.post(page, {"answer": "YES"})
    assert answer.url == reverse("team", args=[company.pk])
    question.refresh_from_db()
    assert (question.answer, question.answered_by) == ("YES", manager)
    assert Agreement.objects.filter(mission=mission, asked="COMPANY").exists()
    again = client.post(page, {"answer": "NO", "reason": "Finalement non."}, follow=True)
    assert "Vous avez répondu" in again.content.decode()
    question.refresh_from_db()
    assert question.answer == "YES"


def test_a_manager_sees_their_team_s_working_time_and_nothing_else(
    client, company, mission, manager
):
    ask(mission, manager)
    hidden = own_time_mission(mission)
    others = make_mission(work=True, company=company, status=MissionStatus.RUNNING)
    client.force_login(manager)
    page = client.get(reverse("team", args=[company.pk])).content.decode()
    assert mission.need.title in page
    assert hidden.need.title not in page
    assert others.need.title not in page
    for one in (mission, hidden, others):
        assert client.get(one.get_absolute_url()).status_code == 404


def test_being_named_is_not_enough_nor_is_the_duty_alone(client, company, mission, manager):
    question = ask(mission, manager)
    url = reverse("team-answer", args=[question.pk])
    client.force_login(colleague(company, Duty.Kind.MANAGER))
    assert client.get(url).status_code == 404
    Duty.objects.filter(membership__user=manager).delete()
    client.force_login(manager)
    assert client.post(url, {"answer": "YES"}).status_code == 404
    assert client.get(reverse("team", args=[company.pk])).status_code == 403
    client.logout()
    assert client.get(url).status_code == 302
    assert not Agreement.objects.get().answer


def test_a_manager_never_sees_what_an_hour_costs(client, mission, manager):
    ask(mission, manager)
    client.force_login(manager)
    assert client.get(reverse("mission-cost", args=[mission.pk])).status_code == 404


def test_the_page_of_the_organisation_leads_to_the_year_and_to_the_team(client, company, manager):
    year = timezone.localdate().year
    page = company.get_absolute_url()
    gifts = reverse("company-year", args=[company.pk, year])
    team = reverse("team", args=[company.pk])
    client.force_login(company.memberships.administrators().get().user)
    assert gifts in client.get(page).content.decode()
    client.force_login(manager)
    shown = client.get(page).content.decode()
    assert team in shown
    assert gifts not in shown
    structure = make_organisation(administrator=make_user())
    client.force_login(structure.members.get())
    receipts = reverse("receipts-year", args=[structure.pk, year])
    assert receipts in client.get(structure.get_absolute_url()).content.decode()
    assert client.get(receipts).status_code == 200
    client.force_login(make_user())
    assert receipts not in client.get(structure.get_absolute_url()).content.decode()


# --- each right, and whose it is -----------------------------------------------------------
OVERSEE = {"ADMINISTRATOR", "CSR", "PROGRAMME", "HR", "SIGNATORY"}
WHOSE = [
    (rights.oversees, OVERSEE),
    (rights.can_see_work_of, OVERSEE),
    (rights.can_see_organisation_year, OVERSEE),
    (rights.speaks_out_for, OVERSEE),
    (rights.is_in_charge_at, {"CSR", "PROGRAMME"}),
    (rights.can_see_programme_of, {"CSR", "PROGRAMME"}),
    (rights.can_run_programmes, {"ADMINISTRATOR", "CSR", "PROGRAMME"}),
    (rights.can_give_duties, {"ADMINISTRATOR"}),
    (rights.manages_at, {"MANAGER"}),
    (rights.can_see_costs, {"HR"}),
]
STAYS_WHILE_SUSPENDED = {
    rights.can_see_work_of,
    rights.can_see_organisation_year,
    rights.can_see_programme_of,
}


def boss_of_another(company):
    """A plain colleague here; elsewhere an administrator with every duty."""
    person = colleague(company)
    make_organisation("COMPANY", administrator=person, legal_form="SAS")
    membership = person.memberships.administrators().get()
    for kind in Duty.COMPANY:
        Duty.objects.create(membership=membership, kind=kind, given_by=person)
    return person


def one_of_each(company):
    return {kind.value: colleague(company, kind) for kind in Duty.COMPANY} | {
        "ADMINISTRATOR": company.memberships.administrators().get().user,
        "NO DUTY": colleague(company),
        "ELSEWHERE": boss_of_another(company),
        "NOBODY’S": make_user(),
    }


def those_who_may(right, people, company):
    return {who for who, person in people.items() if right(person, company)}


@pytest.mark.parametrize(("right", "whose"), WHOSE)
def test_a_right_at_a_company_comes_from_what_one_is_there_and_nowhere_else(company, right, whose):
    people = one_of_each(company)
    assert those_who_may(right, people, company) == whose
    company.status = "SUSPENDED"
    company.save()
    stays = whose if right in STAYS_WHILE_SUSPENDED else set()
    assert those_who_may(right, people, company) == stays
    company.status = "ACCEPTED"
    company.save()
    for person in people.values():
        person.is_active = False
        person.save()
    assert those_who_may(right, people, company) == set()


def test_where_nobody_is_charged_the_administrators_of_that_company_are(company):
    people = {"boss": company.memberships.administrators().get().user, "plain": colleague(company)}
    people["elsewhere"] = boss_of_another(company)
    for right in (rights.is_in_charge_at, rights.can_see_programme_of, rights.can_run_programmes):
        assert those_who_may(right, people, company) == {"boss"}


def test_nor_does_somebody_count_as_charged_whose_account_is_not_active_any_more(company):
    """The letters went to the administrators, whose page then refused them; a link signed what their account couldn't."""
    boss = company.memberships.administrators().get().user
    gone = colleague(company, Duty.Kind.SIGNATORY, Duty.Kind.CSR)
    assert not rights.is_in_charge_at(boss, company)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    reader = Reader.of(boss, boss.memberships.select_related("organisation"))
    signs = [person for person, _capacity in signatories(company)]
    assert signs == [person for person in (boss, gone) if may_sign_for(person, company)] == [boss]
    assert list(audience.in_charge_at(company)) == [boss]
    assert rights.is_in_charge_at(boss, company)
    assert company.pk in reader.signs & reader.charged


@pytest.mark.parametrize("right", [rights.oversees, rights.is_in_charge_at, rights.can_see_costs])
def test_at_no_company_nobody_has_a_right(company, right):
    assert those_who_may(right, one_of_each(company), None) == set()


def test_no_programme_of_an_association_speaks_of_a_company(client):
    """“After 6 months in the company”; “A well-run company programme” was asked of a loan between associations."""
    boss = make_user(language="en")
    lender = make_organisation(administrator=boss)
    CompanyProgramme.objects.create(
        organisation=lender, name="Vendredis", days_per_year=5, seniority_months=6,
    )  # fmt: skip
    client.force_login(boss)
    for door in ("programmes", "programme-new"):
        page = client.get(reverse(door, args=[lender.pk])).text.partition("<main")[2]
        assert "with the employer" in page
        assert "company" not in page.partition("</main")[0]
    assert not [one for one in factors.all_factors().values() if "ompany" in one.label_en]


@pytest.mark.parametrize(
    ("role", "decides"),
    [(Membership.Role.ADMINISTRATOR, True), (Membership.Role.REPRESENTATIVE, False)],
)
def test_who_only_volunteers_at_an_association_that_lends_keeps_nobody_away_from_its_people(
    role, decides
):
    """Any of its people decide whom an association works with, until it lends: what its employees wait for isn't theirs."""
    association, volunteer = make_organisation(), make_user()
    Membership.objects.create(user=volunteer, organisation=association, role=role)
    assert rights.speaks_out_for(volunteer, association)
    waits = make_proposal(make_need(), make_offer(organisation=association))
    structure = waits.need.organisation
    made = blocks.block(by=volunteer, organisation=structure, acting_for=association)
    assert made.for_organisation == (association if decides else None)
    assert Proposal.objects.get(pk=waits.pk).is_open is not decides
    assert rights.speaks_out_for(volunteer, association) is decides


@pytest.mark.parametrize(
    ("form", "sponsors"), [("ASSOCIATION", False), ("FOUNDATION", False), ("SCIC", True)]
)
def test_an_association_charges_nobody_with_sponsorship_or_the_cost_of_an_hour(
    client, form, sponsors
):
    boss = make_user()
    lender = make_organisation(administrator=boss, legal_form=form)
    for kind in (Duty.Kind.CSR, Duty.Kind.HR):
        Duty.objects.create(membership=lender.memberships.get(), kind=kind, given_by=boss)
    client.force_login(boss)
    page = client.get(reverse("duties", args=[lender.pk])).text.partition("<main")[2]
    for words in ("mécénat", "coût d’une heure"):
        assert (words in page) == sponsors
    assert ("mises à disposition" in page) != sponsors
