"""What is kept, and for how long: one table, applied each night, shown as it is."""

import csv
import io
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Invitation
from common.dates import add_months
from marketplace.actions.desk import retention
from marketplace.actions.desk.retention_lines import ACT, line, table
from marketplace.actions.desk.retention_models import HOLDS, NOBODY
from marketplace.actions.desk.retention_spans import days, months, years
from marketplace.actions.documents import documents as papers
from marketplace.actions.documents import erasing, receipts, signatures, turning, verification
from marketplace.models import (
    Attachment,
    Document,
    Kind,
    Message,
    Note,
    Party,
    Proposal,
    RetentionPass,
    Seal,
    Signature,
    StoredFile,
    Thread,
)
from marketplace.models.documents.documents import vault
from marketplace.states import MissionStatus
from notifications.models import RowFault
from tests.factories import (
    a_pole,
    make_coordinator,
    make_organisation,
    make_proposal,
    make_user,
)
from tests.marketplace.documents import document_desk
from tests.marketplace.missions.amending import signed_mission
from tests.poison import by_row

PAGE, FILE = reverse("retention"), reverse("retention-file")


def in_years(number):
    now = timezone.localtime()
    return now.combine(add_months(now.date(), 12 * number), now.timetz()) + timedelta(days=2)


def in_months(number):
    now = timezone.localtime()
    return now.combine(add_months(now.date(), number), now.timetz()) + timedelta(days=2)


# --- the table itself ------------------------------------------------------------------------
def test_each_model_is_in_one_line_or_says_why_not():
    """Whoever adds a model says here how long its rows are kept."""
    labels = [model._meta.label for model in apps.get_models()]
    held = [label for models in HOLDS.values() for label in models]
    assert sorted(set(labels) - {*held, *NOBODY}) == [], "in no line of the table"
    assert sorted({*held, *NOBODY} - set(labels)) == [], "a model that is no more"
    assert len(held) == len(set(held)), "in two lines"
    assert not set(held) & set(NOBODY)


def test_no_model_that_names_a_person_is_said_to_hold_nobody():
    for label in NOBODY:
        model = apps.get_model(label)
        named = [field.name for field in model._meta.concrete_fields if field.is_relation and field.related_model._meta.label == "accounts.User"]  # fmt: skip
        assert named == [], label


def test_each_line_is_applied_by_an_act_of_the_clock_or_says_by_what(settings):
    for one in table():
        assert one.act in {"", *settings.CELERY_BEAT_SCHEDULE}, one.code
        assert bool(one.act) == (one.span is not None), one.code
        assert ("%(span)s" in str(one.told)) == (one.span is not None), one.code
        assert one.why
    assert {one.code for one in table() if one.act == ACT} == set(retention.LINES)
    assert {one.code for one in table()} >= set(HOLDS)


def test_codes_are_said_once():
    codes = [one.code for one in table()]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("span", "words"),
    [(days(timedelta(1)), "1 jour"), (months(12), "12 mois"), (years(6), "6 ans")],
)
def test_a_span_is_said_in_words(span, words):
    with translation.override("fr"):
        assert span.words == words


# --- what a night erases -----------------------------------------------------------------------
def test_a_night_erases_what_has_had_its_time_and_leaves_what_has_not():
    coordinator, person = make_coordinator(), make_user()
    note = Note.objects.create(pole=a_pole(), person=person, by=coordinator, body="Parle arabe")
    assert retention.apply(in_months(35))["coordination"] == 0
    assert Note.objects.filter(pk=note.pk).exists()
    assert retention.due(in_months(36))["coordination"] == 1
    assert Note.objects.filter(pk=note.pk).exists(), "counting erases nothing"
    assert retention.apply(in_months(36))["coordination"] == 1
    assert not Note.objects.filter(pk=note.pk).exists()
    assert sum(retention.apply(in_months(36)).values()) == 0, "twice is once"


def test_words_go_and_the_fact_stays():
    proposal = make_proposal(word="J’ai été très malade cette année.")
    retention.apply(in_months(36))
    proposal.refresh_from_db()
    assert proposal.word == ""
    assert proposal.status


def test_a_conversation_goes_whole_five_years_after_its_last_message_with_its_files():
    thread, _made = Thread.objects.get_or_create(proposal=make_proposal())
    author = make_user()
    message = Message.objects.create(thread=thread, author=author, text="Bonjour", sent_key="a")
    stored = StoredFile.objects.create(
        original_name="cv.pdf", content_type="application/pdf", size=1, sha256="0" * 64,
        uploaded_by=author, thread=thread,
    )  # fmt: skip
    Attachment.objects.create(message=message, file=stored)
    Thread.objects.filter(pk=thread.pk).update(last_message_at=in_years(2))
    assert retention.apply(in_years(6))["conversations"] == 0
    assert retention.apply(in_years(8))["conversations"] == 1
    assert not Message.objects.exists()
    assert StoredFile.objects.used_by_nothing().count() == 1, "the vault's own sweep takes it"


