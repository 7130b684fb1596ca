"""`manage.py backup` and `restore`: what is in a backup, what a restore refuses with a sentence, and what it puts together."""

import json
import shutil
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.actions import erasures
from accounts.models import Erasure, Restoration, User
from common import apart
from config.backup import databases, manifest, taking
from config.backup.refusals import NotPossible
from marketplace.actions.desk import data_copies, record_tellings
from marketplace.actions.documents import verification
from marketplace.actions.market import people
from marketplace.actions.talk import files
from marketplace.models import Book, Document, LostPaper, OfferRecord, PersonRecord, RefusedRecord
from marketplace.models.documents.documents import vault
from notifications.models import MailPipe
from tests.factories import make_coordinator, make_mission, make_organisation, make_user
from tests.marketplace.documents import document_desk as papers
from tests.marketplace.documents.test_documents import make as make_document

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def a_site_of_its_own(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    settings.MEDIA_ROOT = settings.VAR_DIR / "media"
    settings.VAR_DIR.mkdir()
    return settings.VAR_DIR


@pytest.fixture
def place(tmp_path):
    return tmp_path / "backups"


@pytest.fixture
def emptied_afterwards(transactional_db, tmp_path):
    """Papers are written once: no test may delete their rows, and the next finds the tables as they were."""
    (tmp_path / "empty").mkdir()
    databases.dump(tmp_path / "empty")
    yield
    databases.load(tmp_path / "empty")


def backup(place):
    said = StringIO()
    call_command("backup", place, stdout=said)
    assert "The keys of .env are not in it" in said.getvalue()
    return taking.latest(place)


def restore(folder, **options):
    said = StringIO()
    call_command("restore", folder, stdout=said, **{"over": True} | options)
    return said.getvalue()


def test_a_backup_holds_the_database_the_files_and_their_sums_and_no_key(
    place, settings, a_site_of_its_own
):
    make_user(email="aline@example.org")
    kept = a_site_of_its_own / "vault" / "documents" / "ab" / "one.pdf"
    theirs = a_site_of_its_own / "vault" / data_copies.FOLDER / "abc.zip"  # there for two days
    for path in (kept, theirs):
        path.parent.mkdir(parents=True)
        path.write_bytes(b"%PDF")
    folder = backup(place)
    assert not (folder / "vault" / data_copies.FOLDER).exists()
    said = json.loads((folder / "manifest.json").read_text())
    assert {"vault/documents/ab/one.pdf"} < {path for path, _sum in manifest.listed(folder)}
    assert said["files"] == len(list(manifest.listed(folder)))
    assert (bool(said["release"]), "django" in said["tools"]) == (True, True)
    for file in (folder / "manifest.json", folder / "SHA256SUMS"):
        assert settings.SECRET_KEY not in file.read_text()
    assert (place / folder.name).stat().st_mode & 0o077 == 0, "nobody else reads it"


def test_a_second_backup_shares_what_hasnt_changed_and_holds_what_has(place, a_site_of_its_own):
    same, other = a_site_of_its_own / "media/same", a_site_of_its_own / "media/other"
    same.parent.mkdir()
    same.write_text("same")
    other.write_text("first")
    first = backup(place)
    other.write_text("second")
    first = first.rename(place / "2020-01-01_00-00-00")
    second = backup(place)
    assert (first / "media/same").samefile(second / "media/same")
    assert (first / "media/other").read_text() == "first"
    assert (second / "media/other").read_text() == "second"
    restore(second, check=True)


def test_a_backup_that_fails_halfway_leaves_nothing_and_one_that_was_killed_is_swept(
    place, monkeypatch
):
    (place / ".2020-01-01_00-00-00.part").mkdir(parents=True)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(databases, "FILES", {"sqlite": "no/such/place", "postgresql": "x"})
    with pytest.raises(CommandError, match="No backup was taken"):
        call_command("backup", place)
    assert [path for path in place.iterdir() if path.name != ".lock"] == []


@pytest.mark.postgres
def test_without_the_tools_of_postgresql_a_sentence_names_their_package(place, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(CommandError, match="No backup was taken. pg_dump is not installed"):
        call_command("backup", place)
    assert taking.latest(place) is None


def test_a_full_disk_is_a_sentence_and_leaves_nothing(place, monkeypatch):
    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(taking.shutil, "copy2", full)
    apart.add("erasures", ["person 1 x 2020-01-01T00:00:00+00:00"])
    with pytest.raises(CommandError, match="no room left"):
        call_command("backup", place)
    assert [path for path in place.iterdir() if path.name != ".lock"] == []


def test_two_at_once_are_one_and_a_sentence(place):
    with taking._alone(place), pytest.raises(CommandError, match="Another backup is being taken"):
        call_command("backup", place)


# --- what is refused ---------------------------------------------------------------------------
def refused(folder, **options):
    people_before = User.objects.count()
    with pytest.raises(CommandError) as refusal:
        restore(folder, **options)
    assert str(refusal.value).startswith("Nothing was restored.")
    assert User.objects.count() == people_before
    assert MailPipe.objects.held() is None
    return str(refusal.value)


def test_what_isnt_a_backup_or_isnt_whole_is_refused_with_a_sentence(place, a_site_of_its_own):
    make_user()
    (a_site_of_its_own / "media").mkdir()
    (a_site_of_its_own / "media/logo").write_text("logo")
    folder = backup(place)
    assert "isn’t a backup" in refused(place)
    assert "isn’t a backup" in refused(place / "nothing")
    (folder / "media/logo").write_text("logi")
    assert "media/logo isn’t as it was written" in refused(folder)
    (folder / "media/logo").unlink()
    assert "media/logo is missing" in refused(folder)
    (folder / "SHA256SUMS").write_text("")
    assert "SHA256SUMS isn’t the one" in refused(folder)
    (folder / "manifest.json").write_text("{")
    assert "isn’t a backup" in refused(folder)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("release", "99.0.0", "install that one first"),
        ("migrations", {"accounts": ["9999_of_tomorrow"]}, "9999_of_tomorrow"),
        ("database", "oracle", "of oracle"),
        ("format", 99, "keeps backups otherwise"),
    ],
)
def test_what_doesnt_fit_this_code_or_database_is_refused(place, name, value, sentence, settings):
    make_user()
    folder = backup(place)
    said = json.loads((folder / "manifest.json").read_text())
    changed = manifest.Manifest(**said | {name: value})
    changed.write(folder)
    settings.MIGRATION_MODULES = {}
    assert sentence in refused(folder)


