"""A pôle's own spreadsheets: read, looked at, carried out, taken back."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.models import Organisation
from accounts.states import SeatStatus
from marketplace.actions.desk import bringing, record_tellings
from marketplace.actions.market import imports
from marketplace.actions.refusals import NotYet
from marketplace.models import (
    Import,
    ImportLine,
    KnownHeading,
    Mission,
    MissionRecord,
    OrganisationRecord,
    PersonRecord,
)
from notifications.models import Notification
from tests.factories import make_commune, make_organisation, make_pole, make_user
from tests.marketplace.desk.bringing import (
    FILES,
    MISSIONS,
    ORGANISATIONS,
    PEOPLE,
    brought,
    now,
    outcomes,
    sent,
    work,
    workbook,
    wrong,
)


@pytest.fixture
def coordinator():
    return make_user("Hélène", "Roux")


@pytest.fixture
def operator(coordinator):
    make_commune()
    return make_organisation("OPERATOR", member=coordinator, name="Les Passeurs")


@pytest.fixture
def elsewhere():
    """A second pôle, with its coordinator."""
    other = make_user("Ali", "Ben")
    pole = make_pole("Pôle du Sud")
    return make_organisation("OPERATOR", member=other, pole=pole, name="Au Sud"), other


@pytest.fixture
def moved_in(operator, coordinator):
    for kind in (ORGANISATIONS, PEOPLE, MISSIONS):
        brought(operator, coordinator, kind)


# --- what is found ---------------------------------------------------------------------------
def test_each_line_says_what_it_makes_and_each_fault_its_column(operator, coordinator):
    table = sent(operator, coordinator, ORGANISATIONS)
    assert table.state == Import.State.READ
    assert outcomes(table) == {
        2: ("MAKE", ""),
        3: ("MAKE", ""),
        4: ("MAKE", ""),
        5: ("FAULT", ""),
        6: ("FAULT", ""),
    }
    assert wrong(table) == {
        (4, "siren", "bad-number"),
        (5, "name", "formula"),
        (6, "name", "no-name"),
    }
    assert table.unused == ["Contact"], "somebody’s name has no place in a list of organisations"
    assert not OrganisationRecord.objects.exists()


def test_organisations_people_and_past_missions_are_brought_in(moved_in, operator):
    bottines = OrganisationRecord.objects.get(number="A1")
    assert (bottines.kind, bottines.siren, bottines.commune.name) == ("ESS", "732829320", "Lille")
    assert bottines.website == "https://bottines.example.org"
    nora = PersonRecord.objects.get(number="P1")
    assert (str(nora), nora.email, nora.structure) == ("Nora Cissé", "nora@example.org", bottines)
    first, second, third = MissionRecord.objects.order_by("number")
    assert (first.person, first.structure, first.hours) == (nora, bottines, Decimal(42))
    assert (first.begun_on, first.ended_on) == (date(2025, 3, 12), date(2025, 4, 12))
    assert (second.person, second.hours, second.begun_on) == (
        None,
        Decimal("12.5"),
        date(2025, 3, 12),
    )
    assert (third.headcount, third.hours) == (8, Decimal("64.5"))


def test_what_is_brought_in_is_no_account_no_mission_and_no_letter(moved_in):
    assert not Mission.objects.exists()
    assert not Notification.objects.exists()
    assert not Organisation.objects.filter(name="Les Bottines").exists()


def test_the_same_file_twice_makes_nothing_new_and_a_changed_cell_changes(
    moved_in, operator, coordinator
):
    for kind in (ORGANISATIONS, PEOPLE, MISSIONS):
        again = sent(operator, coordinator, kind, FILES[kind] + "\n;;;;;;;;\n")
        assert again.total == 0, kind
        assert {"MAKE", "CHANGE", "ASK"}.isdisjoint(out for out, _note in outcomes(again).values())
    changed = FILES[ORGANISATIONS].replace("Les Bottines", "Les Grandes Bottines")
    table = brought(operator, coordinator, ORGANISATIONS, changed)
    assert table.total == 1
    assert OrganisationRecord.objects.get(number="A1").name == "Les Grandes Bottines"
    assert OrganisationRecord.objects.count() == 3


def test_a_person_whom_nobody_knows_is_counted_without_their_name(moved_in):
    assert MissionRecord.objects.get(number="M2").headcount == 1
    table = Import.objects.get(kind=MISSIONS)
    assert (3, "person", "unknown-person") in wrong(table)
    assert wrong(table) > {
        (5, "structure", "unknown-structure"),
        (6, "begun_on", "not-over"),
        (7, "hours", "bad-hours"),
    }


# --- homonyms --------------------------------------------------------------------------------
def test_nearly_the_same_name_waits_for_somebody_to_say_whether_it_is_the_same(
    moved_in, operator, coordinator
):
    words = "Nom;Ville\nAssociation Botines;Lille\nLa recyclerie du Nord;Roubaix\n"
    table = sent(operator, coordinator, ORGANISATIONS, words)
    assert {out for out, _note in outcomes(table).values()} == {"ASK"}
    with pytest.raises(NotYet):
        imports.start(table, by=coordinator, now=now())
    first, second = table.lines.all()
    answers = {first.pk: bringing.SAME, second.pk: bringing.OTHER}
    assert bringing.decide(table, answers, by=coordinator, now=now()) == 2
    table.refresh_from_db()
    imports.start(table, by=coordinator, now=now())
    work(table)
    names = set(OrganisationRecord.objects.values_list("name", flat=True))
    assert names == {
        "Association Botines",
        "La recyclerie du Nord",
        "Recyclerie du Nord",
        "Épicerie des Hauts",
    }


def test_an_organisation_of_the_site_is_known_by_its_number_or_shown_beside(operator, coordinator):
    here = make_organisation("ESS", name="Les Bottines", siren="732829320")
    words = "Nom;SIREN\nAutre nom;732829320\nBottines;\n"
    table = sent(operator, coordinator, ORGANISATIONS, words)
    assert outcomes(table) == {2: ("MAKE", "on-site"), 3: ("ASK", "like-organisation")}
    answers = {table.lines.get(number=3).pk: bringing.SAME}
    bringing.decide(table, answers, by=coordinator, now=now())
    imports.start(table, by=coordinator, now=now())
    work(table)
    assert set(OrganisationRecord.objects.values_list("organisation", flat=True)) == {here.pk}


def test_a_person_of_the_same_name_without_an_address_is_shown_beside(
    moved_in, operator, coordinator
):
    words = "Nom;Prénom;Mail\nBrun;Zoé;zoe@example.org\nCissé;Nora;\nCisse;Nora;autre@example.org\n"
    table = sent(operator, coordinator, PEOPLE, words)
    assert outcomes(table) == {
        2: ("ASK", "like-record"),
        3: ("ASK", "like-record"),
        4: ("MAKE", ""),
    }


# --- another pôle ----------------------------------------------------------------------------
def test_another_pole_is_matched_with_nothing_and_sees_nothing(moved_in, elsewhere, operator):
    south, stranger = elsewhere
    table = sent(south, stranger, ORGANISATIONS)
    assert outcomes(table)[2] == ("MAKE", ""), "the first pôle’s records are none of its business"
    for model in (OrganisationRecord, PersonRecord, MissionRecord):
        assert not model.objects.visible_to(stranger).exists()
    assert set(Import.objects.visible_to(stranger)) == {table}


def test_who_has_left_the_operator_or_whose_operator_has_left_sees_nothing(
    moved_in, operator, coordinator
):
    assert Import.objects.visible_to(coordinator).count() == 3
    operator.seats.update(status=SeatStatus.ENDED)
    assert not Import.objects.visible_to(coordinator).exists()
    assert not PersonRecord.objects.visible_to(coordinator).exists()


def test_a_list_isn_t_carried_out_for_who_has_left_meanwhile(operator, coordinator):
    table = sent(operator, coordinator, ORGANISATIONS)
    imports.start(table, by=coordinator, now=now())
    operator.memberships.all().delete()
    table = work(table)
    assert not OrganisationRecord.objects.exists()
    assert table.lines.exclude(refused="").count() == 3


def test_what_a_line_names_may_be_erased_before_it_is_carried_out(operator, coordinator):
    brought(operator, coordinator, ORGANISATIONS)
    brought(operator, coordinator, PEOPLE)
    table = sent(operator, coordinator, MISSIONS)
    record_tellings.erase(PersonRecord.objects.get(number="P1"), now=now())
    OrganisationRecord.objects.filter(number="A2").delete()
    imports.start(table, by=coordinator, now=now())
    work(table)
    assert [(one.number, one.person) for one in MissionRecord.objects.all()] == [("M1", None)]
    assert table.lines.exclude(refused="").count() == 2


# --- the way back ----------------------------------------------------------------------------
def undone(table, coordinator, at=None):
    imports.undo(Import.objects.get(pk=table.pk), by=coordinator, now=at or now())
    return work(table)


def test_a_list_is_taken_back_as_a_whole(operator, coordinator):
    table = brought(operator, coordinator, ORGANISATIONS)
    assert undone(table, coordinator).state == Import.State.UNDONE
    assert not OrganisationRecord.objects.exists()


def test_what_it_had_changed_is_as_before(moved_in, operator, coordinator):
    words = "N°;Nom;Ville\nA1;Les Grandes Bottines;Lille\n"
    undone(brought(operator, coordinator, ORGANISATIONS, words), coordinator)
    assert OrganisationRecord.objects.get(number="A1").name == "Les Bottines"
    words = FILES[MISSIONS].replace(";42;", ";40;").replace("2025-04-12", "2025-04-20")
    undone(brought(operator, coordinator, MISSIONS, words), coordinator)
    mission = MissionRecord.objects.get(number="M1")
    assert (mission.hours, mission.ended_on) == (Decimal(42), date(2025, 4, 12))


def test_what_was_touched_since_stays_and_is_named(operator, coordinator):
    table = brought(operator, coordinator, ORGANISATIONS)
    brought(operator, coordinator, MISSIONS)
    brought(operator, coordinator, ORGANISATIONS, "N°;Nom\nA3;Épicerie des Monts\n")
    table = undone(table, coordinator)
    assert set(OrganisationRecord.objects.values_list("number", flat=True)) == {"A1", "A2", "A3"}
    assert set(table.lines.filter(note="stands").values_list("number", flat=True)) == {2, 3, 4}


def test_after_a_day_it_is_too_late(operator, coordinator):
    table = brought(operator, coordinator, ORGANISATIONS)
    with pytest.raises(NotYet):
        undone(table, coordinator, at=now() + timedelta(hours=25))
    assert OrganisationRecord.objects.count() == 3


# --- columns by hand -------------------------------------------------------------------------
UNKNOWN = "Truc;Machin;Bidule\nLes Bottines;Lille;x\n"


def test_columns_that_nobody_knows_are_said_by_hand_and_remembered(operator, coordinator):
    table = sent(operator, coordinator, ORGANISATIONS, UNKNOWN)
    assert (table.state, table.problem, table.lines.count()) == ("READ", "no-column", 0)
    assert table.sampled == [["Truc", "Les Bottines"], ["Machin", "Lille"], ["Bidule", "x"]]
    fields = {0: "name", 1: "town", 2: ""}
    bringing.map_columns(table, fields, sheet="", by=coordinator, now=now())
    table = work(table)
    assert (table.total, table.problem) == (1, "")
    imports.start(table, by=coordinator, now=now())
    work(table)
    assert OrganisationRecord.objects.get().commune.name == "Lille"
    again = sent(operator, coordinator, ORGANISATIONS, "Machin;Truc\nLille;Une Autre\n")
    assert (again.total, again.columns) == (1, {"town": "Machin", "name": "Truc"})
    assert KnownHeading.objects.filter(operator=operator).count() == 3


def test_a_name_isn_t_taken_for_a_heading(operator, coordinator):
    words = "Truc;Machin\nAssociation Botines;Lille\n"
    table = sent(operator, coordinator, ORGANISATIONS, words)
    assert table.sampled == [["Truc", "Association Botines"], ["Machin", "Lille"]]
    alone = sent(operator, coordinator, ORGANISATIONS, "Suivi\nNom\nAssociation Botines\n")
    assert [line.said["name"] for line in alone.lines.all()] == ["Association Botines"]


def test_another_sheet_is_read_when_it_is_asked_for(operator, coordinator):
    book = workbook(
        ("2024", [["Nom", "Ville"], ["Les Anciens", "Lille"]]),
        ("Structures", [["Suivi 2025"], ["Structure", "", "Lieu"], ["Nom", "Type", "Ville"], ["Les Bottines", "Association", "Lille"], ["Nom", "Type", "Ville"]]),
    )  # fmt: skip
    table = sent(operator, coordinator, ORGANISATIONS, content=book)
    assert (table.sheet, table.other_sheets) == ("2024", ["Structures"])
    bringing.map_columns(table, {}, sheet="Structures", by=coordinator, now=now())
    table = work(table)
    assert (table.sheet, table.problem, table.total) == ("Structures", "", 1), (
        "two rows of headings"
    )
    assert ImportLine.objects.get(table=table).said["name"] == "Les Bottines"


def test_cells_merged_downwards_count_for_each_of_their_lines(moved_in, operator, coordinator):
    rows = [
        ["Structure", "Date", "Heures"],
        ["", "2025-03-12", 3],
        ["", "2025-03-13", 4],
        ["A2", "2025-03-14", 5],
    ]
    book = workbook(("Missions", rows), merge=[(1, 2, 0, "Les Bottines")])
    table = sent(operator, coordinator, MISSIONS, content=book)
    assert outcomes(table) == {2: ("MAKE", ""), 3: ("MAKE", ""), 4: ("MAKE", "")}


# --- people are told -------------------------------------------------------------------------
def later(**delta):
    return now() + timedelta(**delta)


def told():
    return Notification.objects.filter(kind="record_told")


def test_nobody_hears_of_a_list_that_can_still_be_taken_back(moved_in):
    record_tellings.carry_on(later(hours=24))
    assert not told().exists()


def test_then_each_person_is_told_once_who_holds_what_and_how_to_refuse(moved_in):
    for _twice in range(2):
        record_tellings.carry_on(later(hours=26))
    letter = told().get()
    assert letter.address == "nora@example.org"
    for words in ("Les Passeurs", "0600000001", "Comptable", "Les Bottines", "/fiche/"):
        assert words in letter.text


def test_an_answer_goes_to_nobody_who_has_left(moved_in, operator, coordinator):
    operator.memberships.create(user=make_user("Luc", "Morel"), role="ADMINISTRATOR")
    coordinator.memberships.all().delete()
    type(operator.pole).objects.update(email="pole@example.org")
    record_tellings.carry_on(later(hours=26))
    letter = told().get()
    assert letter.reply_to == "pole@example.org"
    assert "Hélène" not in letter.text


def test_whom_no_letter_has_reached_within_thirty_days_is_erased(moved_in):
    record_tellings.carry_on(later(hours=26))
    told().update(status="SENT", sent_at=now())
    record_tellings.carry_on(later(days=29))
    assert PersonRecord.objects.count() == 3
    record_tellings.carry_on(later(days=31))
    assert [str(one) for one in PersonRecord.objects.all()] == ["Nora Cissé"], "she was told"
    assert MissionRecord.objects.count() == 3


def test_a_letter_that_never_left_saves_nobody(moved_in):
    record_tellings.carry_on(later(hours=26))
    told().update(status="GIVEN_UP")
    record_tellings.carry_on(later(days=31))
    assert not PersonRecord.objects.exists()
    assert not told().exists(), "their address isn’t kept in the outbox either"


def test_who_says_no_is_erased_and_no_later_list_brings_them_in(moved_in, operator, coordinator):
    record_tellings.erase(PersonRecord.objects.get(number="P1"), now=now())
    assert not PersonRecord.objects.filter(email="nora@example.org").exists()
    assert MissionRecord.objects.get(number="M1").person is None
    table = sent(operator, coordinator, PEOPLE, FILES[PEOPLE] + "P9;X;Y;;;;;\n")
    assert outcomes(table)[2] == ("LEAVE", "refused")
    assert (
        not ImportLine.objects.filter(said__email="nora@example.org").exclude(table=table).exists()
    )


def test_an_operator_that_has_left_the_pole_writes_to_nobody(moved_in, operator):
    operator.seats.update(status=SeatStatus.ENDED)
    record_tellings.carry_on(later(hours=26))
    assert not told().exists()


def test_no_cell_of_a_list_stays_once_its_lines_are_gone(moved_in):
    assert Import.objects.filter(sampled__isnull=False).exists()
    imports.sweep(now() + timedelta(days=8))
    assert not Import.objects.filter(sampled__isnull=False).exists()
