"""A copy of one's data: asked for, made, taken, deleted; who may, and who may not."""

import hashlib
import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.desk import data_copies
from marketplace.actions.market import people
from marketplace.actions.refusals import NotYet
from marketplace.actions.talk import files
from marketplace.models import DataCopy, StoredFile
from marketplace.models.documents.documents import vault
from notifications.models import Notification, RowFault
from tests.factories import make_coordinator, make_organisation, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "trait-d-union-42"


def made(owner, by=None, now=None):
    """A copy, made at once."""
    copy, is_new = data_copies.ask(owner, by=by or owner, now=now or timezone.now())
    assert is_new
    data_copies.carry_on(copy, now=now or timezone.now())
    copy.refresh_from_db()
    return copy


def opened(copy):
    with vault().open(copy.file, "rb") as kept:
        return zipfile.ZipFile(io.BytesIO(kept.read()))


def said(copy):
    """Each text of the archive, by its name."""
    box = opened(copy)
    return {
        name: box.read(name).decode()
        for name in box.namelist()
        if name.endswith((".html", ".json"))
    }


@pytest.fixture
def nora():
    return make_user("Nora", "Cherif", password=PASSWORD)


@pytest.fixture
def sure(client, nora):
    """Logged in, and asked once more for the password a moment ago."""
    client.force_login(nora)
    answer = client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert answer.status_code == 302
    return client


# --- asked and made ---------------------------------------------------------------------------
def test_a_copy_is_a_page_and_the_same_for_machines(nora):
    copy = made(nora)
    assert copy.is_there(timezone.now())
    texts = said(copy)
    data = json.loads(texts["donnees.json"])
    assert data["format"] == 1
    assert data["tables"]["accounts.user"][0]["email"] == nora.email
    assert "Nora" in texts["lisez-moi.html"]
    assert copy.done == copy.total > 0


def test_the_page_asks_nothing_of_the_network(nora):
    page = said(made(nora))["lisez-moi.html"]
    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", page)
    assert "<script" not in page
    assert "@import" not in page


def test_what_opens_something_isnt_in_it(nora):
    texts = "".join(said(made(nora)).values())
    assert nora.password not in texts
    assert '"password"' not in texts


def test_asked_twice_is_one_copy(nora):
    now = timezone.now()
    first, is_new = data_copies.ask(nora, by=nora, now=now)
    again, is_new_again = data_copies.ask(nora, by=nora, now=now)
    assert (is_new, is_new_again, again.pk) == (True, False, first.pk)


def test_five_a_day_and_no_more(nora):
    for _ in range(data_copies.COPIES_A_DAY):
        made(nora)
    with pytest.raises(NotYet):
        data_copies.ask(nora, by=nora, now=timezone.now())


def test_a_newer_one_takes_the_place_of_the_one_before(nora):
    old = made(nora)
    new = made(nora)
    name = old.file
    old.refresh_from_db()
    assert old.state == DataCopy.State.GONE
    assert new.is_there(timezone.now())
    assert old.file == "" != name


def test_its_owner_is_told_once(nora):
    copy = made(nora)
    data_copies.carry_on(copy, now=timezone.now())
    [letter] = Notification.objects.filter(kind="data_copy_ready")
    assert letter.recipient == nora
    assert reverse("my-data") in letter.text


def test_a_second_worker_leaves_it_to_the_first(nora):
    copy, _new = data_copies.ask(nora, by=nora, now=timezone.now())
    DataCopy.objects.filter(pk=copy.pk).update(tries=1)
    data_copies.carry_on(copy, now=timezone.now())
    assert DataCopy.objects.get(pk=copy.pk).is_working


def test_one_whose_worker_is_gone_is_found_again_and_made(nora):
    copy, _new = data_copies.ask(nora, by=nora, now=timezone.now())
    DataCopy.objects.filter(pk=copy.pk).update(tries=1)
    later = timezone.now() + timedelta(minutes=4)
    assert data_copies.sweep(later) == [copy.pk]
    data_copies.carry_on(copy, now=later)
    assert DataCopy.objects.get(pk=copy.pk).state == DataCopy.State.READY


