"""A letter asks as it leaves whether its reader still has a part in what it tells."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import invitations, organisations
from accounts.models import (
    Membership,
    Seat,
)
from marketplace.actions.market import people
from marketplace.actions.missions import followups, succession
from marketplace.actions.talk import messages, moderation
from marketplace.letters import matters
from marketplace.models import Need, Time
from marketplace.states import MissionStatus, NeedStatus
from notifications import delivery, desk, digests, outbox
from notifications.models import Habits, Notification, Pace, Status
from tests.factories import (
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_proposal,
    make_user,
)
from tests.marketplace.missions.leavers import asked, goes

TELLS, ASKS = "need_closed", "need_question"


@pytest.fixture(autouse=True)
def carried(settings):
    settings.MAIL_TRANSPORT = "memory"
    settings.DOORBELL = False


@pytest.fixture
def need():
    return make_need(make_organisation(member=make_user(), administrator=make_user()))


@pytest.fixture
def aline(need):
    return need.organisation.memberships.get(role="MEMBER").user


def told(person, template, need):
    """What is asked is asked about a draft: once it is sent again, the letter is moot."""
    if template == ASKS:
        Need.objects.filter(pk=need.pk).update(status=NeedStatus.DRAFT)
    step = need.steps.create(before="SUBMITTED", after=need.status, at=timezone.now())
    return outbox.post(
        recipient=person,
        key=f"need-step:{step.pk}",
        template=template,
        url="/",
        reason="",
        need=need,
    )


def fate(letter):
    delivery.deliver_due(clock=lambda: timezone.now() + timedelta(minutes=1))
    letter.refresh_from_db()
    return letter.status


def suspend(organisation):
    by = make_coordinator(organisation.pole)
    organisations.suspend(organisation, reason="À voir.", by=by)
    return by


@pytest.mark.parametrize("template", [TELLS, ASKS])
def test_it_leaves_for_who_is_still_there(need, aline, template):
    assert fate(told(aline, template, need=need)) == Status.SENT


@pytest.mark.parametrize("template", [TELLS, ASKS])
def test_it_stays_when_its_reader_has_left_although_the_need_is_public(need, aline, template):
    letter = told(aline, template, need=need)
    people.leave(aline.memberships.get(), now=timezone.now())
    assert fate(letter) == Status.CANCELLED
    assert letter.last_error == "No longer theirs"


def test_who_left_for_another_structure_hears_nothing_of_the_first(need, aline):
    letter = told(aline, TELLS, need=need)
    people.leave(aline.memberships.get(), now=timezone.now())
    Membership.objects.create(user=aline, organisation=make_need().organisation)
    assert fate(letter) == Status.CANCELLED


@pytest.mark.parametrize(("template", "comes"), [(TELLS, Status.SENT), (ASKS, Status.CANCELLED)])
def test_the_suspended_are_told_and_asked_nothing(need, aline, template, comes):
    letter = told(aline, template, need=need)
    suspend(need.organisation)
    assert fate(letter) == comes


def test_a_coordinator_who_has_moved_to_another_pole_hears_nothing_of_this_one(need):
    solene = make_coordinator(need.pole)
    letter = told(solene, "need_submitted", need=need)
    letter_of_hers = told(solene, TELLS, need=need)
    Seat.objects.filter(operator__members=solene).update(pole=make_pole("Ailleurs", ("80",)))
    assert fate(letter_of_hers) == Status.CANCELLED
    letter.refresh_from_db()
    assert letter.status == Status.CANCELLED


def goes_over(coordinator, organisation, *, stays=False):
    """They join a side of what they were told about, and leave the coordination unless they stay in it, beside others."""
    if stays:
        make_coordinator(coordinator.organisations.get().pole)
    else:
        coordinator.memberships.all().delete()
    Membership.objects.create(user=coordinator, organisation=organisation)


@pytest.mark.parametrize("stays", [False, True])
def test_who_went_over_to_a_side_is_not_told_who_reported_it(need, aline, stays):
    """Nor what colleagues tell each other: the mail server was away meanwhile. Coordinating still, they were told."""
    solene, proposal = make_coordinator(need.pole), make_proposal(need)
    Habits.objects.create(user=solene, paces={"desk": Pace.DAILY})
    message = messages.say(proposal.thread, text="Bonjour", sent_key="k", by=aline)
    moderation.report(message, reason="RUDE", words="", by=proposal.offer.person)
    letter = Notification.objects.get(kind="message_reported", recipient=solene)
    goes_over(solene, need.organisation, stays=stays)
    digests.write_due(now=timezone.now() + timedelta(days=2))
    letter.refresh_from_db()
    assert (letter.status, letter.last_error) == (Status.CANCELLED, "No longer theirs")
    assert not Notification.objects.filter(kind="summary").exists()


@pytest.mark.parametrize("stays", [False, True])
def test_who_went_over_to_a_side_reads_no_call_for_help(client, stays):
    mission = make_mission(status=MissionStatus.RUNNING)
    solene = make_coordinator(mission.need.pole)
    question = mission.follow_ups.create(
        kind="FIRST_WEEK", side="OFFER", asked=mission.offer.person, asked_on=timezone.localdate()
    )
    followups.answer(question, answer="HELP", words="Je n’ose plus y aller.")
    letter = Notification.objects.get(kind="help_asked", recipient=solene)
    goes_over(solene, mission.need.organisation, stays=stays)
    client.force_login(solene)
    assert letter.subject not in client.get(reverse("letters")).text
    assert fate(letter) == Status.CANCELLED


def test_who_left_the_company_for_the_structure_reads_no_colleague_s_reason():
    boss, colleague = make_user(), make_user()
    company = make_organisation("COMPANY", administrator=boss, member=colleague)
    company.memberships.create(user=make_user(), role="ADMINISTRATOR")
    mission = goes(make_mission(work=True, company=company, status=MissionStatus.RUNNING), by=boss)
    transfer = asked(mission, colleague, boss)
    succession.answer(
        transfer, answer="NO", reason="Je pars en juin.", by=colleague, now=timezone.now()
    )
    letter = Notification.objects.get(kind="transfer_answered", recipient=boss)
    goes_over(boss, mission.need.organisation)
    assert fate(letter) == Status.CANCELLED


def test_one_s_own_time_is_nobody_s_suspension():
    company = make_organisation("COMPANY", member=make_user(), legal_form="SAS")
    noe = company.members.get()
    offer = make_offer(noe, organisation=company, time=Time.OWN)
    proposal = make_proposal(make_need(), offer)
    suspend(company)
    assert matters.may_answer(noe, f"proposal:{proposal.pk}")


def test_what_is_said_to_somebody_shown_out_arrives(need, aline):
    boss = need.organisation.memberships.administrators().get().user
    people.remove(aline.memberships.get(), by=boss, now=timezone.now())
    letter = Notification.objects.get(kind="member_removed")
    assert fate(letter) == Status.SENT


def test_a_summary_leaves_out_what_is_no_longer_theirs(need, aline):
    other = make_need(make_organisation(member=aline))
    Habits.objects.create(user=aline, paces={"needs": Pace.DAILY})
    gone, kept = told(aline, TELLS, need=need), told(aline, "need_refused", need=other)
    people.leave(aline.memberships.get(organisation=need.organisation), now=timezone.now())
    digests.write_due(now=timezone.now() + timedelta(days=2))
    for letter in (gone, kept):
        letter.refresh_from_db()
    assert (gone.status, kept.status) == (Status.CANCELLED, Status.CARRIED)


def test_a_summary_that_waits_for_the_mail_server_is_written_again_without_it(need, aline):
    """She left between its writing and its leaving."""
    other = make_need(make_organisation(member=aline), title="Refaire la paie")
    Habits.objects.create(user=aline, paces={"needs": Pace.DAILY})
    gone, kept = told(aline, TELLS, need=need), told(aline, "need_refused", need=other)
    later = timezone.now() + timedelta(days=2)
    digests.write_due(now=later)
    summary = Notification.objects.get(kind="summary")
    assert need.title in summary.text
    people.leave(aline.memberships.get(organisation=need.organisation), now=timezone.now())
    delivery.deliver_due(clock=lambda: later)
    summary.refresh_from_db()
    assert summary.status == Status.CANCELLED
    assert digests.write_due(now=later) == 1
    again = Notification.objects.filter(kind="summary").latest("pk")
    assert "Refaire la paie" in again.text
    assert need.title not in again.text
    delivery.deliver_due(clock=lambda: later)
    for letter in (again, gone, kept):
        letter.refresh_from_db()
    assert (again.status, gone.status, kept.status) == (
        Status.SENT,
        Status.CANCELLED,
        Status.CARRIED,
    )


def test_a_summary_taken_apart_leaves_no_more_by_hand(need, aline):
    """The operators' button would send it as it was."""
    Habits.objects.create(user=aline, paces={"needs": Pace.DAILY})
    told(aline, TELLS, need=need)
    later = timezone.now() + timedelta(days=2)
    digests.write_due(now=later)
    people.leave(aline.memberships.get(organisation=need.organisation), now=timezone.now())
    summary = Notification.objects.get(kind="summary")
    for _turn in range(2):
        delivery.deliver_due(clock=lambda: later)
        summary.refresh_from_db()
        assert summary.status == Status.CANCELLED
        assert digests.write_due(now=later) == 0
        desk.resend(summary, now=later)


