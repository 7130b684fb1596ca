"""The views of a list: kept under a name, for oneself or for the colleagues too, and the one by which it opens."""

import pytest
from django.urls import reverse

from accounts.models import Membership
from marketplace.models import SavedFilter
from tests.factories import make_user
from tests.marketplace.desk.desk_people import elsewhere, submitted

LIST = "/bureau/listes/besoins/"


def keep(client, name="À lire", query="etat=SUBMITTED", **given):
    address = reverse("lists-view-keep", args=["besoins"])
    return client.post(address, {"name": name, "query": query} | given, follow=True)


def test_a_view_is_kept_with_its_filters_columns_and_order_and_found_above_the_list(client, nadia):
    client.force_login(nadia)
    page = keep(client, query="etat=SUBMITTED&tri=titre&colonnes=etat.heures&cocher=1&x=y")
    kept = SavedFilter.objects.get()
    assert (kept.list, kept.query) == ("besoins", "etat=SUBMITTED&tri=titre&colonnes=etat.heures")
    assert "À lire" in page.text
    assert "À lire" not in client.get("/bureau/listes/offres/").text
    assert "À lire" not in client.get(reverse("desk")).text


def test_the_same_name_replaces_ones_own_of_that_list_alone(client, nadia):
    client.force_login(nadia)
    desk = SavedFilter.objects.create(user=nadia, name="À lire", query="kind=need")
    keep(client)
    keep(client, query="suivi=moi")
    assert SavedFilter.objects.of(nadia, "besoins").get().query == "suivi=moi"
    desk.refresh_from_db()
    assert desk.query == "kind=need"


def test_a_view_without_a_name_is_not_kept(client, nadia):
    client.force_login(nadia)
    assert "Donnez un nom à votre vue" in keep(client, name=" ").text
    assert "Donnez un nom à votre vue" in keep(client, name="x" * 61).text
    assert not SavedFilter.objects.exists()


def test_twenty_a_list_at_the_most(client, nadia):
    client.force_login(nadia)
    for number in range(20):
        SavedFilter.objects.create(user=nadia, list="besoins", name=f"{number}")
    assert "Vingt filtres au plus" in keep(client).text


def test_a_shared_view_is_read_by_the_colleagues_of_that_pole_alone(client, nadia, karim, pole):
    client.force_login(nadia)
    keep(client, name="La nôtre", pole=pole.pk)
    keep(client, name="La mienne")
    client.force_login(karim)
    page = client.get(LIST).text
    assert "La nôtre" in page
    assert "La mienne" not in page
    client.force_login(elsewhere())
    assert "La nôtre" not in client.get(LIST).text
    Membership.objects.filter(user=karim).delete()
    assert not SavedFilter.objects.visible_to(karim).exists()


def test_nobody_shares_with_a_pole_that_they_do_not_coordinate(client, nadia):
    theirs = elsewhere().organisations.get().pole
    client.force_login(nadia)
    keep(client, pole=theirs.pk)
    assert not SavedFilter.objects.exists()


def test_the_list_opens_by_the_view_that_is_chosen_for_it_and_by_one_alone(client, nadia):
    submitted(1, title="Alpha")
    client.force_login(nadia)
    keep(client, is_default="on")
    assert client.get(LIST)["Location"] == f"{LIST}?etat=SUBMITTED"
    keep(client, name="Les miens", query="suivi=moi", is_default="on")
    assert client.get(LIST)["Location"] == f"{LIST}?suivi=moi"
    assert client.get(f"{LIST}?tout=1").status_code == 200
    assert SavedFilter.objects.filter(is_default=True).count() == 1


def test_the_default_of_a_colleague_is_theirs(client, nadia, karim, pole):
    client.force_login(nadia)
    keep(client, pole=pole.pk, is_default="on")
    client.force_login(karim)
    assert client.get(LIST).status_code == 200


def test_ones_own_is_renamed_shared_and_removed(client, nadia, karim, pole):
    client.force_login(nadia)
    keep(client)
    kept = SavedFilter.objects.get()
    address = reverse("lists-view", args=[kept.pk])
    assert client.get(address).status_code == 200
    client.post(address, {"name": "Autrement", "pole": pole.pk})
    kept.refresh_from_db()
    assert (kept.name, kept.pole) == ("Autrement", pole)
    client.force_login(karim)
    assert client.get(address).status_code == 404
    assert client.post(reverse("desk-filter-drop", args=[kept.pk])).status_code == 404
    client.force_login(nadia)
    answer = client.post(reverse("desk-filter-drop", args=[kept.pk]))
    assert answer["Location"] == LIST
    assert not SavedFilter.objects.exists()


def test_a_name_that_another_view_has_is_said_beside_the_field(client, nadia):
    client.force_login(nadia)
    keep(client, name="Une")
    keep(client, name="Deux")
    address = reverse("lists-view", args=[SavedFilter.objects.get(name="Deux").pk])
    page = client.post(address, {"name": "Une"})
    assert "Une autre de vos vues porte ce nom" in page.text
    assert SavedFilter.objects.filter(name="Deux").exists()


def test_what_somebody_who_left_had_shared_is_removed_by_a_colleague(client, nadia, karim, pole):
    client.force_login(karim)
    keep(client, name="Orpheline", pole=pole.pk)
    kept = SavedFilter.objects.get()
    Membership.objects.filter(user=karim).delete()
    client.force_login(nadia)
    address = reverse("lists-view", args=[kept.pk])
    page = client.get(address)
    assert "ne coordonne plus le pôle" in page.text
    assert client.post(address, {"name": "À moi"}).status_code == 403
    client.post(reverse("desk-filter-drop", args=[kept.pk]))
    assert not SavedFilter.objects.exists()


def test_who_coordinates_nothing_keeps_none_and_opens_none(client, nadia):
    kept = SavedFilter.objects.create(user=nadia, list="besoins", name="x")
    client.force_login(make_user())
    assert keep(client).status_code == 403
    assert client.get(reverse("lists-view", args=[kept.pk])).status_code == 403
    Membership.objects.filter(user=nadia).delete()
    client.force_login(nadia)
    assert client.get(reverse("lists-view", args=[kept.pk])).status_code == 403


@pytest.mark.parametrize("query", ["etiquette=partie", "competence=oubliee", "operateur=99"])
def test_a_view_of_what_is_no_more_opens_with_a_sentence(client, nadia, query):
    submitted(1, title="Alpha")
    SavedFilter.objects.create(user=nadia, list="besoins", name="x", query=query, is_default=True)
    client.force_login(nadia)
    page = client.get(LIST, follow=True)
    assert page.status_code == 200
    assert "ne se comprend plus" in page.text
    assert "Alpha" in page.text


def test_a_view_whose_address_is_longer_than_is_kept_is_refused_with_a_sentence(client, nadia):
    client.force_login(nadia)
    page = keep(client, query="q=" + "é" * 190)
    assert "trop longue" in page.text
    assert not SavedFilter.objects.exists()