def test_a_manifest_that_somebody_has_changed_is_refused(place):
    make_user()
    folder = backup(place)
    said = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(said | {"at": "2020-01-01T00:00:00+00:00"}))
    assert "somebody has changed it" in refused(folder)


def test_a_name_that_leads_out_of_the_backup_is_refused(place):
    make_user()
    folder = backup(place)
    with (folder / "SHA256SUMS").open("a") as sums:
        sums.write(f"{'0' * 64}  vault/../../../out\n")
    manifest.read(folder).write(folder)
    assert "isn’t below the backup" in refused(folder)


def test_other_keys_are_refused_unless_one_says_so_and_the_keys_before_are_ours(place, settings):
    make_user()
    apart.add("erasures", ["person 0 x 2020-01-01T00:00:00+00:00"])
    folder = backup(place)
    before = [settings.PAPERS_KEY, settings.SECRET_KEY]
    settings.SECRET_KEY = settings.PAPERS_KEY = "another-key"
    assert "PAPERS_KEY isn’t the one" in refused(folder)
    assert "1 line(s) of the lists apart" in restore(folder, other_keys=True)
    settings.SECRET_KEY_FALLBACKS = before
    assert "put back" in restore(folder)


def test_a_database_with_people_in_it_is_replaced_only_if_one_says_so(place):
    make_user()
    folder = backup(place)
    assert "There are people in the database" in refused(folder, over=False)


# --- what is put together ------------------------------------------------------------------------
def test_what_came_later_is_gone_nobody_is_logged_in_and_the_post_is_held(place, client):
    aline = make_user(email="aline@example.org")
    folder = backup(place)
    client.force_login(aline)
    make_user(email="later@example.org")
    said = restore(folder)
    assert "The post is held" in said
    assert list(User.objects.values_list("email", flat=True)) == ["aline@example.org"]
    assert client.get("/profil/").status_code == 302
    pipe = MailPipe.objects.held()
    assert (pipe.paused_until, Restoration.objects.get().at) == (None, pipe.held_since)


def test_a_number_that_was_given_since_becomes_nobody_elses(place):
    make_user()
    folder = backup(place)
    lost = make_user()
    restore(folder)
    assert make_user().pk > lost.pk + 1000


def test_somebody_who_closed_their_account_since_is_erased_anew(place):
    noe = make_user(email="noe@example.org", last_name="Lambert")
    folder = backup(place)
    people.close_account(noe, now=timezone.now())
    assert Erasure.objects.unwritten().count() == 0, "the list has heard of it"
    assert "1 erased anew" in restore(folder)
    again = User.objects.get(pk=noe.pk)
    assert (again.last_name, again.is_active) == ("", False)
    assert "noe" not in again.email
    assert "0 erased anew" in restore(backup(place)), "that one knows it"


def test_somebody_whose_mission_still_ran_then_and_who_headed_a_house_is_erased_all_the_same(place):
    mission = make_mission()
    person = mission.offer.person
    house = make_organisation(name="La Halle", administrator=person, member=make_user())
    folder = backup(place)
    erasures.note("person", [(person.pk, person.date_joined)])
    said = restore(folder)
    assert "1 erased anew" in said
    assert "Nobody administers it any more: La Halle" in said
    person.refresh_from_db()
    mission.refresh_from_db()
    assert not person.is_active
    assert mission.interrupted_at
    assert not house.memberships.filter(user=person).exists()


def test_another_person_who_bears_the_number_of_one_erased_stays(place):
    aline = make_user()
    erasures.note("person", [(aline.pk, aline.date_joined - timedelta(days=1))])
    Erasure.objects.all().delete()
    folder = backup(place)
    assert "0 erased anew" in restore(folder)
    assert User.objects.get(pk=aline.pk).is_active