def test_an_invitation_doesn_t_leave_for_who_is_suspended_meanwhile(need):
    structure = need.organisation
    boss = structure.memberships.administrators().get().user
    now = timezone.now()
    invitations.invite(structure, email="eve@example.org", role="MEMBER", by=boss, now=now)
    suspend(structure)
    assert fate(Notification.objects.get(kind="invitation")) == Status.CANCELLED


@pytest.mark.parametrize("way", ["need", "offer"])
def test_each_side_of_a_mission_has_a_part_in_it_until_they_leave(way):
    mission = make_mission(work=True)
    people_of = mission.need.organisation if way == "need" else mission.offer.organisation
    person = people_of.members.first()
    matter = matters.matter_of({"mission": mission, "need": mission.need})
    assert matter == f"mission:{mission.pk}"
    assert matters.has_a_part_in(person, matter)
    assert not matters.has_a_part_in(make_user(), matter)


# --- on the screen -------------------------------------------------------------------------
@pytest.mark.parametrize("pace", [Pace.EACH, Pace.DAILY])
def test_nor_does_the_screen_show_what_waits_for_who_has_left(client, need, aline, pace):
    """It is there as soon as it is written."""
    Habits.objects.create(user=aline, paces={"needs": pace})
    letter = told(aline, TELLS, need=need)
    client.force_login(aline)
    assert letter.subject in client.get(reverse("letters")).context["page"][0].subject
    people.leave(aline.memberships.get(), now=timezone.now())
    assert not client.get(reverse("letters")).context["page"].object_list
    letter.refresh_from_db()
    assert (letter.status, letter.last_error) == (Status.CANCELLED, "No longer theirs")


def test_who_reads_letters_on_the_site_only_is_written_none_once_they_have_left(
    client, need, aline
):
    """It never leaves, so that it is asked as it is written."""
    Habits.objects.create(user=aline, paces={"needs": Pace.OFF})
    before = told(aline, TELLS, need=need)
    people.leave(aline.memberships.get(), now=timezone.now())
    since = told(aline, TELLS, need=need)
    assert (before.status, since.status) == (Status.ON_SCREEN, Status.CANCELLED)
    client.force_login(aline)
    assert [one.pk for one in client.get(reverse("letters")).context["page"]] == [before.pk]
