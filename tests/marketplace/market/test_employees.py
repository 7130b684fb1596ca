"""The list of an organisation's people, and what one of them finds on their first page."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import invitations, memberships
from accounts.models import Membership, PastMembership
from marketplace.models import CompanyProgramme, Employee, Offer, Time
from marketplace.states import MissionStatus
from tests.factories import (
    make_authority,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_user,
)
from tests.marketplace.documents import document_desk

EMPLOYEE = Membership.Role.EMPLOYEE


@pytest.fixture
def head():
    return make_user("Hélène", "Roux")


@pytest.fixture
def company(head):
    return make_organisation("COMPANY", administrator=head, name="Verreries du Nord")


def hire(company, first="Nora", last="Cissé", **fields):
    person = make_user(first, last, **fields)
    company.memberships.create(user=person, role=EMPLOYEE)
    return person


def listed(client, person, company, **asked):
    client.force_login(person)
    return client.get(reverse("employees", args=[company.pk]), asked)


def names(answer) -> list[str]:
    return [str(row.user) for row in answer.context["page"].rows]


@pytest.mark.parametrize("duty", [None, "CSR", "PROGRAMME", "HR", "SIGNATORY"])
def test_those_who_answer_for_its_people_read_the_list(client, company, head, duty):
    hire(company)
    reader = head
    if duty:
        reader = make_user()
        company.memberships.create(user=reader)
        document_desk.duty(reader, company, duty)
    answer = listed(client, reader, company)
    assert "Nora Cissé" in names(answer)
    # Only an administrator changes anything.
    assert ("membership/role" in answer.text or "/role/" in answer.text) == (duty is None)


@pytest.mark.parametrize(
    "who", ["employee", "manager", "representative", "elsewhere", "gone", "nobody"]
)
def test_nobody_else_does(client, company, who):
    person = make_user()
    if who == "elsewhere":
        make_organisation("COMPANY", administrator=person)
    elif who == "gone":
        company.memberships.create(user=person, role="ADMINISTRATOR").delete()
    elif who != "nobody":
        role = "MEMBER" if who == "representative" else EMPLOYEE
        company.memberships.create(user=person, role=role)
        if who == "manager":
            document_desk.duty(person, company, "MANAGER")
    if who != "nobody":
        client.force_login(person)
    expected = 302 if who == "nobody" else 403
    assert client.get(reverse("employees", args=[company.pk])).status_code == expected
    out = reverse("employees-export", args=[company.pk, "csv"])
    assert client.post(out).status_code == expected


def test_each_state_holds_those_who_are_in_it(client, company, head):
    idle, offering, coming = (hire(company, last=name) for name in ("Abel", "Brun", "Cros"))
    make_offer(offering, organisation=company)
    make_mission(work=True, company=company, person=coming, status=MissionStatus.RUNNING)
    make_offer(idle, time=Time.OWN)  # nothing of that is theirs to know
    assert names(listed(client, head, company, etat="offre")) == ["Nora Brun"]
    assert names(listed(client, head, company, etat="mission")) == ["Nora Cros"]
    assert names(listed(client, head, company, etat="sans-offre")) == ["Nora Abel", "Hélène Roux"]
    chips = listed(client, head, company).context["chips"]
    assert [chip["count"] for chip in chips] == [4, 1, 1, 2, 0, 0]


def test_who_prepares_a_mission_is_not_said_to_be_on_one(client, company, head):
    """“En mission : 1” was read of a mission whose papers waited, nine days before its first day."""
    make_mission(work=True, company=company, status=MissionStatus.DOCUMENTS, started_at=None)
    list_page = listed(client, head, company, etat="mission")
    assert len(names(list_page)) == 1
    assert "n mission ou en préparation" in list_page.text
    led = client.get(reverse("programme-home", args=[company.pk])).text
    assert "en mission ou en préparation\N{NO-BREAK SPACE}: 1" in led


def test_of_who_has_done_with_a_mission_it_says_nothing_at_the_moment(client, company, head):
    """They have given hours: “yet” would be false."""
    person = hire(company)
    make_mission(work=True, company=company, person=person, status=MissionStatus.CLOSED)
    page = listed(client, head, company, etat="tous").text
    assert "Rien en ce moment" in page
    assert "Rien pour le moment" not in page


def test_own_time_given_in_the_employer_s_own_form_is_no_offer_here(client, company, head):
    person = hire(company)
    offer = make_offer(person, organisation=company)
    Offer.objects.filter(pk=offer.pk).update(time=Time.OWN, title="Chez moi")
    answer = listed(client, head, company)
    assert "Chez moi" not in answer.text
    assert offer.get_absolute_url() not in answer.text
    assert names(listed(client, head, company, etat="offre")) == []


def test_who_is_invited_and_who_has_left_have_lists_of_their_own(client, company, head):
    now = timezone.now()
    invitations.invite(company, email="zoe@example.org", role=EMPLOYEE, by=head, now=now)
    person = hire(company)
    memberships.remove(Membership.objects.get(user=person), by=head)
    assert "zoe@example.org" in listed(client, head, company, etat="invite").text
    gone = listed(client, head, company, etat="parti")
    assert names(gone) == ["Nora Cissé"]
    company.memberships.create(user=person, role=EMPLOYEE)
    assert names(listed(client, head, company, etat="parti")) == [], "they came back"


def test_who_left_is_forgotten_after_a_year(company, head):
    person = hire(company)
    memberships.leave(Membership.objects.get(user=person))
    memberships.forget_past(timezone.now() + timedelta(days=364))
    assert PastMembership.objects.count() == 1
    memberships.forget_past(timezone.now() + timedelta(days=366))
    assert PastMembership.objects.count() == 0


@pytest.mark.parametrize("typed", ["cisse", "CISSÉ nora", "nor", "verrier", "nora.c@"])
def test_one_finds_somebody_by_a_name_a_trade_or_an_address(client, company, head, typed):
    hire(company, email="nora.c@example.org", trade="Verrière")
    hire(company, "Karim", "Benali")
    assert names(listed(client, head, company, q=typed)) == ["Nora Cissé"]


@pytest.mark.parametrize(
    "asked",
    [{"q": "zz\0"}, {"q": "%" * 500}, {"role": "EMPEROR"}, {"etat": "x"}, {"after": "9" * 30}],
)
def test_what_it_can_t_read_in_the_address_is_as_if_it_weren_t_there(client, company, head, asked):
    assert listed(client, head, company, **asked).status_code == 200


def test_pages_hold_each_person_once_by_name_or_by_day(client, company, head, monkeypatch):
    monkeypatch.setattr("marketplace.views.market.employees.A_PAGE", 2)
    for number in range(4):
        hire(company, last=f"N{number}")
    for order in ({}, {"tri": "arrivee"}):
        page, seen = listed(client, head, company, **order), []
        while True:
            seen += names(page)
            if not (after := page.context["page"].after):
                break
            page = listed(client, head, company, after=after, **order)
        assert len(seen) == len(set(seen)) == 5
        assert (seen[0] == "Nora N3") == bool(order), "the newest first"
        back = listed(client, head, company, before=page.context["page"].before, **order)
        assert names(back) == seen[2:4]


def test_the_file_holds_what_the_list_holds(client, company, head):
    hire(company, trade="=2+5")
    hire(company, "Karim", "Benali")
    client.force_login(head)
    url = reverse("employees-export", args=[company.pk, "csv"])
    said = client.post(f"{url}?q=cisse").content.decode()
    assert "Cissé;Nora;" in said
    assert "Benali" not in said
    assert ";'=2+5;" in said, "no formula from people's words"
    xlsx = client.post(reverse("employees-export", args=[company.pk, "xlsx"]))
    assert xlsx.content.startswith(b"PK")
    assert client.post(reverse("employees-export", args=[company.pk, "exe"])).status_code == 404


# --- what one of them finds ----------------------------------------------------------------
@pytest.fixture
def programme(company):
    return CompanyProgramme.objects.create(
        organisation=company, name="Deux jours", days_per_year=Decimal(2), hours_per_day=4
    )


def home(client, person):
    client.force_login(person)
    return client.get(reverse("home")).text


def test_an_employee_reads_on_the_first_page_what_is_left_of_the_programme(
    client, company, programme
):
    person = hire(company)
    assert "Il vous reste 2 jours sur 2" in home(client, person)
    mission = make_mission(work=True, company=company, person=person, status=MissionStatus.RUNNING)
    mission.sheet.hours = 2
    mission.sheet.save()
    today = timezone.localdate()
    type(mission).objects.filter(pk=mission.pk).update(starts_on=today, ends_on=today)
    assert "Il vous reste 2 jours sur 2" in home(client, person), "under no programme"
    type(mission).objects.filter(pk=mission.pk).update(programme=programme)
    page = home(client, person)
    assert "Il vous reste 1,5 jour sur 2" in page
    assert mission.offer.get_absolute_url() in page


def test_it_says_why_it_isn_t_open_to_them_yet(client, company, programme):
    person = hire(company)
    programme.seniority_months = 6
    programme.save()
    Employee.objects.create(organisation=company, person=person, hired_on=timezone.localdate())
    asks = "demande 6 mois"
    assert asks in home(client, person)
    Employee.objects.update(hired_on=timezone.localdate() - timedelta(days=400))
    assert asks not in home(client, person)


def test_the_days_left_are_told_to_whoever_is_known_to_be_entitled_alone(
    client, company, programme
):
    programme.months_before_retirement = 12
    programme.save()
    person = hire(company)
    assert "Il vous reste" not in home(client, person), "nothing is known of them"
    employee = Employee.objects.create(organisation=company, person=person)
    page = home(client, person)
    assert "dites quand la retraite est prévue en demandant l’accord de l’employeur" in page
    assert "Il vous reste" not in page
    employee.retires_on = timezone.localdate() + timedelta(days=200)
    employee.save()
    assert "Il vous reste 2 jours sur 2" in home(client, person)


def test_a_programme_that_is_over_or_of_an_employer_they_left_isn_t_told(
    client, company, programme
):
    person = hire(company)
    programme.ends_on = programme.starts_on
    programme.starts_on = programme.ends_on - timedelta(days=9)
    programme.ends_on -= timedelta(days=1)
    programme.save()
    assert "Il vous reste" not in home(client, person)
    programme.ends_on = None
    programme.save()
    assert "Il vous reste" in home(client, person)
    company.memberships.filter(user=person).delete()
    assert "Il vous reste" not in home(client, person)


def test_an_employee_writes_an_offer_for_themselves_and_for_nobody_else(client, company, head):
    person, colleague = hire(company), hire(company, "Karim")
    client.force_login(person)
    client.post(reverse("organisation-switch"), {"organisation": company.pk})
    page = client.get(reverse("offer-new"))
    assert 'name="person"' not in page.text
    typed = {
        "person": colleague.pk, "title": "Comptable", "about": "J’aime les chiffres.", "time": "WORK",
        "place": "BOTH", "commune": "Lille (59)", "radius_km": 30, "starts_on": "2027-01-04",
        "ends_on": "2027-06-30", "volume": 14, "unit": "hours", "capacity": 1, "days": ["0"], "spoken": ["1"],
    }  # fmt: skip
    answer = client.post(reverse("offer-new"), typed)
    assert answer.status_code == 302, answer.context["form"].errors
    for offer in Offer.objects.all():
        assert offer.person == person
    assert Offer.objects.filter(person=person, organisation=company).exists()


def test_of_a_large_house_forms_propose_those_who_speak_for_it_and_who_was_chosen(
    client, company, head, monkeypatch
):
    monkeypatch.setattr("accounts.colleagues.SEVERAL", 3)
    people = [hire(company, last=f"N{number}") for number in range(4)]
    client.force_login(head)
    url = reverse("duties", args=[company.pk])
    chosen = Membership.objects.get(user=people[2])
    for asked, shown in (({}, [head]), ({"membre": chosen.pk}, [people[2], head])):
        form = client.get(url, asked).context["form"]
        assert [one.user for one in form.fields["membership"].queryset] == shown
    assert client.get(url, {"membre": "x²"}).status_code == 200
    given = client.post(url, {"membership": chosen.pk, "kind": "MANAGER"})
    assert given.status_code == 302
    chosen.refresh_from_db()
    assert (chosen.role, chosen.duties.get().kind) == (EMPLOYEE, "MANAGER")


def test_the_page_on_which_an_employee_leaves_leads_back_to_what_is_theirs(client, company):
    person = hire(company)
    client.force_login(person)
    answer = client.get(reverse("membership-leave", args=[person.memberships.get().pk]))
    assert "speak for it" not in answer.text, "they never did"
    assert client.get(answer.context["back_url"]).status_code == 200


def test_whoever_removes_an_employee_finds_the_list_again(client, company, head):
    there = hire(company).memberships.get()
    client.force_login(head)
    page = reverse("membership-remove", args=[there.pk])
    answer = client.get(page)
    assert "speak for the organisation" not in answer.text
    back = reverse("employees", args=[company.pk])
    assert answer.context["back_url"] == back
    assert client.post(page).url == back


def test_an_employee_is_not_said_to_act_for_the_house(client, company, head):
    person = hire(company)
    client.force_login(person)
    assert "J’agis pour" not in client.get(reverse("home")).text
    client.force_login(head)
    assert "J’agis pour" in client.get(reverse("home")).text


def test_a_suspended_house_keeps_an_employee_from_nothing_of_their_own(client, company, head):
    person = hire(company)
    company.status = "SUSPENDED"
    company.save()
    client.force_login(person)
    page = client.get(reverse("home")).text
    assert "rien d’autre" not in page, "they go on, on their own time"
    assert "est suspendue pour l’instant" in page
    client.force_login(head)
    assert "rien d’autre" in client.get(reverse("home")).text


def test_while_the_house_is_suspended_an_employee_offers_their_own_time(client, company, head):
    person = hire(company)
    company.status = "SUSPENDED"
    company.save()
    client.force_login(person)
    answer = client.get(reverse("offer-new"))
    assert answer.status_code == 200
    assert answer.context["organisation"] is None
    client.force_login(head)
    assert client.get(reverse("offer-new")).status_code == 403, "nothing is done in its name"


def test_their_own_house_s_needs_are_not_put_before_them_as_new(client, head):
    """Nobody is proposed to their own house: they could do nothing with it."""
    house = make_organisation(administrator=head)
    need, other = make_need(house), make_need(make_organisation(name="Autre"))
    client.force_login(hire(house))
    assert list(client.get(reverse("home")).context["new_needs"]) == [other]
    assert need.is_listed


def test_one_of_a_town_is_called_its_agent_on_their_profile(client):
    client.force_login(hire(make_authority()))
    page = client.get(reverse("profile")).text
    assert "agent ou agente" in page or ">agent" in page
    assert "salarié" not in page


def test_the_column_of_acts_isn_t_headed_as_the_skills_of_a_profile_are(client, company, head):
    """“Ce que vous savez faire” was read aloud above “Retirer”."""
    hire(company)
    page = listed(client, head, company).text
    assert "Ce que vous savez faire" not in page
    assert ">Actions<" in page


def test_nobody_but_whom_they_may_name_is_spoken_of_beside_an_employee_s_own_offer(
    client, company, head
):
    """“Une autre personne que vous est d’abord interrogée” was read by somebody who can name nobody else."""
    own, said = hire(company), "Une autre personne que vous est d’abord interrogée"
    page = reverse("offer-edit", args=[make_offer(own, organisation=company, time=Time.WORK).pk])
    client.force_login(own)
    assert said not in client.get(page).text
    client.force_login(head)
    assert said in client.get(page).text
