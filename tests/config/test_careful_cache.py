"""The broker is away: people log in, who tries too often is counted all the same, and it heals alone."""

import time

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.redis import RedisCache
from django.urls import reverse

from config import careful_cache
from config.careful_cache import RedisOrDatabase
from tests import services
from tests.factories import make_user
from tests.real_system import Program

NOBODY = f"redis://127.0.0.1:{services.free_port()}/0"
QUICK = {"socket_timeout": 1, "socket_connect_timeout": 1}
PASSWORD = "un-mot-bien-long"


@pytest.fixture
def away(settings, monkeypatch):
    """A site whose Redis doesn't answer."""
    begin_anew(monkeypatch)
    settings.CACHES = settings.CACHES | {"default": on(NOBODY)}
    yield
    caches["meanwhile"].clear()


def on(address: str) -> dict:
    backend = "config.careful_cache.RedisOrDatabase"
    return {"BACKEND": backend, "LOCATION": address, "OPTIONS": QUICK}


def with_password():
    person = make_user(email="ines@example.org")
    person.set_password(PASSWORD)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def begin_anew(monkeypatch) -> None:
    monkeypatch.setattr(careful_cache._Redis, "rests_until", 0.0)


@pytest.mark.django_db
def test_one_logs_in_while_redis_is_away(client, away):
    person = with_password()
    given = {"login": person.email, "password": PASSWORD}
    answer = client.post(reverse("account_login"), given)
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(person.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("door", ["account_reset_password", "account_signup"])
def test_nor_is_another_page_that_counts_a_fault_of_ours(client, away, door):
    given = {"email": "ines@example.org", "password1": PASSWORD}
    assert client.post(reverse(door), given).status_code in {200, 302}


@pytest.mark.django_db
def test_whoever_tries_passwords_is_counted_by_the_database(client, away):
    person = with_password()
    for _try in range(30):
        page = client.post(reverse("account_login"), {"login": person.email, "password": "non"})
    assert page.status_code in {200, 429}
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session, "too many tries, whoever knows it now"


@pytest.mark.django_db
def test_redis_is_not_asked_again_at_each_question(away, monkeypatch):
    asked = []
    monkeypatch.setattr(
        RedisCache, "_cache", property(lambda self: asked.append(1) or broken()), raising=False
    )

    def broken():
        raise careful_cache.RedisError

    for number in range(5):
        caches["default"].set("a", number)
    assert caches["default"].get("a") == 4
    assert len(asked) == 1


def test_every_way_of_asking_a_cache_has_its_way_out():
    """One that Django adds to its Redis would meet a Redis that is away unprepared."""
    asked = {name for name in vars(RedisCache) if not name.startswith("_")}
    asked -= {"get_backend_timeout"}
    assert asked <= {name for name in vars(RedisOrDatabase) if not name.startswith("_")}
    assert not {name for name in asked if not hasattr(BaseCache, name)}


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_real_redis_stops_and_starts_again(settings, monkeypatch, tmp_path):
    port = services.free_port()
    command = [services.find("redis-server"), "--port", port, "--bind", "127.0.0.1", "--save", ""]
    redis = Program("redis", [*command, "--dir", tmp_path], tmp_path)
    ping = [services.find("redis-cli"), "-p", str(port), "ping"]
    begin_anew(monkeypatch)
    settings.CACHES = settings.CACHES | {"default": on(f"redis://127.0.0.1:{port}/0")}
    redis.start()
    try:
        services.wait_for(ping, redis.log)
        caches["default"].set("a", 1)
        assert caches["meanwhile"].get("a") is None, "in Redis alone"
        redis.stop()
        began = time.monotonic()
        caches["default"].set("a", 2)
        assert caches["default"].get("a") == 2
        assert time.monotonic() - began < 3
        redis.start()
        services.wait_for(ping, redis.log)
        begin_anew(monkeypatch)  # half a minute later
        assert caches["default"].get("a") is None, "Redis begins anew, and is asked again"
    finally:
        redis.stop()
        caches["meanwhile"].clear()