def test_what_fails_each_time_is_given_up_and_may_be_asked_for_again(nora, client):
    copy, _new = data_copies.ask(nora, by=nora, now=timezone.now())
    DataCopy.objects.filter(pk=copy.pk).update(tries=5)
    assert data_copies.sweep(timezone.now() + timedelta(minutes=4)) == []
    client.force_login(nora)
    page = client.get(reverse("my-data")).content.decode()
    assert "n’a pas pu être faite" in page
    assert reverse("my-data-ask") in page


@pytest.mark.once  # PostgreSQL keeps no date that isn’t one
def test_a_row_that_cant_be_read_doesnt_hold_the_others(nora):
    from marketplace.models import Learning
    from tests.factories import make_skill

    bad = Learning.objects.create(person=nora, skill=make_skill("site-web"))
    Learning.objects.create(person=nora, skill=make_skill("tableur"))
    with connection.cursor() as cursor:  # as a fault of the disk would leave it
        cursor.execute(
            "UPDATE marketplace_learning SET said_at = '2026-13-45 10:00:00' WHERE id = %s",
            [bad.pk],
        )
    copy = made(nora)
    texts = said(copy)
    assert copy.left_out == 1
    assert len(json.loads(texts["donnees.json"])["tables"]["marketplace.learning"]) == 1
    assert "1 ligne n’a pas pu être lue" in texts["lisez-moi.html"]
    assert RowFault.objects.filter(act="data-copies", number=str(bad.pk)).exists()


def test_a_file_that_the_disk_has_lost_is_named(nora):
    house = make_organisation(member=nora)
    for name in ("statuts.pdf", "budget.pdf"):
        kept = StoredFile.objects.create(
            original_name=name, content_type="application/pdf", size=3,
            sha256=hashlib.sha256(b"abc").hexdigest(),
            uploaded_by=nora, organisation=house,
        )  # fmt: skip
        if name == "statuts.pdf":
            vault().save(files.path_of(kept.name), ContentFile(b"abc"))
    copy = made(nora)
    there = [name for name in opened(copy).namelist() if name.startswith("fichiers/")]
    assert [name.partition("-")[2] for name in there] == ["statuts.pdf"]
    assert "budget.pdf" in said(copy)["lisez-moi.html"]


# --- taken ------------------------------------------------------------------------------------
def test_it_is_taken_with_the_password_asked_again(nora, sure):
    made(nora)
    page = sure.get(reverse("my-data")).content.decode()
    assert reverse("my-data-take") in page
    answer = sure.post(reverse("my-data-take"))
    box = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert "donnees.json" in box.namelist()
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("name", ["my-data-ask", "my-data-take"])
def test_an_open_session_isnt_enough(nora, client, name):
    copy = made(nora)
    client.force_login(nora)
    page = client.get(reverse("my-data")).content.decode()
    assert reverse("my-data-take") not in page
    answer = client.post(reverse(name))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_reauthenticate"))
    copy.refresh_from_db()
    assert copy.taken_at is None
    assert DataCopy.objects.count() == 1


def test_asked_then_the_password_it_is_made(nora, client):
    client.force_login(nora)
    ask = reverse("my-data-ask")
    client.post(ask)
    answer = client.post(
        reverse("account_reauthenticate") + f"?next={ask}", {"password": PASSWORD, "next": ask}
    )
    assert answer.status_code == 302
    assert answer.url == reverse("my-data")
    assert DataCopy.objects.get().person == nora


@pytest.mark.parametrize("name", ["my-data-ask", "my-data-take"])
def test_whoever_has_nothing_that_could_be_asked_chooses_a_password_first(client, name):
    person = make_user("Karim")
    person.set_unusable_password()
    person.save()
    made(person)
    client.force_login(person)
    answer = client.post(reverse(name))
    assert (answer.status_code, answer.url) == (302, reverse("account_set_password"))
    assert DataCopy.objects.get().taken_at is None


