"""A programme: what whoever runs it writes, and the page that its people read."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from marketplace.actions.market import programmes as acts
from marketplace.models import CompanyProgramme, Employee, Mission, Regime, Site
from marketplace.states import MissionStatus
from tests.factories import (
    in_days,
    make_authority,
    make_cause,
    make_commune,
    make_mission,
    make_offer,
    make_organisation,
    make_user,
)
from tests.marketplace.documents import document_desk

EMPLOYEE = Membership.Role.EMPLOYEE
YEAR = timezone.localdate().year
TYPED = {
    "name": "Deux jours",
    "about": "Pour le littoral.\n\nParlez-en à Claire.",
    "days_per_year": "2",
    "hours_per_day": "7",
    "seniority_months": "0",
    "starts_on": "2024-01-01",
}


@pytest.fixture
def head():
    return make_user("Hélène", "Roux")


@pytest.fixture
def company(head):
    return make_organisation("COMPANY", administrator=head, name="Verreries du Nord")


@pytest.fixture
def nora(company):
    return hire(company)


def hire(company, first="Nora", last="Cissé", role=EMPLOYEE, duty=None):
    person = make_user(first, last)
    company.memberships.create(user=person, role=role)
    if duty:
        document_desk.duty(person, company, duty)
    return person


def a_programme(company, **fields):
    given = {"name": "Deux jours", "days_per_year": Decimal(2), "starts_on": date(2020, 1, 1)}
    return CompanyProgramme.objects.create(organisation=company, **given | fields)


def a_site(company, name="Arques"):
    return Site.objects.create(organisation=company, name=name, commune=make_commune())


def takes_part(company, programme, person=None, hours=14):
    """Somebody has a mission under it this year."""
    today = timezone.localdate()
    mission = make_mission(
        work=True, company=company, person=person or make_user(), regime=Regime.PRESTATION,
        status=MissionStatus.RUNNING, starts_on=today, ends_on=today,
    )  # fmt: skip
    mission.sheet.hours = hours
    mission.sheet.save()
    Mission.objects.filter(pk=mission.pk).update(programme=programme)
    return mission


def page(client, person, programme):
    client.force_login(person)
    return client.get(reverse("programme", args=[programme.pk]))


# --- what is written -------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["administrator", "csr", "programme"])
def test_who_runs_it_writes_what_it_is_for_whom_and_how_much(client, company, head, who):
    duty = {"csr": "CSR", "programme": "PROGRAMME"}.get(who)
    client.force_login(hire(company, role="MEMBER", duty=duty) if duty else head)
    site, cause = a_site(company), make_cause()
    more = {
        "places": "20", "budget_days": "30,5", "sites": [site.pk], "causes": [cause.pk],
        "ends_on": f"{YEAR + 1}-12-31", "contracts": ["PERMANENT"],
    }  # fmt: skip
    client.post(reverse("programme-new", args=[company.pk]), TYPED | more)
    made = CompanyProgramme.objects.get()
    assert (made.places, made.budget_days, made.budget_hours) == (
        20,
        Decimal("30.5"),
        Decimal("213.5"),
    )
    assert (list(made.sites.all()), list(made.causes.all())) == ([site], [cause])
    url = reverse("programme-edit", args=[made.pk])
    assert 'value="30,5"' in client.get(url).text
    assert client.post(url, TYPED).status_code == 302
    made.refresh_from_db()
    assert (made.places, made.budget_days, made.sites.count(), made.causes.count()) == (
        None,
        None,
        0,
        0,
    )


@pytest.mark.parametrize(
    ("who", "code"), [("employee", 404), ("manager", 404), ("member", 403), ("hr", 403),
                      ("stranger", 404), ("gone", 404), ("suspended", 403)],
)  # fmt: skip
def test_nobody_else_writes_one(client, company, head, who, code):
    hire(company, "Claire", "Hermant", "MEMBER", "CSR")
    programme = a_programme(company)
    if who == "suspended":
        Organisation.objects.filter(pk=company.pk).update(status="SUSPENDED")
        person = head
    elif who in ("stranger", "gone"):
        person = make_user()
        if who == "gone":
            company.memberships.create(user=person, role="ADMINISTRATOR").delete()
    else:
        role = EMPLOYEE if who in ("employee", "manager") else "MEMBER"
        duty = who.upper() if who in ("manager", "hr") else None
        person = hire(company, role=role, duty=duty)
    client.force_login(person)
    for ask in (client.get, client.post):
        assert ask(reverse("programme-edit", args=[programme.pk]), TYPED).status_code == code
        assert ask(reverse("programme-new", args=[company.pk]), TYPED).status_code == 403
    with pytest.raises(acts.Refusal):
        acts.keep(programme, sites=[], causes=[], by=person)
    assert CompanyProgramme.objects.get().about == ""


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("places", "0"), ("places", "-3"), ("places", "vingt"), ("places", "9" * 40),
        ("budget_days", "0"), ("budget_days", "1e400"), ("budget_days", "0,25"),
        ("budget_days", "9" * 40), ("about", "x" * 3001), ("name", ""), ("ends_on", "2023-12-31"),
        ("sites", "9" * 40), ("sites", "x"), ("causes", "9" * 40),
    ],
)  # fmt: skip
def test_what_can_t_be_kept_is_said_beside_its_field_in_a_part_that_is_open(
    client, company, head, field, typed
):
    a_site(company)
    client.force_login(head)
    answer = client.post(reverse("programme-new", args=[company.pk]), TYPED | {field: typed})
    assert list(answer.context["form"].errors) == [field]
    assert 'value="Deux jours"' in answer.text or field == "name"
    folded = [
        part for part in answer.context["form"].parts if field in [f.name for f in part["fields"]]
    ]
    assert all(part["is_open"] for part in folded)
    assert not CompanyProgramme.objects.exists()


def test_another_house_s_site_is_a_wrong_choice(client, company, head):
    a_site(company)
    client.force_login(head)
    far = a_site(make_organisation("COMPANY"))
    answer = client.post(reverse("programme-new", args=[company.pk]), TYPED | {"sites": [far.pk]})
    assert list(answer.context["form"].errors) == ["sites"]


def test_a_site_removed_meanwhile_opens_no_programme_to_everybody(company, head):
    site, programme = a_site(company), a_programme(company)
    chosen = list(Site.objects.filter(pk=site.pk))
    site.delete()
    with pytest.raises(acts.Refusal, match="retiré entre-temps"):
        acts.keep(programme, sites=chosen, causes=[], by=head)


def test_parts_that_say_nothing_are_folded_and_the_others_open(client, company, head):
    client.force_login(head)
    new = client.get(reverse("programme-new", args=[company.pk])).context["form"]
    assert [part["is_open"] for part in new.parts] == [False, False, False]
    made = a_programme(company, places=3, seniority_months=6)
    edit = client.get(reverse("programme-edit", args=[made.pk])).context["form"]
    assert [part["is_open"] for part in edit.parts] == [True, True, False]


def test_less_than_is_taken_already_is_allowed_and_said(client, company, head):
    programme = a_programme(company)
    for _n in range(2):
        takes_part(company, programme)
    client.force_login(head)
    url = reverse("programme-edit", args=[programme.pk])
    answer = client.post(url, TYPED | {"places": "1", "budget_days": "3"}, follow=True)
    said = answer.text.replace("\xa0", " ")
    assert f"2 personnes y prennent déjà part en {YEAR}" in said
    assert f"Jours déjà pris ou prévus en {YEAR} : 4" in said
    answer = client.post(url, TYPED | {"places": "2", "budget_days": "4"}, follow=True)
    assert "déjà p" not in answer.text


# --- the list --------------------------------------------------------------------------------
def test_who_runs_them_reads_what_is_taken_and_the_others_don_t(client, company, head, nora):
    programme = a_programme(company, places=20, budget_days=Decimal(30))
    a_programme(company, name="Libre")
    takes_part(company, programme, hours=10)
    url = reverse("programmes", args=[company.pk])
    client.force_login(head)
    said = client.get(url).text.replace("\xa0", " ")
    assert f"Places prises en {YEAR} : 1 sur 20 · jours pris ou prévus : 1,4 sur 30" in said
    assert f"Personnes en {YEAR} : 0 · jours pris ou prévus : 0" in said
    assert programme.get_absolute_url() in said
    client.force_login(nora)
    theirs = client.get(url).text
    assert programme.get_absolute_url() in theirs
    assert "Places prises" not in theirs
    assert "jours pris" not in theirs


@pytest.mark.parametrize("name", ["programmes", "home"])
def test_many_programmes_are_read_in_as_many_questions_as_one(
    client, company, head, nora, name, django_assert_max_num_queries
):
    site = a_site(company)
    a_programme(company, places=9).sites.add(site)
    url = reverse(name, args=[company.pk] if name == "programmes" else [])
    client.force_login(head if name == "programmes" else nora)
    client.get(url)
    with django_assert_max_num_queries(200) as few:
        client.get(url)
    for number in range(8):
        a_programme(company, name=f"P{number}", places=9, budget_days=9).sites.add(site)
    with django_assert_max_num_queries(len(few)):
        client.get(url)


# --- the page of its people ------------------------------------------------------------------
def test_its_people_read_what_it_is_for_whom_and_what_is_left_to_them(client, company, nora):
    programme = a_programme(
        company, about="Pour le littoral.", places=5, contracts=["PERMANENT"], ends_on=in_days(90)
    )
    site = a_site(company)
    programme.sites.add(site)
    programme.causes.add(make_cause())
    Employee.objects.create(organisation=company, person=nora, site=site, contract="PERMANENT")
    takes_part(company, programme, make_user("Karim", "Benali"))
    answer = page(client, nora, programme)
    said = answer.text.replace("\xa0", " ")
    for words in ("Pour le littoral.", "Arques", "Réemploi", f"Il vous reste 2 jours sur 2 en {YEAR}",
                  f"Places restantes en {YEAR}</dt><dd>4<", "contrat à durée indéterminée (CDI)"):  # fmt: skip
        assert words in said, words
    assert "Karim" not in said
    assert reverse("offer-new") in said
    assert reverse("programme-edit", args=[programme.pk]) not in said
    assert programme.get_absolute_url() in client.get(reverse("home")).text, "from the first page"


def test_a_local_authority_s_is_for_its_civil_servants(client, head):
    """“Everybody, whatever the contract”: the law leaves out staff on contracts."""
    town = make_authority(administrator=head)
    programme = a_programme(town)
    said = page(client, head, programme).text
    assert "ses fonctionnaires (la loi ne vise pas les agents contractuels)" in said
    assert "quel que soit le contrat" not in said
    door = reverse("programme-edit", args=[programme.pk])
    form = client.get(door).context["form"]
    assert [value for value, _label in form.fields["contracts"].choices] == ["PUBLIC"]
    assert "Rien de coché : pour tout le monde" not in client.get(door).text.replace("\xa0", " ")
    programme.contracts = ["PERMANENT"]  # recorded before
    programme.save()
    form = client.get(door).context["form"]
    assert [value for value, _label in form.fields["contracts"].choices] == ["PERMANENT", "PUBLIC"]


@pytest.mark.parametrize(("contract", "is_told"), [("PUBLIC", True), ("FIXED_TERM", False), ("", False)])  # fmt: skip
def test_what_is_left_of_an_authority_s_is_told_to_its_civil_servants_alone(
    client, head, nora, contract, is_told
):
    town = make_authority(administrator=head)
    town.memberships.create(user=nora, role="EMPLOYEE")
    programme = a_programme(town)
    Employee.objects.create(organisation=town, person=nora, contract=contract)
    assert ("Il vous reste" in page(client, nora, programme).text) == is_told


def test_of_another_public_body_s_people_each_is_named_by_the_law_that_is_theirs(client, head):
    agency = make_organisation("COMPANY", administrator=head, legal_form="PUBLIC")
    programme = a_programme(agency)
    said = page(client, head, programme).text
    assert (
        "ses salariés de droit privé\xa0; parmi ses agents publics, les fonctionnaires seuls"
        in said
    )
    assert "quel que soit le contrat" not in said


def test_what_stands_in_the_way_is_said_and_ones_own_offer_is_led_to(client, company, nora):
    arques, lille = a_site(company), a_site(company, "Lille")
    programme = a_programme(company, places=1, budget_days=Decimal(2))
    programme.sites.add(arques)
    takes_part(company, programme)
    Employee.objects.create(organisation=company, person=nora, site=lille)
    offer = make_offer(nora, organisation=company)
    answer = page(client, nora, programme)
    own = answer.context["own"]
    assert (own.left, own.places, own.offer) == (0, 0, offer)
    said = " ".join(own.not_yet)
    assert "épuisées" in said
    assert "Toutes les places" in said
    assert "Lille" in said
    assert offer.get_absolute_url() in answer.text
    assert reverse("offer-new") not in answer.text


def test_who_has_a_place_isn_t_told_that_all_are_taken(client, company, nora):
    programme = a_programme(company, places=1)
    takes_part(company, programme, nora, hours=7)
    own = page(client, nora, programme).context["own"]
    assert (own.left, own.not_yet) == (1, [])


def test_a_programme_that_isn_t_open_says_so(client, company, nora):
    coming, over = (
        a_programme(company, starts_on=in_days(9)),
        a_programme(company, ends_on=in_days(-1)),
    )
    assert "Il ouvre le" in page(client, nora, coming).text
    assert "Il est fermé" in page(client, nora, over).text
    Organisation.objects.filter(pk=company.pk).update(status="SUSPENDED")
    answer = page(client, nora, a_programme(company))
    assert "ne peut pas agir" in answer.text
    assert reverse("offer-new") not in answer.text


@pytest.mark.parametrize(
    ("who", "code"), [("member", 200), ("administrator", 200), ("stranger", 404), ("gone", 404), ("nobody", 302)]
)  # fmt: skip
def test_nobody_from_elsewhere_reads_it(client, company, head, who, code):
    programme = a_programme(company)
    if who != "nobody":
        person = head if who == "administrator" else make_user()
        if who in ("member", "gone"):
            row = company.memberships.create(user=person, role="MEMBER")
            if who == "gone":
                row.delete()
        client.force_login(person)
    answer = client.get(reverse("programme", args=[programme.pk]))
    assert answer.status_code == code
    if code == 200:
        edits = reverse("programme-edit", args=[programme.pk]) in answer.text
        assert edits == (who == "administrator")


def test_a_house_whose_kind_no_longer_lends_shows_none(client, company, nora):
    programme = a_programme(company)
    Organisation.objects.filter(pk=company.pk).update(kind=Organisation.Kind.OPERATOR)
    assert page(client, nora, programme).status_code == 403


def test_the_agreement_asks_at_which_site_where_there_are_some(client, company, nora):
    site, programme = a_site(company), a_programme(company, days_per_year=Decimal(9))
    programme.sites.add(site)
    mission = make_mission(
        work=True, company=company, person=nora, regime=Regime.PRESTATION,
        status=MissionStatus.AGREEMENT, starts_on=timezone.localdate() + timedelta(days=9),
    )  # fmt: skip
    client.force_login(nora)
    url = reverse("mission-agreement", args=[mission.pk])
    typed = {"manager_name": "Dominique Lefebvre", "manager_email": "dominique@example.org",
             "programme": programme.pk}  # fmt: skip
    assert "Dites de quel site" in client.post(url, typed).text
    assert client.post(url, typed | {"site": site.pk}).status_code == 302
    mission.refresh_from_db()
    assert mission.programme == programme


@pytest.mark.once
def test_the_page_asks_few_questions(client, company, nora, django_assert_max_num_queries):
    programme = a_programme(company, places=3, budget_days=Decimal(20))
    programme.sites.add(a_site(company))
    takes_part(company, programme)
    assert "Deux jours" in page(client, nora, programme).text
    with django_assert_max_num_queries(19):
        client.get(reverse("programme", args=[programme.pk]))
