"""Backups of a site whose files are in a bucket, and the lists kept apart that several machines add to."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.actions import erasures
from accounts.models import Erasure, User
from common import apart, keys, pieces
from config.backup import manifest, taking
from marketplace.actions.documents import ledger, verification
from marketplace.actions.market import people
from marketplace.models import Document
from marketplace.models.documents.documents import vault
from notifications import sent_journal
from tests.config.test_backup import backup, refused, restore
from tests.factories import make_user
from tests.marketplace.documents.document_desk import make_mission
from tests.marketplace.documents.test_documents import make

pytestmark = pytest.mark.once


@pytest.fixture
def place(tmp_path):
    return tmp_path / "backups"


@pytest.mark.django_db(transaction=True)
def test_a_backup_takes_what_is_in_the_bucket_and_a_restore_puts_it_back(place, bucket):
    same, other = "vault/files/ab/abc", "vault/files/cd/cde"
    for path in (same, other):
        vault().save(path.removeprefix("vault/"), ContentFile(b"as it was"))
    vault().save("copies/theirs.zip", ContentFile(b"there for two days"))
    folder = backup(place)
    assert (folder / same).read_bytes() == b"as it was"
    assert not (folder / "vault/copies").exists()
    bucket.delete(same)
    bucket.write(other, b"something else")
    said = restore(folder)
    assert "2 file(s) put back, 1 of the same name put aside" in said
    assert [(bucket.folder / path).read_bytes() for path in (same, other)] == [b"as it was"] * 2
    aside = [key for key in bucket.names() if key.startswith("aside/")]
    assert (bucket.folder / aside[0]).read_bytes() == b"something else"
    assert "0 file(s) put back" in restore(folder)


@pytest.mark.django_db(transaction=True)
def test_a_second_backup_of_a_bucket_shares_what_hasnt_changed(place, bucket):
    vault().save("files/ab/abc", ContentFile(b"as it was"))
    first = backup(place).rename(place / "2020-01-01_00-00-00")
    vault().save("files/ab/abd", ContentFile(b"new"))
    second = backup(place)
    assert (first / "vault/files/ab/abc").samefile(second / "vault/files/ab/abc")
    assert (second / "vault/files/ab/abd").read_bytes() == b"new"
    restore(second, check=True)


@pytest.mark.django_db(transaction=True)
def test_whoever_was_erased_since_is_erased_anew_from_the_list_in_the_bucket(place, bucket):
    noe = make_user("Noé", "Lambert")
    folder = backup(place)
    people.close_account(noe, now=timezone.now())
    assert Erasure.objects.unwritten().count() == 0
    assert not apart.folder().exists(), "nothing of it is on this machine’s disk"
    said = restore(folder)
    assert "1 erased anew" in said
    assert not User.objects.filter(pk=noe.pk, is_active=True).exists()
    later = backup(place)
    assert "apart/erasures" in dict(manifest.listed(later))
    restore(later)


@pytest.mark.django_db(transaction=True)
def test_a_bucket_that_is_away_is_a_sentence_and_no_backup(place, bucket):
    folder = backup(place)
    with bucket.away():
        with pytest.raises(CommandError, match="No backup was taken. The bucket"):
            call_command("backup", place)
        assert "The bucket of the files doesn’t answer" in refused(folder)
    assert taking.latest(place) == folder


def test_what_was_on_the_disk_goes_into_the_bucket_once_and_stays_on_the_disk(
    bucket, settings, monkeypatch
):
    on_disk = {name: settings.STORAGES[name] for name in settings.STORAGES}
    settings.STORAGES = {
        "default": {"BACKEND": "accounts.storage.CarefulStorage"},
        "vault": {"BACKEND": "accounts.storage.VaultStorage"},
    }
    for name in ("file", "signed_file"):
        monkeypatch.setattr(Document._meta.get_field(name), "storage", vault())
    document = make(make_mission())
    apart.add("erasures", ["person 1 x 2020-01-01T00:00:00+00:00"])
    settings.STORAGES = on_disk
    bucket.open()
    for copied in (1, 0):
        said = StringIO()
        call_command("move_files", stdout=said)
        assert f"{copied} file(s) copied, {1 - copied} were there" in said.getvalue()
    assert (settings.VAR_DIR / "vault" / document.file.name).exists()
    assert ledger.read(document).startswith(b"%PDF")
    assert list(verification.faults()) == []
    assert list(pieces.read("erasures"))[0].endswith("person 1 x 2020-01-01T00:00:00+00:00\n")


def test_without_a_bucket_there_is_nowhere_to_move_files_to():
    with pytest.raises(CommandError, match="S3_BUCKET is empty"):
        call_command("move_files")


# --- the lists ------------------------------------------------------------------------------
def test_machines_that_add_to_a_list_at_the_same_moment_lose_no_line(bucket):
    told = [f"line {number}" for number in range(40)]
    with ThreadPoolExecutor(8) as machines:
        list(machines.map(lambda line: apart.add("papers", [line]), told))
    assert sorted(apart.lines("papers")) == sorted(told)
    assert apart.names() == ["papers"]


def test_a_line_that_somebody_wrote_into_the_bucket_counts_for_nothing(bucket):
    apart.add("erasures", ["person 1 x 2020-01-01T00:00:00+00:00"])
    pieces.add("erasures", b"0" * 32 + b" person 2 x 2020-01-01T00:00:00+00:00\n")
    assert [one.number for one in erasures.listed()] == [1]


def test_old_pieces_are_put_together_and_lines_that_come_meanwhile_stay(bucket):
    for number in range(pieces.MANY):
        apart.add("papers", [f"line {number}"])
    now = timezone.now()
    assert pieces.merge("papers", now) == 0, "nobody may still be writing there"
    assert pieces.merge("papers", now + timedelta(hours=2)) == pieces.MANY
    apart.add("papers", ["one more"])
    assert sorted(apart.lines("papers")) == sorted(
        [*(f"line {number}" for number in range(pieces.MANY)), "one more"]
    )
    assert len(bucket.names()) == 2


def test_a_piece_of_somebody_else_without_an_end_swallows_no_line_of_ours(bucket):
    pieces.add("papers", b"no end")
    for number in range(pieces.MANY):
        apart.add("papers", [f"line {number}"])
    pieces.merge("papers", timezone.now() + timedelta(hours=2))
    assert len(list(apart.lines("papers"))) == pieces.MANY


def test_a_list_is_read_whole_while_it_is_put_together(bucket, monkeypatch):
    for number in range(pieces.MANY):
        apart.add("papers", [f"line {number}"])
    listed = pieces._names("papers")
    pieces.merge("papers", timezone.now() + timedelta(hours=2))
    told = pieces._read("papers", listed)
    assert len(b"".join(told).splitlines()) == pieces.MANY


def test_the_list_of_what_has_left_is_thrown_away_after_a_year_in_the_bucket_too(bucket):
    now = timezone.now()
    apart.add(f"sent-{now - timedelta(days=500):%Y-%m}", ["<old@x> 2025-01-01T00:00:00+00:00"])
    sent_journal.keep(["<new@x>"], now=now)
    sent_journal.sweep(now)
    assert apart.names() == [f"sent-{now:%Y-%m}"]
    assert set(sent_journal.left_since(now - timedelta(minutes=1))) == {"<new@x>"}


def test_an_erasure_that_the_bucket_refused_is_written_by_the_clock(bucket):
    noe = make_user("Noé", "Lambert")
    with bucket.away():
        erasures.note("person", [(noe.pk, noe.date_joined)])
        erasures._write_soon()
    assert erasures.listed() == []
    erasures.write_down(timezone.now())
    assert [one.number for one in erasures.listed()] == [noe.pk]


def test_turning_the_keys_signs_the_lines_of_a_bucket_anew_and_finds_the_old_ones(bucket, settings):
    settings.PAPERS_KEY, settings.PAPERS_KEY_FALLBACKS = "one", []
    apart.add("erasures", ["person 1 x 2020-01-01T00:00:00+00:00"])
    pieces.add("erasures", b"\xff somebody else's\n")
    settings.PAPERS_KEY, settings.PAPERS_KEY_FALLBACKS = "two", ["one"]
    apart.add(keys.LIST, [keys.put_away(keys.PAPERS, "one")])
    assert apart.sign_anew("erasures") == 1
    assert apart.sign_anew("erasures") == 0
    settings.PAPERS_KEY_FALLBACKS = []
    assert [one.number for one in erasures.listed()] == [1]
    assert len(list(pieces.read("erasures"))) == 2, "what isn’t ours stays as it is"
    assert keys.on_lists([apart.folder()])[keys.PAPERS] == ["one"]
