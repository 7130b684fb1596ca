"""A coordinator who is on a side of a matter leaves it to the others: what is confided about it isn't theirs to read."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from marketplace.actions.desk import cases, notes
from marketplace.actions.missions import followups
from marketplace.actions.talk import blocks, messages, moderation
from marketplace.letters.talk.messages import readers_of
from marketplace.models import Block, Case, Chase, FollowUp, Mission, Regime, Tag, Thread
from marketplace.rules import permissions
from marketplace.states import MissionStatus, NeedStatus
from notifications.models import Notification
from tests.factories import (
    in_days,
    make_coordinator,
    make_mission,
    make_need,
    make_organisation,
    make_user,
)

HELP, NOTED, HEARD = "On ne nous répond plus.", "À rappeler lundi.", "Elle a tort, je crois."


@pytest.fixture
def mission():
    return make_mission(work=True, status=MissionStatus.RUNNING, regime=Regime.PRESTATION)


@pytest.fixture
def other(mission):
    return make_coordinator(mission.need.pole, first_name="Odile", last_name="Renard")


@pytest.fixture(params=["need ADMINISTRATOR", "offer ADMINISTRATOR", "offer MEMBER"])
def sided(request, mission):
    """Coordinates the pôle, and belongs to one of the two, be it as a colleague who answers for nothing."""
    user = make_coordinator(mission.need.pole, first_name="Sami", last_name="Roy")
    side, role = request.param.split()
    getattr(mission, side).organisation.memberships.create(user=user, role=role)
    return user


def asks_for_help(mission):
    asked = FollowUp.objects.create(
        mission=mission, kind="FIRST_WEEK", side="OFFER", asked=mission.offer.person, asked_on=in_days(-2)
    )  # fmt: skip
    followups.answer(asked, answer=FollowUp.Answer.HELP, words=HELP)
    return asked


def read_by(client, user, mission):
    """Every page where the coordinators read what is confided to them."""
    client.force_login(user)
    doors = [
        mission.get_absolute_url(),
        reverse("desk"),
        *(Case.objects.values_list("pk", flat=True) and [Case.objects.get().get_absolute_url()]),
        reverse("organisation-story", args=[mission.need.organisation_id]),
        reverse("organisation-story", args=[mission.offer.organisation_id]),
        reverse("person-story", args=[mission.offer.person_id]),
        reverse("person-story", args=[user.pk]),
        reverse("desk-need", args=[mission.need_id]),
    ]
    return " ".join(client.get(door).text for door in doors)


def test_what_one_side_confides_is_not_read_by_a_coordinator_of_the_other(
    client, mission, other, sided
):
    asks_for_help(mission)
    notes.write(mission, pole=mission.need.pole, body=NOTED, by=other)
    notes.write(sided, pole=mission.need.pole, body=HEARD, by=other)
    for words in (HELP, NOTED, HEARD):
        assert words not in read_by(client, sided, mission)
    for words in (HELP, NOTED):
        assert words in read_by(client, other, mission)
    told = Notification.objects.filter(kind="help_asked").values_list("recipient", flat=True)
    assert set(told) == {other.pk}


def test_nor_do_they_write_notes_about_it_or_learn_which_tags_it_has(client, mission, other, sided):
    notes.pin(mission, pole=mission.need.pole, words="à éviter", by=other)
    client.force_login(sided)
    for kind, pk in (("mission", mission.pk), ("person", sided.pk)):
        for door, said in (("tag-new", {"words": "à éviter"}), ("note-new", {"body": NOTED})):
            assert client.post(reverse(door, args=[kind, pk]), said).status_code == 403
    assert reverse("tag-new", args=["mission", mission.pk]) not in read_by(client, sided, mission)
    client.force_login(other)
    door = reverse("tag-new", args=["mission", mission.pk])
    assert client.post(door, {"words": "à voir"}).status_code == 302
    assert door in client.get(mission.get_absolute_url()).text


def test_nor_settled_nor_closed_by_them(client, mission, other, sided):
    asked = asks_for_help(mission)
    case = Case.objects.get()
    client.force_login(sided)
    client.post(reverse("follow-up-settle", args=[asked.pk]))
    assert (
        client.post(reverse("case-close", args=[case.pk]), {"outcome": "SOLVED"}).status_code == 404
    )
    asked.refresh_from_db()
    case.refresh_from_db()
    assert (asked.settled_at, case.closed_at) == (None, None)
    assert client.get(reverse("case-open", args=["mission", mission.pk])).status_code == 403
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.REVIEWED)
    mission.refresh_from_db()
    assert not permissions.follows(sided, mission)
    client.force_login(other)
    client.post(reverse("case-close", args=[case.pk]), {"outcome": "SOLVED"})
    case.refresh_from_db()
    assert case.closed_by == other


def test_where_nobody_else_coordinates_a_call_for_help_is_heard_all_the_same(
    client, mission, sided
):
    asks_for_help(mission)
    assert HELP in read_by(client, sided, mission)
    assert Notification.objects.get(kind="help_asked").recipient == sided


def test_the_screen_of_letters_doesn_t_tell_them_of_it_nor_lets_them_stop_it(
    client, mission, other, sided
):
    """“Noé vous appelle” waits for the evening's summary of a colleague."""
    asks_for_help(mission)
    letter = Notification.objects.get(kind="help_asked")
    Notification.objects.create(
        recipient=sided, address=sided.email, key="own", kind="mission_started", subject="À moi",
        text="À moi", url="/", matter=f"mission:{mission.pk}", desks=letter.desks, topic="x",
    )  # fmt: skip
    client.force_login(sided)
    page = client.get(reverse("letters-desk")).text
    assert letter.subject not in page
    assert "À moi" in page
    for door in ("letter-cancel", "letter-resend"):
        assert client.post(reverse(door, args=[letter.pk])).status_code == 404
    client.force_login(other)
    assert letter.subject in client.get(reverse("letters-desk")).text
    client.post(reverse("letter-cancel", args=[letter.pk]))
    letter.refresh_from_db()
    assert not letter.is_open


