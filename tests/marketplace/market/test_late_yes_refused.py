"""A yes after the closing, said twice, by another door, by somebody else, too late, or by many hands at once."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.actions import organisations
from accounts.models import ForbiddenMove
from marketplace.actions.market import needs, offers, people, proposals
from marketplace.actions.missions import departures, succession
from marketplace.actions.refusals import NotYet
from marketplace.actions.talk import blocks
from marketplace.models import (
    Mission,
    Origin,
    Proposal,
    Side,
)
from marketplace.states import MissionStatus, NeedStatus, OfferStatus, ProposalStatus
from notifications.models import Notification
from tests.at_once import together
from tests.factories import (
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_proposal,
    make_skill,
    make_user,
)
from tests.marketplace.market.latecomers import (
    MONDAY,
    WORD,
    let_go,
    letters,
    page_of,
    say,
    wait_in_vain,
)
from tests.marketplace.missions.leavers import asked, back, goes, transfer_proposal


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


# --- twice, by another door, too late ------------------------------------------------------
def test_twice_is_once(client, invited, noe):
    first, second = (say(client, noe, invited) for _ in range(2))
    assert first.url == second.url
    since = Proposal.objects.get(takes_up=invited)
    assert proposals.say_yes_late(invited, side=Side.OFFER, word="", by=noe) == since
    assert letters("proposal_late_yes").count() == 1
    with pytest.raises(ForbiddenMove):
        proposals.accept(invited, side=Side.OFFER, by=noe)


def test_a_yes_pressed_on_a_page_from_before_the_closing_leads_to_the_late_one(
    client, invited, noe
):
    client.force_login(noe)
    old = client.post(reverse("proposal-accept", args=[invited.pk]))
    assert old.url == page_of(invited)
    assert Proposal.objects.count() == 1


def test_applying_to_what_one_had_let_close_is_the_same_late_yes(client, invited, noe):
    client.force_login(noe)
    form = {"offer": invited.offer_id, "word": WORD}
    response = client.post(reverse("need-apply", args=[invited.need_id]), form)
    since = Proposal.objects.get(takes_up=invited)
    assert response.url == since.get_absolute_url()
    assert letters("proposal_late_yes").count() == 1
    assert not letters("proposal_to_need").exists()


def test_once_asked_again_by_other_means_there_is_one_way_only(client, invited, noe):
    again = proposals.propose(
        invited.need, invited.offer, word="", by=make_coordinator(invited.need.pole)
    )
    client.force_login(noe)
    assert client.get(invited.get_absolute_url()).url == again.get_absolute_url()
    assert say(client, noe, invited).url == again.get_absolute_url()
    assert Proposal.objects.count() == 2
    assert not letters("proposal_late_yes").exists()


def fill(need):
    other = make_proposal(need, make_offer(make_user(first_name="Lucie")))
    proposals.accept(other, side=Side.NEED, by=need.created_by)


def book_up(offer):
    other = make_proposal(make_need(member=make_user()), offer)
    proposals.accept(other, side=Side.NEED, by=other.need.created_by)


TOO_LATE = {
    "the place was taken": (lambda p: fill(p.need), "n’est plus ouvert"),
    "the structure closed it": (
        lambda p: needs.close(p.need, reason="Fini.", by=p.need.created_by),
        "n’est plus ouvert",
    ),
    "the offer is paused": (
        lambda p: offers.pause(p.offer, by=p.offer.person),
        "n’est pas publiée",
    ),
    "the offer has expired": (lambda p: offers.expire(p.offer), "n’est plus libre"),
    "the person is engaged elsewhere": (lambda p: book_up(p.offer), "n’est plus libre"),
    "one keeps the other away": (
        lambda p: blocks.block(
            by=p.need.created_by, person=p.offer.person, acting_for=p.need.organisation
        ),
        "la coordination sait pourquoi",
    ),
    "the structure is suspended": (
        lambda p: organisations.suspend(
            p.need.organisation, reason="À voir.", by=make_coordinator(p.need.pole)
        ),
        "pour l’instant",
    ),
    "the structure has left": (
        lambda p: people.close_account(p.need.created_by, now=timezone.now()),
        "n’est plus ouvert",
    ),
}


@pytest.mark.parametrize("what", TOO_LATE)
def test_too_late_is_said_in_a_sentence_and_no_word_is_lost(client, invited, noe, what):
    spoil, sentence = TOO_LATE[what]
    client.force_login(noe)
    assert client.get(page_of(invited)).status_code == 200
    spoil(Proposal.objects.get(pk=invited.pk))
    before = Proposal.objects.count(), Notification.objects.count()

    page = client.post(page_of(invited), {"word": WORD})
    assert page.status_code == 200
    assert sentence in page.text
    assert WORD in page.text
    shown = client.get(page_of(invited), follow=True).text
    assert shown.count(sentence) == 2  # in the message, and where the act would have been
    assert page_of(invited) not in shown
    assert (Proposal.objects.count(), Notification.objects.count()) == before


def test_once_the_dates_are_over_nothing_is_offered(client, clock, invited, noe):
    type(invited.need).objects.filter(pk=invited.need_id).update(
        ends_on=timezone.localdate() - timedelta(days=1)
    )
    client.force_login(noe)
    page = client.get(invited.get_absolute_url()).text
    assert "Les dates sont passées" in page
    assert page_of(invited) not in page
    assert "Les dates sont passées" in client.post(page_of(invited), {"word": WORD}).text
    assert Proposal.objects.count() == 1


def test_a_place_taken_after_the_late_yes_closes_it_as_any_other(client, invited, noe):
    say(client, noe, invited)
    fill(invited.need)
    assert Proposal.objects.get(takes_up=invited).status == ProposalStatus.CLOSED
    assert letters("proposal_closed", noe).count() == 1


def test_a_no_and_a_not_now_stay_what_they_are(client, need, noe):
    proposal = proposals.invite(need, make_offer(noe), word="", by=need.created_by)
    proposals.decline(proposal, side=Side.OFFER, reason="Non.", by=noe)
    client.force_login(noe)
    assert client.get(page_of(proposal)).url == proposal.get_absolute_url()
    assert client.post(page_of(proposal), {"word": WORD}).url == proposal.get_absolute_url()
    with pytest.raises(NotYet):
        proposals.say_yes_late(proposal, side=Side.NEED, word="", by=need.created_by)
    assert Proposal.objects.count() == 1


def test_a_word_gives_no_address(client, invited, noe):
    page = say(client, noe, invited, "Écrivez-moi : noe@exemple.fr")
    assert "dès que les deux ont dit oui" in page.text
    assert "noe@exemple.fr" in page.text
    assert Proposal.objects.count() == 1


# --- who may -------------------------------------------------------------------------------
def test_a_stranger_finds_nothing(client, invited):
    elsewhere = make_coordinator(make_pole("Ailleurs", ("62",)))
    for person in (make_user(), elsewhere):
        client.force_login(person)
        assert client.get(page_of(invited)).status_code == 404
        assert say(client, person, invited).status_code == 404
    assert Proposal.objects.count() == 1


def test_the_coordinators_answer_for_nobody(client, invited):
    coordinator = make_coordinator(invited.need.pole)
    client.force_login(coordinator)
    assert page_of(invited) not in client.get(invited.get_absolute_url()).text
    assert say(client, coordinator, invited).status_code == 403


def test_nobody_logs_in_and_comes_back(client, invited):
    assert client.get(page_of(invited)).url == f"/compte/login/?next={page_of(invited)}"


def test_whoever_has_closed_their_account_comes_back_no_more(client, invited, noe):
    client.force_login(noe)
    people.close_account(noe, now=timezone.now())
    assert client.post(page_of(invited), {"word": WORD}).status_code in {302, 404}
    assert not Proposal.objects.filter(takes_up=invited).exists()


def test_a_colleague_may_say_it_for_the_structure(client, clock, need, noe):
    proposal = proposals.apply(need, make_offer(noe), word="", by=noe)
    wait_in_vain(clock)
    colleague = make_user()
    need.organisation.memberships.create(user=colleague)
    say(client, colleague, proposal)
    assert Proposal.objects.get(takes_up=proposal).has_yes_of(Side.NEED)


def test_a_suspended_company_sends_nobody(client, clock, need):
    company = make_organisation("COMPANY", member=make_user(), legal_form="SAS")
    person = company.members.get()
    proposal = proposals.invite(
        need, make_offer(person, organisation=company), word="", by=need.created_by
    )
    wait_in_vain(clock)
    organisations.suspend(company, reason="À voir.", by=make_coordinator(need.pole))
    assert "pour l’instant" in say(client, person, proposal).text


# --- at once ---------------------------------------------------------------------------------
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_pressed_in_four_places_at_once_it_is_said_once():
    aline, noe = make_user(), make_user()
    let_go = make_proposal(
        make_need(member=aline),
        make_offer(noe),
        origin=Origin.INVITATION,
        status=ProposalStatus.UNANSWERED,
    )
    together(*[lambda: proposals.say_yes_late(let_go, side=Side.OFFER, word="", by=noe)] * 4)
    assert Proposal.objects.filter(takes_up=let_go).count() == 1
    assert letters("proposal_late_yes").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_last_place_and_a_late_yes_at_once_leave_nobody_waiting():
    """Whichever comes first: the late yes is refused, or closed with the place."""
    aline, noe = make_user(), make_user()
    need = make_need(member=aline)
    let_go = make_proposal(
        need, make_offer(noe), origin=Origin.INVITATION, status=ProposalStatus.UNANSWERED
    )
    other = make_proposal(need, make_offer(make_user()))

    def late() -> None:
        try:
            proposals.say_yes_late(let_go, side=Side.OFFER, word="", by=noe)
        except NotYet:
            return

    together(late, lambda: proposals.accept(other, side=Side.NEED, by=aline))
    need.refresh_from_db()
    assert need.status == NeedStatus.FILLED
    assert not need.proposals.open().exists()
    assert Mission.objects.count() == 1
    let_go.offer.refresh_from_db()
    assert let_go.offer.status == OfferStatus.PUBLISHED


def test_a_late_yes_to_a_colleague_takes_no_mission_from_whoever_is_back():
    """Odile would have taken it over; the structure let her wait, and the first person came back meanwhile."""
    boss, odile, head = make_user("Paul"), make_user("Odile"), make_user("Aline")
    company = make_organisation("COMPANY", administrator=boss, member=odile, legal_form="SAS")
    need = make_need(member=head, places=2)
    mission = make_mission(work=True, company=company, need=need, status=MissionStatus.RUNNING)
    transfer = asked(goes(mission), odile, boss)
    succession.answer(transfer, answer="YES", by=odile, now=timezone.now())
    proposal = transfer_proposal(transfer)
    proposal.move(ProposalStatus.UNANSWERED, by=None)
    back(mission)
    departures.resume(mission, by=boss, now=timezone.now())
    proposal.offer.held.create(skill=make_skill())
    offers.publish(proposal.offer, by=odile)
    late = proposals.say_yes_late(proposal, side=Side.NEED, word="", by=head)
    with pytest.raises(NotYet, match="comment la mission continue"):
        proposals.accept(late, side=Side.OFFER, by=odile)
    assert Mission.objects.get().status == MissionStatus.RUNNING


def test_who_was_only_asked_isn_t_told_that_they_offered():
    need, sam = make_need(), make_user()
    asked = {"origin": Origin.INVITATION}
    gone = make_proposal(need, make_offer(sam), status=ProposalStatus.UNANSWERED, **asked)
    make_proposal(need, make_offer(sam), **asked)
    words = proposals.late_yes_refusal(gone, side=Side.OFFER, by=sam)
    assert words
    assert "déjà proposé votre aide" not in words
