"""The column « Site » of a list of people: matched to a site of the house, kept with the rest, taken back with the list."""

import pytest
from django.urls import reverse

from accounts.actions import invitations
from accounts.models import Invitation
from marketplace.actions.market import imports
from marketplace.models import Employee, InvitedEmployee, Site
from tests.factories import make_commune, make_organisation, make_user, verify
from tests.marketplace.market.test_imports import (
    EMPLOYEE,
    company,
    head,
    now,
    outcomes,
    sent,
    started,
    work,
    wrong,
)

__all__ = ["company", "head"]  # fixtures


@pytest.fixture
def sites(company):
    """By their names; another house has one of the same name."""
    other = make_organisation("COMPANY")
    for house, name in ((other, "Arques"), (company, "Arques"), (company, "Évry-Nord")):
        Site.objects.create(organisation=house, name=name, commune=make_commune())
    return {site.name: site for site in company.sites.all()}


def a_list(*rows):
    return "E-mail;Site;Équipe\n" + "".join(f"{row}\n" for row in rows)


def hire(company, name, **facts):
    person = make_user(name, "Roux", email=f"{name.lower()}@example.org")
    company.memberships.create(user=person, role=EMPLOYEE)
    Employee.objects.create(organisation=company, person=person, **facts)
    return person


@pytest.mark.parametrize("typed", ["Évry-Nord", "EVRY-NORD", "  evry-nord "])
def test_a_site_is_known_without_accents_or_case(company, head, sites, typed):
    started(company, head, a_list(f"nora@example.org;{typed};Fusion"))
    assert InvitedEmployee.objects.get().site == sites["Évry-Nord"]


def test_who_joins_later_has_the_site_that_the_list_named(company, head, sites):
    started(company, head, a_list("nora@example.org;arques;Fusion"))
    nora = verify(make_user("Nora", "Cissé", email="nora@example.org"))
    invitations.accept(Invitation.objects.get(email=nora.email), by=nora, now=now())
    known = Employee.objects.get(organisation=company, person=nora)
    assert (known.site, known.team) == (sites["Arques"], "Fusion")


def test_a_name_that_is_no_site_is_a_fault_and_the_rest_of_the_line_counts(
    client, company, head, sites
):
    table = sent(company, head, a_list("nora@example.org;Calais;Fusion", "paul@example.org;;"))
    first, second = table.lines.all()
    assert (wrong(first), wrong(second)) == ([("site", "no-such-site")], [])
    assert outcomes(table) == [(2, "MAKE", ""), (3, "MAKE", "")]
    client.force_login(head)
    page = client.get(table.get_absolute_url()).text.replace("\xa0", " ")
    assert "« Calais » n’est aucun de vos sites, qui sont : Arques, Évry-Nord." in page
    faults = client.get(reverse("import-faults", args=[table.pk])).content.decode()
    assert "Calais" in faults
    imports.start(table, by=head, now=now())
    work(table)
    facts = InvitedEmployee.objects.get(invitation__email="nora@example.org")
    assert (facts.site, facts.team) == (None, "Fusion")


def test_without_any_site_the_fault_says_to_name_them_first(company, head):
    table = sent(company, head, a_list("nora@example.org;Arques;Fusion"))
    assert wrong(table.lines.get()) == [("site", "no-sites")]


def test_what_changes_says_the_site_of_before_and_undone_it_is_back(client, company, head, sites):
    paul = hire(company, "Paul", site=sites["Arques"], team="Taille")
    ines = hire(company, "Ines", site=sites["Arques"])
    ali = hire(company, "Ali")
    rows = [f"{name}@example.org;evry-nord;" for name in ("paul", "ines", "ali")]
    table = started(company, head, a_list(*rows))
    assert set(Employee.objects.values_list("site", flat=True)) == {sites["Évry-Nord"].pk}
    client.force_login(head)
    assert '<s class="soft">Arques</s><br>Évry-Nord' in client.get(table.get_absolute_url()).text
    Site.objects.filter(pk=sites["Évry-Nord"].pk).update(
        name="Le Nord"
    )  # another name, the same site
    Employee.objects.filter(person=ines).update(site=None)  # touched since
    imports.undo(table, by=head, now=now())
    work(table)
    known = {row.person_id: row.site for row in Employee.objects.select_related("site")}
    assert known == {paul.pk: sites["Arques"], ines.pk: None, ali.pk: None}
    assert Employee.objects.get(person=paul).team == "Taille"


def test_a_list_that_says_the_same_again_has_nothing_to_do(company, head, sites):
    hire(company, "Paul", site=sites["Arques"])
    table = sent(company, head, a_list("paul@example.org;ARQUES;"))
    assert outcomes(table) == [(2, "LEAVE", "member")]


def test_a_site_removed_meanwhile_leaves_what_was_known(company, head, sites):
    paul = hire(company, "Paul", site=sites["Arques"])
    zoe = hire(company, "Zoe", site=sites["Arques"])
    table = sent(company, head, a_list("paul@example.org;Évry-Nord;Fusion"))
    sites["Évry-Nord"].delete()
    imports.start(table, by=head, now=now())
    table = work(table)
    known = Employee.objects.get(person=paul)
    assert (known.site, known.team) == (sites["Arques"], "Fusion")
    again = started(company, head, a_list("zoe@example.org;;Fusion"))
    sites["Arques"].delete()
    imports.undo(again, by=head, now=now())
    work(again)
    assert Employee.objects.get(person=zoe).site is None


def test_the_model_file_has_the_column(client, company, head):
    client.force_login(head)
    assert "Site" in client.get(reverse("imports", args=[company.pk])).text
    assert client.get(reverse("imports-model", args=[company.pk])).status_code == 200
