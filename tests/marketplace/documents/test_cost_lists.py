"""A list of costs: read with its faults, carried out, taken back; nothing of it in clear, and for human resources alone."""

import io
import json
import logging
import zipfile
from decimal import Decimal as D

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation, TypedForm
from common import spreadsheets
from marketplace.actions.documents import costs, estimates, valuations
from marketplace.actions.market import imports
from marketplace.models import (
    HourCost,
    Import,
    ImportLine,
    JournalEntry,
    Mission,
    Offer,
    Valuation,
)
from marketplace.rules import cost_lists
from marketplace.states import MissionStatus
from tests.marketplace.documents.test_costs import EVERYBODY, a_mission, whoever
from tests.marketplace.market.programme_house import head_of, make_house, member
from tests.marketplace.market.test_imports import work


@pytest.fixture
def house():
    return make_house()


@pytest.fixture
def hr(house):
    return member(house, "MEMBER", "HR", first_name="Hélène", last_name="Roux")


@pytest.fixture
def mission(house):
    return a_mission(house, person=member(house, email="nora@example.org"))


def sent(house, hr, words):
    content = words if isinstance(words, bytes) else words.encode()
    table, _new = imports.receive(
        house, Import.Kind.COSTS, content=content, by=hr, now=timezone.now()
    )
    return work(table)


def started(house, hr, words):
    table = sent(house, hr, words)
    imports.start(table, by=hr, now=timezone.now())
    return work(table)


def undone(table, hr):
    imports.undo(table, by=hr, now=timezone.now())
    return work(table)


def outcomes(table):
    return [line.outcome for line in table.lines.all()]


def wrong(table):
    return [
        (line.number, name, code) for line in table.lines.all() for name, code, _s in line.faults
    ]


def own(*missions):
    return estimates.own_costs(missions)


# --- amounts ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("12,50", "12.50"), ("12.50", "12.50"), ("12,50 €", "12.50"), ("12,50\xa0€", "12.50"),
        ("1\u202f234,5", "1234.5"), ("32 €/h", "32"), ("32 EUR", "32"), ("32 euros", "32"),
        ("12,505", None), ("douze", None), ("-3", None), ("1e9", None), ("=1+1", None),
        ("1,234.50", None), ("", None), ("١٢", None),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_people_write_it(cell, amount):
    assert cost_lists.amount_of(cell) == (D(amount) if amount else None)


# --- what is found, and done -----------------------------------------------------------------
def test_a_list_by_number_and_by_address_is_looked_at_then_kept(house, hr, mission):
    other = a_mission(house)
    table = sent(
        house,
        hr,
        f"Mission;Adresse e-mail;Coût horaire\n{other.pk};;41\n;NORA@example.org;32,31 €\n",
    )
    assert (table.state, outcomes(table), table.total) == ("READ", ["MAKE", "MAKE"], 2)
    assert own(mission, other) == {}
    imports.start(table, by=hr, now=timezone.now())
    assert work(table).state == "DONE"
    assert own(mission, other) == {mission.pk: D("32.31"), other.pk: D(41)}
    assert valuations.estimate(Mission.objects.get(pk=mission.pk)).bases == ["OWN"]


def test_each_fault_names_its_line_and_its_column(house, hr, mission):
    team = a_mission(house)
    Offer.objects.filter(pk=team.offer_id).update(person=None)
    member(house, email="zoe@example.org")
    table = sent(
        house, hr,
        "Coût d’une heure;Adresse;Numéro de mission\n"
        "douze;nora@example.org;\n"
        "0;nora@example.org;\n"
        "12;;\n"
        "12;nora@;\n"
        "12;inconnue@example.org;\n"
        "12;zoe@example.org;\n"
        "12;;999999\n"
        "12;;abc\n"
        f"12;zoe@example.org;{mission.pk}\n"
        f"12;;{mission.pk}\n"
        "13;nora@example.org;\n"
        ";nora@example.org;\n"
        "45000;nora@example.org;\n",
    )  # fmt: skip
    assert wrong(table) == [
        (2, "cost", "bad-cost"), (3, "cost", "zero-cost"), (4, "email", "no-one-named"),
        (5, "email", "bad-address"), (6, "email", "unknown"), (7, "email", "no-mission"),
        (8, "mission", "not-yours"), (9, "mission", "bad-mission"),
        (10, "email", "somebody-else"), (12, "mission", "said-above"), (13, "cost", "no-cost"),
        (14, "cost", "too-large"),
    ]  # fmt: skip
    assert table.total == 1


