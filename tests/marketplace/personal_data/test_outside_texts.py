"""Somebody who has left is named in no place that a search in the texts of tables misses: a form as a browser sends it, a session,
the cache, what waits for a worker, the files beside the database."""

import base64
import inspect
import json
import logging
import pickle
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from celery import current_app
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from kombu import Connection
from redis import Redis

from accounts.models import FormDraft
from marketplace.actions.desk import data_copies, left_names
from marketplace.actions.market import people
from marketplace.models import Mailing, SavedFilter
from notifications import doorbell
from notifications.models import Notification, Status
from tests import services
from tests.factories import a_pole, make_need, make_offer, make_proposal, make_user, verify

FIRST, LAST, EMAIL = "Zoé", "Zwingmann", "zzw@canaris.example"
NAME = f"{FIRST} {LAST}"
GONE, PASSWORD = "[compte fermé]", "une-phrase-assez-longue"


@pytest.fixture
def zoe():
    return verify(make_user(FIRST, LAST, email=EMAIL, password=PASSWORD))


@pytest.fixture
def aline():
    return make_user("Aline", "Delattre")


def closed(person):
    people.close_account(person, now=timezone.now())
    left_names.carry_on(timezone.now())
    Notification.objects.update(status=Status.SENT, sent_at=timezone.now())
    left_names.carry_on(timezone.now())


# --- forms, as they are sent ------------------------------------------------------------------
def draft(user, place, **typed):
    return FormDraft.objects.create(user=user, place=place, key=place, form=urlencode(typed))


def test_a_form_that_somebody_else_has_begun_names_them_no_more(zoe, aline):
    need = make_need(member=aline)
    make_proposal(need, make_offer(zoe))
    about = draft(aline, f"need:{need.pk}:quoi", context=f"Comme avec {NAME} : à 9 h & plus")
    beside = draft(
        aline, "organisation:new:ESS", first_name=FIRST, last_name=LAST, email=EMAIL, city="Lens"
    )
    other = draft(aline, "behalf:offer", text=f"Voir {NAME}")  # somebody may be called so
    closed(zoe)
    for one in (about, beside, other):
        one.refresh_from_db()
    assert about.form == urlencode({"context": f"Comme avec {GONE} : à 9 h & plus"})
    assert "Zwingmann" not in beside.form
    assert EMAIL.partition("@")[0] not in beside.form
    assert "city=Lens" in beside.form
    assert other.form == urlencode({"text": f"Voir {NAME}"})


def test_a_search_that_is_kept_names_their_address_no_more(zoe, aline):
    asked = urlencode({"q": EMAIL, "etat": "ouvert"})
    kept = SavedFilter.objects.create(user=aline, name="Ma vue", query=asked)
    written = Mailing.objects.create(
        pole=a_pole(), by=aline, query=asked, changed_at=timezone.now()
    )
    closed(zoe)
    for one in (kept, written):
        one.refresh_from_db()
        assert one.query == urlencode({"q": GONE, "etat": "ouvert"})


# --- sessions ----------------------------------------------------------------------------------
def in_session(client, **said):
    session = client.session
    session.update(said)
    session.save()
    return session.session_key


def held():
    return json.dumps([one.get_decoded() for one in Session.objects.all()])


def test_no_session_says_who_they_were(zoe, aline):
    """The browser in which they asked for a letter, and that of a colleague who was told of them."""
    own, begun, others = Client(), Client(), Client()
    own.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD})
    assert own.get(reverse("profile")).status_code == 200
    begun.post(reverse("account_reset_password"), {"email": EMAIL})
    in_session(begun, written={"email": EMAIL})
    others.force_login(aline)
    in_session(others, shown={"email": EMAIL, "first": FIRST, "last": f"{NAME}"}, chosen=[3, 4])
    assert EMAIL in held()
    closed(zoe)
    assert EMAIL not in held()
    assert LAST not in held()
    assert "Zo" not in held(), "nor by half a name beside it"
    [left] = Session.objects.all()
    assert left.get_decoded()["_auth_user_id"] == str(aline.pk)
    assert left.get_decoded()["chosen"] == [3, 4]
    assert others.get(reverse("profile")).status_code == 200, "she goes on"


def test_the_session_of_somebody_who_is_called_alike_stays_as_it_is(zoe):
    other = Client()
    kept = in_session(other, shown={"first": FIRST, "last": LAST, "name": NAME})
    closed(zoe)
    assert Session.objects.get(pk=kept).get_decoded()["shown"]["name"] == NAME


# --- the cache ---------------------------------------------------------------------------------
def in_database() -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM django_cache")
        lines = cursor.fetchall()
    return b"".join(
        key.encode() + repr(pickle.loads(base64.b64decode(value))).encode() for key, value in lines
    )


def all_of(redis: Redis) -> bytes:
    """Whatever lies there: names, texts, lists, tables."""
    found = []
    for key in redis.scan_iter():
        match redis.type(key):
            case b"string":
                found += [redis.get(key)]
            case b"list":
                found += redis.lrange(key, 0, -1)
            case b"hash":
                found += [part for pair in redis.hgetall(key).items() for part in pair]
            case b"set":
                found += redis.smembers(key)
            case b"zset":
                found += redis.zrange(key, 0, -1)
        found.append(key)
    return b"\n".join(found)


