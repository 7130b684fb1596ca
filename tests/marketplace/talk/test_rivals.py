"""A coordinator who would come for a need, or whose company has applied, reads nothing of what the other candidates
write with its structure while that is open: they are one of them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from marketplace import letters
from marketplace.actions.desk import cases, notes
from marketplace.actions.market import needs, people, proposals
from marketplace.actions.missions import missions
from marketplace.actions.talk import messages, moderation
from marketplace.desk import Scope
from marketplace.desk.kinds.proposal import KIND as proposal_kind
from marketplace.letters.talk.messages import readers_of
from marketplace.models import Case, Chase, HandOver, Need, Proposal, Side, Thread
from marketplace.models.desk.desk import followed_by, leaves
from marketplace.rules import audience, unread
from marketplace.states import MissionStatus, NeedStatus
from notifications.models import Notification
from tests.factories import (
    in_days,
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
)

ASKED, WORD = "Je demande 300 euros la journée.", "Je suis libre dès mardi."


@pytest.fixture
def rival():
    """Somebody's application, with a message, for a need that two coordinators follow."""
    need = make_need(member=make_user())
    make_coordinator(need.pole, first_name="Odile", last_name="Renard")
    found = make_proposal(need, word=WORD)
    messages.say(found.thread, text=ASKED, sent_key="k", by=found.offer.person)
    return found


@pytest.fixture
def neutral(rival):
    return make_coordinator(rival.need.pole, first_name="Nora", last_name="Petit")


@pytest.fixture(params=["would come", "a colleague would"])
def sided(request, rival):
    """Coordinates the pôle, is in charge of the need, has looked at its conversations, and is a candidate for it since."""
    user = make_coordinator(rival.need.pole, first_name="Sami", last_name="Roy")
    Need.objects.filter(pk=rival.need_id).update(coordinator=user)
    rival.thread.reads.create(user=user)
    offer = (
        make_offer(user)
        if request.param == "would come"
        else make_offer(organisation=make_organisation())
    )
    if offer.organisation:
        offer.organisation.memberships.create(user=user, role="MEMBER")
    make_proposal(rival.need, offer)
    rival.need.refresh_from_db()
    return user


def reads(client, user, rival):
    """What this person reads of it: the page, the conversation, their list, what is unread, what a search finds."""
    client.force_login(user)
    pages = [rival.get_absolute_url(), rival.thread.get_absolute_url(), reverse("inbox")]
    text = "".join(client.get(page).text for page in [*pages, reverse("inbox") + "?q=journée"])
    threads = Thread.objects
    listed = [threads.visible_to(user), threads.taken_part_in_by(user), threads.unread_by(user)]
    own = threads.taken_part_in_by(user, coordinates=False).values("pk")
    assert unread.followed(user) == threads.unread_by(user).exclude(pk__in=own).count()
    seen = [name for name, rows in zip("vtu", listed, strict=True) if rival.thread in rows]
    return [words for words in (ASKED, WORD) if words in text] + seen


def test_what_another_candidate_writes_is_not_read_by_a_coordinator_who_is_one(
    client, rival, neutral, sided
):
    Need.objects.filter(pk=rival.need_id).update(coordinator=neutral)
    assert reads(client, neutral, rival) == [ASKED, WORD, "v", "t"]  # opened, so not unread
    Need.objects.filter(pk=rival.need_id).update(coordinator=sided)
    assert reads(client, sided, rival) == []


def test_the_candidates_themselves_read_their_own(client, rival, sided):
    assert reads(client, rival.offer.person, rival) == [ASKED, WORD, "v", "t"]
    mine = Proposal.objects.exclude(pk=rival.pk).get()
    if mine.offer.person == sided:
        assert Proposal.objects.visible_to(sided).get() == mine
        assert Thread.objects.visible_to(sided).get() == mine.thread
    else:  # a colleague who answers for nothing there
        assert not Proposal.objects.visible_to(sided).exists()


def test_no_letter_tells_them_of_a_message(rival, neutral, sided):
    assert sided not in readers_of(rival.thread)
    assert neutral in readers_of(rival.thread)


def test_nor_their_desk_nor_a_case(client, rival, neutral, sided):
    case = cases.open_about(rival, reason=Case.Reason.OTHER, by=neutral, now=timezone.now())
    assert Case.objects.visible_to(neutral).get() == case
    assert not Case.objects.visible_to(sided).exists()
    assert sided not in audience.who_follows(rival)
    assert neutral in audience.who_follows(rival)


