"""With a virus scanner plugged in, no file is kept that it hasn't seen; without, nothing changes."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from marketplace.models import Deliverable, Draft, Message, StoredFile
from marketplace.states import MissionStatus
from marketplace.uploads import clean, scanner
from tests import clamav, services
from tests.marketplace.documents.document_desk import make_mission
from tests.marketplace.talk.talkers import talk_between_two
from tests.marketplace.talk.test_files import pdf, picture, sent

LATER = "renvoyez-le un peu plus tard"


@pytest.fixture
def moody(settings):
    with clamav.moody() as server:
        settings.CLAMAV_SOCKET = server.where
        yield server


def hand_in(client, content):
    mission = make_mission(status=MissionStatus.RUNNING)
    client.force_login(mission.offer.person)
    url = reverse("deliverable-new", args=[mission.pk])
    return client.post(url, {"title": "Le livrable", "sent": sent(content)})


def test_the_scanner_sees_the_very_bytes_that_were_sent(moody):
    """Not those of the picture that we draw again."""
    content = picture()
    clean(sent(content))
    assert moody.received == [content]


def test_many_pieces_arrive_as_one(moody):
    content = pdf() + b"\n%" + b"x" * 3 * scanner.PIECE
    clean(sent(content))
    assert moody.received == [content]


def test_what_it_finds_is_refused_beside_the_field_and_nothing_is_kept(client, moody):
    moody.answers = [b"stream: Win.Test", b".EICAR FOUND\0"]
    page = hand_in(client, pdf())
    assert "L’antivirus refuse ce fichier" in page.context["form"].errors["sent"][0]
    assert "Le livrable" in page.text
    assert not StoredFile.objects.exists()
    assert not Deliverable.objects.exists()


def away(moody, settings):
    settings.CLAMAV_SOCKET = "127.0.0.1:1"


def no_such_socket(moody, settings):
    settings.CLAMAV_SOCKET = "/nowhere/clamd.ctl"


def nonsense(moody, settings):
    settings.CLAMAV_SOCKET = "clamav"


def silent(moody, settings):
    moody.answers = []


def another_server(moody, settings):
    moody.answers = [b"220 mail.example.org ESMTP\r\n"]


def too_heavy(moody, settings):
    moody.hears_at_most = 10


def in_trouble(moody, settings):
    moody.answers = [b"stream: Can't allocate memory ERROR\0"]


def endless(moody, settings):
    moody.answers = [b"x" * 100_000]


MOODS = [away, no_such_socket, nonsense, silent, another_server, too_heavy, in_trouble, endless]


@pytest.mark.parametrize("mood", MOODS, ids=lambda mood: mood.__name__)
def test_while_it_cannot_say_the_file_is_refused_for_now_and_nothing_is_kept(
    client, moody, settings, mood
):
    mood(moody, settings)
    page = hand_in(client, pdf())
    assert LATER in page.context["form"].errors["sent"][0]
    assert not StoredFile.objects.exists()


def test_one_that_never_answers_is_not_waited_for_for_ever(client, moody, monkeypatch):
    monkeypatch.setattr(scanner, "SECONDS", 0.3)
    moody.answers = []
    moody.may_hang_up.clear()
    assert LATER in hand_in(client, pdf()).context["form"].errors["sent"][0]


def test_once_it_is_back_the_same_file_is_taken(client, moody):
    moody.answers = []
    hand_in(client, pdf())
    moody.answers = [b"stream: OK\0"]
    hand_in(client, pdf())
    assert Deliverable.objects.count() == 1


def test_a_message_keeps_its_words_while_its_file_cannot_be_checked(client, moody):
    moody.answers = []
    talk = talk_between_two()
    client.force_login(talk.aline)
    page = client.post(talk.url, {"text": "Voici.", "sent_key": "k", "files": [sent(pdf())]})
    assert LATER in page.text
    assert "Voici." in page.text
    assert not Message.objects.filter(text="Voici.").exists()
    assert not StoredFile.objects.exists()
    assert not Draft.objects.filter(attachments__isnull=False).exists()


def test_without_a_scanner_nobody_is_asked(settings, moody):
    settings.CLAMAV_SOCKET = ""
    clean(sent(pdf()))
    assert moody.received == []


# --- the real one --------------------------------------------------------------------------
@pytest.fixture(scope="module")
def clamd(tmp_path_factory):
    try:
        with clamav.clamd(tmp_path_factory.mktemp("clamav")) as path:
            yield path
    except services.Missing:
        pytest.skip("clamd is not installed")


@pytest.mark.once
def test_the_real_scanner_finds_what_it_knows_and_lets_the_rest_through(clamd, settings):
    settings.CLAMAV_SOCKET = clamd
    for content in (pdf(), picture(), pdf() + b"\n%" + b"x" * 9_000_000):
        clean(sent(content))
    with pytest.raises(ValidationError, match="antivirus refuse"):
        clean(sent(pdf() + b"\n%" + clamav.KNOWN))
