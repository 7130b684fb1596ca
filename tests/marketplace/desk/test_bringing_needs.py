"""The needs of a pôle's own spreadsheets: drafts of the structures that are on the site, records of the others."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from marketplace.actions.desk import behalf, unclaimed
from marketplace.actions.market import imports, needs
from marketplace.models import Behalf, Import, Need, NeedRecord, OrganisationRecord
from marketplace.states import NeedStatus
from notifications.models import Notification
from tests.factories import make_cause, make_commune, make_organisation, make_pole, make_user
from tests.marketplace.desk.behalf_people import completed
from tests.marketplace.desk.bringing import ORGANISATIONS, brought, now, outcomes, sent, work, wrong

NEEDS = "NEEDS"
HEADINGS = (
    "N°;Structure;Besoin;Description;Ville;Date de début;Date de fin;Nb d'heures;État;Contact"
)


def day(days):
    return (timezone.localdate() + timedelta(days=days)).strftime("%d/%m/%Y")


def a_file(*lines):
    return "\n".join([HEADINGS, *lines]) + "\n"


def messy():
    """What a pôle keeps of the needs that it follows."""
    return a_file(
        f"B1;Les Bottines;Refaire le site;Notre site internet date de 2012.;Lille;{day(-5)};{day(90)};35,5;Ouvert;Eve Petit",
        "B2;Recyclerie du Nord;Tenir la comptabilité;;;;;;;",
        "B3;Les Bottines;Une affiche;;;;;;Pourvu;",
        f"B4;Les Bottines;Un vieux besoin;;;;{day(-3)};;à pourvoir;",
        "B5;Les Botines;Un logo;;;;;;;",
        "B6;;Sans structure;;;;;;;",
        "B7;Les Bottines;;;;;;;;",
        "B8;Les Bottines;Un tableur;;;bientôt;;beaucoup;peut-être;",
        "B9;Les Bottines;Un accueil;Appelez Eve au 06 12 34 56 78;Nulle-Part;;;;;",
        "B1;Les Bottines;Refaire le site;;;;;;;",
    )


@pytest.fixture
def coordinator():
    return make_user("Hélène", "Roux")


@pytest.fixture
def operator(coordinator):
    make_commune()
    make_cause()
    return make_organisation("OPERATOR", member=coordinator, name="Les Passeurs")


@pytest.fixture
def house(operator):
    """A structure that is on the site, with its administrator."""
    return make_organisation("ESS", administrator=make_user("Eve", "Petit"), name="Les Bottines")


@pytest.fixture
def table(operator, coordinator, house):
    return brought(operator, coordinator, NEEDS, messy())


def record(number="B1"):
    return NeedRecord.objects.get(number=number)


# --- what is found ---------------------------------------------------------------------------
def test_each_line_says_what_it_becomes_and_each_fault_its_column(operator, coordinator, house):
    table = sent(operator, coordinator, NEEDS, messy())
    assert outcomes(table) == {
        2: ("MAKE", "draft"),
        3: ("MAKE", "new-structure"),
        4: ("LEAVE", "not-open"),
        5: ("LEAVE", "past"),
        6: ("FAULT", ""),
        7: ("FAULT", ""),
        8: ("FAULT", ""),
        9: ("FAULT", ""),
        10: ("MAKE", "draft"),
        11: ("LEAVE", "said-above"),
    }
    assert wrong(table) == {
        (6, "structure", "like-structure"),
        (7, "structure", "no-structure"),
        (8, "title", "no-need"),
        (9, "begun_on", "bad-day"),
        (9, "hours", "bad-hours"),
        (9, "state", "bad-state"),
        (10, "text", "details"),
        (10, "town", "unknown-town"),
    }
    assert table.unused == ["Contact"]
    assert not NeedRecord.objects.exists()
    assert not Need.objects.exists()


@pytest.mark.parametrize(
    ("state", "is_open"),
    [
        ("ouvert", True), ("À pourvoir", True), ("Non pourvu", True), ("en cours", True), ("", True),
        ("POURVU", False), ("clos le 3 mars", False), ("Annulée", False), ("terminé", False),
    ],
)  # fmt: skip
def test_only_open_needs_are_brought_in(operator, coordinator, state, is_open):
    table = sent(operator, coordinator, NEEDS, a_file(f"B1;Neuve;Un logo;;;;;;{state};"))
    assert outcomes(table)[2] == (("MAKE", "new-structure") if is_open else ("LEAVE", "not-open"))


def test_a_line_without_dates_is_whenever_it_suits_and_no_fault(operator, coordinator):
    make_organisation(name="Les Bottines", administrator=make_user())
    lines = ("B1;Les Bottines;Un logo;;;;;;;", f"B2;Les Bottines;Un site;;;;{day(40)};;;")
    brought(operator, coordinator, NEEDS, a_file(*lines))
    said = {need.title: need.is_undated for need in Need.objects.all()}
    assert said == {"Un logo": True, "Un site": False}


@pytest.mark.parametrize("number", ["A1", "732 829 320", "Les Bottines"])
def test_a_structure_is_known_by_its_name_its_number_or_its_siren(operator, coordinator, number):
    brought(operator, coordinator, ORGANISATIONS)
    words = f"Structure;SIREN;Besoin\n{number};{'' if number[0].isalpha() else number};Un logo\n"
    brought(operator, coordinator, NEEDS, words)
    assert NeedRecord.objects.get().structure.number == "A1"
    assert OrganisationRecord.objects.count() == 3


# --- what it becomes -------------------------------------------------------------------------
def test_of_a_structure_of_the_site_it_is_a_draft_with_what_the_file_says(table, house):
    need = record().need
    assert (need.organisation, need.status, need.title) == (
        house,
        NeedStatus.DRAFT,
        "Refaire le site",
    )
    assert (need.context, need.hours) == ("Notre site internet date de 2012.", 36)
    assert need.starts_on == timezone.localdate(), "the first day has passed: from today on"
    assert need.ends_on == timezone.localdate() + timedelta(days=90)
    assert need.behalf.is_from_a_file
    assert record("B9").text == "", "somebody’s number isn’t kept"


def test_nobody_hears_of_it_before_a_coordinator_sends_it(table, house, coordinator):
    assert not Notification.objects.filter(kind__startswith="behalf").exists()
    assert not Need.objects.published().exists()
    need = completed(record().need)
    needs.submit(need, by=coordinator)
    letter = Notification.objects.get(kind="behalf_yours")
    assert letter.recipient == house.members.get()
    assert "fichiers" in letter.text


def test_of_another_structure_it_is_a_record_and_no_need(table):
    waiting = record("B2")
    assert (waiting.need, waiting.structure.name) == (None, "Recyclerie du Nord")
    assert waiting.structure.organisation is None
    assert Need.objects.count() == 2
    assert not Organisation.objects.filter(name="Recyclerie du Nord").exists()


def test_of_a_structure_that_is_suspended_it_stays_a_record(operator, coordinator, house):
    Organisation.objects.filter(pk=house.pk).update(status="SUSPENDED")
    brought(operator, coordinator, NEEDS, messy())
    assert record().need is None
    assert not Need.objects.exists()


def test_a_coordinators_own_structure_isn_t_written_for(operator, coordinator, house):
    house.memberships.create(user=coordinator)
    brought(operator, coordinator, NEEDS, messy())
    assert not Need.objects.exists()


def test_what_nobody_takes_up_is_erased_and_may_be_written_again(table):
    unclaimed.sweep(now() + timedelta(days=61))
    assert not Need.objects.exists()
    assert record().need is None


# --- twice is once ---------------------------------------------------------------------------
def test_the_same_file_twice_makes_nothing_new(table, operator, coordinator):
    again = sent(operator, coordinator, NEEDS, messy() + "\n;;;;;;;;;\n")
    assert again.total == 0
    assert outcomes(again)[2] == ("LEAVE", "written")
    assert outcomes(again)[3] == ("LEAVE", "known")


def test_without_a_number_the_same_structure_and_words_are_one(operator, coordinator):
    words = "Structure;Besoin\nNeuve;Un logo\nneuve;Un  logo\nNeuve;Un site\n"
    brought(operator, coordinator, NEEDS, words)
    assert NeedRecord.objects.count() == 2
    assert OrganisationRecord.objects.count() == 1
    assert sent(operator, coordinator, NEEDS, words + ";\n").total == 0


def test_a_need_that_is_filled_since_is_closed(table, operator, coordinator):
    brought(
        operator,
        coordinator,
        NEEDS,
        a_file("B2;Recyclerie du Nord;Tenir la comptabilité;;;;;;pourvu;"),
    )
    assert not record("B2").is_open


# --- the way back ----------------------------------------------------------------------------
def undone(table, coordinator):
    imports.undo(Import.objects.get(pk=table.pk), by=coordinator, now=now())
    return work(table)


def test_it_is_taken_back_with_its_drafts_and_the_structures_that_came_with_it(table, coordinator):
    undone(table, coordinator)
    for model in (NeedRecord, Need, Behalf, OrganisationRecord):
        assert not model.objects.exists(), model


def test_a_draft_that_somebody_has_touched_stays_and_is_named(table, coordinator):
    need = record().need
    need.deliverable = "Un site tenu à jour."
    need.save()
    table = undone(table, coordinator)
    assert list(NeedRecord.objects.values_list("number", flat=True)) == ["B1"]
    assert list(table.lines.filter(note="stands").values_list("number", flat=True)) == [2]


def test_a_draft_that_its_structure_has_taken_up_stays(table, coordinator, house):
    behalf.take_up(record().need, by=house.members.get(), now=now())
    undone(table, coordinator)
    assert Need.objects.count() == 1


def test_a_structure_that_was_held_before_stays(operator, coordinator):
    brought(operator, coordinator, ORGANISATIONS)
    undone(brought(operator, coordinator, NEEDS, messy()), coordinator)
    assert OrganisationRecord.objects.count() == 3


# --- its pages -------------------------------------------------------------------------------
FORM = {"person": "Mme Petit", "reach": "mme.petit@example.org", "heard": "CALL"}


def write_for(row):
    return reverse("behalf-need") + f"?fiche={row.pk}"


def test_a_record_is_written_for_its_structure_once(client, table, coordinator):
    client.force_login(coordinator)
    row = record("B2")
    listed = client.get(reverse("records", args=["besoins"])).text
    assert write_for(row).replace("&", "&amp;") in listed
    assert write_for(row) in client.get(reverse("records", args=["organisations"])).text
    page = client.get(write_for(row)).text
    for words in ("Recyclerie du Nord", "Tenir la comptabilité"):
        assert words in page
    said = FORM | {
        "text": "Tenir la comptabilité",
        "name": "Recyclerie du Nord",
        "commune": "Lille",
    }
    said["heard_on"] = timezone.localdate().isoformat()
    client.post(write_for(row), said)
    row.refresh_from_db()
    assert row.need.title == "Tenir la comptabilité"
    assert row.structure.organisation == row.need.organisation
    assert client.get(write_for(row)).url == row.need.get_absolute_url()


def test_another_poles_record_isn_t_found(client, table):
    other = make_user("Ali", "Ben")
    make_organisation("OPERATOR", member=other, pole=make_pole("Pôle du Sud"), name="Au Sud")
    client.force_login(other)
    assert client.get(write_for(record("B2"))).status_code == 404
    assert "Tenir la compta" not in client.get(reverse("records", args=["besoins"])).text


@pytest.mark.parametrize("number", ["x", "0", "9" * 30, "²"])
def test_a_record_that_is_none_isn_t_found(client, table, coordinator, number):
    client.force_login(coordinator)
    assert client.get(reverse("behalf-need"), {"fiche": number}).status_code == 404


def test_a_need_says_that_it_was_brought_in(client, table, coordinator):
    client.force_login(coordinator)
    page = client.get(record().need.get_absolute_url()).text
    assert "Apporté" in page
    assert "pose une question" not in page, "it was never handed in: nobody has asked anything"


def test_the_list_says_what_becomes_of_its_needs(client, table, coordinator):
    client.force_login(coordinator)
    page = client.get(table.get_absolute_url()).text
    for words in ("un brouillon", "Pourvu ou clos", "ressemble à"):
        assert words in page
