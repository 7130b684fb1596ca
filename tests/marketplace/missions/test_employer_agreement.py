"""The employer's agreement: a link used once, then the company; own time is nobody's business at work."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from marketplace.actions.missions import agreements, quotas, sheets
from marketplace.actions.refusals import NotYet
from marketplace.models import (
    Agreement,
    CompanyProgramme,
    Duty,
    Employee,
    Mission,
    Offer,
    Regime,
    Side,
)
from marketplace.models.market.proposals import Origin
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import (
    in_days,
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
)

MANAGER = {"manager_name": "Dominique Lefebvre", "manager_email": "dominique@example.org"}


@pytest.fixture
def mission():
    return make_mission(work=True, regime=Regime.PRESTATION, status=MissionStatus.AGREEMENT)


@pytest.fixture
def company(mission):
    return mission.offer.organisation


@pytest.fixture
def employee(mission, company):
    return Employee.objects.create(organisation=company, person=mission.offer.person, **MANAGER)


@pytest.fixture
def officer(company):
    """Charged with skills sponsorship."""
    person = make_user(first_name="Claire")
    membership = Membership.objects.create(user=person, organisation=company)
    Duty.objects.create(membership=membership, kind=Duty.Kind.CSR, given_by=person)
    return person


def ask(mission, employee, programme=None):
    return agreements.ask_manager(
        mission, employee=employee, programme=programme, by=mission.offer.person, now=timezone.now()
    )


def link() -> str:
    letter = Notification.objects.filter(kind="agreement_asked").latest("pk")
    return re.search(r"/accord/[\w-]+/", letter.text).group()


def test_the_employee_asks_and_the_manager_gets_one_link(client, mission, officer):
    client.force_login(mission.offer.person)
    client.post(reverse("mission-agreement", args=[mission.pk]), MANAGER)
    letter = Notification.objects.get(kind="agreement_asked")
    assert letter.address == "dominique@example.org"
    assert letter.secret
    client.logout()
    page = client.get(link()).content.decode()
    assert mission.need.organisation.name in page
    assert "€" not in page


def test_before_the_sheet_is_agreed_the_page_says_what_comes_first(client):
    mission = make_mission(work=True, status=MissionStatus.FRAMING)
    client.force_login(mission.offer.person)
    page = client.get(reverse("mission-agreement", args=[mission.pk])).text
    assert "disent d’abord oui à la fiche" in page
    papers = client.get(reverse("mission-documents", args=[mission.pk])).text
    assert "n’est pas encore choisi" in papers
    assert "aucune réduction d’impôt" not in papers


def test_opening_the_link_changes_nothing(client, mission, employee):
    ask(mission, employee)
    for _scanner in range(3):
        client.get(link())
    assert Agreement.objects.get().answer == ""


def test_a_yes_goes_to_the_company_then_to_the_documents(client, mission, employee, officer):
    ask(mission, employee)
    client.post(link(), {"answer": "YES"})
    mission.refresh_from_db()
    assert mission.status == MissionStatus.AGREEMENT
    assert Notification.objects.filter(recipient=officer, kind="agreement_for_company").exists()

    client.force_login(officer)
    said = {"answer": "YES", "question": Agreement.objects.get(asked="COMPANY").pk}
    client.post(reverse("agreement-company", args=[mission.pk]), said)
    mission.refresh_from_db()
    assert mission.status == MissionStatus.DOCUMENTS
    assert (mission.agreed_version, mission.agreed_hours) == (1, mission.sheet.hours)
    told = Notification.objects.filter(kind="agreement_given").values_list("recipient", flat=True)
    assert set(told) == {mission.offer.person_id, mission.need.created_by_id}


def test_a_link_is_used_once(client, mission, employee):
    ask(mission, employee)
    first = link()
    client.post(first, {"answer": "NO", "reason": "Trop de travail en mars."})
    again = client.post(first, {"answer": "YES"})
    assert "Vous avez répondu" in again.content.decode()
    assert Agreement.objects.get(asked="MANAGER").answer == "NO"


def test_a_refusal_reaches_the_employee_with_its_reason_and_the_structure_without(
    client, mission, employee
):
    ask(mission, employee)
    client.post(link(), {"answer": "NO", "reason": "Trop de travail en mars."})
    mission.refresh_from_db()
    assert mission.status == MissionStatus.FRAMING
    to_employee = Notification.objects.get(kind="agreement_refused")
    to_structure = Notification.objects.get(kind="agreement_refused_structure")
    assert "Trop de travail en mars." in to_employee.text
    assert "Trop de travail" not in to_structure.text
    assert "changer la fiche" in to_structure.text, "its page says that it is their turn"
    client.force_login(mission.need.created_by)
    for name in ("mission", "mission-agreement"):
        seen = client.get(reverse(name, args=[mission.pk])).content.decode()
        assert "Trop de travail" not in seen, name


def test_a_refusal_wants_a_reason(client, mission, employee):
    ask(mission, employee)
    page = client.post(link(), {"answer": "NO"}).content.decode()
    assert "Dites pourquoi en une phrase" in page
    assert Agreement.objects.get().answer == ""


def test_other_dates_are_suggested(client, mission, employee):
    ask(mission, employee)
    dates = {"starts_on": in_days(30), "ends_on": in_days(60)}
    assert (
        "Donnez les deux dates" in client.post(link(), {"answer": "OTHER_DATES"}).content.decode()
    )
    backwards = {"answer": "OTHER_DATES", "starts_on": in_days(60), "ends_on": in_days(30)}
    assert "La fin est avant le début" in client.post(link(), backwards).content.decode()
    client.post(link(), {"answer": "OTHER_DATES"} | dates)
    assert Agreement.objects.get().starts_on == dates["starts_on"]
    assert Notification.objects.filter(kind="agreement_refused").exists()


def test_an_expired_link_says_so(client, mission, employee):
    ask(mission, employee)
    Agreement.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    answer = client.post(link(), {"answer": "YES"})
    assert answer.status_code == 410
    assert "n’est plus valable" in answer.content.decode()
    assert Agreement.objects.get().answer == ""


def test_an_unknown_link_says_so(client):
    answer = client.get(reverse("agreement", args=["x" * 43]))
    assert answer.status_code == 410
    assert "copiez-le en entier" in answer.content.decode()


def test_a_new_letter_kills_the_former_link(client, mission, employee):
    ask(mission, employee)
    former = link()
    client.force_login(mission.offer.person)
    client.post(reverse("agreement-send-again", args=[mission.pk]))
    client.logout()
    assert client.get(former).status_code == 410
    assert client.get(link()).status_code == 200


def test_the_link_does_not_rest_in_the_table(mission, employee):
    ask(mission, employee)
    token = link().split("/")[2]
    assert token not in (Agreement.objects.get().token or "")


def test_a_changed_sheet_voids_the_question(client, mission, employee):
    ask(mission, employee)
    sheets.change(mission, {"hours": 24}, read=1, side=Side.NEED, by=mission.need.created_by)
    answer = client.post(link(), {"answer": "YES"})
    assert "a changé depuis ce courriel" in answer.content.decode()
    mission.refresh_from_db()
    assert mission.status == MissionStatus.FRAMING


def test_silence_is_reminded_once(mission, employee):
    ask(mission, employee)
    later = timezone.now() + timedelta(days=6)
    assert agreements.remind_silent(later) == 1
    assert agreements.remind_silent(later) == 0
    assert Notification.objects.filter(kind="agreement_asked").count() == 2


def test_own_time_asks_nobody_at_work(client):
    mission = make_mission()
    client.force_login(mission.offer.person)
    answer = client.post(reverse("mission-agreement", args=[mission.pk]), MANAGER)
    assert answer.status_code == 403
    assert not Agreement.objects.exists()


def test_the_company_never_sees_what_is_done_on_own_time(client, company):
    """An employee's own-time offer posted in the company's name stays theirs alone."""
    boss = make_user()
    Membership.objects.create(user=boss, organisation=company, role="ADMINISTRATOR")
    mission = make_mission(work=True, company=company)
    mission.offer.time = "OWN"
    mission.offer.save()
    client.force_login(boss)
    assert client.get(mission.get_absolute_url()).status_code == 404
    assert mission not in Mission.objects.visible_to(boss)
    client.force_login(mission.offer.person)
    assert client.get(mission.get_absolute_url()).status_code == 200


def test_the_structure_may_not_ask_nor_answer_for_the_employer(client, mission, employee):
    ask(mission, employee)
    client.force_login(mission.need.created_by)
    for name in ("mission-agreement", "agreement-send-again", "agreement-company"):
        answer = client.post(reverse(name, args=[mission.pk]), MANAGER | {"answer": "YES"})
        assert answer.status_code == 403, name


def test_a_colleague_who_is_not_charged_may_not_answer_for_the_company(
    client, mission, employee, officer
):
    ask(mission, employee)
    client.post(link(), {"answer": "YES"})
    for person in (mission.offer.person, make_coordinator(mission.need.pole)):
        client.force_login(person)
        answer = client.post(reverse("agreement-company", args=[mission.pk]), {"answer": "YES"})
        assert answer.status_code == 403
    assert Agreement.objects.get(asked="COMPANY").answer == ""


def test_a_stranger_finds_nothing_and_nobody_signs_in(client, mission):
    for name in ("mission-agreement", "agreement-send-again", "agreement-company"):
        url = reverse(name, args=[mission.pk])
        client.logout()
        assert client.post(url).status_code == 302
        client.force_login(make_user())
        assert client.post(url).status_code == 404


def test_too_early_is_said(mission, employee):
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.FRAMING)
    with pytest.raises(NotYet, match="une fois que les deux parties"):
        ask(mission, employee)


def test_one_s_own_address_is_not_the_manager_s(client, mission):
    client.force_login(mission.offer.person)
    own = MANAGER | {"manager_email": mission.offer.person.email}
    page = client.post(reverse("mission-agreement", args=[mission.pk]), own).content.decode()
    assert "l’adresse de la personne elle-même" in page


def test_once_everyone_agreed_the_manager_is_not_asked_again(client, mission):
    """The form stayed on the page, and answered that both sides had not said yes to the sheet."""
    url = reverse("mission-agreement", args=[mission.pk])
    client.force_login(mission.offer.person)
    assert "manager_email" in client.get(url).text
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.DOCUMENTS)
    assert "manager_email" not in client.get(url).text


# --- quota ---------------------------------------------------------------------------------
@pytest.fixture
def programme(company):
    return CompanyProgramme.objects.create(
        organisation=company, name="Deux jours", days_per_year=Decimal(2), starts_on=in_days(-30)
    )


def test_a_quota_exceeded_is_answered_in_a_sentence(client, mission, programme):
    client.force_login(mission.offer.person)
    url = reverse("mission-agreement", args=[mission.pk])
    assert "14 heures restantes sur 14" in client.get(url).content.decode()
    page = client.post(url, MANAGER | {"programme": programme.pk}).content.decode()
    assert "Le programme donne 14 heures par an" in page
    assert not Agreement.objects.exists()


def test_what_is_left_is_said_to_be_whose_until_the_mission_takes_it(
    client, mission, programme, officer
):
    url = reverse("mission-agreement", args=[mission.pk])
    client.force_login(mission.offer.person)
    assert "Ce qu’il vous reste" in client.get(url).text
    client.force_login(officer)
    page = client.get(url).text
    assert f"Ce qu’il reste à {mission.offer.person}" in page
    assert "sans compter cette mission" in page
    for status in (MissionStatus.DOCUMENTS, MissionStatus.CLOSED):
        Mission.objects.filter(pk=mission.pk).update(status=status)
        assert "heures restantes" not in client.get(url).text


def test_the_only_programme_is_proposed_and_not_imposed(client, mission, programme):
    """“None” is on the list, and without a programme the company decides case by case."""
    client.force_login(mission.offer.person)
    url = reverse("mission-agreement", args=[mission.pk])
    assert f'value="{programme.pk}" selected' in client.get(url).text
    client.post(url, MANAGER | {"programme": ""})
    assert Agreement.objects.get().mission.programme is None
    assert "heures restantes" not in client.get(url).text, "it takes none of them"


def test_what_other_missions_under_the_programme_take_is_counted(mission, employee, programme):
    programme.days_per_year = Decimal(60)
    programme.save()
    other = make_mission(
        work=True,
        company=mission.offer.organisation,
        person=mission.offer.person,
        need=make_need(member=make_user(), hours=20),
        status=MissionStatus.RUNNING,
        regime=Regime.PRESTATION,
        starts_on=in_days(0),
        ends_on=in_days(0),
    )
    year = mission.starts_on.year
    Mission.objects.filter(pk=other.pk).update(programme=programme)
    assert quotas.quota_of(mission, programme, employee, year).taken == 20


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ({"contracts": ["PERMANENT"]}, "Dites de quel contrat"),
        ({"seniority_months": 3}, "dites depuis quand"),
        ({"months_before_retirement": 12}, "quand la retraite est prévue"),
    ],
)
def test_the_conditions_of_a_programme_are_said(mission, employee, programme, condition, sentence):
    CompanyProgramme.objects.filter(pk=programme.pk).update(days_per_year=300, **condition)
    programme.refresh_from_db()
    with pytest.raises(NotYet, match=sentence):
        ask(mission, employee, programme)


def test_whoever_meets_them_is_asked_for(mission, employee, programme):
    conditions = {"contracts": ["PERMANENT"], "seniority_months": 3, "months_before_retirement": 12}
    CompanyProgramme.objects.filter(pk=programme.pk).update(days_per_year=300, **conditions)
    programme.refresh_from_db()
    employee.contract, employee.hired_on, employee.retires_on = (
        "PERMANENT",
        in_days(-400),
        in_days(300),
    )
    assert ask(mission, employee, programme).mission.programme == programme


def test_what_is_left_of_the_quota_is_told_before_the_yes_to_whoever_says_it(client):
    boss, person = make_user(first_name="Paul"), make_user(first_name="Noé", last_name="Lambert")
    company = make_organisation("COMPANY", administrator=boss, member=person, legal_form="SAS")
    CompanyProgramme.objects.create(
        organisation=company, name="Deux jours pour agir", days_per_year=2, starts_on=in_days(-9)
    )
    need = make_need(member=make_user(first_name="Aline"), hours=40)
    offer = make_offer(person, organisation=company, hours=60)
    proposal = make_proposal(need, offer, origin=Origin.INVITATION)

    def shown_to(user) -> str:
        client.force_login(user)
        return " ".join(client.get(proposal.get_absolute_url()).content.decode().split())

    told = shown_to(person)
    assert "14 heures restent sur 14" in told
    assert told.count("Le programme n’en donne pas autant") == 1, "once, however many years"
    assert "restent sur 14" not in shown_to(need.created_by), "between the company and its people"
    client.force_login(make_user())
    assert client.get(proposal.get_absolute_url()).status_code == 404
    Offer.objects.filter(pk=offer.pk).update(hours=7)
    assert "n’en donne pas autant" not in shown_to(person)
    Offer.objects.filter(pk=offer.pk).update(time="OWN")
    assert "restent sur 14" not in shown_to(person)
