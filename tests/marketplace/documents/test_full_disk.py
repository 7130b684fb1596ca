"""A full disk: a sentence, nothing half kept, and it works again by itself. Each door that takes or makes a file; lists that
are brought in go to the database, whose disk has its own tests (tests/config/test_faults_that_pass.py)."""

import gc
import io
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import Organisation, Pole
from accounts.states import OrganisationStatus
from accounts.storage import NoRoom
from marketplace.actions.desk import data_copies
from marketplace.models import (
    Attachment,
    DataCopy,
    Deliverable,
    Document,
    Eligibility,
    Kind,
    Message,
    Minutes,
    Regime,
    ReportPartner,
    Side,
    StoredFile,
    Telling,
)
from marketplace.models.desk.data_copies import SILENT
from marketplace.states import MissionStatus
from tests.factories import make_coordinator, make_organisation, make_pole, make_user
from tests.full_disk import full_disk
from tests.marketplace.documents.document_desk import head_of, make_mission, make_structure
from tests.marketplace.documents.test_documents import make, sign
from tests.marketplace.gatherings.people import be_over, host_of, make_gathering
from tests.marketplace.missions.telling_people import SAID, address, ended
from tests.marketplace.missions.test_closings import by_of
from tests.marketplace.talk.talkers import talk_between_two

SENTENCE = "plus de place sur notre disque"


@pytest.fixture(autouse=True)
def disk(settings, tmp_path):
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    return tmp_path


def picture(name="photo.png"):
    """Thirty kilobytes that no compression makes smaller."""
    drawn = io.BytesIO()
    Image.frombytes("RGB", (100, 100), os.urandom(30_000)).save(drawn, "PNG")
    return SimpleUploadedFile(name, drawn.getvalue(), "image/png")


@dataclass
class Door:
    send: Callable
    is_kept: Callable[[], bool]


def a_message(client) -> Door:
    talk = talk_between_two()
    client.force_login(talk.aline)
    return Door(
        lambda: client.post(talk.url, {"text": "Voici.", "sent_key": "k", "files": [picture()]}),
        lambda: Message.objects.exists() and Attachment.objects.exists(),
    )


def a_deliverable(client) -> Door:
    mission = make_mission(regime=Regime.VOLUNTEERING, status=MissionStatus.RUNNING)
    client.force_login(mission.offer.person)
    url = reverse("deliverable-new", args=[mission.pk])
    return Door(
        lambda: client.post(url, {"title": "Le livrable", "sent": picture()}),
        Deliverable.objects.exists,
    )


def a_proof(client) -> Door:
    structure = make_structure()
    client.force_login(head_of(structure))
    told = {"declare": "yes", "status": "RESCRIT", "category": "GENERAL_INTEREST"}
    url = reverse("eligibility", args=[structure.pk])
    return Door(
        lambda: client.post(url, told | {"proof": picture()}, follow=True),
        Eligibility.objects.exists,
    )


def a_scan(client) -> Door:
    document = make(make_mission(), Kind.CONVENTION_SERVICE)
    client.force_login(head_of(document.organisation))
    told = {"party": "STRUCTURE", "read": document.sha256, "name": "Inès", "capacity": "présidente"}
    url = reverse("document-scan", args=[document.pk])
    return Door(
        lambda: client.post(url, told | {"scan": picture()}, follow=True),
        lambda: document.signatures.exists(),
    )


def a_document(client) -> Door:
    mission = make_mission()
    client.force_login(head_of(mission.need.organisation))
    url = reverse("document-make", args=[mission.pk, Kind.CONVENTION_SERVICE])
    return Door(lambda: client.post(url, follow=True), Document.objects.exists)


def a_last_signature(client) -> Door:
    """Which makes the signed copy, with its page of signatures."""
    document = make(make_mission(), Kind.CONVENTION_SERVICE)
    sign(document)
    client.force_login(head_of(document.mission.offer.organisation))
    told = {"read": document.sha256, "capacity": "directeur", "agreed": "on"}
    url = reverse("document-sign", args=[document.pk])
    return Door(
        lambda: client.post(url, told | {"party": "EMPLOYER"}, follow=True),
        lambda: Document.objects.get(pk=document.pk).signatures.count() == 2,
    )


def a_logo(client) -> Door:
    boss = make_user()
    organisation = make_organisation(
        administrator=boss, status=OrganisationStatus.ACCEPTED, name="Les Jardins"
    )
    client.force_login(boss)
    told = {"purpose": "Réparer.", "address": "", "website": ""}
    told |= {"commune": organisation.commune_id}
    url = reverse("organisation-edit", args=[organisation.pk])
    return Door(
        lambda: client.post(url, told | {"logo": picture()}, follow=True),
        lambda: bool(Organisation.objects.get(pk=organisation.pk).logo),
    )