def test_a_cost_that_stands_is_nothing_to_do_and_another_changes_it(house, hr, mission):
    costs.enter(house, {mission.pk: D("32.31")}, by=hr)
    assert outcomes(sent(house, hr, f"mission;coût\n{mission.pk};32,31\n")) == ["LEAVE"]
    assert outcomes(sent(house, hr, f"mission;coût\n{mission.pk};33\n")) == ["CHANGE"]


def test_without_a_column_of_costs_it_can_t_be_read(house, hr, mission):
    table = sent(house, hr, "Adresse;Salaire\nnora@example.org;12\n")
    assert (table.state, table.problem) == ("UNREADABLE", "no-cost-column")


def test_a_workbook_is_read_too(house, hr, mission):
    book = spreadsheets.as_xlsx(
        "Coûts", ["Numéro de la mission", "Coût d’une heure"], [(mission.pk, D("32.31"))]
    )
    assert zipfile.is_zipfile(io.BytesIO(book))
    started(house, hr, book)
    assert own(mission) == {mission.pk: D("32.31")}


def test_the_same_list_twice_is_once(house, hr, mission):
    words = f"mission;coût\n{mission.pk};32,31\n"
    first = started(house, hr, words)
    again, is_new = imports.receive(
        house, Import.Kind.COSTS, content=words.encode(), by=hr, now=timezone.now()
    )
    assert (again.pk, is_new) == (first.pk, False)


def test_a_mission_that_has_its_receipt_meanwhile_is_left_alone_and_said(house, hr, mission):
    table = sent(house, hr, f"mission;coût\n{mission.pk};32,31\n")
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.CLOSED)
    imports.start(table, by=hr, now=timezone.now())
    table = work(table)
    assert own(mission) == {}
    assert [bool(line.refused) for line in table.lines.all()] == [True]


def test_human_resources_who_are_so_no_more_carry_nothing_out(house, hr, mission):
    table = sent(house, hr, f"mission;coût\n{mission.pk};32,31\n")
    imports.start(table, by=hr, now=timezone.now())
    house.memberships.get(user=hr).delete()
    work(table)
    assert own(mission) == {}


def test_nor_while_the_company_is_suspended(house, hr, mission):
    table = sent(house, hr, f"mission;coût\n{mission.pk};32,31\n")
    imports.start(table, by=hr, now=timezone.now())
    Organisation.objects.filter(pk=house.pk).update(status="SUSPENDED")
    work(table)
    assert own(mission) == {}


# --- taken back ------------------------------------------------------------------------------
def test_a_list_is_taken_back_as_a_whole_but_for_what_was_touched_since(house, hr, mission):
    other, third = a_mission(house), a_mission(house)
    costs.enter(house, {other.pk: D(20)}, by=hr)
    lines = "".join(f"{one.pk};32\n" for one in (mission, other, third))
    table = started(house, hr, "mission;coût\n" + lines)
    costs.enter(house, {third.pk: D(50)}, by=hr)
    assert undone(table, hr).state == "UNDONE"
    assert own(mission, other, third) == {other.pk: D(20), third.pk: D(50)}


def test_what_was_declared_meanwhile_stands(house, hr, mission):
    table = started(house, hr, f"mission;coût\n{mission.pk};30\n")
    valuations.declare(mission, D(420), by=hr, now=timezone.now())
    undone(table, hr)
    kept = Valuation.objects.get()
    assert (kept.amount, kept.bases) == (D(420), ["OWN"])


# --- nothing in clear ------------------------------------------------------------------------
def test_a_list_stands_in_clear_nowhere(house, hr, mission, caplog):
    caplog.set_level(logging.DEBUG)
    words = f"mission;coût;autre\n{mission.pk};47,83;x\n{mission.pk};5x9\n"
    table, _new = imports.receive(
        house, Import.Kind.COSTS, content=words.encode(), by=hr, now=timezone.now()
    )
    assert b"47,83" not in bytes(Import.objects.get(pk=table.pk).content)
    table = work(table)
    imports.start(table, by=hr, now=timezone.now())
    undone(work(table), hr)
    said = json.dumps([list(map(str, row)) for row in ImportLine.objects.values_list()])
    said += str(list(Import.objects.values_list())) + str(list(HourCost.objects.values_list()))
    assert not [figure for figure in ("47,83", "47.83", "5x9") if figure in said + caplog.text]


