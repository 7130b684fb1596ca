"""A real PostgreSQL stops, is crowded, is full: one sentence, what was typed is kept, nothing half done, and all is well
again by itself."""

import re
import time
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from itertools import count

import psycopg
import pytest
from playwright.sync_api import expect

from tests.config.own_postgres import HALF_A_PAGE, TOKEN, site_of_its_own
from tests.services import free_port

pytestmark = [pytest.mark.e2e, pytest.mark.postgres]
CALM, NO_ROOM = "Le site revient dans un instant", "Plus de place pour le moment"
SENTENCE = "Il nous manque quelqu’un pour tenir la compta deux jours par mois"


@pytest.fixture(scope="module")
def site():
    with site_of_its_own() as site:
        yield site


@pytest.fixture(autouse=True)
def no_line_of_the_log_is_a_traceback_of_it(request, site):
    """Faults that pass are told in a line each; of what took too long the log says where it was."""
    before = site.log.stat().st_size
    yield
    if "impatient" in request.fixturenames:
        return
    said = site.log.read_bytes()[before:].decode()
    assert "Service Unavailable" in said
    assert "Traceback" not in said, said[:3000]


@pytest.fixture
def page(browser):
    context = browser.new_context(locale="fr-FR")
    yield context.new_page()
    context.close()


@pytest.fixture
def plain_page(browser):
    """A browser without JavaScript."""
    context = browser.new_context(locale="fr-FR", java_script_enabled=False)
    yield context.new_page()
    context.close()


def types(page, site) -> None:
    page.goto(f"{site.url}/commencer/")
    page.wait_for_load_state()
    page.get_by_role("textbox").first.fill(SENTENCE)


def sends(page) -> None:
    page.locator("main [name=continue]").first.click()


def heading(page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(words))


PROMETHEUS = {"Cookie": "", "Authorization": f"Bearer {TOKEN}"}


def told_of_faults(figures: str) -> int:
    """How many 503s the site has counted since it began, whatever test asked for them."""
    # A connection that was still held lets the first reach its page: it is counted under that page's name.
    told = re.findall(r'requests_total\{[^}]*status="503"\} (\d+)', figures)
    return sum(map(int, told))


def test_a_real_postgresql_stops_and_starts_again(site):
    before = told_of_faults(site.until("/metriques/", 200, **PROMETHEUS))
    site.stop()
    try:
        for path in ("/besoins/", "/", "/compte/login/"):
            status, words = site.asked(path)
            assert (status, CALM in words) == (503, True), path
        assert site.asked("/sante/web/")[0] == 503
        figures = site.until("/metriques/", 200, "traitdunion_database_up 0.0", **PROMETHEUS)
        assert told_of_faults(figures) - before == 4, "what it answered is told meanwhile"
    finally:
        site.start()
    assert site.asked("/besoins/")[0] == 200, "at the first question after it is back"
    assert site.asked("/sante/web/")[0] == 200


def test_what_was_typed_is_sent_again_once_it_is_back(site, page):
    sent_again_after_a_stop(site, page)


def test_without_javascript_it_is_the_same(site, plain_page):
    sent_again_after_a_stop(site, plain_page)


def sent_again_after_a_stop(site, page):
    types(page, site)
    site.stop()
    try:
        sends(page)
        heading(page, CALM)
    finally:
        site.start()
    page.get_by_role("button", name="Renvoyer").click()
    page.wait_for_url("**/compte/signup/**")
    page.goto(f"{site.url}/commencer/")
    expect(page.get_by_role("textbox").first).to_have_value(SENTENCE)


def test_a_page_that_waits_opens_by_itself(site, page):
    site.stop()
    try:
        page.goto(f"{site.url}/besoins/")
        heading(page, CALM)
    finally:
        site.start()
    expect(page.get_by_role("heading", level=1)).not_to_have_text(CALM, timeout=60_000)
    assert page.url == f"{site.url}/besoins/"


