"""People write to each other around a proposal: once, to the right readers, with a letter if unread."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from marketplace.actions.market import proposals
from marketplace.actions.talk import messages
from marketplace.models import Message, Side, Thread
from notifications.models import Notification
from tests.factories import (
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_proposal,
    make_user,
)


@pytest.fixture
def proposal():
    return make_proposal(make_need(member=make_user(first_name="Aline")), make_offer())


@pytest.fixture
def thread(proposal):
    return proposal.thread


@pytest.fixture
def aline(proposal):
    return proposal.need.organisation.members.get()


@pytest.fixture
def noe(proposal):
    return proposal.offer.person


def say(client, thread, text="Bonjour", key="k1", **extra):
    return client.post(
        reverse("thread", args=[thread.pk]), {"text": text, "sent_key": key} | extra, follow=True
    )


def test_a_message_reaches_the_other_side_with_a_letter(client, thread, aline, noe):
    client.force_login(aline)
    say(client, thread, "Jeudi à 9 h ?")
    letter = Notification.objects.get(recipient=noe)
    assert letter.kind == "message_waiting"
    assert "Jeudi à 9 h ?" in letter.text
    client.force_login(noe)
    assert "Jeudi à 9 h ?" in client.get(thread.get_absolute_url()).content.decode()


def test_only_whom_a_message_speaks_to_is_told_that_it_was_written_to_them(
    thread, proposal, aline, noe
):
    """A colleague of Aline, and the coordinator, read “Aline vous a écrit” over what she had written to Noé."""
    karim, maelle = make_user(first_name="Karim"), make_coordinator(proposal.need.pole)
    Membership.objects.create(user=karim, organisation=proposal.need.organisation)
    proposal.need.coordinator = maelle
    proposal.need.save()
    thread = Thread.objects.get(pk=thread.pk)

    def told(author, key) -> dict:
        messages.say(thread, text="Passez jeudi.", sent_key=key, by=author)
        rows = Notification.objects.filter(kind="message_waiting")
        found = {
            row.recipient: ("vous a écrit" in row.subject, "vous a écrit" in row.text)
            for row in rows
        }
        rows.delete()
        return {person: both for person, both in found.items() if person != author}

    theirs, others = (True, True), (False, False)
    assert told(aline, "a") == {noe: theirs, karim: others, maelle: others}
    assert told(noe, "n") == {aline: theirs, karim: theirs, maelle: others}
    assert told(maelle, "m") == {aline: theirs, karim: theirs, noe: theirs}
    thread = messages.open_about(proposal.need, by=aline)
    assert told(aline, "q") == {karim: others, maelle: theirs}
    assert told(maelle, "r") == {aline: theirs, karim: theirs}


def test_a_double_click_writes_once(client, thread, aline):
    client.force_login(aline)
    say(client, thread)
    say(client, thread)
    assert Message.objects.count() == 1


def test_several_unread_messages_make_one_letter(thread, aline, noe):
    for number in range(3):
        messages.say(thread, text="Encore", sent_key=f"k{number}", by=aline)
    assert Notification.objects.filter(recipient=noe).count() == 1


def test_once_read_the_next_message_makes_a_new_letter(client, thread, aline, noe):
    messages.say(thread, text="Un", sent_key="k1", by=aline)
    client.force_login(noe)
    client.get(thread.get_absolute_url())
    messages.say(thread, text="Deux", sent_key="k2", by=aline)
    assert Notification.objects.filter(recipient=noe).count() == 2


def test_unread_threads_are_counted_until_they_are_read(client, thread, aline, noe):
    messages.say(thread, text="Un", sent_key="k1", by=aline)
    assert Thread.objects.unread_by(noe).count() == 1
    assert Thread.objects.unread_by(aline).count() == 0
    client.force_login(noe)
    client.get(thread.get_absolute_url())
    assert Thread.objects.unread_by(noe).count() == 0


def test_an_empty_message_keeps_the_page_and_says_so(client, thread, aline):
    client.force_login(aline)
    assert "Ce champ est obligatoire" in say(client, thread, "   ").content.decode()
    assert not Message.objects.exists()


def test_too_long_a_message_keeps_what_was_typed(client, thread, aline):
    client.force_login(aline)
    page = say(client, thread, "é" * 5001).content.decode()
    assert "5000" in page.replace("\u202f", "").replace("\xa0", "")
    assert "é" * 5001 in page


def test_html_is_shown_as_typed_never_run(client, thread, aline):
    client.force_login(aline)
    page = say(client, thread, "<script>alert(1)</script>").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_thread_goes_on_in_the_mission(client, proposal, thread, aline):
    messages.say(thread, text="Avant l’accord", sent_key="k1", by=aline)
    mission = proposals.accept(proposal, side=Side.NEED, by=aline)
    client.force_login(aline)
    assert "Avant l’accord" in client.get(mission.get_absolute_url()).content.decode()


def test_the_coordinator_may_read_and_write(client, proposal, thread, aline):
    coordinator = make_coordinator(proposal.need.pole)
    client.force_login(coordinator)
    assert say(client, thread, "Je vous aide ?").status_code == 200
    assert Notification.objects.filter(recipient=aline, kind="message_waiting").count() == 1


@pytest.mark.parametrize("who", ["stranger", "other pole"])
def test_a_stranger_finds_no_conversation(client, thread, who):
    client.force_login(
        make_user() if who == "stranger" else make_coordinator(make_pole("Autre pôle", ["02"]))
    )
    assert client.get(thread.get_absolute_url()).status_code == 404
    assert say(client, thread).status_code == 404


def test_the_way_back_never_leaves_the_site(client, thread, aline):
    client.force_login(aline)
    response = client.post(
        reverse("thread", args=[thread.pk]),
        {"text": "a", "sent_key": "k", "next": "https://ailleurs.example.org/"},
    )
    assert response.url.startswith(thread.get_absolute_url())


def test_long_threads_come_by_fifty(client, thread, aline):
    for number in range(60):
        messages.say(thread, text=f"message-{number}-", sent_key=f"k{number}", by=aline)
    client.force_login(aline)
    page = client.get(thread.get_absolute_url()).content.decode()
    assert "message-59-" in page
    assert "message-9-" not in page
    earlier = client.get(thread.get_absolute_url(), {"before": Message.objects.all()[10].pk})
    assert "message-9-" in earlier.content.decode()


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, ""])
def test_a_nonsense_page_is_the_last_page(client, thread, aline, before):
    client.force_login(aline)
    assert client.get(thread.get_absolute_url(), {"before": before}).status_code == 200


def test_a_colleague_of_the_company_writes_for_it_and_not_for_the_coordination(client):
    person, colleague = make_user(first_name="Laurent"), make_user(first_name="Claire")
    company = make_organisation(
        Organisation.Kind.COMPANY, name="Verrières", member=person, administrator=colleague
    )
    proposal = make_proposal(
        make_need(member=make_user()), make_offer(person, organisation=company)
    )
    maelle = make_coordinator(proposal.need.pole)
    for by, key in ((colleague, "a"), (maelle, "b")):
        messages.say(proposal.thread, text=f"Bonjour {key}", sent_key=key, by=by)
    client.force_login(proposal.need.organisation.members.get())
    said = client.get(proposal.thread.get_absolute_url()).context["thread_messages"]
    assert [message.role for message in said] == ["Verrières", "coordination"]


def newcomer_at(organisation, since):
    """A colleague who joined then, neither earlier nor later."""
    person = make_user(first_name="Nina")
    Membership.objects.create(user=person, organisation=organisation, created_at=since)
    return person


def write_at(thread, by, at, key):
    message = messages.say(thread, text=f"Le {key}", sent_key=key, by=by)
    Message.objects.filter(pk=message.pk).update(created_at=at)
    Thread.objects.filter(pk=thread.pk).update(last_message_at=at)


def test_what_was_written_before_one_joined_is_nothing_to_catch_up_on(client, thread, noe):
    today = timezone.now()
    write_at(thread, noe, today - timedelta(days=9), "avant")
    nina = newcomer_at(thread.subject.organisation, since=today - timedelta(days=5))
    assert not Thread.objects.unread_by(nina).exists()
    client.force_login(nina)
    assert 'state tone-apricot">Nouveau' not in client.get(thread.get_absolute_url()).text
    write_at(thread, noe, today, "apres")
    assert Thread.objects.unread_by(nina).get() == thread
    page = client.get(thread.get_absolute_url()).text
    assert page.count('state tone-apricot">Nouveau') == 1
    assert not Thread.objects.unread_by(nina).exists()


def test_a_newcomer_who_opens_an_old_conversation_is_among_those_who_saw_it(client, thread, noe):
    write_at(thread, noe, timezone.now() - timedelta(days=9), "avant")
    nina = newcomer_at(thread.subject.organisation, since=timezone.now())
    client.force_login(nina)
    client.get(thread.get_absolute_url())
    assert thread.reads.filter(user=nina, up_to=thread.messages.get().pk).exists()


def test_one_s_own_conversation_stays_to_read_whatever_one_has_joined_since(thread, aline, noe):
    company = make_organisation(Organisation.Kind.COMPANY)
    thread.proposal.offer.organisation = company
    thread.proposal.offer.save(update_fields=["organisation"])
    write_at(thread, aline, timezone.now() - timedelta(days=9), "avant")
    Membership.objects.create(user=noe, organisation=company)
    assert Thread.objects.unread_by(noe).get() == thread


def test_a_newcomer_at_a_company_finds_only_what_its_team_hears_from_then_on():
    before, company = make_user(), make_organisation(Organisation.Kind.COMPANY)
    Membership.objects.create(
        user=before, organisation=company, created_at=timezone.now() - timedelta(days=30)
    )
    aline = make_user()
    proposal = make_proposal(
        make_need(member=aline), make_offer(before, organisation=company, somebody=None)
    )
    write_at(proposal.thread, aline, timezone.now() - timedelta(days=9), "avant")
    nina = newcomer_at(company, since=timezone.now() - timedelta(days=5))
    assert Thread.objects.unread_by(before).get() == proposal.thread
    assert not Thread.objects.unread_by(nina).exists()
    write_at(proposal.thread, aline, timezone.now(), "apres")
    assert Thread.objects.unread_by(nina).get() == proposal.thread


def test_what_was_said_about_the_need_with_coordinators_before_one_joined_is_read(aline, thread):
    need = thread.subject
    maelle = make_coordinator(need.pole)
    desk = messages.open_about(need, by=maelle)
    long_ago = timezone.now() - timedelta(days=30)
    Membership.objects.filter(user=aline).update(created_at=long_ago)
    write_at(desk, maelle, timezone.now() - timedelta(days=9), "avant")
    nina = newcomer_at(need.organisation, since=timezone.now())
    assert Thread.objects.unread_by(aline).get() == desk
    assert not Thread.objects.unread_by(nina).exists()
