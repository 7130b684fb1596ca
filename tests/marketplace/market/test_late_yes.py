"""A yes after the closing: whoever let it close without an answer says it, and whoever waited is asked anew."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from marketplace import ranking
from marketplace.actions.market import proposals, responsiveness, silence
from marketplace.actions.refusals import NotYet
from marketplace.models import (
    Message,
    Mission,
    Proposal,
    Responsiveness,
    Side,
    Solicitation,
    Thread,
)
from marketplace.ranking import nightly_stats, search
from marketplace.rules import ask_limits
from marketplace.states import ProposalStatus
from notifications import delivery
from notifications.models import Status
from tests.factories import (
    make_coordinator,
    make_need,
    make_offer,
    make_pole,
    make_user,
)
from tests.marketplace.home_lines import lines_of
from tests.marketplace.market.latecomers import (
    MONDAY,
    PARIS,
    WORD,
    let_go,
    letters,
    page_of,
    say,
    wait_in_vain,
)


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def aline():
    return make_user(first_name="Aline")


@pytest.fixture
def noe():
    return make_user(first_name="Noé", last_name="Lambert")


@pytest.fixture
def need(clock, aline):
    return make_need(member=aline)


@pytest.fixture
def invited(clock, need, noe):
    """Aline's structure invited Noé, who let it close; it is Thursday the 19th of March."""
    return let_go(clock, need, noe)


# --- what it does --------------------------------------------------------------------------
def test_whoever_was_silent_finds_the_way_back_on_the_page_and_in_the_letter(client, invited, noe):
    letter = letters("proposal_let_go", noe).get()
    assert "votre oui reste le bienvenu" in letter.text
    assert invited.get_absolute_url() in letter.text
    client.force_login(noe)
    assert page_of(invited) in client.get(invited.get_absolute_url()).text
    page = client.get(page_of(invited)).text
    assert "Nous lui écrivons aussitôt" in page
    assert "vendredi 3 avril" not in page
    assert "jeudi 2 avril" in page
    assert Proposal.objects.count() == 1


@pytest.mark.parametrize("silent", ["structure", "volunteer"])
def test_only_whoever_has_an_offer_is_told_to_pause_it(clock, need, noe, silent):
    """“Mettez votre page en pause” was sent to structures, which have none and whose needs can’t be paused."""
    if silent == "volunteer":
        let_go(clock, need, noe)
    else:
        proposals.apply(need, make_offer(noe), word="", by=noe)
        wait_in_vain(clock)
    said = letters("proposal_let_go").get().text
    assert ("mettez votre offre en pause" in said) == (silent == "volunteer")
    assert ("clore le besoin sur sa page" in said) == (silent == "structure")
    assert "votre page" not in said


def test_whoever_waited_finds_no_way_to_answer_for_the_other(client, invited, aline):
    client.force_login(aline)
    assert page_of(invited) not in client.get(invited.get_absolute_url()).text
    for ask in (client.get, client.post):
        assert ask(page_of(invited)).status_code == 403
    assert Proposal.objects.count() == 1


def test_a_late_yes_asks_whoever_waited_anew_and_their_yes_is_a_mission(
    client, invited, aline, noe
):
    response = say(client, noe, invited)
    since = Proposal.objects.get(takes_up=invited)
    assert response.url == since.get_absolute_url()
    assert (since.is_open, since.has_yes_of(Side.OFFER), since.has_yes_of(Side.NEED)) == (
        True, True, False,
    )  # fmt: skip
    letter = letters("proposal_late_yes").get()
    assert letter.recipient == aline
    assert WORD in letter.text
    assert since.get_absolute_url() in letter.text
    assert noe.email not in letter.text

    client.force_login(aline)
    page = client.get(since.get_absolute_url()).text
    assert "C’était clos sans réponse" in page
    assert WORD in page
    assert "Aline" in page[page.index("Venez !") : page.index(WORD)]  # each said by whom
    client.post(reverse("proposal-accept", args=[since.pk]))
    mission = Mission.objects.get()
    assert mission.proposal == since
    assert letters("proposal_agreed").count() == 2
    invited.refresh_from_db()
    assert invited.status == ProposalStatus.UNANSWERED