def test_where_they_are_all_there_is_they_follow_it_still(client, rival, sided):
    others = audience.coordinators_of(rival.need.pole).exclude(pk=sided.pk)
    Membership.objects.filter(user__in=others).delete()
    assert ASKED in reads(client, sided, rival)


def test_once_it_is_agreed_the_mission_is_followed_as_any(client, rival, sided):
    proposals.accept(rival, side=Side.NEED, by=rival.need.created_by)
    assert ASKED in reads(client, sided, rival)


def test_who_follows_it_is_told_that_nobody_answers(rival, neutral, sided):
    """The one in charge is a candidate: the others are told in their place."""
    letters.proposal_silent(rival, silent=[Side.NEED], closes_on=in_days(7))
    told = Notification.objects.filter(kind="proposal_silent")
    assert neutral.pk in told.values_list("recipient", flat=True)
    assert sided.pk not in told.values_list("recipient", flat=True)


def test_they_put_nobody_forward_for_it_nor_read_who_could_be(client, rival, neutral, sided):
    doors = [reverse("need-candidates", args=[rival.need_id])]
    doors += [reverse("need-elsewhere", args=[rival.need_id])]
    for reader, status in ((neutral, 200), (sided, 403)):
        client.force_login(reader)
        assert [client.get(door).status_code for door in doors] == [status, status]
        assert (doors[0] in client.get(rival.need.get_absolute_url()).text) is (status == 200)


def test_their_desk_lists_no_candidate_to_chase(rival, neutral, sided):
    Proposal.objects.update(created_at=timezone.now() - timedelta(days=15))
    for reader, listed in ((neutral, 2), (sided, 0)):
        scope = Scope.of(reader, reader.memberships.all(), timezone.now())
        assert proposal_kind.rows(scope).count() == listed


def test_nor_does_the_desk_s_page_of_the_need_name_them(client, rival, neutral, sided):
    make_offer(make_user(first_name="Zoé"), pole=rival.need.pole)  # who could come
    for reader, named in ((neutral, True), (sided, False)):
        client.force_login(reader)
        text = client.get(reverse("desk-need", args=[rival.need_id])).text
        assert (rival.get_absolute_url() in text) is named
        assert ("Zoé" in text) is named
        assert ("c’est à vos collègues de le suivre" in text) is not named


def test_nor_is_it_explained_to_them_how_well_others_suit(client, rival, neutral, sided):
    doors = [
        reverse("need-why-not", args=[rival.need_id]) + "?qui=Lambert",
        reverse("need-why-pair", args=[rival.need_id, rival.offer_id]),
    ]
    for reader, status in ((neutral, 200), (sided, 403)):
        client.force_login(reader)
        assert [client.get(door).status_code for door in doors] == [status, status]


def test_nor_does_the_plan_let_them_put_somebody_forward(client, rival, neutral, sided):
    Need.objects.update(places=9)
    other = make_offer(make_user(first_name="Zoé"), pole=rival.need.pole)
    said = {"pair": [f"{rival.need_id}-{other.pk}"], "send": "1", "word": "Voici quelqu’un."}
    plan, door = (
        reverse(name, args=[rival.need.pole_id]) for name in ("portfolio", "portfolio-confirm")
    )
    for reader, made in ((sided, 0), (neutral, 1)):
        client.force_login(reader)
        assert ("Zoé" in client.get(plan).text) is bool(made)
        client.post(door, said)
        assert rival.need.proposals.filter(offer=other).count() == made


def test_nor_do_the_stories_of_the_desk_tell_of_them(client, rival, neutral, sided):
    """The structure’s, the other candidate’s: that they have applied, and who was chased."""
    rival.begin(by=rival.offer.person)
    Chase.objects.create(proposal=rival, by=neutral, day=in_days(0))
    doors = [
        reverse("organisation-story", args=[rival.need.organisation_id]),
        reverse("person-story", args=[rival.offer.person_id]),
    ]
    for reader, told in ((neutral, True), (sided, False)):
        client.force_login(reader)
        for door in doors:
            assert (rival.get_absolute_url() in client.get(door).text) is told


