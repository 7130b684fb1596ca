"""Files in a bucket that several machines share, over HTTP; and, wherever they are, only bytes that are as they were kept."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from accounts.storage import Damaged, FilesAway
from marketplace.actions.desk import data_copies
from marketplace.actions.documents import ledger, verification
from marketplace.actions.talk import files
from marketplace.documents.small_pictures import small
from marketplace.models import DataCopy, StoredFile
from marketplace.models.documents.documents import vault
from marketplace.uploads import clean
from tests.factories import make_organisation, make_user
from tests.marketplace.documents.document_desk import head_of, make_mission
from tests.marketplace.documents.test_documents import make, sign
from tests.marketplace.documents.test_full_disk import DOORS, picture
from tests.marketplace.talk.test_files import pdf

pytestmark = pytest.mark.once
AWAY = "nos fichiers sont ne répond pas"


@pytest.fixture
def on_the_disk(settings, tmp_path):
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    return tmp_path


@pytest.fixture(params=["on_the_disk", "bucket"])
def place(request):
    """Where the files are, as a folder: `vault` and `media` are in it."""
    there = request.getfixturevalue(request.param)
    return there if isinstance(there, Path) else there.folder


def spoil(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1] + b"!")


def a_file_of(mission) -> StoredFile:
    sent = clean(SimpleUploadedFile("devis.pdf", pdf()))
    return files.store(sent, by=mission.offer.person, mission=mission)


def with_a_logo(client) -> Organisation:
    boss = make_user()
    house = make_organisation(administrator=boss, name="Les Jardins")
    client.force_login(boss)
    told = {"purpose": "Réparer.", "address": "", "website": "", "commune": house.commune_id}
    client.post(reverse("organisation-edit", args=[house.pk]), told | {"logo": picture()})
    house.refresh_from_db()
    return house


def test_papers_files_and_pictures_are_in_the_bucket_and_none_of_them_on_the_disk(
    bucket, settings, client
):
    mission = make_mission()
    document = make(mission)
    sign(document)
    sign(document, "EMPLOYER")
    document.refresh_from_db()
    kept, house = a_file_of(mission), with_a_logo(client)
    papers = {document.file.name, document.signed_file.name, files.path_of(kept.name)}
    assert bucket.names() >= {f"vault/{path}" for path in papers} | {f"media/{house.logo.name}"}
    assert not (settings.VAR_DIR / "vault").exists()
    assert not settings.MEDIA_ROOT.exists()
    client.force_login(mission.offer.person)
    assert client.get(reverse("file", args=[kept.name])).getvalue() == pdf()
    assert client.get(house.logo_url).content.startswith(b"\x89PNG")
    assert ledger.read(document).startswith(b"%PDF")
    assert list(verification.faults()) == []


def test_a_paper_in_the_bucket_that_somebody_changed_is_given_to_nobody(place, client, caplog):
    document = make(make_mission())
    reader = head_of(document.organisation)
    client.force_login(reader)
    url = reverse("document-file", args=[document.pk, "original"])
    assert client.get(url).content.startswith(b"%PDF")
    spoil(place / "vault" / document.file.name)
    answer = client.get(url, follow=True)
    assert "Le fichier de ce document manque" in answer.text
    assert "isn't as it was kept" in caplog.text, "whoever runs the site hears of it"
    assert not ledger.is_intact(document)
    assert "octets ont changé" in next(verification.faults())


def test_a_file_or_a_picture_whose_bytes_have_changed_is_as_good_as_gone(place, client):
    mission = make_mission()
    kept, house = a_file_of(mission), with_a_logo(client)
    spoil(place / "vault" / files.path_of(kept.name))
    spoil(place / "media" / house.logo.name)
    client.force_login(mission.offer.person)
    assert client.get(reverse("file", args=[kept.name])).status_code == 404
    assert client.get(house.logo_url).status_code == 404
    with pytest.raises(Damaged):
        default_storage.open(house.logo.name)


def test_a_picture_of_before_whose_name_says_no_sum_is_read_as_it_is(place):
    name = default_storage.save("logos/0123456789abcdef.png", picture())
    with default_storage.open(name) as kept:
        assert kept.read().startswith(b"\x89PNG")


@pytest.mark.parametrize("door", DOORS)
def test_a_bucket_that_doesnt_answer_is_a_sentence_beside_the_form_and_keeps_nothing(
    client, bucket, door
):
    there = door(client)
    before, rows = bucket.names(), StoredFile.objects.count()
    with bucket.away():
        answer = there.send()
    assert answer.status_code == 200, "the page, with what was typed"
    assert AWAY in answer.text
    assert not there.is_kept()
    assert (bucket.names(), StoredFile.objects.count()) == (before, rows)
    there.send()
    assert there.is_kept(), "it works again by itself"


def test_a_file_that_cant_be_fetched_is_a_page_that_says_to_wait(client, bucket):
    mission = make_mission()
    kept = a_file_of(mission)
    client.force_login(mission.offer.person)
    client.raise_request_exception = False
    url = reverse("file", args=[kept.name])
    with bucket.away():
        answer = client.get(url)
        wrong = client.get("/sante/").content.decode()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "fichiers ne répond pas" in answer.text
    assert "files: NOT WELL" in wrong
    assert "files: ok, a bucket" in client.get("/sante/").content.decode()
    assert client.get(url).status_code == 200


def test_what_was_asked_while_the_bucket_was_away_isnt_remembered_as_missing(bucket, client):
    house = with_a_logo(client)
    with bucket.away(), pytest.raises(FilesAway):
        small(house.logo.name, 64)
    assert small(house.logo.name, 64).startswith(b"\x89PNG")


def test_keys_that_the_bucket_doesnt_know_are_no_missing_file(bucket):
    name = vault().save("files/ab/abc", ContentFile(b"x"))
    bucket.open(secret_key="another")
    with pytest.raises(FilesAway):
        vault().open(name)


def test_no_file_of_the_bucket_has_an_address(bucket):
    with pytest.raises(ValueError, match="no address"):
        vault().url("files/ab/abc")


def test_a_copy_of_ones_data_is_made_in_the_bucket_checked_taken_and_deleted(place, settings):
    person, now = make_user("Nora", "Cherif"), timezone.now()
    mission = make_mission(person=person)
    a_file_of(mission)
    copy, _new = data_copies.ask(person, by=person, now=now)
    data_copies.carry_on(copy, now=now)
    copy.refresh_from_db()
    assert copy.state == DataCopy.State.READY
    assert copy.size == (place / "vault" / copy.file).stat().st_size
    assert list((settings.VAR_DIR / "making").iterdir()) == []
    with data_copies.take(copy, by=person, now=now) as kept:
        names = zipfile.ZipFile(io.BytesIO(kept.read())).namelist()
    assert any(name.endswith("devis.pdf") for name in names)
    spoil(place / "vault" / copy.file)
    with pytest.raises(data_copies.NotYet):
        data_copies.take(copy, by=person, now=now)
    lost = vault().save(f"{data_copies.FOLDER}/lost.zip", ContentFile(b"x"))
    data_copies.sweep(now + timedelta(days=30))
    assert not vault().exists(copy.file)
    assert not vault().exists(lost)


def test_a_copy_isnt_made_without_its_files_because_the_bucket_is_away(bucket):
    person, now = make_user("Nora", "Cherif"), timezone.now()
    a_file_of(make_mission(person=person))
    copy, _new = data_copies.ask(person, by=person, now=now)
    with bucket.away(), pytest.raises(FilesAway):
        data_copies.carry_on(copy, now=now)
    copy.refresh_from_db()
    assert copy.is_working, "the clock has it begun anew"


def test_what_no_row_names_is_swept_from_the_bucket_a_week_later(bucket):
    mission = make_mission()
    document, lost = make(mission), vault().save("files/ab/" + "ab" * 16, ContentFile(b"x"))
    later = timezone.now() + files.ORPHANS_KEPT + timedelta(hours=1)
    assert files.sweep(timezone.now()) == (0, 0)
    assert files.sweep(later) == (0, 1)
    assert not vault().exists(lost)
    assert ledger.read(document).startswith(b"%PDF")
