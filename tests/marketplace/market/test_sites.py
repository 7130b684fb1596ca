"""The sites of an organisation, and who of its people works at which."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from accounts.states import OrganisationStatus
from marketplace.actions.market import sites as acts
from marketplace.models import CompanyProgramme, Employee, InvitedEmployee, Site
from tests.factories import make_commune, make_coordinator, make_organisation, make_user
from tests.marketplace.documents import document_desk

EMPLOYEE = Membership.Role.EMPLOYEE


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


def a_site(company, name="Arques"):
    return Site.objects.create(organisation=company, name=name, commune=make_commune())


def somebody(who, company):
    """The person, and what they are answered: a stranger finds nothing, the others are refused."""
    if who == "stranger":
        return make_user(), 404
    if who == "gone":
        person = hire(company, role="ADMINISTRATOR")
        Membership.objects.filter(user=person).delete()
        return person, 404
    if who == "coordinator":
        return make_coordinator(company.pole), 404
    role = EMPLOYEE if who in ("employee", "manager") else "MEMBER"
    duty = {"manager": "MANAGER", "hr": "HR", "csr": "CSR", "programme": "PROGRAMME"}.get(who)
    return hire(company, role=role, duty=duty), 404 if role == EMPLOYEE else 403


# --- the sites -------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["administrator", "csr", "programme"])
def test_who_runs_programmes_names_sites_changes_and_removes_them(client, company, head, who):
    make_commune("62040", "Arques", population=9900)
    person = head if who == "administrator" else somebody(who, company)[0]
    client.force_login(person)
    url = reverse("sites", args=[company.pk])
    assert "Aucun pour l’instant" in client.get(url).text
    client.post(url, {"name": "La verrerie", "commune": "Arques"})
    site = Site.objects.get(organisation=company)
    assert (site.name, site.commune.pk) == ("La verrerie", "62040")
    assert "La verrerie" in client.get(url).text
    client.post(reverse("site-edit", args=[site.pk]), {"name": "Le four", "commune": "Arques"})
    site.refresh_from_db()
    assert site.name == "Le four"
    assert client.get(reverse("site-remove", args=[site.pk])).status_code == 200
    assert Site.objects.exists(), "to look is not to remove"
    client.post(reverse("site-remove", args=[site.pk]))
    assert not Site.objects.exists()
    assert client.post(reverse("site-remove", args=[site.pk])).status_code == 404, "twice"


@pytest.mark.parametrize(
    "who", ["stranger", "gone", "employee", "manager", "member", "hr", "coordinator"]
)
def test_nobody_else_opens_the_sites(client, company, who):
    # Where somebody is charged with skills sponsorship, it is theirs; the company itself may be looked up by all.
    hire(company, "Claire", "Hermant", "MEMBER", "CSR")
    site = a_site(company)
    person, code = somebody(who, company)
    client.force_login(person)
    assert client.get(reverse("sites", args=[company.pk])).status_code == 403
    assert client.post(reverse("sites", args=[company.pk]), {"name": "X"}).status_code == 403
    for name in ("site-edit", "site-remove"):
        for answer in (client.get, client.post):
            assert answer(reverse(name, args=[site.pk])).status_code == code
    client.logout()
    assert client.get(reverse("sites", args=[company.pk])).status_code == 302
    assert Site.objects.get() == site


def test_a_suspended_organisation_changes_no_site(client, company, head):
    site = a_site(company)
    type(company).objects.filter(pk=company.pk).update(status=OrganisationStatus.SUSPENDED)
    client.force_login(head)
    for name, pk in (("sites", company.pk), ("site-edit", site.pk), ("site-remove", site.pk)):
        assert client.post(reverse(name, args=[pk])).status_code == 403
    with pytest.raises(acts.Refusal):
        acts.remove(site, by=head)


def test_an_organisation_that_lends_nobody_has_no_sites(client):
    head = make_user()
    structure = make_organisation("OPERATOR", administrator=head)
    client.force_login(head)
    assert client.get(reverse("sites", args=[structure.pk])).status_code == 403


@pytest.mark.parametrize(
    ("name", "commune", "said"),
    [
        ("", "Lille", "obligatoire"),
        ("…", "Lille", "aucune lettre"),
        ("ARQUÉS", "Lille", "Un site porte déjà ce nom"),
        ("x" * 121, "Lille", "120"),
        ("Le four", "", "nom d’une commune"),
        ("Le four", "Zzyzx", "pas de commune appelée"),
        ("a\0b", "Lille", "nul"),
    ],
)
def test_what_can_t_be_kept_is_said_beside_its_field_and_what_was_typed_stays(
    client, company, head, name, commune, said
):
    a_site(company, "Arques")
    client.force_login(head)
    answer = client.post(reverse("sites", args=[company.pk]), {"name": name, "commune": commune})
    assert answer.status_code == 200
    errors = answer.context["form"].errors
    assert said in " ".join(" ".join(words) for words in errors.values()).replace("\xa0", " ")
    assert set(errors) == {"name" if commune == "Lille" else "commune"}
    assert Site.objects.count() == 1


def test_a_site_keeps_its_own_name_and_takes_no_other_s(client, company, head):
    site, other = a_site(company, "Évry"), a_site(company, "Arques")
    client.force_login(head)
    url = reverse("site-edit", args=[site.pk])
    assert client.post(url, {"name": "evry", "commune": "Lille"}).status_code == 302
    answer = client.post(url, {"name": "Arqués", "commune": "Lille"})
    assert "Un site porte déjà ce nom" in answer.text
    assert "<h1>evry</h1>" in answer.text
    a_site(make_organisation("COMPANY"), "Calais")
    assert client.post(url, {"name": "Calais", "commune": "Lille"}).status_code == 302, "another's"
    assert Site.objects.get(pk=other.pk).name == "Arques"


def test_a_site_that_a_programme_names_stays_until_the_programme_changes(client, company, head):
    site = a_site(company)
    programme = CompanyProgramme.objects.create(
        organisation=company, name="Deux jours", days_per_year=2
    )
    programme.sites.add(site)
    client.force_login(head)
    for ask in (client.get, client.post):
        answer = ask(reverse("site-remove", args=[site.pk]), follow=True)
        assert "Le programme «\xa0Deux jours\xa0» est pour ce site" in answer.text
    with pytest.raises(acts.Refusal):
        acts.remove(site, by=head)
    programme.sites.clear()
    client.post(reverse("site-remove", args=[site.pk]))
    assert not Site.objects.exists()


def test_without_their_site_people_keep_what_else_is_said_of_them(client, company, head, nora):
    site = a_site(company)
    Employee.objects.create(organisation=company, person=nora, site=site, team="Fusion")
    client.force_login(head)
    assert "1 personne n’a plus de site" in client.get(reverse("site-remove", args=[site.pk])).text
    client.post(reverse("site-remove", args=[site.pk]))
    known = Employee.objects.get(person=nora)
    assert (known.site, known.team) == (None, "Fusion")


def test_who_has_left_or_whose_invitation_is_over_loses_no_site(client, company, head, nora):
    site = a_site(company)
    for person in (nora, hire(company, "Léo", "Abel")):
        Employee.objects.create(organisation=company, person=person, site=site)
    open_one, withdrawn = (
        company.invitations.create(
            email=f"{name}@example.org", token=name, invited_by=head, expires_at=timezone.now()
        )
        for name in ("awaited", "withdrawn")
    )
    for invitation in (open_one, withdrawn):
        InvitedEmployee.objects.create(invitation=invitation, site=site)
    type(withdrawn).objects.filter(pk=withdrawn.pk).update(withdrawn_at=timezone.now())
    Membership.objects.filter(user=nora).delete()
    client.force_login(head)
    url = reverse("site-remove", args=[site.pk])
    assert "2 personnes n’ont plus de site" in client.get(url).text, "Léo, and one invited"
    open_one.delete()
    Membership.objects.filter(user__last_name="Abel").delete()
    assert "Vous n’avez dit de personne" in client.get(url).text


def test_those_who_are_there_are_counted_at_their_site_in_as_many_questions(
    client, company, head, nora, django_assert_max_num_queries
):
    site, gone = a_site(company), hire(company, "Paul", "Petit")
    for person in (nora, gone):
        Employee.objects.create(organisation=company, person=person, site=site)
    Membership.objects.filter(user=gone).delete()
    for number in range(20):
        a_site(company, f"S{number}")
    client.force_login(head)
    with django_assert_max_num_queries(16):
        answer = client.get(reverse("sites", args=[company.pk]))
    assert answer.context["rows"][0] == {"site": site, "people": 1}


# --- who works where -------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["administrator", "csr", "programme", "hr"])
def test_those_who_answer_for_its_people_say_where_each_works(client, company, head, nora, who):
    person = head if who == "administrator" else somebody(who, company)[0]
    site = a_site(company)
    client.force_login(person)
    url = reverse("employment", args=[Membership.objects.get(user=nora).pk])
    row = client.get(reverse("employees", args=[company.pk])).text
    assert url in row, "from the list"
    assert ("/role/" in row) == (who == "administrator")
    assert client.post(url, {"team": "Fusion", "site": site.pk}).status_code == 302
    known = Employee.objects.get(organisation=company, person=nora)
    assert (known.team, known.site) == ("Fusion", site)
    page = client.get(url).text
    assert '<option value="Fusion"></option>' in page, "suggested to the next"
    client.post(url, {"team": "", "site": ""})
    known.refresh_from_db()
    assert (known.team, known.site) == ("", None)


@pytest.mark.parametrize(
    "who", ["stranger", "gone", "employee", "manager", "member", "coordinator", "oneself"]
)
def test_nobody_else_says_where_somebody_works(client, company, nora, who):
    hire(company, "Claire", "Hermant", "MEMBER", "CSR")
    person, code = (nora, 403) if who == "oneself" else somebody(who, company)
    code = 403 if who == "coordinator" else code
    client.force_login(person)
    url = reverse("employment", args=[Membership.objects.get(user=nora).pk])
    for ask in (client.get, client.post):
        assert ask(url, {"team": "X"}).status_code == code
    assert not Employee.objects.exists()
    client.logout()
    assert client.get(url).status_code == 302


@pytest.mark.parametrize("site", ["another's", "9" * 30, "abc", "\0"])
def test_a_site_that_isn_t_theirs_is_a_wrong_choice(client, company, head, nora, site):
    if site == "another's":
        site = a_site(make_organisation("COMPANY")).pk
    client.force_login(head)
    url = reverse("employment", args=[Membership.objects.get(user=nora).pk])
    answer = client.post(url, {"team": "Fusion", "site": site})
    assert "site" in answer.context["forms"]["place"].errors
    assert 'value="Fusion"' in answer.text
    assert not Employee.objects.exists()


def test_too_late_it_is_refused_in_words(company, head, nora):
    membership, site = Membership.objects.get(user=nora), a_site(company)
    stale = Site.objects.get(pk=site.pk)
    site.delete()
    with pytest.raises(acts.Refusal, match="retiré entre-temps"):
        acts.place(membership, team="", site=stale, by=head)
    Membership.objects.filter(pk=membership.pk).delete()
    with pytest.raises(acts.Refusal, match="déjà quitté"):
        acts.place(membership, team="", site=None, by=head)
    Membership.objects.filter(user=head).delete()
    with pytest.raises(acts.Refusal, match="ne pouvez plus"):
        acts.place(membership, team="", site=None, by=head)


def test_the_list_finds_by_a_site_shows_it_and_has_it_in_its_file(client, company, head, nora):
    hire(company, "Karim", "Benali")
    Employee.objects.create(
        organisation=company, person=nora, site=a_site(company, "Évry-Nord"), team="Fusion"
    )
    client.force_login(head)
    for typed in ("evry", "nord nora", "fusion"):
        answer = client.get(reverse("employees", args=[company.pk]), {"q": typed})
        assert [str(row.user) for row in answer.context["page"].rows] == ["Nora Cissé"]
    assert "Fusion · Évry-Nord" in answer.text
    file = client.post(reverse("employees-export", args=[company.pk, "csv"])).content.decode()
    assert "Équipe;Site;" in file.replace(",", ";")
    assert "Fusion;Évry-Nord;" in file.replace(",", ";")


def test_a_suggested_team_is_of_those_who_are_there(client, company, head, nora):
    gone = hire(company, "Paul", "Petit")
    Employee.objects.create(organisation=company, person=gone, team="Partie")
    Employee.objects.create(organisation=make_organisation("COMPANY"), person=nora, team="Ailleurs")
    Membership.objects.filter(user=gone).delete()
    client.force_login(head)
    page = client.get(reverse("employment", args=[Membership.objects.get(user=nora).pk]))
    assert page.context["teams"] == []
