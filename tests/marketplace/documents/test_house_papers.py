"""All papers of an organisation in one ZIP file."""

import csv
import hashlib
import io
import ntpath
import tracemalloc
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from common.archives import zipped
from marketplace.actions.documents import house_papers, receipts
from marketplace.actions.market import leaving
from marketplace.models import Document, JournalEntry, JournalKind, Kind, Offer, Template
from marketplace.states import DocumentStatus, MissionStatus
from tests.factories import in_days, make_mission, make_need, make_user
from tests.marketplace.documents.document_desk import head_of, make_receivable
from tests.marketplace.market.leaving_people import two_houses

PDF = b"%PDF-1.7 " + b"x" * 4000
FORBIDDEN = set('<>:"|?*\\')


@pytest.fixture
def houses(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    found = two_houses()
    return found


@pytest.fixture
def template():
    return Template.objects.create(fingerprint="f" * 64, texts={})


def paper(template, mission=None, *, organisation=None, number=1, **fields):
    by = make_user()
    document = Document(
        organisation=organisation or mission.need.organisation,
        mission=mission,
        kind=fields.pop("kind", Kind.CONVENTION_LOAN),
        letter="C",
        year=2026,
        number=number,
        status=fields.pop("status", DocumentStatus.SIGNED),
        facts={},
        template=template,
        size=len(PDF),
        sha256=hashlib.sha256(PDF).hexdigest(),
        made_by=by,
        **fields,
    )
    document.file.save("", ContentFile(PDF), save=False)
    document.save()
    return document


def opened(house) -> zipfile.ZipFile:
    papers = house_papers.papers_of(house)
    return zipfile.ZipFile(
        io.BytesIO(b"".join(house_papers.packed(house, papers, now=timezone.now())))
    )


def index(box) -> list[dict]:
    (name,) = [one for one in box.namelist() if one.endswith(".csv")]
    text = box.read(name).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_it_holds_each_paper_as_it_was_made_and_signed(houses, template):
    document = paper(template, houses.mission)
    document.signed_file.save("", ContentFile(PDF + b"signed"), save=False)
    sha256 = hashlib.sha256(PDF + b"signed").hexdigest()
    Document.objects.filter(pk=document.pk).update(
        signed_file=document.signed_file.name, signed_sha256=sha256
    )
    box = opened(houses.house)
    assert box.testzip() is None
    (line,) = index(box)
    assert box.read(line["Fichier"]) == PDF
    assert box.read(line["Fichier signé"]) == PDF + b"signed"
    assert line["Numéro"] == "C-2026-0001"
    page = next(one for one in box.namelist() if one.endswith(".html"))
    assert f'href="{line["Fichier"]}"' in box.read(page).decode()


def test_neither_another_house_nor_own_time_is_in_it(houses, template):
    paper(template, houses.mission)
    paper(template, houses.theirs)
    own = make_mission(need=make_need(), person=houses.noe)
    Offer.objects.filter(pk=own.offer_id).update(organisation=houses.house)
    paper(template, own, kind=Kind.MISSION_LETTER)
    paper(template, organisation=houses.other, kind=Kind.COMPANY_STATEMENT)
    mine = paper(template, organisation=houses.house, kind=Kind.COMPANY_STATEMENT)
    assert len(index(opened(houses.house))) == 2
    assert mine in Document.objects.of_house(houses.house)


def test_an_association_takes_out_what_it_signed_with_those_who_come(houses, template):
    paper(template, houses.mission)
    structure = houses.mission.need.organisation
    assert len(index(opened(structure))) == 1


def test_a_structure_isn_t_told_who_employs_somebody_on_their_own_time(houses, template):
    """Their offer names their employer, for working time; what they do at home has none."""
    structure = houses.mission.need.organisation
    own = make_mission(need=make_need(organisation=structure), person=houses.noe)
    Offer.objects.filter(pk=own.offer_id).update(organisation=houses.house)
    paper(template, own, kind=Kind.MISSION_LETTER)
    paper(template, houses.mission, number=2)
    first, second = index(opened(structure))
    assert first["Employeur"] == ""
    assert second["Employeur"] == "Verreries du Nord"


def test_names_are_unique_and_windows_takes_them(houses, template):
    second = make_mission(work=True, company=houses.house, person=houses.iris, status="RUNNING")
    for mission in (houses.mission, second):
        house = mission.need.organisation
        house.name = 'Les "Amis" : CON? / été\\*'
        house.save()
        paper(template, mission)
    void = paper(template, houses.mission, number=2, status=DocumentStatus.VOIDED)
    names = opened(houses.house).namelist()
    assert len({name.lower() for name in names}) == len(names) == 5
    for name in names:
        assert not FORBIDDEN & set(name)
        assert name.isascii()
        assert len(name) < 200
        assert not ntpath.isreserved(name)
    assert [name for name in names if name.startswith("annule") and "0002" in name], void


def test_a_file_that_the_disk_has_lost_is_said_in_the_index(houses, template):
    lost = paper(template, houses.mission)
    lost.file.storage.delete(lost.file.name)
    paper(template, organisation=houses.house, kind=Kind.COMPANY_STATEMENT)
    gone, there = index(opened(houses.house))
    assert gone["Fichier"] == ""
    assert "perdu" in gone["Remarque"]
    assert there["Fichier"]


def test_no_cell_of_the_index_is_a_formula(houses, template):
    need = houses.mission.need
    need.title = "=1+1"
    need.save()
    paper(template, houses.mission)
    (line,) = index(opened(houses.house))
    assert line["Mission"] == "'=1+1"


def test_an_empty_one_is_still_a_file(houses):
    assert index(opened(houses.house)) == []


def test_the_page_sends_it_and_the_journal_keeps_it(houses, template, client):
    paper(template, houses.mission)
    client.force_login(houses.claire)
    page = f"/organisations/{houses.house.pk}/depart/papiers/"
    for look in (client.get, client.head):
        assert look(page).status_code == 405, "a link followed ahead takes nothing out"
    assert not JournalEntry.objects.filter(told=False).exists()
    answer = client.post(page, {"why": "notre archive"})
    assert answer.status_code == 200
    assert answer.streaming
    assert answer["Content-Disposition"].startswith('attachment; filename="papiers-verreries')
    assert answer["Cache-Control"] == "private, no-store"
    box = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert len(index(box)) == 1
    entry = JournalEntry.objects.filter(told=False).get()
    assert (entry.kind, entry.by, entry.rows) == (JournalKind.PAPERS, houses.claire, 1)
    assert entry.why == "notre archive"
    said = client.get(reverse("journal", args=[houses.house.pk])).text
    assert "fichier ZIP" in said
    client.force_login(houses.rosa)
    assert client.post(f"/organisations/{houses.house.pk}/depart/papiers/").status_code == 403
    assert JournalEntry.objects.filter(told=False).count() == 1


def test_a_receipt_that_a_structure_gives_after_it_is_in_it(settings, tmp_path, client):
    settings.VAR_DIR = tmp_path
    mission = make_receivable()
    company, structure = mission.offer.organisation, mission.need.organisation
    boss, now = head_of(company), timezone.now()
    leaving.leave(company, on=in_days(0), accepted={"missions", "money"}, by=boss, now=now)
    leaving.carry_on(now)
    mission.refresh_from_db()
    assert mission.status == MissionStatus.REVIEWED  # its value is declared: the receipt is awaited
    receipt = receipts.issue(mission, by=head_of(structure), capacity="présidente", now=now)
    client.force_login(boss)
    answer = client.post(f"/organisations/{company.pk}/depart/papiers/")
    box = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    (line,) = index(box)
    assert line["Numéro"] == receipt.reference
    assert box.read(line["Fichier"]).startswith(b"%PDF")


def test_two_thousand_papers_leave_in_flat_memory(houses, template):
    first = paper(template, organisation=houses.house, kind=Kind.COMPANY_STATEMENT)
    big = ContentFile(b"%PDF" + bytes(range(256)) * 400)
    name = first.file.storage.save("documents/aa/big.pdf", big)
    Document.objects.bulk_create(
        Document(
            organisation=houses.house, kind=Kind.COMPANY_STATEMENT, letter="C", year=2026,
            number=number, status=DocumentStatus.ISSUED, facts={"x": "y" * 2000},
            template=template, size=1, sha256="a" * 64, made_by=first.made_by, file=name,
        )
        for number in range(2, 2001)
    )  # fmt: skip
    papers = house_papers.papers_of(houses.house)
    tracemalloc.start()
    sizes = [len(piece) for piece in house_papers.packed(houses.house, papers, now=timezone.now())]
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(papers) == 2000
    assert max(sizes) < 2_000_000
    assert peak < 12_000_000, f"{peak / 1e6:.1f} MB"


def test_what_is_sent_is_asked_for_one_file_after_the_other():
    asked = []

    def files():
        for number in range(3):
            asked.append(number)
            yield f"{number}.txt", timezone.now(), [b"a" * 100]

    pieces = zipped(files())
    next(pieces)
    assert asked == [0]
    whole = io.BytesIO(b"".join(zipped(files())))
    assert zipfile.ZipFile(whole).namelist() == ["0.txt", "1.txt", "2.txt"]