def test_an_invitation_that_came_to_nothing_goes_with_its_address_and_one_that_was_taken_up_stays():
    house, now = make_organisation(administrator=make_user()), timezone.now()
    for number, taken in enumerate((None, now)):
        Invitation.objects.create(
            organisation=house, email=f"i{number}@example.org", token=f"{number}", expires_at=now,
            accepted_at=taken,
        )  # fmt: skip
    retention.apply(in_months(12))
    assert [one.email for one in Invitation.objects.all()] == ["i1@example.org"]


def test_it_goes_on_in_pieces_and_a_bad_row_holds_nobody(monkeypatch):
    monkeypatch.setattr(retention, "PIECE", 2)
    person, coordinator = make_user(), make_coordinator()
    notes = [
        Note.objects.create(pole=a_pole(), person=person, by=coordinator, body=f"{n}")
        for n in range(7)
    ]
    proposal = make_proposal(word="Bonjour")
    with by_row("DELETE", Note, "id", notes[2]):
        gone = retention.apply(in_months(36))
        assert gone["coordination"] == 6
    assert list(Note.objects.all()) == [notes[2]]
    assert Proposal.objects.get(pk=proposal.pk).word == ""
    assert RowFault.objects.get(act=ACT).number == str(notes[2].pk)
    retention.apply(in_months(36))
    assert not Note.objects.exists()


def test_what_a_mission_says_in_words_stays_as_long_as_it_lives():
    mission = document_desk.make_receivable()
    entry = mission.hours.first()
    type(mission)._base_manager.filter(pk=mission.pk).update(status=MissionStatus.RUNNING)
    retention.apply(in_years(12))
    entry.refresh_from_db()
    assert entry.what
    type(mission)._base_manager.filter(pk=mission.pk).update(status=MissionStatus.CLOSED)
    retention.apply(in_years(12))
    entry.refresh_from_db()
    assert entry.what == ""


# --- papers ------------------------------------------------------------------------------------
def close(mission):
    type(mission)._base_manager.filter(pk=mission.pk).update(status=MissionStatus.CLOSED)


LONG_AGO = datetime(
    2021, 9, 1, 10, tzinfo=ZoneInfo("Europe/Paris")
)  # the database reads its own clock


@pytest.fixture
def mission():
    """Signed by all, and over, more than five years ago."""
    with time_machine.travel(LONG_AGO, tick=False):
        mission = signed_mission()
    days = {"starts_on": LONG_AGO.date(), "ends_on": LONG_AGO.date() + timedelta(days=30)}
    type(mission)._base_manager.filter(pk=mission.pk).update(status=MissionStatus.CLOSED, **days)
    return mission


def test_a_paper_is_erased_and_its_chain_still_holds(mission, django_capture_on_commit_callbacks):
    paper = mission.documents.get(kind=Kind.CONVENTION_SERVICE)
    files = [paper.file.name, paper.signed_file.name]
    assert list(verification.faults()) == []
    with django_capture_on_commit_callbacks(execute=True):
        gone = retention.apply(timezone.now())["papers-missions"]
    assert gone == mission.documents.count()
    paper.refresh_from_db()
    assert (paper.facts, paper.file.name, paper.signed_file.name) == ({}, "", "")
    assert not Signature.objects.exclude(name="", email="").exists()
    names = [link.said.get("name") for link in Seal.objects.all()]
    assert set(names) == {None}
    assert not any(vault().exists(name) for name in files)
    assert list(verification.faults()) == []


def test_a_paper_erased_before_or_after_a_change_of_keys_leaves_a_chain_that_holds(
    mission, settings
):
    before, settings.PAPERS_KEY = settings.PAPERS_KEY, "papers-of-another-day"
    settings.PAPERS_KEY_FALLBACKS = [before]
    turning.turn(print)
    settings.PAPERS_KEY_FALLBACKS = []
    retention.apply(timezone.now())
    assert list(verification.faults()) == []
    settings.PAPERS_KEY_FALLBACKS, settings.PAPERS_KEY = [settings.PAPERS_KEY], "of-a-third-day"
    turning.turn(print)
    settings.PAPERS_KEY_FALLBACKS = []
    assert list(verification.faults()) == []
    assert turning.turn(print).links == 0, "what an erased paper has lost isn't late for ever"


def test_a_paper_is_neither_read_nor_found_once_it_is_erased(client, mission):
    boss = document_desk.head_of(mission.need.organisation)
    paper = mission.documents.first()
    client.force_login(boss)
    assert client.get(paper.get_absolute_url()).status_code == 200
    retention.apply(timezone.now())
    assert client.get(paper.get_absolute_url()).status_code == 404
    assert client.get(reverse("mission", args=[mission.pk])).status_code == 200
    assert client.get(reverse("mission-documents", args=[mission.pk])).status_code == 200


def test_who_empties_a_link_without_the_key_is_found_out(mission):
    link = Seal.objects.filter(act=Seal.Act.SIGNED).first()
    Seal.objects.filter(pk=link.pk).update(said={})
    assert any(str(link.register.organisation) in fault for fault in verification.faults())


