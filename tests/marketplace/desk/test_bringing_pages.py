"""The pages by which a pôle moves in, and those of what it holds then."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.states import SeatStatus
from marketplace.actions.desk import figures
from marketplace.models import (
    Import,
    KnownHeading,
    MissionRecord,
    OrganisationRecord,
    PersonRecord,
    RefusedRecord,
    Report,
)
from tests.factories import make_commune, make_organisation, make_pole, make_user
from tests.marketplace.desk.bringing import (
    FILES,
    MISSIONS,
    ORGANISATIONS,
    PEOPLE,
    brought,
    sent,
    work,
    workbook,
)

BRING = reverse("bring-in")


@pytest.fixture
def coordinator():
    return make_user("Hélène", "Roux")


@pytest.fixture
def operator(coordinator):
    make_commune()
    return make_organisation("OPERATOR", member=coordinator, name="Les Passeurs")


@pytest.fixture
def stranger():
    """Who coordinates a second pôle."""
    other = make_user("Ali", "Ben")
    make_organisation("OPERATOR", member=other, pole=make_pole("Pôle du Sud"), name="Au Sud")
    return other


@pytest.fixture
def desk(client, operator, coordinator):
    client.force_login(coordinator)
    return client


def upload(client, kind, words=None, name="suivi.csv", content=None):
    content = content if content is not None else (words or FILES[kind]).encode()
    return client.post(BRING, {"kind": kind, "sent": SimpleUploadedFile(name, content)})


def test_a_file_is_sent_looked_at_brought_in_and_taken_back(desk):
    answer = upload(desk, ORGANISATIONS)
    table = Import.objects.get()
    assert answer.url == table.get_absolute_url()
    work(table)
    page = desk.get(answer.url).text
    for words in ("3 lignes seront apportées", "Les Bottines", "une formule", "fusionnées"):
        assert words in page
    desk.post(reverse("bring-start", args=[table.pk]))
    work(table)
    assert "3 lignes ont été apportées" in desk.get(answer.url).text
    assert OrganisationRecord.objects.count() == 3
    desk.post(reverse("bring-undo", args=[table.pk]))
    work(table)
    assert "reprise" in desk.get(answer.url).text
    assert not OrganisationRecord.objects.exists()


def test_the_same_file_twice_is_the_list_that_is_here(desk):
    first, second = upload(desk, ORGANISATIONS), upload(desk, ORGANISATIONS)
    assert first.url == second.url
    assert Import.objects.count() == 1


def _missions_before_their_structures(desk, operator, coordinator):
    """A list of missions that names what comes only after it."""
    answer = upload(desk, MISSIONS)
    assert not work(Import.objects.get()).lines.exclude(outcome="FAULT").exists()
    brought(operator, coordinator, ORGANISATIONS)
    return answer.url


def test_a_file_that_names_what_has_come_since_is_read_again_when_it_is_sent_again(
    desk, operator, coordinator
):
    page = _missions_before_their_structures(desk, operator, coordinator)
    assert upload(desk, MISSIONS).url == page
    assert "elle est relue" in desk.get(page).text
    assert work(Import.objects.get(kind=MISSIONS)).total


def test_its_page_reads_it_again_by_a_button(desk, operator, coordinator):
    page = _missions_before_their_structures(desk, operator, coordinator)
    assert "Relire" in desk.get(page).text
    table = Import.objects.get(kind=MISSIONS)
    desk.post(reverse("bring-columns", args=[table.pk]), {"again": "1"})
    assert work(table).total


def test_that_nobody_was_written_to_is_said_as_long_as_it_is_so(desk, operator, coordinator):
    table = brought(operator, coordinator, PEOPLE)
    assert "Personne n’a reçu de courriel" in desk.get(table.get_absolute_url()).text
    Import.objects.filter(pk=table.pk).update(started_at=timezone.now() - timedelta(hours=25))
    assert "Personne n’a reçu de courriel" not in desk.get(table.get_absolute_url()).text


def test_what_was_brought_in_is_not_read_again(desk, operator, coordinator):
    table = brought(operator, coordinator, ORGANISATIONS)
    desk.post(reverse("bring-columns", args=[table.pk]), {"again": "1"})
    upload(desk, ORGANISATIONS)
    table.refresh_from_db()
    assert table.state == Import.State.DONE


def test_a_list_that_is_brought_in_leads_to_the_next_kind(desk, operator, coordinator):
    done = brought(operator, coordinator, ORGANISATIONS)
    page = desk.get(done.get_absolute_url()).text
    assert f"{BRING}?quoi=personnes" in page
    assert re.search(r'value="PEOPLE"[^>]*checked', desk.get(f"{BRING}?quoi=personnes").text)
    assert not re.search(r"value=\"[A-Z]+\"[^>]*checked", desk.get(f"{BRING}?quoi=nawak").text)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"x" * 99, "ancien format"),
        ("a.xlsm", b"PK\x03\x04 no workbook", "macros"),
        ("a.csv", b"x" * (10 * 1024 * 1024 + 1), "trop lourd"),
        ("a.csv", b"", "vide"),
    ],
)
def test_a_file_that_can_t_be_taken_is_refused_by_a_sentence(desk, name, content, said):
    page = upload(desk, ORGANISATIONS, name=name, content=content).text
    assert said in page
    assert not Import.objects.exists()


@pytest.mark.parametrize(
    "words", [b"\n\n", b"Nom\n", "Nom;Ville\nÉpi;Lille\n".encode("utf-16")[:-1]]
)
def test_a_file_without_a_line_says_so_and_does_nothing(desk, words):
    answer = upload(desk, ORGANISATIONS, content=words)
    page = work(Import.objects.get()) and desk.get(answer.url).text
    assert "ne peut pas être lue" in page


def test_a_first_sheet_that_is_no_list_is_passed_over_and_said(desk):
    answer = upload(
        desk,
        ORGANISATIONS,
        name="suivi.xlsx",
        content=workbook(
            ("À lire", [["Tenu par Sylvie, ne pas trier"]]),
            (
                "Structures",
                [["N°", "Nom de la structure", "Ville"], ["A1", "Les Bottines", "Lille"]],
            ),
        ),
    )
    table = work(Import.objects.get())
    assert (table.sheet, table.total) == ("Structures", 1)
    assert "À lire" in desk.get(answer.url).text


@pytest.mark.parametrize(
    ("heading", "cell", "first", "last"),
    [
        ("Nom Prénom", "Martin Jean", "Jean", "Martin"),
        ("NOM et prénom", "De Smet Jean", "Jean", "De Smet"),
        ("Nom Prénom", "MARTIN Jean", "Jean", "Martin"),
        ("Prénom Nom", "Jean Martin", "Jean", "Martin"),
    ],
)
def test_a_heading_says_in_which_order_a_name_is_written(desk, heading, cell, first, last):
    upload(desk, PEOPLE, f"{heading};Courriel\n{cell};jean@example.org\n")
    said = work(Import.objects.get()).lines.get().said
    assert (said["first_name"], said["last_name"]) == (first, last)


def test_another_alphabet_is_read(desk):
    upload(desk, ORGANISATIONS, content="Nom;Ville\nÉpicerie d’été;Lille\n".encode("cp1252"))
    table = work(Import.objects.get())
    assert table.lines.get().said["name"] == "Épicerie d’été"


def test_columns_are_said_by_hand_without_losing_a_wrong_answer(desk, operator):
    answer = upload(desk, ORGANISATIONS, "Truc;Machin\nLes Bottines;Lille\n")
    table = work(Import.objects.get())
    columns = reverse("bring-columns", args=[table.pk])
    assert desk.get(answer.url).url == columns
    page = desk.get(columns).text
    for words in ("Truc", "Les Bottines", "Machin"):
        assert words in page
    twice = desk.post(columns, {"column-0": "town", "column-1": "town"}).text
    assert "Une autre colonne le dit déjà" in twice
    assert 'value="town" selected' in twice
    assert "Il manque une colonne" in desk.post(columns, {"column-1": "town"}).text
    desk.post(columns, {"column-0": "name", "column-1": "town"})
    assert "1 ligne sera apportée" in (work(table) and desk.get(answer.url).text)
    assert KnownHeading.objects.filter(operator=operator).count() == 2


def test_another_sheet_is_asked_for_by_its_button(desk):
    book = workbook(
        ("2024", [["Nom"], ["Les Anciens"]]),
        ("Structures", [["Nom"], ["Les Bottines"], ["La Halte"]]),
    )
    upload(desk, ORGANISATIONS, content=book, name="suivi.xlsx")
    table = work(Import.objects.get())
    columns = reverse("bring-columns", args=[table.pk])
    assert "Lire «\xa0Structures\xa0»" in desk.get(columns).text
    desk.post(columns, {"sheet": "Structures"})
    assert work(table).total == 2


def test_homonyms_are_decided_on_the_page(desk, operator, coordinator):
    brought(operator, coordinator, ORGANISATIONS)
    upload(desk, ORGANISATIONS, "Nom\nAssociation Botines\n")
    table = work(Import.objects.latest("pk"))
    page = desk.get(table.get_absolute_url()).text
    assert "La même, ou une autre" in page
    assert "732829320" in page, "what is held stands beside"
    same = reverse("bring-same", args=[table.pk])
    for wrong in ({}, {"line-x": "same"}, {"line-99999999": "same"}, {f"line-{'9' * 40}": "same"}):
        desk.post(same, wrong)
    desk.post(same, {f"line-{table.lines.get().pk}": "same"})
    assert "1 change ce qui est gardé" in desk.get(table.get_absolute_url()).text


def test_the_lines_to_correct_leave_as_a_file_that_no_spreadsheet_runs(desk, operator, coordinator):
    table = sent(operator, coordinator, ORGANISATIONS)
    words = desk.get(reverse("bring-faults", args=[table.pk])).content.decode("utf-8-sig")
    assert "'=SUM" in words
    assert "Les Bottines" not in words


ADDRESSES = ("bring-list", "bring-columns", "bring-faults")
ACTS = ("bring-same", "bring-start", "bring-undo", "bring-drop")


def test_who_isn_t_of_the_pole_or_the_operator_finds_nothing(
    client, operator, coordinator, stranger
):
    table = sent(operator, coordinator, ORGANISATIONS)
    colleague = make_user()
    make_organisation("OPERATOR", member=colleague, name="Un autre du même pôle")
    member = make_user()
    make_organisation(member=member)
    for person in (stranger, colleague, member):
        client.force_login(person)
        found = [client.get(reverse(name, args=[table.pk])).status_code for name in ADDRESSES]
        found += [client.post(reverse(name, args=[table.pk])).status_code for name in ACTS]
        assert set(found) == {404}
    assert client.get(BRING).status_code == 403, "the last one coordinates nothing"
    client.logout()
    assert client.get(BRING).status_code == 302
    operator.seats.update(status=SeatStatus.ENDED)
    client.force_login(coordinator)
    assert client.get(table.get_absolute_url()).status_code == 404


def test_a_list_of_the_pole_isn_t_opened_as_a_company_s(desk, operator, coordinator):
    table = sent(operator, coordinator, ORGANISATIONS)
    operator.memberships.update(role="ADMINISTRATOR")
    assert desk.get(reverse("import", args=[table.pk])).status_code == 404


# --- what is held ----------------------------------------------------------------------------
@pytest.fixture
def moved_in(operator, coordinator):
    for kind in (ORGANISATIONS, PEOPLE, MISSIONS):
        brought(operator, coordinator, kind)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("organisations", "Épicerie des Hauts"),
        ("personnes", "nora@example.org"),
        ("missions", "Site internet"),
    ],
)
def test_the_pole_reads_what_it_holds_and_no_other_does(
    desk, moved_in, stranger, kind, words, django_assert_max_num_queries
):
    with django_assert_max_num_queries(16):
        assert words in desk.get(reverse("records", args=[kind])).text
    desk.force_login(stranger)
    assert words not in desk.get(reverse("records", args=[kind])).text


def test_a_boss_who_coordinates_doesn_t_read_about_their_own_people(desk, moved_in, coordinator):
    nora = make_user("Nora", "Cissé", email="nora@example.org")
    company = make_organisation("COMPANY", member=nora)
    assert "Nora" in desk.get(reverse("records", args=["personnes"])).text
    company.memberships.create(user=coordinator, role="ADMINISTRATOR")
    for kind in ("personnes", "missions"):
        assert "Nora" not in desk.get(reverse("records", args=[kind])).text
    erase = reverse("record-erase", args=[PersonRecord.objects.get(number="P1").pk])
    assert desk.get(erase).status_code == 404


def test_nor_by_another_mailbox_of_theirs(desk, moved_in, coordinator):
    nora = make_user("Nora", "Cissé", email="n.cisse@company.example.org")
    EmailAddress.objects.create(user=nora, email="nora@example.org", verified=True)
    company = make_organisation("COMPANY", member=nora)
    company.memberships.create(user=coordinator, role="ADMINISTRATOR")
    assert "Nora" not in desk.get(reverse("records", args=["personnes"])).text


def test_nor_in_the_lists_of_colleagues(desk, operator, coordinator):
    colleague = make_user("Luc", "Morel")
    operator.memberships.create(user=colleague, role="ADMINISTRATOR")
    brought(operator, colleague, ORGANISATIONS)
    people, missions = (brought(operator, colleague, kind) for kind in (PEOPLE, MISSIONS))
    faulty = sent(
        operator, colleague, PEOPLE, "Nom;Mail;Téléphone\n=A1;nora@example.org;0600000001\n"
    )
    pages = [table.get_absolute_url() for table in (people, missions, faulty)]
    pages.append(reverse("bring-faults", args=[faulty.pk]))
    signs = ("Nora", "nora@", "0600000001")
    for page in pages:
        assert any(sign in desk.get(page).text for sign in signs), page
    nora = make_user("Nora", "Cissé", email="nora@example.org")
    company = make_organisation("COMPANY", member=nora)
    company.memberships.create(user=coordinator, role="ADMINISTRATOR")
    for page in pages:
        assert not any(sign in desk.get(page).text for sign in signs), page
    assert "Brun" in desk.get(pages[0]).text
    desk.force_login(colleague)
    assert "Nora" in desk.get(pages[0]).text


def test_an_answer_about_a_line_of_an_impossible_number_is_none(desk, operator, coordinator):
    table = sent(operator, coordinator, ORGANISATIONS)
    same = reverse("bring-same", args=[table.pk])
    for name in ("line-99999999999999999999", "9999999999999999999", "line-²", "line-"):
        assert "au moins" in desk.post(same, {name: "same"}, follow=True).text, name


def test_a_coordinator_erases_somebody_who_asks(desk, moved_in, stranger):
    nora = PersonRecord.objects.get(number="P1")
    erase = reverse("record-erase", args=[nora.pk])
    assert "Effacer" in desk.get(erase).text
    assert PersonRecord.objects.filter(pk=nora.pk).exists(), "looking erases nothing"
    desk.post(erase)
    assert not PersonRecord.objects.filter(pk=nora.pk).exists()
    assert RefusedRecord.objects.count() == 1
    assert desk.post(erase).status_code == 404
    desk.force_login(stranger)
    paul = PersonRecord.objects.get(number="P3")
    assert desk.post(reverse("record-erase", args=[paul.pk])).status_code == 404


def test_past_missions_are_told_beside_the_figures_and_never_in_them(desk, moved_in):
    MissionRecord.objects.update(begun_on=timezone.localdate().replace(day=1), ended_on=None)
    page = desk.get(reverse("figures")).text
    assert "Avant le site" in page
    assert ">119<" in page, "42 + 12,5 + 64,5"
    begun = reverse("figures-report", args=[timezone.localdate().year])
    report = desk.post(begun, {"of": ""}, follow=True).text.replace("\N{NO-BREAK SPACE}", " ")
    assert "heures : 119" not in report, "hours are rounded there"
    assert "heures : 100" in report
    MissionRecord.objects.filter(headcount=8).delete()
    figures.refresh(Report.objects.get().pole, now=timezone.now())
    few = desk.get(Report.objects.get().get_absolute_url()).text
    assert "heures : non communiqué" in few.replace("\N{NO-BREAK SPACE}", " ")