def test_a_case_is_not_put_in_charge_of_whoever_is_on_a_side(mission, other, sided):
    Mission.objects.filter(pk=mission.pk).update(coordinator=sided)
    case = cases.open_about(
        Mission.objects.get(pk=mission.pk), reason=Case.Reason.SILENCE, now=timezone.now()
    )
    assert case.in_charge is None
    told = Notification.objects.filter(kind="case_opened").values_list("recipient", flat=True)
    assert set(told) == {other.pk}


def test_a_message_is_reported_to_those_who_are_on_no_side(client, mission, other, sided):
    thread = mission.proposal.thread
    said = thread.messages.create(author=mission.offer.person, text="Bof.", sent_key="k")
    head = mission.need.created_by
    report = moderation.report(said, reason="RUDE", words="Il nous blesse.", by=head)
    told = Notification.objects.filter(kind="message_reported").values_list("recipient", flat=True)
    assert set(told) == {other.pk}
    client.force_login(sided)
    for door in (reverse("reports"), reverse("desk")):
        assert report.get_absolute_url() not in client.get(door).text
    assert client.get(report.get_absolute_url()).status_code == 404


def test_why_somebody_is_kept_away_is_not_read_by_them_as_a_coordinator(mission, other):
    sided = make_coordinator(mission.need.pole)
    company = make_organisation(Organisation.Kind.COMPANY, member=sided)
    block = blocks.block(by=make_user(), organisation=company, reason="Ils ne paient pas.")
    assert block not in Block.objects.visible_to(sided)
    assert block in Block.objects.visible_to(other)


def test_a_tag_that_colleagues_pinned_on_what_one_leaves_to_them_is_not_listed(
    client, mission, other, sided
):
    elsewhere = make_mission().need
    theirs = mission.need.organisation
    if not sided.belongs_to(theirs):
        theirs = mission.offer.organisation
    for about in (theirs, elsewhere.organisation):
        notes.pin(about, pole=mission.need.pole, words="à surveiller", by=other)
    seen = Tag.objects.get(organisation=elsewhere.organisation)
    for reader, names in ((other, True), (sided, False)):
        client.force_login(reader)
        listed = client.get(reverse("tagged", args=[seen.pk])).context["things"]
        assert (str(theirs) in [one["what"] for one in listed]) is names


def test_nothing_is_left_to_the_only_other_coordinator_when_it_is_they_who_come():
    """On their own time they are of no organisation of the mission's."""
    comes = make_coordinator(make_organisation().pole, first_name="Yanis")
    mission = make_mission(person=comes, status=MissionStatus.RUNNING)
    of_the_structure = make_coordinator(mission.need.pole, first_name="Sami")
    mission.need.organisation.memberships.create(user=of_the_structure)
    assert permissions.follows(of_the_structure, mission)
    third = make_coordinator(mission.need.pole, first_name="Odile")
    assert [permissions.follows(one, mission) for one in (of_the_structure, comes, third)] == [
        False, False, True,
    ]  # fmt: skip


