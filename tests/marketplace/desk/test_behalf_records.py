"""A structure that the pôle has brought in is found by “New for…”, begins filled in, and is made once."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from marketplace.actions.desk import behalf as acts
from marketplace.actions.refusals import NotYet
from marketplace.models import Need, OrganisationRecord
from tests.factories import make_commune, make_organisation
from tests.marketplace.desk.behalf_people import ADDRESS, SENTENCE, desk, new_house, told

pytestmark = pytest.mark.django_db
SAID = "fiche de vos tableurs"


@pytest.fixture
def them():
    return desk()


def kept(user, pole, **fields):
    operator = user.memberships.get().organisation
    said = {"name": "L’Échoppe des Bottines", "near": "", "siren": "732829320", "number": "A7"}
    return OrganisationRecord.objects.create(
        pole=pole, operator=operator, by=user, **said | {"commune": make_commune()} | fields
    )


@pytest.fixture
def record(them):
    return kept(them.writer, them.pole)


def search(client, typed):
    return client.get(reverse("behalf-first"), {"q": typed}).content.decode()


def way(record):
    return f"{reverse('behalf-need')}?fiche-structure={record.pk}"


def form(**fields):
    said = {"text": SENTENCE, "name": "L’Échoppe des Bottines", "commune": "Lille", "number": "",
            "person": "Mme Petit", "reach": ADDRESS, "heard": "CALL"}  # fmt: skip
    return said | {"heard_on": timezone.localdate().isoformat()} | fields


@pytest.mark.parametrize(
    "typed", ["echop", "ÉCHOPPE bott", "732 829 320", "73282932000074", "A7", "échopep"]
)
def test_a_record_is_offered_beside_what_is_new(client, them, record, typed):
    client.force_login(them.writer)
    page = search(client, typed)
    assert way(record) in page
    assert SAID in page
    client.force_login(them.stranger)
    assert "Bottines" not in search(client, typed)


def test_what_is_on_the_site_already_and_companies_are_not_offered(client, them, record):
    client.force_login(them.writer)
    kept(them.writer, them.pole, name="Échoppe SA", kind="COMPANY", siren="", number="")
    assert "Échoppe SA" not in search(client, "echoppe")
    house = make_organisation(name="Bottines Solidaires", siren="732829320", pole=them.pole)
    assert SAID not in search(client, "bottines"), "it bears the same number"
    OrganisationRecord.objects.filter(pk=record.pk).update(organisation=house, siren="")
    assert SAID not in search(client, "echoppe")


def test_the_form_begins_with_what_the_record_says(client, them, record):
    client.force_login(them.colleague)
    page = client.get(way(record))
    initial = page.context["form"].initial
    assert (initial["name"], initial["number"]) == (record.name, "732829320")
    assert "Lille" in str(initial["commune"])
    assert "Rempli d’après sa fiche" in page.content.decode()


def test_the_structure_made_is_tied_to_its_record_and_made_once(client, them, record):
    client.force_login(them.writer)
    first = client.post(way(record), form(number="732829320"))
    need = Need.objects.get()
    assert first.url == reverse("need-steps", args=[need.pk])
    assert (need.organisation.name, need.organisation.siren) == (record.name, "732829320")
    record.refresh_from_db()
    assert record.organisation == need.organisation
    again = client.post(way(record), form(number="", text="Un autre besoin, pour la caisse."))
    assert again.url == f"{reverse('behalf-need')}?structure={need.organisation_id}"
    assert Organisation.objects.filter(name=record.name).count() == 1
    assert SAID not in search(client, "echoppe")


def test_two_coordinators_at_once_make_it_once(them, record):
    for by in (them.writer, them.colleague):
        said = {"told": told(), "text": f"{SENTENCE} {by.pk}", "held": record}
        if by == them.writer:
            acts.write_need(new_house("Les Bottines"), **said, by=by, now=timezone.now())
        else:
            with pytest.raises(NotYet, match="entre-temps"):
                acts.write_need(new_house("Bottines"), **said, by=by, now=timezone.now())
    assert Organisation.objects.filter(name__contains="Bottines").count() == 1


def test_a_record_erased_meanwhile_makes_nothing(them, record):
    gone = OrganisationRecord.objects.get()
    record.delete()
    with pytest.raises(NotYet):
        acts.write_need(
            new_house(), told=told(), text=SENTENCE, held=gone, by=them.writer, now=timezone.now()
        )
    assert not Need.objects.exists()


def test_another_pole_and_wrong_numbers_open_nothing(client, them, record):
    client.force_login(them.stranger)
    assert client.get(way(record)).status_code == 404
    assert client.post(way(record), form()).status_code == 404
    client.force_login(them.writer)
    for wrong in ("0", "x", "9" * 30, "٣"):
        answer = client.get(reverse("behalf-need"), {"fiche-structure": wrong})
        assert answer.status_code == 404, wrong
