"""The demonstration's mailbox: letters to read, where DEBUG is on and nowhere else."""

import pytest
from django.conf import settings as django_settings
from django.test import override_settings
from django.urls import NoReverseMatch, include, path, reverse

from notifications import delivery
from notifications import urls as notification_urls
from notifications.views import mailbox

urlpatterns = [
    path("courrier/demo/", mailbox.index, name="mailbox"),
    path("courrier/demo/<str:name>/", mailbox.letter, name="mailbox-letter"),
    path("courrier/demo/<str:name>/html/", mailbox.html, name="mailbox-html"),
    path("", include("config.urls")),
]


@pytest.fixture
def box(client, settings, tmp_path):
    settings.MAIL_TRANSPORT = "file"
    settings.MAILBOX_PATH = tmp_path / "mailbox"
    with override_settings(ROOT_URLCONF="tests.notifications.test_mailbox"):
        yield client


def test_a_letter_can_be_found_and_read(box, post, reader):
    post(reader, what="Les Jardins", words="<script>alert(1)</script>")
    assert delivery.deliver_due() == 1
    page = box.get(reverse("mailbox"), {"qui": reader.email[:6].upper()})
    assert "Les Jardins" in page.content.decode()
    (letter,) = page.context["letters"]
    read = box.get(reverse("mailbox-letter", args=[letter.name])).content.decode()
    assert "Bonjour Aïcha," in read
    assert "&lt;script&gt;" in read


def test_the_letter_itself_runs_nothing(box, post, reader):
    post(reader)
    delivery.deliver_due()
    (letter,) = box.get(reverse("mailbox")).context["letters"]
    answer = box.get(reverse("mailbox-html", args=[letter.name]))
    policy = answer["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "allow-same-origin" in policy, "the page around it measures it, and shows it whole"
    assert "allow-scripts" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_an_empty_box_and_a_search_that_finds_nothing_say_so(box):
    assert "Pas encore de courriel" in box.get(reverse("mailbox")).content.decode()
    assert "Aucun courriel" in box.get(reverse("mailbox"), {"qui": "x"}).content.decode()


@pytest.mark.parametrize("name", ["nothing", "..", "%2e%2e%2fdb"])
def test_no_other_file_can_be_read(box, name):
    assert box.get(f"/courrier/demo/{name}/").status_code == 404


def test_it_does_not_exist_in_production():
    assert not django_settings.DEBUG
    assert not any(getattr(door, "name", "") == "mailbox" for door in notification_urls.urlpatterns)
    with pytest.raises(NoReverseMatch):
        reverse("mailbox")