def test_who_says_that_a_paper_was_erased_without_the_key_is_found_out(mission):
    paper = mission.documents.first()
    Document.objects.filter(pk=paper.pk).update(erased_at=timezone.now(), facts={}, file="")
    assert list(verification.faults())


def test_the_database_refuses_to_empty_a_young_paper_or_to_write_another_word():
    paper = signed_mission().documents.first()
    for changed in ({"facts": {}, "file": ""}, {"facts": {"who": "another"}}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Document.objects.filter(pk=paper.pk).update(**changed)
    for changed in (
        {"name": "", "capacity": "", "email": "", "ip": None, "scan": None},
        {"name": "X"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Signature.objects.update(**changed)
    with pytest.raises(IntegrityError), transaction.atomic():
        Seal.objects.update(said={})


def test_the_database_refuses_another_word_in_an_old_paper_too(mission):
    paper = mission.documents.first()
    for changed in ({"facts": {"who": "another"}}, {"facts": {}, "file": "", "sha256": "0" * 64}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Document.objects.filter(pk=paper.pk).update(**changed)


def test_each_kind_of_paper_has_its_own_time():
    kinds = {*erasing.OTHERS, *erasing.HOURS, *erasing.YEARS, Kind.RECEIPT}
    assert kinds == set(Kind)
    assert line("papers-missions").span == years(5)
    assert line("papers-receipts").span == years(6)
    assert line("papers-years").span == years(10)


def test_a_receipt_is_kept_six_years_after_its_year():
    mission = document_desk.make_receivable()
    receipts.issue(mission, by=document_desk.head_of(mission.need.organisation), capacity="présidente", now=timezone.now())  # fmt: skip
    assert retention.due(in_years(6))["papers-receipts"] == 0, "six years after the year’s end"
    assert retention.due(in_years(7))["papers-receipts"] == 1


def test_a_paper_that_nobody_has_signed_to_the_end_is_voided_as_it_goes():
    with time_machine.travel(LONG_AGO, tick=False):
        mission, paper = half_signed()
    days = {"starts_on": LONG_AGO.date(), "ends_on": LONG_AGO.date() + timedelta(days=30)}
    type(mission)._base_manager.filter(pk=mission.pk).update(**days)
    assert retention.due(timezone.now())["papers-missions"] == 0, "the mission still lives"
    close(mission)
    assert retention.apply(timezone.now())["papers-missions"] == 1
    paper.refresh_from_db()
    assert paper.is_void
    assert list(verification.faults()) == []


def half_signed():
    mission = document_desk.make_mission()
    paper = papers.make(Kind.CONVENTION_SERVICE, mission, by=document_desk.head_of(mission.need.organisation), now=timezone.now())  # fmt: skip
    signatures.sign(
        paper, party=Party.STRUCTURE, read=paper.sha256,
        by=document_desk.head_of(mission.need.organisation), name="Inès", capacity="présidente",
        how=Signature.How.ACCOUNT, now=timezone.now(),
    )  # fmt: skip
    return mission, paper


# --- the command, the pages -----------------------------------------------------------------------
def test_the_dry_run_counts_each_line_and_erases_nothing(db):
    out = io.StringIO()
    call_command("retention", "--dry-run", stdout=out)
    said = out.getvalue().splitlines()
    assert len(said) == len(retention.LINES) + 1
    assert said[-1].strip() == "0  would be erased."
    assert not RetentionPass.objects.exists()
    call_command("retention", stdout=io.StringIO())
    assert {row.line for row in RetentionPass.objects.all()} == set(retention.LINES)


def test_the_legal_page_shows_the_very_table(client, db, settings):
    settings.LETTERS_KEPT_MONTHS = 17
    page = client.get(reverse("legal")).text
    with translation.override("fr"):
        for one in table():
            assert f"<strong>{one.what}</strong>" in page, one.code
    assert "17 mois" in page
    assert "à vérifier" in page


@pytest.mark.parametrize("address", [PAGE, FILE])
def test_the_register_is_for_those_who_answer_for_the_site_and_its_poles(client, db, address):
    for may in (make_coordinator(), make_user(is_superuser=True, is_staff=True)):
        client.force_login(may)
        assert client.get(address).status_code == 200
    for may_not in (make_user(), make_organisation(administrator=make_user()).members.get()):
        client.force_login(may_not)
        assert client.get(address).status_code == 403
    client.logout()
    assert client.get(address).status_code == 302


def test_the_register_says_what_the_last_night_erased(client, db):
    client.force_login(make_coordinator())
    assert "Aucun passage encore" in client.get(PAGE).text
    RetentionPass.objects.create(line="coordination", at=timezone.now(), gone=3, soon=12)
    page = client.get(PAGE).text
    assert "3 lignes effacées" in page
    assert "12 d’ici un mois" in page


def test_the_register_costs_the_same_whatever_there_is(client, db, django_assert_max_num_queries):
    client.force_login(make_coordinator())
    with django_assert_max_num_queries(14):
        client.get(PAGE)


def test_the_file_holds_each_line(client, db):
    client.force_login(make_coordinator())
    answer = client.get(FILE)
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == len(table()) + 1
    assert {len(row) for row in rows} == {8}
