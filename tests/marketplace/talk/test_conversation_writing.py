"""Whatever refuses a message, what was typed is still there; whatever doubles it, it is written once."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from marketplace.actions.refusals import NotYet
from marketplace.actions.talk import blocks, messages
from marketplace.models import Attachment, Draft, Message, StoredFile, Thread
from notifications.models import Notification
from tests.factories import (
    make_coordinator,
    make_mission,
    make_need,
    make_organisation,
    make_user,
)
from tests.marketplace.talk.talkers import post, talk_between_two

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>"
TYPED = "Ce que j’ai mis une heure à écrire."


@pytest.fixture
def talk():
    return talk_between_two()


def picture(name="plan.png"):
    import io

    from PIL import Image

    drawn = io.BytesIO()
    Image.new("RGB", (4, 4)).save(drawn, "PNG")
    return SimpleUploadedFile(name, drawn.getvalue(), "image/png")


def refused_file(name="virus.exe"):
    return SimpleUploadedFile(name, b"MZ not for us", "application/pdf")


# --- once, and nothing lost ----------------------------------------------------------------
def test_a_form_that_comes_back_with_other_words_is_another_message(talk):
    first = talk.say(talk.aline, "Un", sent_key="k")
    second = talk.say(talk.aline, "Deux", sent_key="k")
    again = talk.say(talk.aline, "Deux", sent_key="k")
    assert first.pk != second.pk == again.pk


def test_two_people_may_have_the_same_key(talk):
    assert talk.say(talk.aline, sent_key="k").pk != talk.say(talk.noe, sent_key="k").pk


def test_a_lost_session_brings_back_what_was_typed_after_the_login(client, talk):
    talk.aline.set_password("une-phrase-de-passe")
    talk.aline.save()
    talk.aline.emailaddress_set.create(email=talk.aline.email, verified=True, primary=True)
    lost = client.post(talk.url, {"text": TYPED, "sent_key": "k"})
    assert lost.status_code == 302
    assert lost.url.startswith("/compte/login/?next=")
    page = client.post(
        lost.url, {"login": talk.aline.email, "password": "une-phrase-de-passe"}, follow=True
    ).content.decode()
    assert TYPED in page
    assert "Votre session s’était fermée" in page
    assert not Message.objects.exists()


def test_what_was_typed_in_a_lost_session_stays_out_of_reach_of_others(client, talk):
    client.post(talk.url, {"text": TYPED, "sent_key": "k"})
    client.force_login(make_user())
    assert client.get(talk.url).status_code == 404
    assert not Draft.objects.exists()


def test_a_form_that_has_grown_old_gives_the_text_back(talk):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(talk.aline)
    page = strict.post(talk.url, {"text": TYPED, "sent_key": "k"})
    assert page.status_code == 403
    assert TYPED in page.content.decode()


def test_a_refused_attachment_keeps_the_words_and_the_files_that_passed(
    client, talk, settings, tmp_path
):
    settings.VAR_DIR = tmp_path
    page = post(client, talk, talk.aline, TYPED, files=[picture(), refused_file()]).content.decode()
    assert TYPED in page
    assert "virus.exe" in page
    assert "plan.png" in page
    assert not Message.objects.exists()
    client.get(talk.url)
    post(client, talk, talk.aline, TYPED)
    assert [str(file) for file in Message.objects.get().attachments.all()] == ["plan.png"]
    assert not Draft.objects.exists()


def test_a_draft_is_kept_while_one_types_and_shown_again(client, talk):
    client.force_login(talk.aline)
    saved = client.post(reverse("draft", args=[talk.thread.pk]), {"text": TYPED, "sent_key": "k"})
    assert "Brouillon gardé" in saved.content.decode()
    page = client.get(talk.url).content.decode()
    assert TYPED in page
    assert 'value="k"' in page
    client.force_login(talk.noe)
    assert TYPED not in client.get(talk.url).content.decode()


def test_a_late_copy_of_a_draft_never_comes_back_once_the_message_is_sent(client, talk):
    post(client, talk, talk.aline, TYPED, key="k")
    client.post(reverse("draft", args=[talk.thread.pk]), {"text": TYPED, "sent_key": "k"})
    assert not Draft.objects.exists()


def test_a_draft_is_kept_though_somebody_else_has_sent_under_the_same_key(client, talk):
    Message.objects.create(thread=talk.thread, author=talk.aline, text="Bonjour", sent_key="k")
    client.force_login(talk.noe)
    client.post(reverse("draft", args=[talk.thread.pk]), {"text": TYPED, "sent_key": "k"})
    assert Draft.objects.get().text == TYPED


def test_a_draft_saved_without_a_session_waits_for_the_login(client, talk):
    answer = client.post(reverse("draft", args=[talk.thread.pk]), {"text": TYPED, "sent_key": "k"})
    assert "Se connecter" in answer.content.decode()
    client.force_login(talk.aline)
    assert TYPED in client.get(talk.url).content.decode()


@pytest.mark.parametrize(("who", "answer"), [("stranger", 404), ("nobody", 200)])
def test_a_draft_is_kept_for_those_of_the_thread_only(client, talk, who, answer):
    if who == "stranger":
        client.force_login(make_user())
    saved = client.post(reverse("draft", args=[talk.thread.pk]), {"text": "a", "sent_key": "k"})
    assert saved.status_code == answer
    assert not Draft.objects.exists()


# --- files ---------------------------------------------------------------------------------
def test_a_file_alone_is_a_message_and_only_the_thread_gets_it(client, talk, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    post(client, talk, talk.aline, "", files=[picture()])
    file = StoredFile.objects.get()
    client.force_login(talk.noe)
    assert "plan.png" in client.get(talk.url).content.decode()
    assert client.get(reverse("file", args=[file.name])).status_code == 200
    client.force_login(make_user())
    assert client.get(reverse("file", args=[file.name])).status_code == 404
    assert "plan.png" in Notification.objects.get(recipient=talk.noe).text


def test_a_file_of_the_draft_can_be_taken_away(client, talk, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    post(client, talk, talk.aline, TYPED, files=[picture(), refused_file()])
    attached = Attachment.objects.get()
    page = post(client, talk, talk.aline, TYPED, drop=attached.pk).content.decode()
    assert TYPED in page
    assert "plan.png" not in page
    assert not Message.objects.exists()


def test_a_message_carries_five_files(client, talk, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    post(client, talk, talk.aline, TYPED, files=[picture(f"{n}.png") for n in range(5)])
    assert Message.objects.get().attachments.count() == 5


def test_more_than_five_files_keep_five_and_say_so(client, talk, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    page = post(client, talk, talk.aline, TYPED, files=[picture(f"{n}.png") for n in range(6)])
    assert "5 fichiers au plus" in page.content.decode()
    assert Draft.objects.get().attachments.count() == 5


# --- contact details -----------------------------------------------------------------------
def test_before_both_agree_contact_details_are_not_sent_and_the_text_is_kept(client, talk):
    page = post(client, talk, talk.aline, "Appelez-moi : 06 12 34 56 78").content.decode()
    assert not Message.objects.exists()
    assert "Avant de l’envoyer" in page
    assert "Appelez-moi : 06 12 34 56 78" in page
    assert "Envoyer sans" in page
    assert Draft.objects.get().text == "Appelez-moi : 06 12 34 56 78"
    client.post(
        talk.url, {"text": "Appelez-moi : [partagé plus tard]", "sent_key": "k1"}, follow=True
    )
    assert Message.objects.get().text == "Appelez-moi : [partagé plus tard]"


def test_files_wait_beside_the_warning(client, talk, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    post(client, talk, talk.aline, "Mon adresse : aline@exemple.fr", files=[picture()])
    post(client, talk, talk.aline, "Plus tard alors")
    assert Message.objects.get().attachments.count() == 1


def test_after_both_agree_nothing_is_warned_about(client, talk):
    talk.agree()
    post(client, talk, talk.aline, "06 12 34 56 78, aline@exemple.fr")
    assert Message.objects.count() == 1


def test_a_coordinator_may_give_their_own_details(talk):
    assert talk.say(talk.maelle, "Appelez-moi : 03 20 12 34 56").pk


def test_the_rule_holds_whichever_way_the_message_comes(talk):
    with pytest.raises(messages.ContactsTooSoon) as refusal:
        talk.say(talk.noe, "noe arobase exemple point fr")
    assert refusal.value.found == ["noe arobase exemple point fr"]


# --- blocks --------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["aline", "noe"])
def test_once_one_keeps_the_other_away_neither_writes_and_the_page_says_so_kindly(
    client, talk, who
):
    blocks.block(by=talk.aline, person=talk.noe, acting_for=talk.proposal.need.organisation)
    reader = getattr(talk, who)
    page = post(client, talk, reader, TYPED).content.decode()
    assert "ne plus échanger" in page
    assert not Message.objects.exists()
    with pytest.raises(NotYet):
        talk.say(reader)


def test_a_coordinator_still_writes_where_two_are_kept_apart(client, talk):
    blocks.block(by=talk.noe, organisation=talk.proposal.need.organisation)
    post(client, talk, talk.maelle, "Je vous écris à chacun.")
    assert Message.objects.get().author == talk.maelle


# --- what it points at ---------------------------------------------------------------------
def test_a_message_may_point_at_something_of_the_mission(client, talk):
    mission = talk.agree()
    milestone = mission.milestones.create(label="Maquette", due_on=timezone.localdate())
    key = f"milestone:{mission.pk}:{milestone.pk}"
    page = post(client, talk, talk.aline, "C’est pour quand ?", about=key).content.decode()
    assert "Jalon\xa0: Maquette" in page
    assert f"/missions/{mission.pk}/#milestones" in page


def test_what_isn_t_of_this_conversation_can_t_be_pointed_at(client, talk):
    other = make_mission()
    page = post(client, talk, talk.aline, TYPED, about=f"sheet:{other.pk}").content.decode()
    assert not Message.objects.filter(thread=talk.thread).exists()
    assert TYPED in page


# --- a question before any proposal --------------------------------------------------------
def test_a_question_about_a_need_is_between_its_asker_and_the_structure(client):
    aline, sam, other = make_user(first_name="Aline"), make_user(first_name="Sam"), make_user()
    need = make_need(member=aline)
    client.force_login(sam)
    assert "Poser une question" in client.get(need.get_absolute_url()).content.decode()
    page = client.post(reverse("need-talk", args=[need.pk]), follow=True)
    thread = Thread.objects.get(asker=sam)
    assert not Thread.objects.taken_part_in_by(aline).spoken_in().exists()
    client.post(thread.get_absolute_url(), {"text": "Le matin, c’est possible ?", "sent_key": "k"})
    assert page.status_code == 200
    assert "Le matin" in Notification.objects.get(recipient=aline).text
    client.force_login(aline)
    assert "Le matin" in client.get(thread.get_absolute_url()).content.decode()
    client.force_login(other)
    assert client.get(thread.get_absolute_url()).status_code == 404


def test_asking_twice_opens_the_same_conversation(client):
    need, sam = make_need(), make_user()
    client.force_login(sam)
    for _ in range(2):
        client.post(reverse("need-talk", args=[need.pk]))
    assert Thread.objects.filter(asker=sam).count() == 1


def test_the_structure_and_its_coordinators_share_one_conversation(client):
    aline = make_user()
    need = make_need(member=aline)
    coordinator = make_coordinator(need.pole)
    for person in (aline, coordinator):
        client.force_login(person)
        client.post(reverse("need-talk", args=[need.pk]))
    thread = Thread.objects.get(asker=None, proposal=None)
    messages.say(thread, text="Mon numéro : 06 12 34 56 78", sent_key="k", by=aline)
    assert Notification.objects.filter(recipient=coordinator, kind="message_waiting").exists()


def test_nobody_opens_a_conversation_about_a_need_that_isn_t_published(client):
    need = make_need(status="CLOSED")
    client.force_login(make_user())
    assert client.post(reverse("need-talk", args=[need.pk])).status_code in {403, 404}


def test_whoever_is_kept_away_asks_nothing(client):
    aline, sam = make_user(), make_user()
    need = make_need(member=aline)
    blocks.block(by=aline, person=sam, acting_for=need.organisation)
    client.force_login(sam)
    page = client.post(reverse("need-talk", args=[need.pk]), follow=True).content.decode()
    assert "ne plus échanger" in page
    assert not Thread.objects.exists()


def test_a_colleague_of_the_asker_doesn_t_see_their_question(client):
    company = make_organisation(Organisation.Kind.COMPANY, legal_form=Organisation.LegalForm.SAS)
    sam, boss = make_user(), make_user()
    for person in (sam, boss):
        person.memberships.create(organisation=company)
    need = make_need()
    thread = messages.open_about(need, by=sam)
    messages.say(thread, text="Je demande pour moi", sent_key="k", by=sam)
    client.force_login(boss)
    assert client.get(thread.get_absolute_url()).status_code == 404


def test_what_came_in_while_one_was_typing_stays_unread(talk):
    talk.say(talk.noe, "Un")
    messages.mark_read(talk.thread, talk.aline, up_to=Message.objects.get().pk)
    talk.say(talk.noe, "Deux, pendant ce temps")
    talk.say(talk.aline, "Ma réponse à un")
    assert Thread.objects.unread_by(talk.aline).exists()


def test_one_s_own_message_says_who_has_read_it(client, talk):
    said = talk.say(talk.aline, "Vu ?")
    messages.mark_read(talk.thread, talk.noe, up_to=said.pk)
    client.force_login(talk.aline)
    assert "Lu par Noé L." in client.get(talk.url).content.decode()


def test_a_message_too_long_for_the_mail_is_refused_with_its_sentence(talk):
    with pytest.raises(NotYet, match="5000"):
        talk.say(talk.aline, "é" * 5001)
    assert timezone.now() - talk.thread.last_message_at < timedelta(minutes=5)