def test_nor_do_they_chase_for_them_as_the_coordination(client, rival, neutral, sided):
    Proposal.objects.update(created_at=timezone.now() - timedelta(days=15))
    said = {"act": "chase", "item": [f"proposal:{rival.pk}:{followed_by(rival.need)}"], "back": ""}
    for reader, chased in ((sided, 0), (neutral, 1)):
        client.force_login(reader)
        client.post(reverse("desk-bulk"), said)
        assert rival.chases.count() == chased


def test_nor_are_they_told_who_could_come_once_nobody_is_asked(rival, neutral, sided):
    letters.need_alone(rival.need)
    told = Notification.objects.filter(kind="need_alone").values_list("recipient", flat=True)
    assert neutral.pk in told
    assert sided.pk not in told


def test_nor_do_they_take_charge_of_it_whom_all_the_letters_reach(client, rival, neutral, sided):
    Need.objects.filter(pk=rival.need_id).update(coordinator=None)
    door = reverse("need-take-charge", args=[rival.need_id])
    bulk = {"act": "take", "item": [f"need:{rival.need_id}:nobody"], "back": ""}
    for reader, takes in ((sided, False), (neutral, True)):
        client.force_login(reader)
        assert (door in client.get(rival.need.get_absolute_url()).text) is takes
        client.post(reverse("desk-bulk"), bulk)
        assert client.post(door).status_code == (302 if takes else 403)
        rival.need.refresh_from_db()
        assert (rival.need.coordinator == reader) is takes


def test_nor_why_another_was_told_no_while_their_own_is_open(client, rival, neutral, sided):
    reason = "Trop cher pour nous."
    proposals.decline(rival, side=Side.NEED, reason=reason, by=rival.need.created_by)
    told = Notification.objects.filter(kind="proposal_declined_desk")
    assert sided.pk not in told.values_list("recipient", flat=True)
    assert neutral.pk in told.values_list("recipient", flat=True)
    story = reverse("organisation-story", args=[rival.need.organisation_id])
    for reader, sees in ((neutral, True), (sided, False)):
        assert (ASKED in reads(client, reader, rival)) is sees
        assert (reason in client.get(story).text) is sees
    mine = Proposal.objects.get(need=rival.need, status="OPEN")
    proposals.decline(mine, side=Side.NEED, reason="Non merci.", by=rival.need.created_by)
    assert ASKED in reads(client, sided, rival), "nothing is at stake any more"


def test_nor_what_is_reported_in_another_s_conversation(client, rival, neutral, sided):
    said = rival.thread.messages.get()
    report = moderation.report(said, reason="RUDE", words="", by=rival.need.created_by)
    for reader, sees in ((neutral, True), (sided, False)):
        client.force_login(reader)
        for page in (reverse("reports"), reverse("desk")):
            assert (report.get_absolute_url() in client.get(page).text) is sees


@pytest.fixture
def writer(rival):
    """Wrote the need as one of its structure, has left that, and coordinates the pôle since."""
    user = make_coordinator(rival.need.pole, first_name="Lou", last_name="Marin")
    Need.objects.filter(pk=rival.need_id).update(created_by=user, coordinator=user)
    rival.thread.reads.create(user=user)
    rival.need.refresh_from_db()
    return user


def test_who_wrote_the_need_and_has_left_its_structure_reads_no_candidate(
    client, rival, neutral, writer
):
    assert reads(client, writer, rival) == []
    assert writer not in readers_of(rival.thread)
    assert neutral in readers_of(rival.thread)
    client.post(reverse("proposal-withdraw", args=[rival.pk]), {"reason": "Trop loin."})
    assert Proposal.objects.get(pk=rival.pk).is_open
    for door in ("need-end", "need-candidates", "need-elsewhere"):
        assert client.get(reverse(door, args=[rival.need_id])).status_code == 403, door
    rival.delete()
    assert client.get(reverse("need-end", args=[rival.need_id])).status_code == 403


def test_nor_what_coordinators_note_or_pass_on_about_it_before_anybody_answers(
    client, rival, neutral, writer
):
    """Without an offer for it they read what their colleagues say of the need that they had written."""
    need = rival.need
    rival.delete()
    notes.write(need, pole=need.pole, body="Écrit à la va-vite.", by=neutral)
    notes.pin(need, pole=need.pole, words="à revoir", by=neutral)
    HandOver.objects.create(need=need, to_person=neutral, note="À reprendre.", by=neutral)
    for reader, reads_it in ((neutral, True), (writer, False)):
        client.force_login(reader)
        story = reverse("organisation-story", args=[need.organisation_id])
        pages = client.get(reverse("desk-need", args=[need.pk])).text + client.get(story).text
        for words in ("Écrit à la va-vite.", "à revoir", "À reprendre."):
            assert (words in pages) is reads_it, words
        assert leaves(reader, need) is not reads_it


