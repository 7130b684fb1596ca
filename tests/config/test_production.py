"""The README followed to the letter, with Docker: docker-compose.yml and the Dockerfile, done without.

Only the hosts db and redis are others. The proxy isn't on 127.0.0.1 and speaks HTTPS.
"""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psycopg
import pytest

from tests import compose, first_day
from tests.machine import (
    BUILDING,
    NAME,
    SAID,
    THE_SIX,
    Machine,
    blocks,
    compose_environment,
    dotenv,
    names_to_set,
    with_post_and_proxy,
)
from tests.services import free_port
from tests.site import own_database, wait_until
from tests.weighing import FIRST_VISIT, NEXT_VISIT, weight_of

pytestmark = [pytest.mark.e2e, pytest.mark.postgres]
SERVICES = compose.services()


def database_and_queue(settings: dict[str, str]) -> dict[str, str]:
    """compose's own addresses, at the tests' servers: the user `site` owns the database `site`."""
    queue = own_database()["REDIS_URL"].removeprefix("redis://")
    server, here = os.environ["DATABASE_URL"], urlsplit(os.environ["DATABASE_URL"])
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS site WITH (FORCE)")
        connection.execute("DROP ROLE IF EXISTS site")
        connection.execute(f"CREATE ROLE site LOGIN PASSWORD '{SAID['POSTGRES_PASSWORD']}'")
        connection.execute("CREATE DATABASE site OWNER site")
    return {
        "DATABASE_URL": settings["DATABASE_URL"].replace(
            "@db:5432/", f"@{here.hostname}:{here.port}/"
        ),
        "REDIS_URL": settings["REDIS_URL"].replace("redis:6379/0", queue),
    }


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    folder, mail_port = tmp_path_factory.mktemp("machine"), free_port()
    with_docker = blocks()[0]
    assert names_to_set(with_docker) == THE_SIX
    # The mail server of this machine isn't at port 25; all else is what .env.example says.
    env_file = dotenv(THE_SIX, EMAIL_PORT=str(mail_port))
    places = {"VAR_DIR": str(folder / "var"), "STATIC_ROOT": str(folder / "built")}
    settings = compose_environment(env_file, **places)
    machine = Machine(folder, settings | database_and_queue(settings))
    for line in BUILDING:
        machine.does("python", *line.split())
    with with_post_and_proxy(machine, mail_port):
        built = times(folder / "built")
        machine.does(*SERVICES["prepare"]["command"])
        assert times(folder / "built") == built, "in the container that folder is read-only"
        for service in ("web", "worker", "beat"):
            machine.start(service, *SERVICES[service]["command"])
        wait_until(lambda: healthy(machine, "web"), machine.log)
        yield machine


def times(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def healthy(machine: Machine, service: str) -> bool:
    """As compose asks, at the port where this web server listens."""
    asked = SERVICES[service]["healthcheck"]["test"][1:]
    return machine.run(*asked, PORT=str(machine.port)).returncode == 0


@pytest.fixture(scope="module")
def window(machine, browser_type, browser_type_launch_args):
    with first_day.window(machine, browser_type, browser_type_launch_args) as browser:
        yield browser


def test_the_image_is_built_with_its_static_files_and_translations(machine):
    assert BUILDING == ["manage.py compile_translations", "manage.py collectstatic --no-input"]
    assert (machine.folder / "built" / "staticfiles.json").exists()
    assert (machine.folder / "locale/fr/LC_MESSAGES/django.mo").exists()


def test_every_service_comes_to_be_well_and_sante_says_so(machine):
    for service in ("web", "worker", "beat"):
        wait_until(lambda name=service: healthy(machine, name), machine.log)
    answer = machine.ask("/sante/")
    assert (answer.status, b"NOT WELL" in answer.content) == (200, False)


def test_django_has_nothing_to_say_of_these_settings(machine):
    said = machine.does("python", "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert said.startswith("System check identified no issues")


def test_a_need_is_posted_and_its_letter_arrives(machine, window):
    first_day.a_need_is_posted_and_its_letter_arrives(machine, window)


def test_whatever_becomes_of_a_key_the_log_doesnt_hold_it(machine):
    first_day.try_every_door_with_a_key(machine)
    assert '"GET /invitation/*/ HTTP/1.1" ' in machine.log(), (
        "gunicorn has written down what was asked"
    )
    assert "Not Found: /invitation/" in machine.log(), "Django has written down what it refused"
    assert first_day.KEY not in machine.log()


def test_pages_and_hashed_static_files_are_served_with_their_headers(machine):
    page = machine.ask("/")
    assert page.status == 200
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    styles = re.findall(r'href="(/static/[^"]+\.css)"', page.content.decode())
    assert styles
    for path in styles:
        for way in ("br", "gzip"):
            sheet = machine.ask(path, Accept_Encoding=way)
            assert "immutable" in sheet.headers["Cache-Control"]
            assert sheet.headers["Content-Encoding"] == way


@pytest.mark.parametrize("path", ["/", "/besoins/", "/comment-ca-marche/", "/compte/signup/"])
def test_a_first_visit_is_light_and_the_next_one_lighter(machine, window, path):
    context = window.new_context(locale="fr-FR")
    first, later = (weight_of(context, machine.url + path) for _ in range(2))
    context.close()
    assert 60_000 < first <= FIRST_VISIT, "less would be a page without its letters or its looks"
    assert later <= NEXT_VISIT


def test_whoever_has_come_in_finds_their_pages_as_light(machine, window):
    """Compressed although they hold what is theirs: it is they who ask."""
    member = first_day.Visitor(machine, window, "Odile", "Marchand", "odile@example.org")
    member.sign_up("ESS")
    member.confirm()
    context = window.new_context(locale="fr-FR")
    context.add_cookies(member.page.context.cookies())
    first = weight_of(context, f"{machine.url}/besoins/")
    later = weight_of(context, f"{machine.url}/")
    context.close()
    assert 60_000 < first <= FIRST_VISIT
    assert later <= NEXT_VISIT


def test_without_https_one_is_sent_there_once(machine):
    answer = machine.ask("/besoins/", direct=True)
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{NAME}/besoins/")
    assert machine.ask("/besoins/").status == 200


def asks_for_a_password(machine: Machine, number: int, **headers: str) -> int:
    token = "c" * 32
    fields = urlencode({"email": f"nobody{number}@example.org", "csrfmiddlewaretoken": token})
    door, cookie = "/compte/password/reset/", f"__Host-csrf={token}"
    headers |= {"Cookie": cookie, "Referer": machine.url + door}
    return machine.ask(door, method="POST", fields=fields, **headers).status


def test_a_visitor_who_claims_another_address_at_each_try_is_counted_as_one(machine):
    tries = [
        asks_for_a_password(machine, number, X_Forwarded_For=f"203.0.113.{number}")
        for number in range(22)
    ]
    assert (tries[0], tries[-1]) == (302, 429)


def test_the_demo_never_comes_here(machine):
    done = machine.run("python", "manage.py", "load_demo")
    assert done.returncode != 0
    assert "DEBUG" in done.stderr


def test_two_copies_prepare_at_once_without_harm(machine):
    with ThreadPoolExecutor(2) as both:
        turns = [both.submit(machine.does, *SERVICES["prepare"]["command"]) for _ in range(2)]
    assert not any("load" in turn.result() for turn in turns)
