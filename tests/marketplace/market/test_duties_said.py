"""The page of who is charged with what: for each kind of organisation, what there is in it."""

import pytest
from django.urls import reverse

from accounts.models import Organisation
from marketplace.models import Duty
from tests.factories import make_organisation, make_user

pytestmark = pytest.mark.django_db
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def boss():
    return make_user(first_name="Valérie", last_name="Hennequin")


def page(client, boss, organisation):
    client.force_login(boss)
    return client.get(reverse("duties", args=[organisation.pk])).text.partition("<main")[2]


def lead(client, boss, organisation):
    said = page(client, boss, organisation).partition('class="lead">')[2]
    return said.partition("</p>")[0].replace(NBSP, " ")


def company(boss):
    return make_organisation(Organisation.Kind.COMPANY, administrator=boss, legal_form="SAS")


def test_a_company_has_no_receipts_to_give_and_its_programmes_see_all(client, boss):
    """« délivrer les reçus fiscaux », of who gives none; and whoever runs a programme was among “the others”."""
    said = page(client, boss, company(boss))
    assert "reçus fiscaux" not in lead(client, boss, company(boss))
    assert "suivre le mécénat de compétences, suivre un programme" in said
    assert "du mécénat de compétences ou d’un programme" in said
    assert Duty.Kind.PROGRAMME in Duty.OVERSEES


@pytest.mark.parametrize(
    ("kind", "fields", "has", "has_not"),
    [
        (
            "AUTHORITY",
            {"legal_form": "PUBLIC"},
            "mises à disposition|reçus fiscaux|signer",
            "mécénat",
        ),
        ("ESS", {"legal_form": "ASSOCIATION"}, "mises à disposition|reçus fiscaux", "mécénat"),
        ("ESS", {"legal_form": "SCIC"}, "mécénat|reçus fiscaux", "mises à disposition"),
    ],
)
def test_each_kind_is_told_of_the_duties_that_it_has(client, boss, kind, fields, has, has_not):
    said = lead(client, boss, make_organisation(kind, administrator=boss, **fields))
    for words in has.split("|"):
        assert words in said
    assert has_not not in said


def test_a_screen_reader_reads_the_duty_with_its_person_and_no_english_colon(client, boss):
    house = company(boss)
    Duty.objects.create(membership=house.memberships.get(), kind="SIGNATORY", given_by=boss)
    said = page(client, boss, house)
    assert "Retirer la fonction" in said
    assert "Valérie Hennequin: " not in said
    assert f"{NBSP}: Valérie Hennequin, " in said
