"""The database is away, or its disk is full: a calm page that asks it for nothing, and then all is well again."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction
from django.urls import reverse

from config import trouble
from tests.factories import make_need, make_user

CALM = "Le site revient dans un instant"


@pytest.mark.parametrize(
    ("error", "template"),
    [
        (OperationalError("server closed the connection unexpectedly"), trouble.AWAY),
        (OperationalError("database is locked"), trouble.AWAY),
        (OSError(28, "No space left on device"), trouble.NO_ROOM),
        (OSError(2, "No such file"), ""),
        (LookupError("a bug of ours"), ""),
    ],
)
def test_each_trouble_has_its_page(error, template):
    assert trouble.template_for(error) == template


def fill_up() -> None:
    with transaction.atomic():
        for _ in range(200):
            make_need(context="x " * 100_000)


@pytest.mark.sqlite
def test_sqlite_s_full_disk_is_told_from_one_that_is_away():
    with connection.cursor() as cursor:
        (pages,) = cursor.execute("PRAGMA page_count").fetchone()
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(OperationalError, match="full") as full:
            fill_up()
        cursor.execute("PRAGMA max_page_count = 1073741823")
    assert trouble.template_for(full.value) == trouble.NO_ROOM
    make_need()


def test_a_fault_of_ours_is_still_a_fault(client, monkeypatch):
    monkeypatch.setattr("marketplace.views.market.catalogue.LookedFor.of", lambda text: 1 / 0)
    client.raise_request_exception = False
    answer = client.get(reverse("needs"))
    assert answer.status_code == 500
    assert "Une erreur de notre côté" in answer.text
    assert f"<code>{answer.headers['X-Request-ID']}</code>" in answer.text, "to find it in the log"


def test_every_page_is_calm_while_the_database_is_away(client, monkeypatch):
    """A session's cookie is enough for the first question, long before a view."""
    client.force_login(make_user())
    client.raise_request_exception = False

    def away(*_given, **_more):
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", away)
    for name in ("needs", "home", "account_login"):
        answer = client.get(reverse(name))
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
        assert CALM in answer.text
    answer = client.get(reverse("health"), headers={"accept": "text/plain"})
    assert answer.status_code == 503


@pytest.fixture
def away(client, monkeypatch):
    """Signed in, and then the database is away."""
    client.force_login(make_user())
    client.raise_request_exception = False

    def refused(*_given, **_more):
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", refused)
    return client


SAID = "Une phrase <b>écrite</b> avec « soin » & peine."
KEY = "c" * 64


def hidden(page: str) -> dict[str, str]:
    return {
        html.unescape(name): html.unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
    }


def test_a_page_that_was_asked_for_tries_again_by_itself_with_or_without_javascript(away):
    page = away.get(reverse("needs")).text
    assert '<noscript><meta http-equiv="refresh" content="30"></noscript>' in page
    assert "js/again.js" in page
    assert "<form" not in page


def test_a_form_that_was_sent_comes_back_to_be_sent_again_as_it_was(away):
    told = {"text": SAID, "csrfmiddlewaretoken": KEY, "continue": "yes", "skills": "a"}
    answer = away.post(reverse("begin") + "?pour=offre", told)
    assert answer.status_code == 503
    assert hidden(answer.text) == told, "with its own token, and no fresh one"
    assert "<b>" not in answer.text
    assert 'http-equiv="refresh"' not in answer.text, "nothing is sent behind anybody's back"
    assert "action=" not in answer.text, "to the address that it was sent to, and to no other"
    assert "Une phrase &lt;b&gt;écrite" in answer.text, "and to be read or copied"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_password_is_on_no_page(away):
    told = {"login": "ines@example.org", "password": "mon mot secret"}
    page = away.post(reverse("account_login"), told).text
    assert "secret" not in page
    assert "<form" not in page
    assert "revenez à la page précédente" in page


def test_whoever_had_joined_a_file_reads_that_it_does_not_go_along(away):
    given = {"text": SAID, "files": SimpleUploadedFile("a.txt", b"a" * 100)}
    page = away.post(reverse("begin"), given).text
    assert "Les fichiers joints ne partiront pas" in page
    assert hidden(page) == {"text": SAID}


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/x"])
def test_what_cannot_be_read_gets_the_plain_page(away, kind):
    answer = away.generic("POST", reverse("begin"), b"\xff not a form", content_type=kind)
    assert answer.status_code == 503
    assert "<form" not in answer.text