@pytest.mark.parametrize("noun", ["need", "organisation"])
def test_what_another_coordinator_reads_is_no_line_of_theirs(client, noun):
    sided = make_coordinator(make_organisation().pole, first_name="Sami")
    ours = make_organisation(
        administrator=sided, status="SUBMITTED" if noun == "organisation" else "ACCEPTED"
    )
    if noun == "need":
        row, door = make_need(ours, status=NeedStatus.SUBMITTED), "need-qualify"
    else:
        row, door = ours, "organisation-verify"
    url = reverse(door, args=[row.pk])
    client.force_login(sided)
    assert url in client.get(reverse("desk")).text  # nobody else coordinates
    other = make_coordinator(ours.pole)
    assert url not in client.get(reverse("desk")).text
    client.force_login(other)
    assert url in client.get(reverse("desk")).text


def test_nor_do_they_take_it_hand_it_over_or_chase_it(client, mission, other, sided):
    Mission.objects.filter(pk=mission.pk).update(
        status=MissionStatus.DELIVERED, moved_at=timezone.now() - timedelta(days=40)
    )
    line = f"mission:{mission.pk}:nobody"
    for act, said in (("take", {}), ("chase", {}), ("hand_over", {"to": f"p{other.pk}"})):
        client.force_login(sided)
        page = client.post(reverse("desk-bulk"), {"act": act, "item": line, **said})
        assert "une autre personne de la coordination" in page.text, act
    mission.refresh_from_db()
    assert mission.coordinator is None
    assert not Chase.objects.exists()
    client.force_login(other)
    page = client.post(
        reverse("desk-bulk"), {"act": "hand_over", "item": line, "to": f"p{sided.pk}"}
    )
    mission.refresh_from_db()
    assert mission.coordinator is None  # nor is it handed to them
    client.post(reverse("desk-bulk"), {"act": "take", "item": line})
    mission.refresh_from_db()
    assert mission.coordinator == other


def test_nor_do_they_ask_a_colleague_to_take_the_mission_over(client, other):
    mission = make_mission(work=True, status=MissionStatus.LEFT, regime=Regime.PRESTATION)
    sided = make_coordinator(mission.need.pole, first_name="Sami")
    mission.need.organisation.memberships.create(user=sided)
    url = reverse("transfer-ask", args=[mission.pk])
    client.force_login(sided)
    assert client.post(url, {"colleague": other.pk}).status_code == 403
    client.force_login(other)
    assert client.post(url, {"colleague": other.pk}).status_code != 403


def test_what_waits_for_a_coordinator_as_a_side_is_on_their_home(client, mission, other, sided):
    """The desk leaves it to the others, and the mission is theirs to move."""
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.SUSPENDED)
    make_mission(status=MissionStatus.SUSPENDED)
    client.force_login(sided)
    lines = client.get(reverse("home")).context["lines"]
    theirs = [mission.need.title] if permissions.side_in(sided, mission) else []
    assert [line.what for line in lines if line.kind == "mission"] == theirs
    client.force_login(other)
    assert not [
        line for line in client.get(reverse("home")).context["lines"] if line.kind == "mission"
    ]


def test_nor_do_they_act_as_the_coordination_while_their_own_side_is_suspended(
    client, mission, other
):
    """They may not speak for it: that makes nobody neutral of them."""
    structure = mission.need.organisation
    sided = make_coordinator(mission.need.pole, first_name="Sami", last_name="Roy")
    structure.memberships.create(user=sided, role="ADMINISTRATOR")
    thread = mission.proposal.thread
    moderation.note(thread, text=NOTED, by=other)
    Organisation.objects.filter(pk=structure.pk).update(status="SUSPENDED")
    client.force_login(sided)
    assert NOTED not in client.get(thread.get_absolute_url()).text
    assert client.post(reverse("thread-note", args=[thread.pk]), {"text": "."}).status_code == 403
    assert client.get(reverse("mission-suspend", args=[mission.pk])).status_code == 403
    assert client.post(reverse("need-wake", args=[mission.need_id])).status_code == 403
    take = reverse("need-take-charge", args=[mission.need_id])
    assert take not in client.get(mission.need.get_absolute_url()).text
    assert client.post(take).status_code == 403
    assert not permissions.arbitrates(sided, mission)
    client.force_login(other)
    assert NOTED in client.get(thread.get_absolute_url()).text
    assert client.get(reverse("mission-suspend", args=[mission.pk])).status_code == 200
    assert take in client.get(mission.need.get_absolute_url()).text


def test_nor_once_they_have_come_or_written_the_offer_and_left(client, mission, other):
    writer = make_coordinator(mission.need.pole, first_name="Sami", last_name="Roy")
    type(mission.offer).objects.filter(pk=mission.offer_id).update(person=None, created_by=writer)
    moderation.note(mission.proposal.thread, text=NOTED, by=other)
    client.force_login(writer)
    assert NOTED not in client.get(mission.proposal.thread.get_absolute_url()).text
    assert client.get(reverse("mission-suspend", args=[mission.pk])).status_code == 403


