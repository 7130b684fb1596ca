"""A message changed within five minutes shows what it said; removed, it leaves a trace and no words anywhere."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from marketplace.actions.refusals import NotYet
from marketplace.actions.talk import messages, moderation
from marketplace.models import Message, MessageVersion, StoredFile, Thread
from notifications import delivery
from notifications.models import Notification, Status
from tests.factories import make_user
from tests.marketplace.talk.talkers import talk_between_two

SECRET = "Le mot que je n’aurais pas dû écrire"


@pytest.fixture
def talk():
    return talk_between_two()


@pytest.fixture(autouse=True)
def carried(settings):
    settings.MAIL_TRANSPORT = "memory"
    settings.DOORBELL = False


def in_minutes(minutes):
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False)


def letters_to(person):
    return Notification.objects.filter(recipient=person, kind="message_waiting").order_by("pk")


def open_letters_to(person):
    return letters_to(person).filter(status=Status.WAITING)


def edit(client, said, text):
    return client.post(reverse("message-edit", args=[said.pk]), {"text": text}, follow=True)


def remove(client, said, **extra):
    return client.post(reverse("message-remove", args=[said.pk]), extra, follow=True)


# --- changing ------------------------------------------------------------------------------
def test_a_change_within_five_minutes_keeps_what_was_said(client, talk):
    said = talk.say(talk.aline, "Jeudi")
    client.force_login(talk.aline)
    edit(client, said, "Vendredi")
    client.force_login(talk.noe)
    page = client.get(talk.url).content.decode()
    assert "Vendredi" in page
    assert "voir ce qu’il disait avant" in page
    assert "Jeudi" in page


def test_after_five_minutes_it_is_too_late_and_the_page_says_so(client, talk):
    said = talk.say(talk.aline, "Jeudi")
    client.force_login(talk.aline)
    with in_minutes(6):
        page = edit(client, said, "Vendredi").content.decode()
        assert "pendant cinq minutes" in page
        assert "Vendredi" in page  # what was typed is still there
        assert (
            "cinq minutes"
            in client.get(reverse("message-edit", args=[said.pk]), follow=True).content.decode()
        )
    assert Message.objects.get().text == "Jeudi"


def test_the_same_words_make_no_version(client, talk):
    said = talk.say(talk.aline, "Jeudi")
    client.force_login(talk.aline)
    edit(client, said, "Jeudi")
    edit(client, said, "Jeudi ")
    assert not MessageVersion.objects.exists()


def test_a_change_can_t_slip_contact_details_in(client, talk):
    said = talk.say(talk.aline, "Jeudi")
    client.force_login(talk.aline)
    page = edit(client, said, "06 12 34 56 78").content.decode()
    assert "06 12 34 56 78" in page
    assert Message.objects.get().text == "Jeudi"


@pytest.mark.parametrize(
    ("who", "answer"), [("noe", 403), ("maelle", 403), ("stranger", 404), ("nobody", 302)]
)
def test_nobody_changes_somebody_else_s_words(client, talk, who, answer):
    said = talk.say(talk.aline, "Jeudi")
    if who != "nobody":
        client.force_login(make_user() if who == "stranger" else getattr(talk, who))
    url = reverse("message-edit", args=[said.pk])
    assert client.post(url, {"text": "Autre chose"}).status_code == answer
    assert Message.objects.get().text == "Jeudi"


@pytest.mark.parametrize("who", ["aline", "maelle"])
def test_whoever_may_no_longer_write_there_changes_nothing_they_wrote(client, talk, who):
    """Suspended meanwhile, or gone to coordinate elsewhere: five minutes are long enough for a number."""
    author = getattr(talk, who)
    said = talk.say(author, "Jeudi")
    Organisation.objects.filter(memberships__user=author).update(status="SUSPENDED")
    client.force_login(author)
    url = reverse("message-edit", args=[said.pk])
    for answer in (client.get(url), client.post(url, {"text": "Mon numéro : 06 12 34 56 78"})):
        assert answer.status_code == (403 if who == "aline" else 404)
    assert Message.objects.get().text == "Jeudi"


def test_a_letter_that_has_not_left_tells_the_new_words(talk):
    said = talk.say(talk.aline, SECRET)
    messages.edit(said, text="Vendredi", now=timezone.now())
    (letter,) = open_letters_to(talk.noe)
    assert "Vendredi" in letter.text
    assert SECRET not in letter.text


# --- removing ------------------------------------------------------------------------------
def test_a_message_that_a_restored_site_removed_again_leaves_a_trace_too(client, talk):
    said = talk.say(talk.aline, SECRET)
    messages.remove(said, by=None, now=timezone.now())
    client.force_login(talk.noe)
    page = client.get(talk.url).content.decode()
    assert "Message retiré, <time" in page
    assert SECRET not in page


def test_a_message_removed_leaves_a_trace_and_no_words(client, talk):
    said = talk.say(talk.aline, "Avant")
    messages.edit(said, text=SECRET, now=timezone.now())
    client.force_login(talk.aline)
    remove(client, said)
    client.force_login(talk.noe)
    page = client.get(talk.url).content.decode()
    assert "Message retiré par Aline M." in page
    assert SECRET not in page
    assert "Avant" not in page
    assert SECRET not in client.get(reverse("inbox"), {"q": "écrire"}).content.decode()
    assert Message.objects.filter(text="", search_text="").count() == 1


def test_a_letter_that_has_not_left_never_tells_what_was_removed(talk):
    said = talk.say(talk.aline, SECRET)
    messages.remove(said, by=talk.aline, now=timezone.now())
    assert delivery.deliver_due(clock=lambda: timezone.now() + timedelta(minutes=1)) == 0
    assert {letter.status for letter in letters_to(talk.noe)} == {Status.CANCELLED}


def test_the_next_unread_message_is_told_instead(talk):
    said = talk.say(talk.aline, SECRET)
    talk.say(talk.aline, "Le suivant")
    messages.remove(said, by=talk.aline, now=timezone.now())
    (letter,) = open_letters_to(talk.noe)
    assert "Le suivant" in letter.text
    assert SECRET not in letter.text
    delivery.deliver_due(clock=lambda: timezone.now() + timedelta(minutes=1))
    letter.refresh_from_db()
    assert letter.status == Status.SENT


def test_a_letter_already_in_a_worker_s_hand_is_asked_again_before_it_leaves(talk):
    """As if the removal came between the claim and the sending: the row was not cancelled."""
    said = talk.say(talk.aline, SECRET)
    messages.remove(said, by=talk.aline, now=timezone.now())
    letters_to(talk.noe).update(status=Status.WAITING)
    assert delivery.deliver_due(clock=lambda: timezone.now() + timedelta(minutes=1)) == 0


def test_a_removed_message_is_no_longer_unread(talk):
    said = talk.say(talk.aline, SECRET)
    assert Thread.objects.unread_by(talk.noe).exists()
    messages.remove(said, by=talk.aline, now=timezone.now())
    assert not Thread.objects.unread_by(talk.noe).exists()


def test_its_files_are_gone_at_once(client, talk, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    client.force_login(talk.aline)
    for key, size in (("k", 4), ("k2", 8)):
        sent = SimpleUploadedFile(f"{key}.png", _png(size), "image/png")
        client.post(talk.url, {"text": "Voici", "sent_key": key, "files": [sent]})
    removed, kept = Message.objects.order_by("pk")
    gone, there = (said.attachments.get().file.name for said in (removed, kept))
    remove(client, removed)
    assert client.get(reverse("file", args=[gone])).status_code == 404
    assert client.get(reverse("file", args=[there])).status_code == 200
    assert StoredFile.objects.get().name == there


def _png(size=4):
    import io

    from PIL import Image

    drawn = io.BytesIO()
    Image.new("RGB", (size, size)).save(drawn, "PNG")
    return drawn.getvalue()


def test_removing_twice_says_so(client, talk):
    said = talk.say(talk.aline, SECRET)
    client.force_login(talk.aline)
    remove(client, said)
    assert "déjà été retiré" in remove(client, said).content.decode()


def test_removed_words_can_t_be_changed_back(talk):
    said = talk.say(talk.aline, SECRET)
    messages.remove(said, by=talk.aline, now=timezone.now())
    with pytest.raises(NotYet):
        messages.edit(said, text=SECRET, now=timezone.now())


@pytest.mark.parametrize(("who", "answer"), [("noe", 403), ("stranger", 404), ("nobody", 302)])
def test_the_other_side_removes_nothing(client, talk, who, answer):
    said = talk.say(talk.aline, SECRET)
    if who != "nobody":
        client.force_login(make_user() if who == "stranger" else talk.noe)
    assert client.post(reverse("message-remove", args=[said.pk])).status_code == answer
    assert not Message.objects.get().is_removed


def test_a_coordinator_removes_with_a_reason_that_its_author_gets(client, talk):
    said = talk.say(talk.noe, SECRET)
    client.force_login(talk.maelle)
    assert "obligatoire" in remove(client, said).content.decode()
    remove(client, said, reason="Des propos blessants.")
    letter = Notification.objects.get(recipient=talk.noe, kind="message_removed")
    assert "Des propos blessants." in letter.text
    assert SECRET not in letter.text
    client.force_login(talk.aline)
    page = client.get(talk.url).content.decode()
    assert "Message retiré par Maëlle V." in page
    assert "Des propos blessants." in page


@pytest.mark.parametrize("kept_away", [False, True])
def test_only_whoever_may_go_on_writing_is_told_so(client, talk, kept_away):
    """“Vous pouvez continuer à écrire” was sent to whoever the other side kept away for those very words."""
    said = talk.say(talk.noe, SECRET)
    if kept_away:
        moderation.keep_away(said.thread, reason="", by=talk.aline)
    client.force_login(talk.maelle)
    remove(client, said, reason="Des propos blessants.")
    letter = Notification.objects.get(recipient=talk.noe, kind="message_removed")
    assert "Des propos blessants." in letter.text
    assert ("Vous pouvez continuer" in letter.text) == (not kept_away)
