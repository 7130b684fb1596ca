"""What an employer takes out of a year: who may, what the files hold, and what the journal keeps of it."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from marketplace.models import (
    Departure,
    Document,
    JournalEntry,
    Mission,
    Offer,
    TeamMember,
    Time,
    Valuation,
)
from tests.factories import make_mission, make_organisation, make_user
from tests.marketplace.documents.document_desk import make_company, make_receivable
from tests.marketplace.documents.test_years import issue
from tests.marketplace.market.programme_house import (
    Role,
    at_work,
    employ,
    give,
    head_of,
    make_house,
    make_programme,
    make_site,
    member,
)

THIS = timezone.localdate().year
TODAY = timezone.localdate()


@pytest.fixture
def house():
    return make_house()


def take(client, person, house, file, *, year=THIS, **typed):
    client.force_login(person)
    url = reverse("taking-out-year", args=[house.pk, year])
    return client.post(url, {"file": file} | typed)


def rows_of(answer):
    assert answer.status_code == 200
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


# --- who ------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["head", "representative with a duty", "employee with a duty"])
def test_those_who_answer_for_its_people_take_them_out(client, house, who):
    person = {
        "head": head_of,
        "representative with a duty": partial(member, role=Role.REPRESENTATIVE, duty="CSR"),
        "employee with a duty": partial(member, duty="PROGRAMME"),
    }[who](house)
    client.force_login(person)
    page = client.get(reverse("taking-out", args=[house.pk]))
    assert page.status_code == 200
    assert take(client, person, house, "heures.csv").status_code == 200
    assert JournalEntry.objects.filter(told=False).get().by == person


@pytest.mark.parametrize(
    "who", ["employee", "manager", "representative", "elsewhere", "gone", "nobody"]
)
def test_nobody_else_does(client, house, who):
    person = make_user()
    if who == "elsewhere":
        make_house(name="Autre")
    elif who == "gone":
        house.memberships.create(user=person, role=Role.ADMINISTRATOR).delete()
    elif who in ("employee", "manager"):
        person = member(house, duty="MANAGER" if who == "manager" else None)
    elif who == "representative":
        person = member(house, Role.REPRESENTATIVE)
    url = reverse("taking-out-year", args=[house.pk, THIS])
    if who != "nobody":
        client.force_login(person)
    expected = 302 if who == "nobody" else 403
    assert client.get(url).status_code == expected
    assert client.post(url, {"file": "annee.xlsx"}).status_code == expected
    assert not JournalEntry.objects.filter(told=False).exists()


def test_a_structure_that_lends_nobody_has_nothing_to_take_out(client):
    boss = make_user()
    structure = make_organisation(administrator=boss, legal_form="PUBLIC_ESTABLISHMENT")
    client.force_login(boss)
    if not structure.may_offer:
        assert client.get(reverse("taking-out", args=[structure.pk])).status_code == 403


def test_who_may_not_read_values_gets_the_rest_and_is_told(client, house):
    clerk = member(house, duty="HR")  # an employee: speaks for nothing
    member(house, Role.REPRESENTATIVE, "CSR")
    client.force_login(clerk)
    page = client.get(reverse("taking-out", args=[house.pk])).text
    assert "valeurs.csv" not in page
    assert "recus.csv" not in page
    assert "Ce qui ne vous est pas ouvert" in page
    for file in ("valeurs.csv", "recus.xlsx"):
        assert take(client, clerk, house, file).status_code == 403
    assert not JournalEntry.objects.filter(told=False).exists()
    book = read_sheets(take(client, clerk, house, "annee.xlsx"))
    assert list(book) == ["Les personnes", "Missions", "Heures"]


def test_a_suspended_house_still_takes_what_is_its_own(client, house):
    house.status = "SUSPENDED"
    house.save()
    assert take(client, head_of(house), house, "heures.csv").status_code == 200


@pytest.mark.parametrize("file", ["", "heures", "heures.exe", "tout.xlsx", "annee.csv", "../x.csv"])
def test_a_file_that_there_isn_t_is_not_found(client, house, file):
    assert take(client, head_of(house), house, file).status_code == 404
    assert not JournalEntry.objects.filter(told=False).exists()


def test_a_year_to_come_is_not_found(client, house):
    client.force_login(head_of(house))
    assert client.get(reverse("taking-out-year", args=[house.pk, THIS + 1])).status_code == 404


# --- what -----------------------------------------------------------------------------------
def test_people_have_their_team_their_state_and_the_days_of_each_programme(client, house):
    programme = make_programme(house, hours_per_day=7)
    other = make_programme(house, "Une semaine", days_per_year=Decimal(5))
    mission = at_work(house, programme=programme, starts_on=TODAY, ends_on=TODAY)
    mission.sheet.hours = 7
    mission.sheet.save()
    person = mission.offer.person
    employ(house, person, "Fours", make_site(house))
    [row] = [
        row
        for row in rows_of(take(client, head_of(house), house, "personnes.csv"))
        if row["Nom"] == person.last_name
    ]
    assert (row["Équipe"], row["Site"]) == ("Fours", "Usine")
    assert row["État aujourd’hui"] == "En mission ou en préparation"
    assert row["Deux jours\u00a0: jours pris ou prévus"] == "1,00"
    assert row["Deux jours\u00a0: jours restants"] == "1,00"
    assert (
        row[f"{other.name}\u00a0: jours pris ou prévus"],
        row[f"{other.name}\u00a0: jours restants"],
    ) == ("0,00", "5,00")  # each programme gives its own days, as the person's page says


def test_a_mission_has_its_last_day_and_not_the_planned_one_it_never_reached(client, house):
    """Pages and papers say until when it lasted."""
    begun, over = TODAY - timedelta(days=20), TODAY - timedelta(days=5)
    mission = at_work(house, starts_on=begun, ends_on=TODAY, status="CLOSED")
    at = timezone.now() - timedelta(days=20), timezone.now() - timedelta(days=5)
    Mission.objects.filter(pk=mission.pk).update(started_at=at[0], delivered_at=at[1])
    [row] = rows_of(take(client, head_of(house), house, "missions.csv", year=begun.year))
    assert row["Jusqu’au"] == over.strftime("%d/%m/%Y")
    gone = TODAY - timedelta(days=8)
    Departure.objects.create(
        mission=mission, person=mission.offer.person, why=Departure.Why.LEFT, last_on=gone,
        left_at=at[1], outcome=Departure.Outcome.INTERRUPTED, settled_at=at[1],
    )  # fmt: skip
    [row] = rows_of(take(client, head_of(house), house, "missions.csv", year=begun.year))
    assert row["Jusqu’au"] == gone.strftime("%d/%m/%Y")


def test_a_mission_over_new_year_is_in_both_years_and_one_that_was_over_before_is_not(
    client, house
):
    """Its planned days were counted for its person, and its line was in no file."""
    begun = timezone.now() - timedelta(days=TODAY.timetuple().tm_yday + 30)
    days = {"starts_on": timezone.localdate(begun), "ends_on": TODAY}
    mission, over = at_work(house, **days), at_work(house, **days)
    Mission.objects.update(started_at=begun)
    Mission.objects.filter(pk=over.pk).update(
        status="INTERRUPTED", interrupted_at=begun + timedelta(days=3)
    )
    rows = rows_of(take(client, head_of(house), house, "missions.csv"))
    assert [row["Nom"] for row in rows] == [mission.offer.person.last_name]
    assert len(rows_of(take(client, head_of(house), house, "missions.csv", year=THIS - 1))) == 2


def test_hours_are_by_person_and_day_with_their_state(client, house):
    mission = at_work(house)
    person = mission.offer.person
    give(mission, person, TODAY, "3.25")
    give(mission, person, date(THIS, 1, 1), 7, confirmed=False)
    give(mission, person, date(THIS - 1, 12, 31), 5)
    rows = rows_of(take(client, head_of(house), house, "heures.csv"))
    assert [(row["Jour"], row["Heures"], row["État"]) for row in rows] == [
        (f"01/01/{THIS}", "7,00", "à confirmer"),
        (TODAY.strftime("%d/%m/%Y"), "3,25", "confirmées par une semaine de silence"),
    ]
    [before] = rows_of(take(client, head_of(house), house, "heures.csv", year=THIS - 1))
    assert before["Heures"] == "5,00"


def test_nothing_of_own_time_nor_of_another_house_is_there(client, house):
    own, elsewhere = make_mission(status="RUNNING"), at_work(make_house(name="Autre"))
    ours = member(house, last_name="Sien")
    Offer.objects.filter(pk=own.offer_id).update(person=ours)
    give(own, ours, TODAY, 6)
    give(elsewhere, elsewhere.offer.person, TODAY, 5)
    for file in ("heures.csv", "missions.csv"):
        assert rows_of(take(client, head_of(house), house, file)) == []
    [row] = [
        row
        for row in rows_of(take(client, head_of(house), house, "personnes.csv"))
        if row["Nom"] == "Sien"
    ]
    assert row["État aujourd’hui"] == "Sans offre ni mission"


def test_own_time_offered_in_the_house_s_own_form_is_not_there_either(client, house):
    mission = at_work(house)
    give(mission, mission.offer.person, TODAY, 6)
    Offer.objects.filter(pk=mission.offer_id).update(time=Time.OWN)
    for file in ("heures.csv", "missions.csv"):
        assert rows_of(take(client, head_of(house), house, file)) == []


def test_a_team_has_a_line_for_each_of_its_people(client, house):
    mission = at_work(house, is_team=True)
    first, second = member(house, last_name="Abel"), member(house, last_name="Brun")
    for person, hours in ((first, 7), (second, 14)):
        TeamMember.objects.create(
            mission=mission, person=person, hours=hours, status="COMES",
            named_by=head_of(house), agreed_at=timezone.now(),
        )  # fmt: skip
    give(mission, second, TODAY, 4)
    rows = rows_of(take(client, head_of(house), house, "missions.csv"))
    said = [
        (row["Nom"], row["Heures prévues, en tout"], row["Heures confirmées, dans l’année"])
        for row in rows
    ]
    assert said == [("Abel", "7,00", "0,00"), ("Brun", "14,00", "4,00")]


def test_a_team_without_names_is_one_line(client, house):
    at_work(house, is_team=True)
    [row] = rows_of(take(client, head_of(house), house, "missions.csv"))
    assert row["Prénom"] == "une équipe"


def test_a_closed_account_has_no_name_any_more(client, house):
    mission = at_work(house)
    person = mission.offer.person
    give(mission, person, TODAY, 4)
    type(person).objects.filter(pk=person.pk).update(closed_at=timezone.now(), is_active=False)
    [row] = rows_of(take(client, head_of(house), house, "heures.csv"))
    assert (row["Nom"], row["Prénom"]) == ("", "Compte fermé")
    assert (
        person.last_name not in take(client, head_of(house), house, "missions.csv").content.decode()
    )


def test_values_and_receipts_are_those_of_the_year_and_no_cost_is_there(client):
    house = make_company()
    mission = make_receivable(company=house)
    make_receivable(company=make_company("Une autre"))
    amount = f"{Valuation.objects.get(mission=mission).amount:.2f}".replace(".", ",")
    [row] = rows_of(take(client, head_of(house), house, "valeurs.csv"))
    assert (row["Valeur déclarée, en euros"], row["Reçu"]) == (amount, "pas encore")
    assert "Heures" not in row
    receipt = issue(mission)
    [row] = rows_of(take(client, head_of(house), house, "valeurs.csv"))
    [given] = rows_of(take(client, head_of(house), house, "recus.csv"))
    assert given["Numéro du reçu"] == row["Reçu"] == receipt.reference
    assert (given["Montant, en euros"], given["État"]) == (amount, "délivré")
    assert given["Forme du don"] == "don en nature\u00a0: compétences"
    Document.objects.filter(pk=receipt.pk).update(status="VOIDED")
    [given] = rows_of(take(client, head_of(house), house, "recus.csv"))
    assert given["État"] == "annulé"
    [row] = rows_of(take(client, head_of(house), house, "valeurs.csv"))
    assert row["Reçu"] == f"{receipt.reference}, annulé"
    for file in ("valeurs.csv", "recus.csv"):
        assert rows_of(take(client, head_of(house), house, file, year=THIS - 1)) == []


def test_no_words_of_people_are_a_formula(client, house):
    mission = at_work(house)
    mission.need.title = "=2+5"
    mission.need.save()
    give(mission, mission.offer.person, TODAY, 4)
    assert ";'=2+5;" in take(client, head_of(house), house, "heures.csv").content.decode()
    book = read_sheets(take(client, head_of(house), house, "annee.xlsx"))
    assert "=2+5" in book["Heures"][1], "as text: a workbook says which cell is a formula"


# --- the journal ----------------------------------------------------------------------------
def test_each_taking_is_one_line_of_the_journal(client, house):
    mission = at_work(house)
    give(mission, mission.offer.person, TODAY, 4)
    head = head_of(house)
    take(client, head, house, "heures.xlsx", why="pour le comité social")
    take(client, head, house, "heures.xlsx")
    take(client, head, house, "annee.xlsx", why="x" * 999)
    whole, again, first = JournalEntry.objects.filter(told=False).all()
    assert (first.kind, first.rows, first.form, first.number) == ("HOURS", 1, "xlsx", THIS)
    assert (first.organisation, first.by, first.why) == (house, head, "pour le comité social")
    assert (again.kind, again.why) == ("HOURS", "")
    people = house.memberships.count()
    assert (whole.kind, whole.rows, len(whole.why)) == ("YEAR", people + 1 + 1, 200)


def test_the_list_of_people_is_noted_as_it_was_narrowed(client, house):
    member(house, last_name="Abel")
    client.force_login(head_of(house))
    url = reverse("employees-export", args=[house.pk, "csv"])
    assert client.get(url).status_code == 405, "a link followed by a machine takes nothing out"
    answer = client.post(f"{url}?q=abel&etat=sans-offre", {"why": "pour la paie"})
    assert "Abel;" in answer.content.decode()
    entry = JournalEntry.objects.filter(told=False).get()
    assert (entry.kind, entry.rows, entry.why) == ("PEOPLE", 1, "pour la paie")
    assert entry.words.startswith("sans offre ni mission, ")
    assert "abel" in entry.words
    assert client.post(reverse("employees-export", args=[house.pk, "exe"])).status_code == 404
    assert JournalEntry.objects.filter(told=False).count() == 1


def read_sheets(answer):
    """The rows of each sheet, by its name."""
    assert answer.status_code == 200
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
