"""A local authority is known by its number, covers what its level says, and is classified by a coordinator otherwise."""

import importlib

import pytest
from django.apps import apps
from django.urls import reverse

from accounts import authorities
from accounts.actions import organisations
from accounts.actions.refusals import Refusal
from accounts.levels import AuthorityLevel
from accounts.models import Commune, Organisation
from notifications.models import Notification
from tests.factories import (
    make_authority,
    make_commune,
    make_department,
    make_need,
    make_offer,
    make_organisation,
    make_user,
)

LILLE, METROPOLIS, COUNCIL, REGION = "215903501", "200093201", "225900018", "200053742"
CCAS = "265906719"
TYPED = {
    "name": "Ville de Lille",
    "company_number": LILLE,
    "commune": "59350",
    "purpose": "Une ville de deux cent mille habitants et ses services.",
}


def a_territory():
    """Two communes of one metropolis, one of the same département, one of the region, one elsewhere."""
    pas = make_department("62", "Pas-de-Calais")
    far = make_department("69", "Rhône")
    type(far).objects.filter(pk="69").update(region_code="84", region="Auvergne-Rhône-Alpes")
    metropolis = {"epci_code": METROPOLIS, "epci_name": "Métropole Européenne de Lille"}
    make_commune()  # may be there without it
    Commune.objects.filter(pk="59350").update(**metropolis)
    return (
        Commune.objects.get(pk="59350"),
        make_commune("59599", "Tourcoing", **metropolis),
        make_commune("59606", "Valenciennes", epci_code="200042190", epci_name="Valenciennes"),
        make_commune("62041", "Arras", department=pas),
        make_commune("69123", "Lyon", department=far),
    )


@pytest.mark.parametrize(
    ("siren", "level"),
    [
        (LILLE, AuthorityLevel.COMMUNE),
        (METROPOLIS, AuthorityLevel.EPCI),
        (COUNCIL, AuthorityLevel.DEPARTMENT),
        (REGION, AuthorityLevel.REGION),
        (CCAS, None),
        ("552100554", None),
        ("", None),
    ],
)
def test_the_number_tells_the_level(siren, level):
    a_territory()
    assert authorities.level_found(siren) == level


@pytest.mark.parametrize(
    ("level", "covered"),
    [
        ("COMMUNE", {"59350"}),
        ("EPCI", {"59350", "59599"}),
        ("DEPARTMENT", {"59350", "59599", "59606"}),
        ("REGION", {"59350", "59599", "59606", "62041"}),
        ("", set()),
    ],
)
def test_what_it_covers_follows_from_its_seat(level, covered):
    a_territory()
    authority = make_authority(level)
    found = authorities.covered(level, authority).values_list("pk", flat=True)
    assert set(found) == covered


def test_an_intercommunality_covers_the_communes_that_carry_its_number():
    """Its seat may lie elsewhere."""
    *_, arras, _lyon = a_territory()
    authority = make_authority("EPCI", siren=METROPOLIS, commune=arras)
    assert {one.pk for one in authorities.perimeter(authority)} == {"59350", "59599"}
    assert authorities.name_of("EPCI", authority) == "Métropole Européenne de Lille"


@pytest.mark.parametrize("door", ["structure", "entreprise", "collectivite"])
def test_it_is_an_authority_by_whichever_door_it_registers(as_, pole, stranger, door):
    make_commune()
    form = TYPED | ({} if door == "collectivite" else {"legal_form": "PUBLIC"})
    as_(stranger).post(reverse("organisation-new-kind", args=[door]), form)
    authority = Organisation.objects.get(siren=LILLE)
    assert (authority.kind, authority.level) == ("AUTHORITY", "COMMUNE")
    assert authority.asks_and_offers
    assert stranger.administers(authority)


def test_its_form_asks_for_no_legal_form_but_for_its_number(as_, pole, stranger):
    make_commune()
    url = reverse("organisation-new-kind", args=["collectivite"])
    page = as_(stranger).get(url).text
    assert "Inscrire votre collectivité" in page
    assert "legal_form" not in page
    said = as_(stranger).post(url, TYPED | {"company_number": ""})
    assert "company_number" in said.context["form"].errors
    assert said.context["form"]["name"].value() == "Ville de Lille"
    assert not Organisation.objects.filter(name="Ville de Lille").exists()


