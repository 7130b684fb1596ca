"""A list as a file: exact, of the pôle alone, without formulas, and noted in the journal that the pôle reads."""

import csv
import io
from zipfile import ZipFile

import pytest
from django.urls import reverse

from accounts.models import Membership, Organisation
from marketplace.desk.lists import KINDS
from marketplace.models import JournalEntry, Need, Offer
from marketplace.views.desk import lists
from tests.factories import make_seat, make_user
from tests.marketplace.desk.desk_people import elsewhere, make_colleague, submitted
from tests.marketplace.desk.list_rows import one_of_each

JOURNAL = "/bureau/journal/"


@pytest.fixture(autouse=True)
def administrator(nadia):
    nadia.memberships.update(role="ADMINISTRATOR")


def taken(client, code="besoins", form="csv", query="", **given):
    return client.post(f"{reverse('lists-export', args=[code, form])}?{query}", given)


def table_of(answer) -> list[dict]:
    text = answer.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


@pytest.mark.parametrize("code", KINDS)
def test_a_file_holds_each_row_of_the_pole_and_none_of_another(client, nadia, pole, code):
    ours = one_of_each(pole)[code]
    theirs = one_of_each(elsewhere().organisations.get().pole, person=make_user("Zoé", "Canari"))
    Need.objects.filter(pk=theirs["besoins"].pk).update(title="Canari")
    Offer.objects.filter(pk=theirs["offres"].pk).update(title="Canari")
    Organisation.objects.filter(pk=theirs["organisations"].pk).update(name="Canari")
    client.force_login(nadia)
    rows = table_of(taken(client, code))
    assert {int(row["Numéro"]) for row in rows} == set(
        KINDS[code].rows(nadia).values_list("pk", flat=True)
    )
    assert str(ours.pk) in {row["Numéro"] for row in rows}
    assert "Canari" not in str(rows)


def test_it_holds_what_the_filters_leave_in_the_columns_and_the_order_chosen(client, nadia):
    submitted(1, title="Bêta", hours=12)
    submitted(2, title="Alpha", hours=30)
    submitted(3, title="=HYPERLINK(1)", hours=3)
    Need.objects.filter(title="Bêta").update(status="PUBLISHED")
    client.force_login(nadia)
    query = "etat=SUBMITTED&colonnes=heures&tri=titre"
    rows = table_of(taken(client, query=query))
    assert [list(row) for row in rows] == [["Numéro", "Titre", "Heures"]] * 2
    assert [row["Titre"] for row in rows] == ["Alpha", "'=HYPERLINK(1)"]
    book = taken(client, form="xlsx", query=query)
    with ZipFile(io.BytesIO(book.getvalue())) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_a_long_file_is_sent_from_the_disk(client, nadia, monkeypatch):
    monkeypatch.setattr(lists, "IN_MEMORY", 10)
    for number in range(3):
        submitted(number)
    client.force_login(nadia)
    for form in ("csv", "xlsx"):
        answer = taken(client, form=form)
        assert answer.streaming
        assert len(answer.getvalue()) > 10


def test_taking_it_out_is_noted_in_the_journal_of_the_pole(client, nadia, pole):
    submitted(1)
    submitted(2)
    client.force_login(nadia)
    taken(client, form="xlsx", query="etat=SUBMITTED&suivi=personne", why="pour la réunion")
    entry = JournalEntry.objects.filter(told=False).get()
    assert (entry.by, entry.pole, entry.rows, entry.form) == (nadia, pole, 2, "xlsx")
    said = "Besoins, État : en lecture à la coordination, En charge : personne encore"
    assert entry.words == said
    page = client.get(JOURNAL).text
    assert "a sorti une liste du pôle" in page
    assert "pour la réunion" in page


def test_a_filter_that_is_no_more_takes_nothing_out(client, nadia):
    submitted(1)
    client.force_login(nadia)
    answer = taken(client, query="etiquette=partie")
    assert answer.status_code == 302
    assert "n’existe plus" in client.get(answer["Location"]).text
    assert not JournalEntry.objects.filter(told=False).exists()


def test_only_who_coordinates_today_takes_a_list_out_and_by_a_button(client, nadia, karim, pole):
    rows = one_of_each(pole)
    for person in (rows["personnes"], rows["organisations"].members.first(), make_user()):
        client.force_login(person)
        assert taken(client).status_code == 403
    Membership.objects.filter(user=karim).delete()
    client.force_login(karim)
    assert taken(client).status_code == 403
    client.force_login(nadia)
    assert client.get(reverse("lists-export", args=["besoins", "csv"])).status_code == 405
    assert taken(client, form="pdf").status_code == 404
    assert taken(client, "papiers").status_code == 404
    assert not JournalEntry.objects.filter(told=False).exists()


def test_the_journal_of_a_pole_is_read_by_the_administrators_of_its_operators(client, nadia, pole):
    submitted(1)
    operator = nadia.organisations.get()
    colleague = make_colleague(nadia)
    operator.memberships.filter(user=colleague).update(role="MEMBER")
    client.force_login(colleague)
    taken(client)
    assert client.get(JOURNAL).status_code == 403
    stranger = elsewhere()
    stranger.memberships.update(role="ADMINISTRATOR")
    for person, status in ((nadia, 200), (stranger, 200), (make_user(), 403)):
        client.force_login(person)
        page = client.get(JOURNAL)
        assert page.status_code == status
        assert ("a sorti une liste du pôle" in page.text) == (person == nadia)
    Organisation.objects.filter(pk=operator.pk).update(status="SUSPENDED")
    client.force_login(nadia)
    assert client.get(JOURNAL).status_code == 403


def test_a_list_of_two_poles_is_noted_in_both(client, nadia, pole):
    other = elsewhere().organisations.get().pole
    make_seat(nadia.organisations.get(), other)
    client.force_login(nadia)
    taken(client)
    assert {entry.pole for entry in JournalEntry.objects.filter(told=False).all()} == {pole, other}
    assert str(other) in client.get(JOURNAL).text