# --- pages -----------------------------------------------------------------------------------
@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_else_finds_a_list_of_costs(client, house, hr, mission, who):
    table = sent(house, hr, f"mission;coût\n{mission.pk};32,31\n")
    person = whoever(who, house, mission)
    client.force_login(person)
    assert not Import.objects.visible_to(person).exists()
    assert client.get(table.get_absolute_url()).status_code == 404
    assert client.get(reverse("import-faults", args=[table.pk])).status_code == 404
    for name in ("import-start", "import-undo", "import-drop"):
        assert client.post(reverse(name, args=[table.pk])).status_code == 404
    assert Import.objects.get().state == "READ"


def test_human_resources_find_no_list_of_people(client, house, hr):
    table, _new = imports.receive(
        house, "EMPLOYEES", content=b"adresse\nnora@example.org\n", by=head_of(house), now=timezone.now()
    )  # fmt: skip
    client.force_login(hr)
    assert client.get(table.get_absolute_url()).status_code == 404
    client.force_login(head_of(house))
    assert client.get(table.get_absolute_url()).status_code == 200


def test_from_the_file_to_the_way_back_on_the_pages(client, house, hr, mission):
    client.force_login(hr)
    url = reverse("cost-lists", args=[house.pk])
    words = f"mission;coût\n{mission.pk};32,31\n{mission.pk};douze\n"
    file = SimpleUploadedFile("couts.csv", words.encode(), content_type="text/csv")
    page = client.post(url, {"cost-sent": file})
    table = work(Import.objects.get())
    assert page.headers["Location"] == table.get_absolute_url()
    shown = client.get(table.get_absolute_url()).content.decode()
    assert "32,31" in shown
    assert "douze" in shown
    faults = client.get(reverse("import-faults", args=[table.pk])).content.decode()
    assert "douze" in faults
    client.post(reverse("import-start", args=[table.pk]))
    work(table)
    assert own(mission) == {mission.pk: D("32.31")}
    assert "Annuler la liste" in client.get(table.get_absolute_url()).content.decode()
    client.post(reverse("import-undo", args=[table.pk]))
    work(table)
    assert client.get(table.get_absolute_url()).status_code == 200
    assert own(mission) == {}


def test_a_list_is_dropped_back_to_its_own_page(client, house, hr, mission):
    table = sent(house, hr, f"mission;coût\n{mission.pk};32,31\n")
    client.force_login(hr)
    page = client.post(reverse("import-drop", args=[table.pk]))
    assert page.headers["Location"] == reverse("cost-lists", args=[house.pk])
    assert not ImportLine.objects.exists()


def test_the_file_to_fill_in_is_read_once_filled(client, house, hr, mission):
    client.force_login(hr)
    url = reverse("cost-lists-model", args=[house.pk])
    for look in (client.get, client.head):
        assert look(url).status_code == 405
    assert not JournalEntry.objects.filter(told=False).exists(), (
        "a link followed ahead takes nothing out"
    )
    book = client.post(url).content
    table = sent(house, hr, book)
    entry = JournalEntry.objects.filter(told=False).get()
    assert (entry.kind, entry.by, entry.rows) == ("TO_VALUE", hr, 1)
    assert wrong(table) == [(2, "cost", "no-cost")]


def test_cells_pasted_once_logged_out_are_not_kept_for_later(client, house, hr, mission):
    url = reverse("cost-lists", args=[house.pk])
    client.force_login(hr)
    client.get(url)
    client.logout()
    client.post(url, {"cost-words": f"mission;coût\n{mission.pk};47,83"})
    assert "47" not in "".join(TypedForm.objects.values_list("form", flat=True))
    client.force_login(hr)
    client.post(url, {"cost-words": f"mission;coût\n{mission.pk};47,83"})
    assert work(Import.objects.get()).total == 1


def test_nothing_sent_is_said_in_a_sentence(client, house, hr):
    client.force_login(hr)
    page = client.post(reverse("cost-lists", args=[house.pk]), {})
    assert page.status_code == 200
    assert page.context["form"].errors