def test_when_all_connections_are_taken_one_waits_for_the_next_that_is_free(site):
    with site.connect() as mine:
        mine.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename IS NOT NULL"
        )
        with ExitStack() as others:
            crowd(site, others)
            status, words = site.asked("/besoins/")
            assert (status, CALM in words) == (503, True)
    assert site.until("/besoins/", 200)


def crowd(site, others: ExitStack) -> None:
    for connection in iter(partial(tried, site.connect), None):
        others.enter_context(connection)


def tried(act, *given):
    """None once the server has no more room for it."""
    try:
        return act(*given)
    except (psycopg.errors.DiskFull, psycopg.OperationalError):
        return None


def test_a_full_disk_under_the_database_is_a_sentence_and_keeps_nothing_by_half(site, page):
    types(page, site)
    largest = max(path.stat().st_size for path in site.data.rglob("*") if path.is_file())
    site.stop()
    site.start(largest_file=largest + 2**20 + HALF_A_PAGE)
    try:
        with site.connect() as database:
            fill(database)
            sends(page)
            heading(page, NO_ROOM)
            assert "Traceback" not in page.content()
            assert site.asked("/besoins/")[0] == 200, "what is only read goes on"
            database.execute("DELETE FROM django_session WHERE session_key LIKE 'full%'")
            database.execute("VACUUM django_session")
        page.get_by_role("button", name="Renvoyer").click()
        page.wait_for_url("**/compte/signup/**")
    finally:
        site.stop()
        site.start()


def fill(database: psycopg.Connection) -> None:
    """Sessions until not even a small one finds room."""
    database.execute("ALTER TABLE django_session ALTER session_data SET STORAGE PLAIN")
    row = "INSERT INTO django_session SELECT 'full' || %s || '-' || %s, repeat('x', %s), now() + interval '1 day'"
    for size in (7000, 1000, 10):
        numbers = count()
        while tried(database.execute, row, [size, next(numbers), size]):
            continue


SLOW = """
CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NEW; END';
CREATE TRIGGER slow BEFORE INSERT ON django_session FOR EACH ROW EXECUTE FUNCTION slow();
"""


@pytest.fixture
def impatient(site):
    """A web beside it, whose statements may take three seconds, and wait one for a lock."""
    limits = {"DATABASE_STATEMENT_SECONDS": "3", "DATABASE_LOCK_SECONDS": "1"}
    another = replace(site, door=free_port(), environment=site.environment | limits)
    another.log = site.log.with_name("impatient.log")
    with another.answering():
        yield another
    assert (
        "statement timeout" in another.log.read_text() or "lock timeout" in another.log.read_text()
    )


def test_a_statement_that_takes_too_long_is_ended_its_page_calm_and_the_next_one_fine(
    impatient, page
):
    kept = "SELECT count(*) FROM django_session"
    types(page, impatient)
    with impatient.connect() as database:
        before = database.execute(kept).fetchone()
        database.execute(SLOW)
        try:
            began = time.monotonic()
            sends(page)
            heading(page, CALM)
            assert time.monotonic() - began < 50, "long before the statement would have ended"
            assert impatient.asked("/besoins/")[0] == 200, "what asks for something else goes on"
        finally:
            database.execute("DROP FUNCTION slow CASCADE")
        assert database.execute(kept).fetchone() == before
    page.get_by_role("button", name="Renvoyer").click()
    page.wait_for_url("**/compte/signup/**")


def test_who_waits_too_long_for_what_somebody_else_holds_is_asked_to_come_again(impatient):
    with impatient.connect() as database, database.transaction():
        database.execute("LOCK TABLE marketplace_need IN ACCESS EXCLUSIVE MODE")
        status, words = impatient.asked("/besoins/")
        assert (status, CALM in words) == (503, True)
    assert impatient.asked("/besoins/")[0] == 200