def test_a_structure_that_let_an_application_close_may_say_yes_late_too(client, clock, need, noe):
    proposal = proposals.apply(need, make_offer(noe), word="", by=noe)
    wait_in_vain(clock)
    aline = need.created_by
    client.force_login(aline)
    assert "Oui, finalement" in client.get(proposal.get_absolute_url()).text
    say(client, aline, proposal)
    assert letters("proposal_late_yes").get().recipient == noe
    since = Proposal.objects.get(takes_up=proposal)
    assert proposals.accept(since, side=Side.OFFER, by=noe) == Mission.objects.get()


def test_the_conversation_goes_on_and_the_old_page_leads_to_the_new_one(
    client, invited, aline, noe
):
    thread = invited.thread
    Message.objects.create(thread=thread, author=aline, text="Vous êtes là ?", sent_key="1")
    say(client, noe, invited)
    page = client.get(invited.get_absolute_url(), follow=True)
    assert page.redirect_chain[-1][0] == Proposal.objects.get(takes_up=invited).get_absolute_url()
    assert "Vous êtes là ?" in page.text
    assert "Un oui après la clôture" in page.text.replace("un oui", "Un oui")
    assert "Restée sans réponse" in page.text
    assert Thread.objects.get() == thread
    assert "Vous êtes là ?" in client.get(thread.get_absolute_url()).text


def test_when_both_were_silent_each_may_come_back_and_the_other_is_asked_anew(
    client, clock, need, aline, noe
):
    coordinator = make_coordinator(need.pole)
    proposal = proposals.propose(need, make_offer(noe), word="", by=coordinator)
    wait_in_vain(clock)
    for person in (aline, noe):
        client.force_login(person)
        assert page_of(proposal) in client.get(proposal.get_absolute_url()).text
    say(client, aline, proposal)
    since = Proposal.objects.get(takes_up=proposal)
    assert letters("proposal_late_yes").get().recipient == noe
    # Noé had the old page open: his answer is asked on the new one, and nothing is done in his name.
    answer = say(client, noe, proposal)
    assert answer.url == since.get_absolute_url()
    assert "il ne manque que votre réponse" in client.get(answer.url).text
    assert Proposal.objects.count() == 2
    assert proposals.accept(since, side=Side.OFFER, by=noe)


def test_the_second_round_has_its_own_days_and_may_be_taken_up_again(client, clock, invited, aline):
    say(client, invited.offer.person, invited)
    since = Proposal.objects.get(takes_up=invited)
    assert silence.remind(timezone.now()) == 0
    told = {"proposal_reminder": 2, "proposal_let_go": 1}
    for month, day in ((3, 23), (3, 26), (3, 30), (4, 2)):
        clock.move_to(datetime(2026, month, day, 9, tzinfo=PARIS))
        assert silence.remind(timezone.now()) == 1, (month, day)
        assert silence.remind(timezone.now()) == 0
    since.refresh_from_db()
    assert since.status == ProposalStatus.UNANSWERED
    assert {kind: letters(kind, aline).count() for kind in told} == told
    assert letters("proposal_unanswered", invited.offer.person).count() == 1
    say(client, aline, since)
    third = Proposal.objects.get(takes_up=since)
    assert third.has_yes_of(Side.NEED)
    assert third.is_open
    page = client.get(invited.get_absolute_url(), follow=True)
    assert page.redirect_chain[-1][0] == third.get_absolute_url()


# --- what it costs, and how it counts ------------------------------------------------------
def test_it_costs_no_one_s_month_and_waits_in_no_limit(client, invited, noe):
    offer = invited.offer
    before = ask_limits.applications_left(offer), ask_limits.invitations_left(invited.need)
    ledger = Solicitation.objects.count()
    Solicitation.objects.create(  # asked as often as may be
        offer=offer, person=noe, why=Solicitation.Why.ASKED, key="other", at=timezone.now()
    )
    assert ask_limits.left(offer, timezone.now()) == 0
    say(client, noe, invited)
    assert Proposal.objects.filter(takes_up=invited).exists()
    assert Solicitation.objects.count() == ledger + 1
    assert (
        ask_limits.applications_left(offer),
        ask_limits.invitations_left(invited.need),
    ) == before


