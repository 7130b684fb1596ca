"""Reports that coordinators settle, notes that no side ever sees, lines ready to send."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from marketplace.actions.refusals import NotYet
from marketplace.actions.talk import moderation
from marketplace.models import Block, CannedLine, Message, MessageReport, Mission, ThreadNote
from notifications.models import Notification
from tests.factories import make_coordinator, make_mission, make_need, make_pole, make_user
from tests.marketplace.talk.talkers import post, talk_between_two

RUDE = "Vous êtes incapables."
NOTE = "Aline est fatiguée, appeler la présidente."


@pytest.fixture
def talk():
    return talk_between_two()


@pytest.fixture
def rude(talk):
    return talk.say(talk.noe, RUDE)


def report(client, said, **data):
    data = {"reason": "RUDE", "words": ""} | data
    return client.post(reverse("message-report", args=[said.pk]), data, follow=True)


@pytest.fixture
def reported(client, talk, rude):
    client.force_login(talk.aline)
    report(client, rude)
    return MessageReport.objects.get()


# --- reports -------------------------------------------------------------------------------
def test_a_report_reaches_the_coordinators_and_says_who_will_know(client, talk, rude):
    client.force_login(talk.aline)
    page = report(client, rude, words="Troisième fois").content.decode()
    assert "ne saura pas qui l’a signalé" in page
    letter = Notification.objects.get(kind="message_reported")
    assert letter.recipient == talk.maelle
    assert RUDE not in letter.text
    client.force_login(talk.maelle)
    assert "blessant" in client.get(reverse("reports")).content.decode()
    page = client.get(MessageReport.objects.get().get_absolute_url()).content.decode()
    assert RUDE in page
    assert "Troisième fois" in page


def test_a_report_of_a_mission_s_message_reaches_who_follows_the_mission(client, talk, rude):
    other = make_coordinator(talk.maelle.organisations.get().pole)
    mission = make_mission(need=make_need(member=talk.aline, coordinator=talk.maelle))
    Mission.objects.filter(pk=mission.pk).update(coordinator=other)
    thread = mission.proposal.thread
    said = Message.objects.create(thread=thread, author=mission.offer.person, text=RUDE)
    client.force_login(mission.need.organisation.members.first())
    report(client, said)
    assert Notification.objects.get(kind="message_reported").recipient == other


def test_reporting_twice_is_once(client, talk, rude):
    client.force_login(talk.aline)
    report(client, rude)
    report(client, rude)
    assert MessageReport.objects.count() == 1
    assert Notification.objects.filter(kind="message_reported").count() == 1


def test_another_reason_wants_words(client, talk, rude):
    client.force_login(talk.aline)
    assert "Dites en quelques mots" in report(client, rude, reason="OTHER").content.decode()
    assert not MessageReport.objects.exists()


def test_one_s_own_message_isn_t_reported(client, talk, rude):
    client.force_login(talk.noe)
    assert "votre propre message" in report(client, rude).content.decode()


@pytest.mark.parametrize(("who", "answer"), [("stranger", 404), ("nobody", 302)])
def test_nobody_reports_what_they_can_t_read(client, rude, who, answer):
    if who == "stranger":
        client.force_login(make_user())
    url = reverse("message-report", args=[rude.pk])
    assert client.post(url, {"reason": "RUDE"}).status_code == answer


def test_keeping_it_tells_whoever_reported(client, talk, reported):
    client.force_login(talk.maelle)
    client.post(reported.get_absolute_url(), {"keep": "yes"})
    letter = Notification.objects.get(recipient=talk.aline, kind="report_settled")
    assert "Il reste en place" in letter.text
    assert not Message.objects.get().is_removed
    assert not MessageReport.objects.waiting().exists()


def test_removing_it_settles_all_its_reports_and_keeps_the_words_for_the_desk_only(
    client, talk, reported
):
    other = make_user()
    Membership.objects.create(user=other, organisation=talk.proposal.need.organisation)
    moderation.report(reported.message, reason="MONEY", words="", by=other)
    client.force_login(talk.maelle)
    assert (
        "obligatoire"
        in client.post(
            reported.get_absolute_url(), {"remove": "yes", "reason": ""}
        ).content.decode()
    )
    client.post(reported.get_absolute_url(), {"remove": "yes", "reason": "Propos blessants."})
    assert not MessageReport.objects.waiting().exists()
    assert Message.objects.get().is_removed
    assert Notification.objects.filter(kind="report_settled").count() == 2
    assert RUDE in client.get(reported.get_absolute_url()).content.decode()
    client.force_login(talk.aline)
    assert RUDE not in client.get(talk.url).content.decode()


def test_a_report_outlives_the_message_that_its_author_removes(client, talk, reported):
    client.force_login(talk.noe)
    client.post(reverse("message-remove", args=[reported.message_id]))
    client.force_login(talk.maelle)
    assert RUDE in client.get(reported.get_absolute_url()).content.decode()
    client.post(reported.get_absolute_url(), {"remove": "yes", "reason": "Propos blessants."})
    assert not MessageReport.objects.waiting().exists()


def test_two_coordinators_at_once_settle_it_once(client, talk, reported):
    client.force_login(talk.maelle)
    client.post(reported.get_absolute_url(), {"keep": "yes"})
    page = client.post(
        reported.get_absolute_url(), {"remove": "yes", "reason": "Trop tard"}, follow=True
    )
    assert "déjà occupée" in page.content.decode()
    assert not Message.objects.get().is_removed
    with pytest.raises(NotYet):
        moderation.leave_up(reported, by=talk.maelle, now=timezone.now())


@pytest.mark.parametrize(
    ("who", "answer"),
    [("aline", 404), ("noe", 404), ("elsewhere", 404), ("nobody", 302)],
)
def test_only_the_pole_s_coordinators_see_a_report(client, talk, reported, who, answer):
    client.logout()
    if who == "elsewhere":
        client.force_login(make_coordinator(make_pole("Autre pôle", ["02"])))
    elif who != "nobody":
        client.force_login(getattr(talk, who))
    assert client.get(reported.get_absolute_url()).status_code == answer
    assert client.post(reported.get_absolute_url(), {"keep": "yes"}).status_code == answer


def test_the_desk_of_reports_is_for_coordinators(client, talk):
    client.force_login(talk.aline)
    assert client.get(reverse("reports")).status_code == 403


def test_those_settled_are_read_on_from_the_last_one_shown(client, talk):
    for number in range(21):
        said = talk.say(talk.noe, f"Mot {number}")
        moderation.report(said, reason="RUDE", words="", by=talk.aline)
    MessageReport.objects.update(
        settled_at=timezone.now(), settled_by=talk.maelle, outcome=MessageReport.Outcome.KEPT
    )
    client.force_login(talk.maelle)
    first = client.get(reverse("reports"), {"etat": "traites"}).context
    where = {"etat": "traites", "apres": first["next_page"]}
    second = client.get(reverse("reports"), where).context
    shown = [row.pk for row in (*first["reports"], *second["reports"])]
    assert (len(first["reports"]), second["next_page"]) == (20, "")
    assert shown == sorted(MessageReport.objects.values_list("pk", flat=True), reverse=True)


def test_a_coordinator_doesn_t_judge_their_own_words(client, talk):
    said = talk.say(talk.maelle, "Un mot de trop")
    moderation.report(said, reason="RUDE", words="", by=talk.aline)
    client.force_login(talk.maelle)
    assert client.get(MessageReport.objects.get().get_absolute_url()).status_code == 404


# --- notes ---------------------------------------------------------------------------------
def note(client, talk, text=NOTE):
    return client.post(reverse("thread-note", args=[talk.thread.pk]), {"text": text})


def test_a_note_is_for_coordinators_on_the_thread_the_proposal_and_the_mission(client, talk):
    client.force_login(talk.maelle)
    note(client, talk)
    assert NOTE in client.get(talk.url).content.decode()
    assert NOTE in client.get(talk.proposal.get_absolute_url()).content.decode()
    mission = talk.agree()
    assert NOTE in client.get(mission.get_absolute_url()).content.decode()


@pytest.mark.parametrize("who", ["aline", "noe"])
def test_no_side_ever_sees_a_note(client, talk, who):
    client.force_login(talk.maelle)
    note(client, talk)
    mission = talk.agree()
    reader = getattr(talk, who)
    client.force_login(reader)
    for url in (talk.url, mission.get_absolute_url(), reverse("home")):
        page = client.get(url).content.decode()
        assert NOTE not in page
        assert reverse("thread-note", args=[talk.thread.pk]) not in page
    assert NOTE not in client.get(reverse("inbox"), {"q": "fatiguée"}).content.decode()
    assert not any(NOTE in letter.text for letter in Notification.objects.all())
    assert note(client, talk).status_code == 403
    assert ThreadNote.objects.count() == 1


def test_a_coordinator_who_is_on_a_side_is_no_coordinator_there(client, talk):
    client.force_login(talk.maelle)
    note(client, talk)
    Membership.objects.create(user=talk.maelle, organisation=talk.proposal.need.organisation)
    assert NOTE not in client.get(talk.url).content.decode()
    assert note(client, talk).status_code == 403


def test_a_note_of_another_pole_s_coordinator_is_a_404(client, talk):
    client.force_login(make_coordinator(make_pole("Autre pôle", ["02"])))
    assert note(client, talk).status_code == 404


def test_an_empty_note_is_asked_again(client, talk):
    client.force_login(talk.maelle)
    assert note(client, talk, " ").status_code == 200
    assert not ThreadNote.objects.exists()


# --- ready-made lines ----------------------------------------------------------------------
def test_a_line_comes_with_the_names_in_their_places_beside_what_is_typed(client, talk):
    client.force_login(talk.maelle)
    page = post(client, talk, talk.maelle, "Déjà tapé", insert="yes", line="0").content.decode()
    assert "Déjà tapé" in page
    assert "Je suis Maëlle" in page
    assert talk.proposal.need.organisation.name in page
    assert "{moi}" not in page
    assert not Message.objects.exists()


def test_every_default_line_is_filled_whole(talk):
    for line in moderation.default_lines(talk.proposal.need.pole):
        words = moderation.filled(line, talk.thread, by=talk.maelle)
        assert "{" not in words, line.title


def test_the_sides_have_no_ready_made_lines(client, talk):
    client.force_login(talk.aline)
    assert "Phrase toute prête" not in client.get(talk.url).content.decode()
    post(client, talk, talk.aline, "Déjà tapé", insert="yes", line="0")
    assert not Message.objects.exists()


def test_a_pole_makes_the_lines_its_own_and_changes_them(client, talk):
    pole = talk.proposal.need.pole
    client.force_login(talk.maelle)
    for _ in range(2):
        client.post(reverse("canned-lines-own", args=[pole.pk]))
    assert CannedLine.objects.count() == len(moderation.default_lines(pole))
    line = CannedLine.objects.first()
    client.post(
        reverse("canned-line-edit", args=[line.pk]), {"title": "À nous", "text": "Bonjour {prenom}"}
    )
    page = client.get(reverse("canned-lines")).content.decode()
    assert "À nous" in page
    client.post(reverse("canned-line-new", args=[pole.pk]), {"title": "Neuve", "text": "Voilà"})
    assert CannedLine.objects.filter(title="Neuve").exists()
    client.post(reverse("canned-line-delete", args=[line.pk]))
    assert not CannedLine.objects.filter(pk=line.pk).exists()


def test_two_lines_can_t_have_the_same_title(client, talk):
    pole = talk.proposal.need.pole
    client.force_login(talk.maelle)
    client.post(reverse("canned-lines-own", args=[pole.pk]))
    taken = CannedLine.objects.first().title
    answer = client.post(
        reverse("canned-line-new", args=[pole.pk]), {"title": taken, "text": "Voilà"}
    )
    assert "déjà une phrase" in answer.content.decode()


def test_a_first_line_of_its_own_has_none_of_the_site_s_titles(client, talk):
    """The site's lines become the pôle's with its first one: that title was an error 500."""
    client.force_login(talk.maelle)
    taken = moderation.default_lines(talk.proposal.need.pole)[0].title
    url = reverse("canned-line-new", args=[talk.proposal.need.pole_id])
    answer = client.post(url, {"title": taken, "text": "Voilà"})
    assert answer.status_code == 200
    assert "Le pôle a déjà une phrase portant ce titre." in answer.text
    assert not CannedLine.objects.exists()
    assert client.post(url, {"title": "Neuve", "text": "Voilà"}).status_code == 302
    assert CannedLine.objects.filter(title=taken).count() == 1


@pytest.mark.parametrize(("who", "answer"), [("aline", 404), ("elsewhere", 404), ("nobody", 302)])
def test_the_lines_of_a_pole_are_its_coordinators_business(client, talk, who, answer):
    pole = talk.proposal.need.pole
    line = CannedLine.objects.create(pole=pole, title="A", text="B")
    if who == "elsewhere":
        client.force_login(make_coordinator(make_pole("Autre pôle", ["02"])))
    elif who == "aline":
        client.force_login(talk.aline)
    for name, number in (
        ("canned-lines-own", pole.pk),
        ("canned-line-new", pole.pk),
        ("canned-line-edit", line.pk),
        ("canned-line-delete", line.pk),
    ):
        assert client.post(reverse(name, args=[number])).status_code == answer


# --- keeping somebody away -----------------------------------------------------------------
@pytest.mark.parametrize("who", ["aline", "noe"])
def test_a_side_keeps_the_other_away_from_the_conversation_and_lets_it_back(client, talk, who):
    talk.say(talk.noe)
    client.force_login(getattr(talk, who))
    assert "Ne plus échanger" in client.get(talk.url).content.decode()
    page = client.post(reverse("thread-keep-away", args=[talk.thread.pk]), follow=True)
    assert "ne pouvez plus vous écrire" in page.content.decode()
    other = talk.noe if who == "aline" else talk.aline
    client.force_login(other)
    page = client.get(talk.url).content.decode()
    assert "ne pouvez plus vous écrire" in page
    assert "Nous laisser" not in page  # whoever is kept away can't lift it
    client.post(reverse("thread-let-back", args=[talk.thread.pk]))
    assert Block.objects.live().exists()
    client.force_login(getattr(talk, who))
    client.post(reverse("thread-let-back", args=[talk.thread.pk]))
    assert not Block.objects.live().exists()


@pytest.mark.parametrize(("who", "answer"), [("maelle", 403), ("stranger", 404), ("nobody", 302)])
def test_only_the_two_sides_keep_each_other_away(client, talk, who, answer):
    if who != "nobody":
        client.force_login(make_user() if who == "stranger" else talk.maelle)
    for name in ("thread-keep-away", "thread-let-back"):
        assert client.post(reverse(name, args=[talk.thread.pk])).status_code == answer


def test_a_report_is_on_the_desk_once_until_it_is_settled(client, talk, reported):
    other = make_user()
    Membership.objects.create(user=other, organisation=talk.proposal.need.organisation)
    second = moderation.report(reported.message, reason="MONEY", words="", by=other)
    client.force_login(talk.maelle)
    page = client.get(reverse("desk"), {"kind": "report"}).content.decode()
    assert reported.get_absolute_url() in page
    assert second.get_absolute_url() not in page
    client.post(reported.get_absolute_url(), {"keep": "yes"})
    assert reported.get_absolute_url() not in client.get(reverse("desk")).content.decode()