def test_where_nobody_else_coordinates_they_follow_it_as_any(client, rival, writer):
    others = audience.coordinators_of(rival.need.pole).exclude(pk=writer.pk)
    Membership.objects.filter(user__in=others).delete()
    assert ASKED in reads(client, writer, rival)
    assert client.get(reverse("need-end", args=[rival.need_id])).status_code == 200


def test_nor_who_wrote_a_colleague_s_offer_for_it_and_has_left_their_company(
    client, rival, neutral
):
    gone = make_coordinator(rival.need.pole, first_name="Lou", last_name="Marin")
    company = make_organisation("COMPANY")
    offer = make_offer(organisation=company, created_by=gone)
    theirs = make_proposal(rival.need, offer)
    for waits in (rival, theirs):
        assert gone not in audience.who_follows(waits)
        assert neutral in audience.who_follows(waits)
    assert reads(client, gone, rival) == []
    client.post(reverse("proposal-withdraw", args=[rival.pk]), {"reason": "Trop loin."})
    assert Proposal.objects.get(pk=rival.pk).is_open
    assert client.get(reverse("need-end", args=[rival.need_id])).status_code == 403
    Membership.objects.filter(
        user__in=audience.coordinators_of(rival.need.pole).exclude(pk=gone.pk)
    ).delete()
    assert ASKED in reads(client, gone, rival), "nobody else is left to read it"


@pytest.mark.parametrize("why", ["of the structure", "wrote it"])
def test_what_a_structure_hands_in_or_writes_reaches_whoever_is_on_no_side(neutral, rival, why):
    """The one in charge has joined it, or had written its need: they alone were told, and could do nothing about it."""
    need = rival.need
    rival.delete()
    charged = make_coordinator(need.pole, first_name="Sami", last_name="Roy")
    if why == "wrote it":
        need.created_by = charged
    else:
        need.organisation.memberships.create(user=charged)
    need.coordinator, need.status = charged, NeedStatus.DRAFT
    need.save()
    by = need.organisation.members.exclude(pk=charged.pk).get()
    needs.submit(need, by=by)
    letters.reading_due(need, handed_in_on=in_days(-1), by_day=in_days(1), late=False)
    thread = messages.open_about(need, by=by)
    messages.say(thread, text="Pouvez-vous nous appeler ?", sent_key="a", by=by)
    for kind in ("need_submitted", "reading_due", "message_waiting"):
        told = Notification.objects.filter(kind=kind).values_list("recipient", flat=True)
        assert neutral.pk in told, kind
    asked = Notification.objects.filter(kind__in=["need_submitted", "reading_due"])
    assert not asked.filter(recipient=charged).exists()


def test_that_a_mission_begins_is_told_to_whoever_is_on_no_side(neutral, rival):
    need = rival.need
    charged = make_coordinator(need.pole, first_name="Sami", last_name="Roy")
    need.organisation.memberships.create(user=charged)
    Need.objects.filter(pk=need.pk).update(coordinator=charged)
    proposals.accept(rival, side=Side.NEED, by=need.created_by)
    told = Notification.objects.filter(kind="mission_started").values_list("recipient", flat=True)
    assert neutral.pk in told
    assert charged.pk not in told


@pytest.mark.parametrize("what", ["stops", "loses who comes"])
def test_that_a_mission_ends_early_is_told_to_whoever_is_on_no_side(what):
    """The one in charge had joined its structure: the coordination itself was told nothing."""
    mission = make_mission(work=True, status=MissionStatus.RUNNING)
    need, now = mission.need, timezone.now()
    neutral = make_coordinator(need.pole, first_name="Nora", last_name="Petit")
    charged = make_coordinator(need.pole, first_name="Sami", last_name="Roy")
    need.organisation.memberships.create(user=charged)
    Need.objects.filter(pk=need.pk).update(coordinator=charged)
    if what == "stops":
        missions.interrupt(mission, reason="Plus de travaux.", by=need.created_by, now=now)
    else:
        people.leave(mission.offer.person.memberships.get(), now=now)
    kind = "mission_moved" if what == "stops" else "person_left"
    assert Notification.objects.filter(kind=kind, recipient=neutral).exists()