@pytest.fixture
def sided_with_the_offer(mission):
    """Coordinates the pôle, follows the need, and belongs to the company that answers it."""
    user = make_coordinator(mission.need.pole, first_name="Sami", last_name="Roy")
    mission.offer.organisation.memberships.create(user=user, role="ADMINISTRATOR")
    type(mission.need).objects.filter(pk=mission.need_id).update(coordinator=user)
    mission.need.refresh_from_db()
    return user


def test_what_a_structure_tells_the_coordination_is_not_read_by_whoever_answers_its_need(
    client, mission, other, sided_with_the_offer
):
    need, sided = mission.need, sided_with_the_offer
    with_us = Thread.objects.create(need=need)
    rival = Thread.objects.create(need=need, asker=make_user())
    for thread, by in ((with_us, need.created_by), (rival, rival.asker)):
        messages.say(thread, text=HEARD, sent_key=f"k{thread.pk}", by=by)
        assert other in readers_of(thread)
        assert sided not in readers_of(thread)
        client.force_login(sided)
        assert client.get(thread.get_absolute_url()).status_code == 404
        said = {"text": "Prenez-nous.", "sent_key": "k"}
        assert client.post(thread.get_absolute_url(), said).status_code == 404
        assert not permissions.follows_thread(sided, thread)
        assert not Thread.objects.unread_by(sided).filter(pk=thread.pk).exists()
        assert not Thread.objects.taken_part_in_by(sided).filter(pk=thread.pk).exists()
        client.force_login(other)
        assert HEARD in client.get(thread.get_absolute_url()).text


def test_nor_the_notes_and_tags_about_that_need(client, mission, other, sided_with_the_offer):
    need, sided = mission.need, sided_with_the_offer
    notes.write(need, pole=need.pole, body=NOTED, by=other)
    door = reverse("tag-new", args=["need", need.pk])
    for reader, reads in ((sided, False), (other, True)):
        client.force_login(reader)
        assert (NOTED in client.get(reverse("desk-need", args=[need.pk])).text) is reads
        assert (client.post(door, {"words": "à voir"}).status_code == 302) is reads


def test_where_nobody_else_coordinates_the_structure_is_heard_all_the_same(
    client, mission, sided_with_the_offer
):
    thread = Thread.objects.create(need=mission.need)
    messages.say(thread, text=HEARD, sent_key="k", by=mission.need.created_by)
    client.force_login(sided_with_the_offer)
    assert HEARD in client.get(thread.get_absolute_url()).text
    assert sided_with_the_offer in readers_of(thread)


def test_whoever_answers_a_need_asks_about_it_as_anybody_does(
    client, mission, other, sided_with_the_offer
):
    """The button led to the conversation that they leave to the others."""
    type(mission.need).objects.filter(pk=mission.need_id).update(status=NeedStatus.PUBLISHED)
    with_us = Thread.objects.create(need=mission.need)
    client.force_login(sided_with_the_offer)
    answer = client.post(reverse("need-talk", args=[mission.need_id]), follow=True)
    assert answer.status_code == 200
    theirs = Thread.objects.get(asker=sided_with_the_offer)
    assert answer.request["PATH_INFO"] == theirs.get_absolute_url()
    client.force_login(other)
    answer = client.post(reverse("need-talk", args=[mission.need_id]))
    assert answer.url == with_us.get_absolute_url()


def test_nor_do_they_correct_or_close_the_need_for_its_structure(
    client, mission, other, sided_with_the_offer
):
    """They would shorten it until their company suits it, or close it once theirs is taken."""
    type(mission.need).objects.filter(pk=mission.need_id).update(status=NeedStatus.PUBLISHED)
    names = ("need-edit", "need-end", "need-candidates")
    doors = [reverse(name, args=[mission.need_id]) for name in names]
    for reader, code in ((sided_with_the_offer, 403), (other, 200)):
        client.force_login(reader)
        assert [client.get(door).status_code for door in doors] == [code] * 3


def test_nor_do_they_read_what_was_reported_there(client, mission, other, sided_with_the_offer):
    thread = Thread.objects.create(need=mission.need, asker=make_user())
    said = messages.say(thread, text=HEARD, sent_key="k", by=thread.asker)
    report = moderation.report(said, reason="RUDE", words="", by=mission.need.created_by)
    for reader, code in ((sided_with_the_offer, 404), (other, 200)):
        client.force_login(reader)
        assert client.get(report.get_absolute_url()).status_code == code
        listed = client.get(reverse("reports")).text + client.get(reverse("desk")).text
        assert (report.get_absolute_url() in listed) is (reader == other)