def test_a_link_followed_ahead_takes_nothing(nora, sure):
    copy = made(nora)
    for name in ("my-data-take", "my-data-ask", "my-data-delete"):
        assert sure.get(reverse(name)).status_code == 405
    copy.refresh_from_db()
    assert copy.taken_at is None


def test_nobody_else_takes_it(nora, client):
    made(nora)
    other = make_user("Karim", password=PASSWORD)
    client.force_login(other)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    answer = client.post(reverse("my-data-take"), follow=True)
    assert "text/html" in answer["Content-Type"]
    assert not DataCopy.objects.visible_to(other).exists()
    assert not DataCopy.objects.visible_to(make_coordinator()).exists()


def test_nobody_who_isnt_logged_in(client):
    assert client.get(reverse("my-data")).status_code == 302
    assert client.post(reverse("my-data-take")).status_code == 302


def test_after_48_hours_it_is_gone(nora, sure):
    copy = made(nora)
    with time_machine.travel(timezone.now() + timedelta(hours=48, minutes=1), tick=True):
        data_copies.sweep(timezone.now())
        copy.refresh_from_db()
        assert copy.state == DataCopy.State.GONE
    assert copy.file == ""


def test_its_bytes_go_with_it(nora, django_capture_on_commit_callbacks):
    copy = made(nora)
    name = copy.file
    assert vault().exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        data_copies.sweep(timezone.now() + timedelta(hours=49))
    assert not vault().exists(name)


def test_too_late_says_so(nora, sure):
    copy = made(nora)
    DataCopy.objects.filter(pk=copy.pk).update(until=timezone.now() - timedelta(minutes=1))
    answer = sure.post(reverse("my-data-take"), follow=True)
    assert "a été supprimée" in answer.content.decode()


def test_deleted_by_its_owner_its_letter_doesnt_leave(nora, sure):
    copy = made(nora)
    sure.post(reverse("my-data-delete"))
    copy.refresh_from_db()
    assert copy.state == DataCopy.State.GONE
    assert not Notification.objects.filter(kind="data_copy_ready", status="WAITING").exists()


def test_called_off_while_it_is_made_nothing_is_kept(nora):
    copy, _new = data_copies.ask(nora, by=nora, now=timezone.now())
    data_copies.delete(copy, now=timezone.now())
    data_copies.carry_on(copy, now=timezone.now())
    copy.refresh_from_db()
    assert (copy.state, copy.file) == (DataCopy.State.GONE, "")


def test_an_account_that_closes_leaves_no_copy(nora):
    copy = made(nora)
    people.close_account(nora, now=timezone.now())
    copy.refresh_from_db()
    assert (copy.state, copy.file) == (DataCopy.State.GONE, "")


def test_half_made_and_nameless_bytes_are_swept_a_day_later(nora, settings):
    made(nora)
    place = vault().path("copies")
    import os

    stray = os.path.join(place, "x" * 32 + ".zip")
    half = os.path.join(settings.VAR_DIR, "making", "making-abc")
    os.makedirs(half)
    with open(stray, "wb") as out:
        out.write(b"x")
    data_copies.sweep(timezone.now())
    assert os.path.exists(stray)
    data_copies.sweep(timezone.now() + timedelta(hours=25))
    assert not os.path.exists(stray)
    assert not os.path.exists(half)
    assert DataCopy.objects.get().file.rpartition("/")[2] in os.listdir(place)


def test_a_suspended_account_is_given_none(nora):
    copy, _new = data_copies.ask(nora, by=nora, now=timezone.now())
    type(nora).objects.filter(pk=nora.pk).update(is_active=False)
    data_copies.carry_on(copy, now=timezone.now())
    copy.refresh_from_db()
    assert copy.state == DataCopy.State.GONE


def test_the_page_of_data_asks_few_questions(nora, sure, django_assert_max_num_queries):
    made(nora)
    sure.get(reverse("my-data"))
    with django_assert_max_num_queries(16):
        sure.get(reverse("my-data"))