def typed_wrongly():
    """What is counted of somebody who tries their passwords, and asks for a new one."""
    for way, said in (
        ("account_login", {"login": EMAIL, "password": f"{LAST}-secret"}),
        ("account_reset_password", {"email": EMAIL}),
    ):
        for _twice in range(3):
            assert Client().post(reverse(way), said).status_code < 500


@pytest.mark.once  # with Redis nothing of it is in the database: see below
def test_what_is_counted_in_the_cache_names_nobody(zoe):
    typed_wrongly()
    said = in_database()
    assert said, "tries are counted"
    assert EMAIL.encode() not in said.lower()
    assert LAST.encode() not in said


@pytest.mark.once
def test_nor_in_redis(zoe, tmp_path, settings):
    with services.redis(tmp_path) as where:
        at = {"BACKEND": "config.careful_cache.RedisOrDatabase", "LOCATION": where["REDIS_URL"]}
        settings.CACHES = settings.CACHES | {"default": at}
        typed_wrongly()
        said = all_of(Redis.from_url(where["REDIS_URL"]))
        caches["default"].close()
    assert said, "tries are counted there"
    assert EMAIL.encode() not in said.lower()
    assert LAST.encode() not in said


# --- what waits for a worker -------------------------------------------------------------------
def test_a_job_is_handed_numbers_alone():
    """Which row, and nothing of what it says: whoever reads the queue reads nobody."""
    ours = ("accounts.", "marketplace.", "notifications.", "config.")
    current_app.loader.import_default_modules()
    jobs = [job for name, job in current_app.tasks.items() if name.startswith(ours)]
    assert len(jobs) > 60
    handed = {
        one.annotation for job in jobs for one in inspect.signature(job.run).parameters.values()
    }
    assert handed <= {int}


@contextmanager
def broker(url, **options):
    """What is sent goes to this one, for as long as the test asks."""
    with Connection(url, transport_options=options) as line:
        send = current_app.send_task
        current_app.send_task = lambda *what, **more: send(*what, connection=line, **more)
        try:
            yield line
        finally:
            current_app.send_task = send


def rung(zoe, aline, on_commit):
    """Jobs of the kinds that somebody's acts ring for, and one that a worker holds and hasn't done."""
    with on_commit():
        data_copies.ask(zoe, by=zoe, now=timezone.now())
    bell = doorbell.Bell()
    make_proposal(make_need(member=aline, title=NAME), make_offer(zoe, title=NAME))
    bell.ring()
    assert bell.idle.wait(10)


def is_about_nobody(said: bytes) -> bool:
    parts = [said]
    for line in said.splitlines():
        try:
            parts.append(base64.b64decode(json.loads(line)["body"]))
        except (ValueError, KeyError, TypeError):
            continue
    assert len(parts) > 2, "nothing of a job was read"
    return not any(word.encode() in part for part in parts for word in (EMAIL, LAST, "Delattre"))


@pytest.mark.once
def test_the_queue_of_a_laptop_names_nobody(zoe, aline, on_commit, tmp_path):
    folder = str(tmp_path)
    options = {"data_folder_in": folder, "data_folder_out": folder, "control_folder": f"{folder}/c"}
    with broker("files://localhost/", **options):
        rung(zoe, aline, on_commit)
    waits = [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix == ".msg"]
    assert len(waits) >= 2
    assert is_about_nobody(b"\n".join(path.read_bytes() for path in waits))


@pytest.mark.once
def test_nor_does_the_queue_in_redis_at_rest_or_in_a_workers_hands(zoe, aline, on_commit, tmp_path):
    with services.redis(tmp_path) as where:
        redis = Redis.from_url(where["REDIS_URL"])
        with broker(where["REDIS_URL"]) as line:
            rung(zoe, aline, on_commit)
            at_rest = all_of(redis)
            assert line.default_channel.basic_get("celery", no_ack=False), "taken, and not done"
            in_hand = b"\n".join(redis.hvals("unacked"))
            assert b"tasks" in in_hand
    assert is_about_nobody(at_rest)
    assert not any(word.encode() in in_hand for word in (EMAIL, LAST))


# --- files beside the database -----------------------------------------------------------------
def test_no_file_beside_the_database_holds_a_word_of_theirs(zoe, aline, caplog):
    """But letters on a laptop, which stand for the mailboxes of others."""
    with caplog.at_level(logging.DEBUG):
        make_proposal(make_need(member=aline, title=NAME), make_offer(zoe, title=NAME))
        copy, _is_new = data_copies.ask(zoe, by=zoe, now=timezone.now())
        data_copies.carry_on(copy, now=timezone.now())
        closed(zoe)
    beside = [path for path in Path(settings.VAR_DIR).rglob("*") if path.is_file()]
    beside = [path for path in beside if Path(settings.MAILBOX_PATH) not in path.parents]
    assert beside
    for path in beside:
        said = path.read_bytes()
        for word in (EMAIL, LAST, FIRST):
            assert word.encode() not in said, path.name
            assert word not in path.name
    written = "\n".join(one.getMessage() for one in caplog.records)
    assert LAST not in written
    assert EMAIL not in written