def test_a_volunteer_asked_often_enough_may_still_be_answered_late(client, clock, need, noe):
    proposal = proposals.apply(need, make_offer(noe), word="", by=noe)
    wait_in_vain(clock)
    for n in range(2):
        ask_limits.spend(
            proposal.offer, why=Solicitation.Why.ASKED, key=f"other:{n}", now=timezone.now()
        )
    say(client, need.created_by, proposal)
    assert Proposal.objects.get(takes_up=proposal).is_open


def test_the_silence_stays_a_silence_in_how_one_answers(clock, client, need, noe):
    proposal = proposals.apply(need, make_offer(noe), word="", by=noe)
    wait_in_vain(clock)
    responsiveness.count(timezone.now())
    structure = Responsiveness.objects.get(organisation=need.organisation)
    assert (structure.asked, structure.answered) == (1, 0)
    speed = nightly_stats._answers(Side.NEED, timezone.now())[need.pk]
    say(client, need.created_by, proposal)
    clock.shift(timedelta(days=1))
    responsiveness.count(timezone.now())
    structure.refresh_from_db()
    assert (structure.asked, structure.answered) == (1, 0)
    assert nightly_stats._answers(Side.NEED, timezone.now())[need.pk] == speed


def test_while_it_goes_on_the_two_are_put_forward_already(client, invited, noe):
    say(client, noe, invited)
    kept = search.answers("need_id", invited.need_id, "offer_id")
    assert kept == {invited.offer_id: "OPEN"}
    assert ranking.offers_for(invited.need) == []
    with pytest.raises(NotYet, match="déjà été proposée"):
        proposals.propose(
            invited.need, invited.offer, word="", by=make_coordinator(invited.need.pole)
        )


def test_it_waits_for_the_other_side_and_the_coordination_sees_it(client, invited, aline, noe):
    coordinator = make_coordinator(invited.need.pole)
    say(client, noe, invited)
    lines = lines_of(aline, aline.memberships.all())
    assert [line.kind for line in lines] == ["proposal"]
    client.force_login(coordinator)
    need_page = client.get(reverse("desk-need", args=[invited.need_id])).text
    assert "un oui après la clôture" in need_page
    story = client.get(reverse("organisation-story", args=[invited.need.organisation_id])).text
    assert "un oui après la clôture" in story


def test_the_coordinator_of_another_pole_who_put_somebody_forward_follows_it(clock, need, noe):
    elsewhere = make_pole("Ailleurs", ("62",))
    theirs = make_coordinator(elsewhere)
    need.asked_poles.create(pole=elsewhere, by=make_coordinator(need.pole))
    offer = make_offer(noe, pole=elsewhere)
    proposal = proposals.propose(need, offer, word="", by=theirs)
    wait_in_vain(clock)
    proposal.refresh_from_db()
    since = proposals.say_yes_late(proposal, side=Side.OFFER, word="", by=noe)
    proposals.accept(since, side=Side.NEED, by=need.created_by)
    assert letters("mission_started", theirs).count() == 1


# --- letters that had not left ---------------------------------------------------------------
def test_what_was_written_at_the_closing_does_not_leave_after_the_late_yes(
    client, invited, noe, aline, settings
):
    settings.MAIL_TRANSPORT = "memory"
    say(client, noe, invited)
    delivery.deliver_due()
    assert letters("proposal_late_yes", aline).get().status == Status.SENT
    for kind in ("proposal_unanswered", "proposal_let_go"):
        assert letters(kind).get().sent_at is None


def test_the_question_does_not_leave_once_it_is_answered(client, invited, noe, aline, settings):
    settings.MAIL_TRANSPORT = "memory"
    say(client, noe, invited)
    proposals.accept(Proposal.objects.get(takes_up=invited), side=Side.NEED, by=aline)
    delivery.deliver_due()
    assert letters("proposal_late_yes", aline).get().sent_at is None
