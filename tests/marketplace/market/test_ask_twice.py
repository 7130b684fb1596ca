"""The browser's back button, two tabs, a second click: whoever asks again is led to what goes on already."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from marketplace.actions.market import proposals
from marketplace.actions.missions import missions, renewals
from marketplace.actions.refusals import PutForwardAlready
from marketplace.models import Mission, Need, Offer, Proposal, Side
from marketplace.ranking import clock
from marketplace.states import ProposalStatus
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

HOME = reverse("home")
CALM = "sont déjà en relation"


@pytest.fixture
def aline():
    return make_user(first_name="Aline")


@pytest.fixture
def noe():
    return make_user(first_name="Noé", last_name="Lambert")


@pytest.fixture
def need(aline):
    return make_need(member=aline, places=2)


@pytest.fixture
def offer(noe):
    return make_offer(noe)


def asking(need, offer) -> str:
    return reverse("need-ask-offer", args=[need.pk, offer.pk])


def applying(need) -> str:
    return reverse("need-apply", args=[need.pk])


def is_led_to(page, proposal) -> bool:
    """With a calm sentence: nothing went wrong."""
    went_to = [url for url, _status in page.redirect_chain]
    said = [(message.level_tag, str(message)) for message in page.context["messages"]]
    return proposal.get_absolute_url() in went_to and len(said) == 1 and (
        said[0][0] == "info" and CALM in said[0][1]
    )  # fmt: skip


def test_whoever_applies_again_finds_their_own_proposal(client, need, offer, noe):
    client.force_login(noe)
    for word in ("Je viens.", "Je viens, vraiment."):
        page = client.post(applying(need), {"offer": offer.pk, "word": word}, follow=True)
    only = Proposal.objects.get()
    assert only.word == "Je viens."
    assert is_led_to(page, only)


def test_the_page_to_apply_leads_there_too_once_all_that_one_has_goes_on(client, need, offer, noe):
    mine = make_proposal(need, offer)
    client.force_login(noe)
    assert is_led_to(client.get(applying(need), follow=True), mine)
    named = f"{applying(need)}?offer={offer.pk}"
    assert is_led_to(client.get(named, follow=True), mine)


def test_what_they_bring_for_their_employer_may_still_be_put_forward(client, need, offer, noe):
    make_proposal(need, offer)
    company = make_organisation(Organisation.Kind.COMPANY)
    other = make_offer(noe, organisation=company, title="Maquettiste")
    client.force_login(noe)
    assert client.get(applying(need)).status_code == 200
    client.post(applying(need), {"offer": other.pk, "word": ""})
    assert other.proposals.count() == 1


def test_whoever_invites_again_finds_the_invitation(client, need, offer, aline):
    client.force_login(aline)
    for _twice in range(2):
        page = client.post(asking(need, offer), {"word": "Venez !"}, follow=True)
    only = Proposal.objects.get()
    assert is_led_to(page, only)
    assert is_led_to(client.get(asking(need, offer), follow=True), only)


def test_a_coordinator_who_proposes_again_finds_the_proposal(client, need, offer):
    client.force_login(make_coordinator(need.pole))
    assert "pourquoi ce rapprochement" in client.get(asking(need, offer)).text
    for _twice in range(2):
        page = client.post(asking(need, offer), {"word": "Vous deux ?"}, follow=True)
    assert is_led_to(page, Proposal.objects.get())


def test_what_the_other_side_began_is_found_as_well(client, need, offer, aline, noe):
    proposal = proposals.invite(need, offer, word="", by=aline)
    client.force_login(noe)
    page = client.post(applying(need), {"offer": offer.pk, "word": "Je viens."}, follow=True)
    assert is_led_to(page, proposal)
    assert proposal.has_yes_of(Side.OFFER) is False


@pytest.mark.parametrize("places", [1, 2])
@pytest.mark.parametrize("who", ["aline", "noe"])
def test_once_both_agreed_asking_again_leads_to_the_mission(
    client, need, offer, aline, noe, who, places
):
    """The offer is used up by then, and the need filled: neither is the reason to give."""
    need.places = places
    need.save(update_fields=["places"])
    proposals.accept(make_proposal(need, offer), side=Side.NEED, by=aline)
    mission = Mission.objects.get()
    client.force_login({"aline": aline, "noe": noe}[who])
    url = asking(need, offer) if who == "aline" else applying(need)
    page = client.post(url, {"offer": offer.pk, "word": ""}, follow=True)
    assert page.redirect_chain[-1][0] == mission.get_absolute_url()
    assert CALM in page.text
    assert Proposal.objects.count() == 1


def test_what_is_over_is_no_reason_not_to_ask_again(client, need, offer, noe):
    make_proposal(need, offer, status=ProposalStatus.WITHDRAWN)
    client.force_login(noe)
    client.post(applying(need), {"offer": offer.pk, "word": ""})
    assert need.proposals.open().count() == 1


def test_a_stranger_is_not_led_to_what_others_are_talking_about(client, need, offer):
    theirs = make_proposal(need, offer)
    client.force_login(make_user())
    answer = client.post(asking(need, offer), {"word": ""})
    assert answer.status_code == 403
    answer = client.post(applying(need), {"offer": offer.pk, "word": ""}, follow=True)
    assert theirs.get_absolute_url() not in answer.text
    assert CALM not in answer.text


def test_nobody_is_asked_to_sign_in(client, need, offer):
    make_proposal(need, offer)
    for url in (asking(need, offer), applying(need)):
        assert reverse("account_login") in client.post(url).url


def test_a_coordinator_of_another_pole_finds_what_they_put_forward(client, need):
    elsewhere = make_pole("Ailleurs", ("62",))
    need.asked_poles.create(pole=elsewhere, by=make_coordinator(need.pole))
    theirs = make_offer(make_user(), pole=elsewhere)
    client.force_login(make_coordinator(elsewhere))
    for _twice in range(2):
        page = client.post(asking(need, theirs), {"word": "Vous deux ?"}, follow=True)
    assert page.redirect_chain[-1][0] == reverse("need-elsewhere-look", args=[need.pk])
    assert CALM in page.text
    assert Proposal.objects.count() == 1


def test_the_act_names_the_proposal_that_is_there(need, offer, aline, noe):
    there = proposals.apply(need, offer, word="", by=noe)
    with pytest.raises(PutForwardAlready) as refusal:
        proposals.invite(need, offer, word="", by=aline)
    assert refusal.value.proposal == there


def test_a_colleague_s_structure_sees_nothing_of_it(client, need, offer):
    make_proposal(need, offer)
    client.force_login(make_organisation(member=make_user()).members.get())
    assert client.get(asking(need, offer)).status_code == 403


@pytest.mark.parametrize("who", ["aline", "noe", "coordinator"])
def test_those_whose_mission_was_interrupted_may_be_put_in_touch_again(
    client, need, offer, aline, noe, who
):
    first = proposals.accept(make_proposal(need, offer), side=Side.NEED, by=aline)
    missions.interrupt(first, reason="Malade.", by=noe, now=timezone.now())
    coordinator = make_coordinator(need.pole)
    client.force_login({"aline": aline, "noe": noe, "coordinator": coordinator}[who])
    url = applying(need) if who == "noe" else asking(need, offer)
    assert client.get(url).status_code == 200
    client.post(url, {"offer": offer.pk, "word": ""})
    again = Proposal.objects.latest("pk")
    assert (again.status, again.pk == first.proposal_id) == (ProposalStatus.OPEN, False)
    if not again.offer_said_yes_at:
        proposals.accept(again, side=Side.OFFER, by=noe)
        again.refresh_from_db()
    second = proposals.accept(again, side=Side.NEED, by=aline) if again.is_open else again.mission
    assert second.is_live
    page = client.post(url, {"offer": offer.pk, "word": ""}, follow=True)
    assert page.redirect_chain[-1][0] == second.get_absolute_url()
    assert Proposal.objects.count() == 2
    assert client.get(first.get_absolute_url()).status_code == 200


def test_so_may_those_whose_renewal_was_interrupted(client, need, offer, aline, noe):
    Need.objects.filter(pk=need.pk).update(places=2)
    first = proposals.accept(make_proposal(need, offer), side=Side.NEED, by=aline)
    Mission.objects.filter(pk=first.pk).update(status="RUNNING", started_at=timezone.now())
    Offer.objects.filter(pk=offer.pk).update(capacity=2, status="PUBLISHED")
    begins = first.ends_on + timedelta(days=1)
    following = renewals.renew(first, starts_on=begins, ends_on=begins, hours=3, by=aline)
    url = asking(need, offer)
    client.force_login(aline)
    client.post(url, {"word": ""})
    assert Proposal.objects.count() == 1
    missions.interrupt(following, reason="Malade.", by=noe, now=timezone.now())
    client.post(url, {"word": ""})
    assert Proposal.objects.latest("pk").is_open


def test_the_page_that_explains_a_pair_lets_a_coordinator_try_again(client, need, offer, aline):
    client.force_login(make_coordinator(need.pole))
    page = reverse("need-why-pair", args=[need.pk, offer.pk])
    mission = proposals.accept(make_proposal(need, offer), side=Side.NEED, by=aline)
    assert asking(need, offer) not in client.get(page).text
    missions.interrupt(mission, reason="Malade.", by=aline, now=timezone.now())
    assert asking(need, offer) in client.get(page).text


def test_a_need_whose_only_mission_was_interrupted_is_alone_again(client, need, offer, aline):
    client.force_login(make_coordinator(need.pole))
    Need.objects.filter(pk=need.pk).update(published_at=timezone.now() - timedelta(days=40))
    mission = proposals.accept(make_proposal(need, offer), side=Side.NEED, by=aline)
    desk = reverse("desk") + "?kind=alone"
    line = reverse("desk-need", args=[need.pk])
    assert line not in client.get(desk).text
    missions.interrupt(mission, reason="Malade.", by=aline, now=timezone.now())
    assert line in client.get(desk).text


@pytest.mark.parametrize("side", [Side.OFFER, Side.NEED])
def test_no_form_is_shown_for_what_a_no_refuses(client, side):
    """Its word would be lost: whoever opens the page again reads the answer first."""
    need, offer = make_need(member=make_user()), make_offer()
    proposal = make_proposal(
        need, offer, origin="INVITATION" if side == Side.OFFER else "APPLICATION"
    )
    proposals.decline(proposal, side=side, reason="Non.", by=offer.person)
    if side == Side.OFFER:
        asker, page = need.created_by, reverse("need-ask-offer", args=[need.pk, offer.pk])
    else:
        asker, page = offer.person, reverse("need-apply", args=[need.pk])
    client.force_login(asker)
    answer = client.get(page, follow=True)
    assert "on ne redemande pas" in answer.text
    assert 'name="word"' not in answer.text


@pytest.mark.parametrize("others", [True, False])
def test_of_several_offers_the_one_that_got_a_no_is_not_offered_again(client, others):
    """Chosen, with a word, it led back to the need’s page: the word was lost."""
    need, refused = make_need(member=make_user()), make_offer(title="Comptable")
    second = make_offer(refused.person, title="Trésorier")
    proposals.decline(
        make_proposal(need, refused), side=Side.NEED, reason="Non.", by=need.created_by
    )
    if not others:
        proposals.decline(
            make_proposal(need, second), side=Side.NEED, reason="Non.", by=need.created_by
        )
    client.force_login(refused.person)
    page = client.get(applying(need), follow=True)
    assert "Comptable" not in page.text.partition("<main")[2] or not others
    assert ('name="word"' in page.text) == others
    assert ("on ne redemande pas" in page.text) != others


@pytest.fixture
def second_offer(noe):
    return make_offer(noe, title="Rédacteur")


@pytest.mark.parametrize("name", ["home", "need-candidates", "desk-need"])
def test_nobody_is_told_to_ask_somebody_who_has_applied_with_another_offer(
    client, need, offer, second_offer, aline, name
):
    proposal = make_proposal(need, offer)
    clock.refresh_marked(now=timezone.now())
    client.force_login(make_coordinator() if name == "desk-need" else aline)
    page = client.get(reverse(name, args=[] if name == "home" else [need.pk])).text
    assert second_offer.title in page
    assert asking(need, second_offer) not in page
    assert "A déjà candidaté : voir" in page
    assert proposal.get_absolute_url() in page


@pytest.mark.parametrize("begun_by", ["APPLICATION", "INVITATION"])
def test_no_help_is_offered_for_a_need_about_which_they_are_in_touch_by_another_offer(
    client, need, offer, second_offer, noe, begun_by
):
    company = make_organisation(Organisation.Kind.COMPANY)
    at_work = make_offer(noe, organisation=company, title="Maquettiste")
    client.force_login(noe)
    clock.refresh_marked(now=timezone.now())
    theirs = second_offer.get_absolute_url()

    def is_offered() -> tuple[bool, bool]:
        return applying(need) in client.get(HOME).text, applying(need) in client.get(theirs).text

    assert is_offered() == (True, True)
    first = make_proposal(need, offer, origin=begun_by)
    clock.refresh_marked(now=timezone.now())
    assert is_offered() == (True, False)
    assert f"{applying(need)}?offer={at_work.pk}" in client.get(HOME).text
    make_proposal(need, at_work)
    assert is_offered() == (False, False)
    first.move(ProposalStatus.WITHDRAWN, by=None)
    assert is_offered() == (True, True)


def test_another_person_of_the_same_company_can_still_be_asked(client, need, aline):
    company = make_organisation(Organisation.Kind.COMPANY)
    make_proposal(need, make_offer(make_user(), organisation=company))
    other = make_offer(make_user(), organisation=company)
    clock.refresh_marked(now=timezone.now())
    client.force_login(aline)
    assert asking(need, other) in client.get(reverse("need-candidates", args=[need.pk])).text


def test_a_team_isn_t_called_a_person(client, need, aline):
    company = make_organisation(Organisation.Kind.COMPANY, name="Octet")
    team = make_offer(make_user(), organisation=company, somebody=None)
    client.force_login(aline)
    page = client.get(asking(need, team)).text.split("<main")[1]
    assert "ette personne" not in page
    assert "Une équipe (Octet) reçoit un courriel et répond oui ou non" in page
    assert "Une équipe (Octet) peut encore recevoir" in page
    proposals.apply(need, offer=team, word="", by=team.created_by)
    letter = Notification.objects.get(kind="proposal_to_need", recipient=aline)
    assert "cette personne" not in letter.text
    assert "cette proposition sans réponse" in letter.text


# --- one's own time, by another offer -----------------------------------------------------------
def test_nobody_offers_their_own_time_twice_for_one_need(client, need, noe):
    client.force_login(noe)
    mine = proposals.apply(need, make_offer(noe), word="", by=noe)
    another = make_offer(noe, title="Autre chose")
    assert is_led_to(client.get(applying(need), follow=True), mine)
    sent = {"offer": another.pk, "word": "Encore"}
    assert is_led_to(client.post(applying(need), sent, follow=True), mine)
    with pytest.raises(PutForwardAlready) as refused:
        proposals.apply(need, another, word="", by=noe)
    assert refused.value.proposal == mine
    assert Proposal.objects.count() == 1


def test_an_employer_s_time_is_apart_from_one_s_own(client, need, noe):
    company = make_organisation(Organisation.Kind.COMPANY, administrator=noe)
    client.force_login(noe)
    proposals.apply(need, make_offer(noe), word="", by=noe)
    team = make_offer(noe, organisation=company, somebody=None)
    page = client.get(applying(need))
    assert [*page.context["form"].fields["offer"].queryset] == [team]
    client.post(applying(need), {"offer": team.pk, "word": ""})
    assert Proposal.objects.filter(offer=team).exists()


def test_their_own_time_is_offered_once_more_when_the_first_is_declined(need, noe):
    first = proposals.apply(need, make_offer(noe), word="", by=noe)
    proposals.withdraw(first, reason="Plus tard", by=noe)
    again = proposals.apply(need, make_offer(noe), word="", by=noe)
    assert again.is_open