def a_photo_of_the_end(client) -> Door:
    mission = ended()
    client.force_login(by_of(mission, Side.NEED))
    told = SAID | {"alt": "L’atelier", "read": "0"}
    return Door(
        lambda: client.post(address(mission), told | {"picture": picture()}, follow=True),
        Telling.objects.exists,
    )


def some_minutes(client) -> Door:
    gathering = be_over(make_gathering())
    client.force_login(host_of(gathering))
    url = reverse("gathering-minutes", args=[gathering.pk])
    return Door(
        lambda: client.post(url, {"text": "On a parlé.", "file": picture()}, follow=True),
        Minutes.objects.exists,
    )


def a_partners_logo(client) -> Door:
    client.force_login(make_coordinator())
    told = {"name": "La Région", "role": "Soutient le pôle", "agreed": "on"}
    return Door(
        lambda: client.post(reverse("report-partners"), told | {"logo": picture()}, follow=True),
        ReportPartner.objects.exists,
    )


DOORS = [
    a_message,
    a_deliverable,
    a_proof,
    a_scan,
    a_document,
    a_last_signature,
    a_logo,
    a_photo_of_the_end,
    some_minutes,
    a_partners_logo,
]


def files_in(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("door", DOORS)
def test_a_full_disk_is_a_sentence_and_leaves_nothing(client, disk, door):
    there = door(client)
    before, rows = files_in(disk), StoredFile.objects.count()
    with full_disk():
        answer = there.send()
    assert answer.status_code == 200, "the page, with what was typed"
    assert SENTENCE in answer.text
    assert not there.is_kept()
    assert files_in(disk) == before, "nothing half written"
    assert StoredFile.objects.count() == rows
    there.send()
    assert there.is_kept(), "it works again by itself"


def test_a_message_without_its_file_keeps_its_words(client):
    there = a_message(client)
    with full_disk():
        page = there.send()
    assert "Voici." in page.text


def test_a_former_photo_stays_where_the_new_one_finds_no_room(client, disk):
    there = a_photo_of_the_end(client)
    there.send()
    former, before = Telling.objects.get(), files_in(disk / "media")
    new = SAID | {"alt": "Autre", "read": "1", "picture": picture()}
    with full_disk():
        client.post(address(former.mission), new)
    kept = Telling.objects.get()
    assert (kept.picture.name, kept.version) == (former.picture.name, 1)
    assert files_in(disk / "media") == before


def test_a_poles_logo_in_the_administration_gets_the_page(client, disk):
    pole = make_pole()
    client.force_login(make_user(is_staff=True, is_superuser=True))
    departments = list(pole.departments.values_list("code", flat=True))
    told = {"name": pole.name, "slug": pole.slug, "departments": departments, "email": ""}
    told["csrfmiddlewaretoken"] = "a" * 32  # which goes back with the rest
    url = reverse("admin:accounts_pole_change", args=[pole.pk])
    client.raise_request_exception = False
    with full_disk():
        answer = client.post(url, told | {"logo": picture()})
    assert answer.status_code == 503
    assert SENTENCE in answer.text
    assert not Pole.objects.get(pk=pole.pk).logo
    assert not files_in(disk / "media")
    client.post(url, told | {"logo": picture()})
    assert Pole.objects.get(pk=pole.pk).logo


def test_a_copy_of_ones_data_waits_for_room_and_leaves_nothing(disk):
    """A worker makes it: whoever asked reads that it is being made, and the clock has it begun again."""
    aline, now = make_user(), timezone.now()
    copy, _is_new = data_copies.ask(aline, by=aline, now=now)
    with full_disk(most=256), pytest.raises((OSError, NoRoom)):
        data_copies.carry_on(copy, now=now)
    assert DataCopy.objects.get().state == DataCopy.State.RUNNING
    assert not files_in(disk)
    later = now + SILENT + timedelta(minutes=1)
    assert data_copies.sweep(later) == [copy.pk]
    data_copies.carry_on(copy, now=later)
    assert DataCopy.objects.get().state == DataCopy.State.READY


def test_an_upload_too_large_for_memory_gets_its_page(client, settings, disk):
    """Django writes it to a file before any form sees it."""
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
    there = a_message(client)
    client.raise_request_exception = False
    with full_disk():
        answer = there.send()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert SENTENCE in answer.text
    assert not Message.objects.exists()
    there.send()
    assert there.is_kept()
    for torn in gc.get_objects():  # Django leaves it open, for the collector to close and remove
        if type(torn) is TemporaryUploadedFile:  # isinstance would wake what is lazy
            with suppress(OSError):
                torn.close()