def test_a_line_that_isnt_ours_erases_nobody(place, a_site_of_its_own):
    aline = make_user()
    folder = backup(place)
    mark = erasures.mark_of("person", aline.pk, aline.date_joined)
    forged = f"{'0' * 32} person {aline.pk} {mark} {timezone.now().isoformat()}\n"
    (a_site_of_its_own / "apart").mkdir()
    (a_site_of_its_own / "apart/erasures").write_text(forged)
    assert "0 erased anew" in restore(folder)
    assert User.objects.get(pk=aline.pk).is_active


def test_a_list_that_was_on_another_disk_counts_too(place, tmp_path, a_site_of_its_own):
    noe = make_user()
    folder = backup(place)
    people.close_account(noe, now=timezone.now())
    shutil.move(a_site_of_its_own / "apart", tmp_path / "elsewhere")
    assert "0 erased anew" in restore(folder)
    assert "1 erased anew" in restore(folder, apart=tmp_path / "elsewhere")


def test_a_database_that_was_put_back_by_other_means_is_brought_up_to_what_is_known():
    noe, at = make_user(), timezone.now()
    erasures.note("person", [(noe.pk, noe.date_joined)])
    Erasure.objects.all().delete()  # as the database was then
    said = StringIO()
    call_command("restore", f"--as-of={at.isoformat()}", stdout=said)
    assert "1 erased anew" in said.getvalue()
    assert MailPipe.objects.held()
    for neither in ([], ["/nowhere", f"--as-of={at.isoformat()}"]):
        with pytest.raises(CommandError, match="Name a backup"):
            call_command("restore", *neither)


def make_record(**fields):
    coordinator = make_coordinator()
    operator = coordinator.memberships.get().organisation
    told = {"pole": operator.pole, "operator": operator, "by": coordinator}
    person = PersonRecord.objects.create(**told, email="zoe@example.org", **fields)
    OfferRecord.objects.create(**told, person=person, text="Je sais coudre")
    return person


def test_records_that_were_erased_are_erased_anew_and_a_no_stays_a_no(place):
    record = make_record()
    folder = backup(place)
    record_tellings.erase(record, now=timezone.now())
    restore(folder)
    left = [model.objects.count() for model in (PersonRecord, OfferRecord, RefusedRecord)]
    assert left == [0, 0, 1]


def test_an_erasure_that_the_disk_refused_is_written_by_the_clock(monkeypatch):
    noe = make_user()

    def full(*_arguments, **_more):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(apart, "add", full)
        people.close_account(noe, now=timezone.now())
    assert erasures.listed() == []
    assert erasures.write_down(timezone.now()) == 1
    assert [one.number for one in erasures.listed()] == [noe.pk]


# --- an old database beside a newer vault --------------------------------------------------------
def test_a_paper_made_since_is_kept_named_and_its_number_never_given_again(
    place, emptied_afterwards, monkeypatch
):
    monkeypatch.setattr(Document._meta.get_field("file"), "storage", vault())  # of this VAR_DIR
    structure = papers.make_structure()
    first = make_document(papers.make_mission(structure=structure))
    folder = backup(place)
    lost = make_document(papers.make_mission(structure=structure))
    assert lost.number == first.number + 1
    said = restore(folder)
    assert f"Not in the database, kept in the vault: {lost.reference}" in said
    kept = LostPaper.objects.get()
    assert (kept.path, kept.number) == (lost.file.name, lost.number)
    assert Book.objects.get().last == lost.number
    later = timezone.now() + files.ORPHANS_KEPT + timedelta(days=1)
    files.sweep(later)
    assert vault().exists(kept.path)
    assert list(verification.faults()) == []
    assert lost.file.name in "".join(verification.unknown())
    again = make_document(papers.make_mission(structure=structure))
    assert again.number == lost.number + 1
    vault().delete(kept.path)
    assert any("manque" in fault for fault in verification.faults())


def test_files_that_are_missing_come_back_and_others_of_the_same_name_are_put_aside(
    place, a_site_of_its_own
):
    make_user()
    media = a_site_of_its_own / "media"
    media.mkdir()
    for name in ("one", "two"):
        (media / name).write_text(name)
    folder = backup(place)
    (media / "one").unlink()
    (media / "two").write_text("another")
    (media / "three").write_text("newer")
    said = restore(folder)
    assert "2 file(s) put back, 1 of the same name put aside" in said
    assert [(media / name).read_text() for name in ("one", "two", "three")] == [
        "one",
        "two",
        "newer",
    ]
    (aside,) = (a_site_of_its_own / "aside").rglob("two")
    assert aside.read_text() == "another"


def test_a_dump_that_cant_be_read_leaves_the_database_as_it_was(place):
    make_user(email="aline@example.org")
    folder = backup(place)
    make_user(email="later@example.org")
    file = next(Path(folder).glob("database.*"))
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(NotPossible, match=r"SQLite says|couldn’t be written"):
        databases.load(folder)
    assert User.objects.filter(email="later@example.org").exists()