def test_the_migration_makes_authorities_of_those_known_by_their_number(pole):
    lille, metropolis, *_ = a_territory()
    del metropolis
    structure = make_organisation(legal_form="PUBLIC", siren=LILLE)
    employer = make_organisation("COMPANY", legal_form="PUBLIC", siren=METROPOLIS, commune=lille)
    ccas = make_organisation(legal_form="PUBLIC", siren=CCAS)
    association = make_organisation(siren="225900026")
    need, offer = make_need(structure), make_offer(organisation=employer, time="WORK")
    migration = importlib.import_module("marketplace.migrations.0004_authorities")
    for _twice in range(2):
        migration.become_authorities(apps, None)
    kinds = dict(Organisation.objects.values_list("pk", "kind"))
    assert [kinds[one.pk] for one in (structure, employer, ccas, association)] == [
        "AUTHORITY",
        "AUTHORITY",
        "ESS",
        "ESS",
    ]
    need.refresh_from_db()
    offer.refresh_from_db()
    assert (need.organisation, offer.organisation) == (structure, employer)
    migration.be_what_they_were(apps, None)
    kinds = dict(Organisation.objects.values_list("pk", "kind"))
    assert (kinds[structure.pk], kinds[employer.pk]) == ("ESS", "COMPANY")


def test_it_is_accepted_once_a_coordinator_has_said_what_it_is(coordinator):
    unknown = make_authority("", status="SUBMITTED")
    with pytest.raises(Refusal, match="une commune, une intercommunalité"):
        organisations.accept(unknown, by=coordinator)
    unknown.level = "REGION"
    unknown.save()
    organisations.accept(unknown, by=coordinator)
    assert Organisation.objects.get(pk=unknown.pk).is_accepted


def test_coordinators_find_those_that_nobody_has_classified(as_, pole, coordinator):
    queue = reverse("organisations-to-verify")
    assert "à préciser" not in as_(coordinator).get(queue).text
    ccas = make_organisation(pole=pole, name="CCAS de Lille", legal_form="PUBLIC")
    make_organisation(pole=pole, name="Lycée du Fil", legal_form="PUBLIC", level="OTHER")
    make_authority(pole=pole, name="Ville de Lille")
    make_organisation(pole=pole, name="Ancien CCAS", legal_form="PUBLIC", status="CLOSED")
    assert "à préciser" in as_(coordinator).get(queue).text
    page = as_(coordinator).get(queue, {"etat": "A_CLASSER"})
    assert [row.pk for row in page.context["page"]] == [ccas.pk]
    verification = as_(coordinator).get(reverse("organisation-verify", args=[ccas.pk])).text
    assert reverse("authority", args=[ccas.pk]) in verification


def test_the_page_of_verification_says_what_it_covers(as_, pole, coordinator):
    a_territory()
    authority = make_authority("EPCI", pole=pole, siren=METROPOLIS)
    page = as_(coordinator).get(reverse("organisation-verify", args=[authority.pk])).text
    assert "Métropole Européenne de Lille, 2 communes" in page


def test_its_kind_is_named_by_its_level():
    assert make_authority("DEPARTMENT").kind_label == "département"


@pytest.mark.parametrize(
    ("status", "number", "level"),
    [
        ("SUBMITTED", REGION, "REGION"),
        ("SUBMITTED", CCAS, ""),
        ("ACCEPTED", REGION, "REGION"),
        ("ACCEPTED", CCAS, "COMMUNE"),  # a coordinator corrects it, who had said what it is
    ],
)
def test_another_number_may_tell_another_level(coordinator, status, number, level):
    authority = make_authority(siren=LILLE, status=status)
    before, authority.siren = authority.identity, number
    organisations.edit(authority, before=before, by=coordinator)
    assert Organisation.objects.get(pk=authority.pk).level == level


@pytest.mark.parametrize(
    ("organisation", "said", "unsaid"),
    [
        (
            lambda: make_organisation("COMPANY"),
            "Vous pouvez publier votre première offre",
            "agents",
        ),
        (lambda: make_authority("COMMUNE"), "d’un certain nombre d’habitants", "première offre"),
        (lambda: make_authority("REGION"), "Vous pouvez publier votre première offre", "habitants"),
        (lambda: make_organisation("ESS"), "Vos besoins peuvent", "agents"),
    ],
)
def test_no_municipality_is_told_that_it_may_publish_offers(
    coordinator, organisation, said, unsaid
):
    """One of 900 inhabitants was told so as it was verified, and may lend nobody."""
    organisation = organisation()
    Organisation.objects.update(status="SUBMITTED")
    head = make_user()
    organisation.memberships.create(user=head, role="ADMINISTRATOR")
    organisation.refresh_from_db()
    organisations.accept(organisation, by=coordinator)
    letter = Notification.objects.get(recipient=head).text
    assert said in letter
    assert unsaid not in letter
