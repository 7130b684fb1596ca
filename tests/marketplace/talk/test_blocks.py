"""Keeping someone away: what it closes, what it hides, who sees it, and taking it back."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import organisations
from accounts.middleware import MYSELF
from accounts.models import Organisation, User
from marketplace import ranking
from marketplace.actions.market import people, proposals
from marketplace.actions.refusals import NotYet
from marketplace.actions.talk import blocks, moderation
from marketplace.matching.definition import Condition
from marketplace.models import Block, KeptMatch, Proposal, Time
from marketplace.ranking import search
from marketplace.ranking.full_run import Everything
from marketplace.ranking.stored_lists import NEEDS, OFFERS
from marketplace.rules import permissions
from marketplace.states import ProposalStatus
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
def aline():
    return make_user(first_name="Aline", last_name="Moreau")


@pytest.fixture
def noe():
    return make_user(first_name="Noé", last_name="Lambert")


@pytest.fixture
def need(aline):
    return make_need(member=aline)


@pytest.fixture
def offer(noe):
    return make_offer(noe)


def shown(need):
    return [match.offer.pk for match in ranking.offers_for(need)]


def shown_to(offer):
    return [match.need.pk for match in ranking.needs_for(offer)]


def test_a_blocked_structure_and_the_person_no_longer_meet_in_any_list(need, offer, noe):
    assert shown(need) == [offer.pk]
    assert shown_to(offer) == [need.pk]
    blocks.block(by=noe, organisation=need.organisation)
    assert shown(need) == []
    assert shown_to(offer) == []
    assert ranking.near_misses_for_need(need) == []
    made = Everything(NEEDS, timezone.localdate()).lists(search.all_needs())
    turned = Everything(OFFERS, timezone.localdate()).lists(search.all_offers())
    assert made == {need.pk: {}}
    assert turned == {offer.pk: {}}


def test_a_structure_may_keep_a_person_away_and_a_colleagues_need_too(need, offer, aline, noe):
    second = make_need(need.organisation, created_by=make_user())
    blocks.block(by=aline, person=noe, acting_for=need.organisation)
    assert shown(need) == shown(second) == []


def test_blocking_a_person_leaves_what_their_colleagues_wrote(need, offer, aline, noe):
    second = make_need(need.organisation, created_by=make_user())
    blocks.block(by=noe, person=aline)
    assert shown_to(offer) == [second.pk]
    with pytest.raises(NotYet):
        proposals.invite(second, offer, word="", by=aline)


def test_a_member_who_is_kept_away_is_cut_off_and_their_colleagues_write_on(
    need, offer, aline, noe
):
    thread = make_proposal(need, offer).thread
    karim = make_user(first_name="Karim")
    need.organisation.memberships.create(user=karim)
    for made_by, kept_away in ((noe, karim), (karim, noe)):
        block = blocks.block(by=made_by, person=kept_away)
        cut = {one for one in (aline, karim, noe) if permissions.is_cut(thread, one)}
        assert cut == {karim}
        assert not permissions.is_cut(thread, make_coordinator(need.pole))
        blocks.unblock(block, by=made_by)
    assert not permissions.is_cut(thread, karim)


def test_the_kept_lists_lose_the_pair_and_find_it_again(need, offer, noe):
    ranking.refresh_due(timezone.now())
    assert KeptMatch.objects.count() == 2
    made = blocks.block(by=noe, organisation=need.organisation)
    ranking.refresh_due(timezone.now())
    assert not KeptMatch.objects.exists()
    blocks.unblock(made, by=noe)
    ranking.refresh_due(timezone.now())
    assert KeptMatch.objects.count() == 2
    assert shown(need) == [offer.pk]


def test_what_waits_between_them_is_closed_and_nothing_new_begins(need, offer, noe):
    waiting = make_proposal(need, offer)
    blocks.block(by=noe, organisation=need.organisation)
    assert Proposal.objects.get(pk=waiting.pk).status == ProposalStatus.CLOSED
    with pytest.raises(NotYet, match="mise en relation"):
        proposals.apply(need, offer, word="", by=noe)


def test_why_names_the_condition_without_saying_who_asked(need, offer, noe):
    blocks.block(by=noe, organisation=need.organisation)
    match = ranking.why(need, offer)
    assert match.facts.fails == Condition.BLOCKED
    assert "Noé" not in match.excluded[0].words


def test_twice_is_once_both_ways(need, offer, noe):
    first = blocks.block(by=noe, organisation=need.organisation)
    assert blocks.block(by=noe, organisation=need.organisation) == first
    blocks.unblock(first, by=noe)
    lifted_at = Block.objects.get().lifted_at
    blocks.unblock(first, by=noe)
    assert Block.objects.get().lifted_at == lifted_at
    assert blocks.block(by=noe, organisation=need.organisation) != first


def test_nobody_blocks_themselves_their_house_or_their_coordinators(need, aline, noe):
    coordinator = make_coordinator()
    colleague = make_user()
    need.organisation.memberships.create(user=colleague)
    with pytest.raises(NotYet):
        blocks.block(by=noe, person=noe)
    with pytest.raises(NotYet):
        blocks.block(by=aline, organisation=need.organisation)
    with pytest.raises(NotYet):
        blocks.block(by=aline, person=colleague, acting_for=need.organisation)
    with pytest.raises(NotYet):
        blocks.block(by=noe, person=coordinator)
    with pytest.raises(NotYet):
        blocks.block(by=noe, organisation=coordinator.organisations.get())
    assert not Block.objects.exists()


def test_who_sees_a_block(need, offer, aline, noe):
    made = blocks.block(by=noe, organisation=need.organisation)
    here, elsewhere = make_coordinator(), make_coordinator(make_pole("Ailleurs", ["62"]))
    sees = [user for user in (noe, aline, here, elsewhere, make_user())
            if made in Block.objects.visible_to(user)]  # fmt: skip
    assert sees == [noe, here]


def test_the_coordinators_are_told_in_the_conversation(client, need, offer, noe):
    thread = make_proposal(need, offer).thread
    client.force_login(make_coordinator())
    told = "Les deux parties n’échangent plus"
    assert told not in client.get(reverse("thread", args=[thread.pk])).text
    blocks.block(by=noe, organisation=need.organisation)
    page = client.get(reverse("thread", args=[thread.pk])).text
    assert told in page
    assert reverse("blocks-of-pole", args=[need.pole_id]) in page


def test_a_company_kept_away_takes_its_team_and_its_people_with_it(need, aline):
    company = make_organisation(Organisation.Kind.COMPANY, member=make_user())
    make_offer(organisation=company)
    make_offer(organisation=company, somebody=None)
    assert len(shown(need)) == 2
    blocks.block(by=aline, organisation=company, acting_for=need.organisation)
    assert shown(need) == []


# --- the pages -----------------------------------------------------------------------------
def test_from_the_page_of_an_organisation_and_back(client, need, offer, noe):
    client.force_login(noe)
    url = reverse("organisation-block", args=[need.organisation_id])
    assert "n’est pas prévenu" in client.get(url).text
    assert not Block.objects.exists()
    page = client.post(url, {"reason": "Cela s’est mal passé"}, follow=True).text
    assert need.organisation.name in page
    block = Block.objects.get()
    assert (block.by, block.for_organisation, block.reason) == (noe, None, "Cela s’est mal passé")
    client.post(reverse("block-lift", args=[block.pk]))
    assert shown(need) == [offer.pk]


def test_from_an_offer_in_the_name_of_the_structure_one_acts_for(client, need, offer, aline):
    client.force_login(aline)
    client.post(reverse("offer-block", args=[offer.pk]))
    block = Block.objects.get()
    assert (block.for_organisation, block.person) == (need.organisation, offer.person)
    page = client.get(reverse("my-blocks")).text
    assert "Noé L." in page
    assert "Lambert" not in page


def test_who_may_lift_and_what_a_refusal_says(client, need, offer, aline, noe):
    block = blocks.block(by=aline, person=noe, acting_for=need.organisation)
    lift = reverse("block-lift", args=[block.pk])
    assert client.post(lift).status_code == 302
    for stranger in (noe, make_user(), make_coordinator()):
        client.force_login(stranger)
        assert client.post(lift).status_code == 404
    colleague = make_user()
    need.organisation.memberships.create(user=colleague)
    client.force_login(colleague)
    assert client.get(lift).status_code == 405
    client.post(lift)
    client.post(lift)
    assert Block.objects.get().lifted_by == colleague
    own = client.post(reverse("organisation-block", args=[need.organisation_id]), follow=True)
    assert "votre propre organisation" in own.text, [str(m) for m in own.context["messages"]]


def test_nobody_keeps_away_in_the_name_of_another_organisation_than_the_page_s(client, need, noe):
    """They had switched in another tab: what waits would have been closed in the other's name."""
    first, second = (make_organisation(administrator=noe) for _many in range(2))
    client.force_login(noe)
    client.post(reverse("organisation-switch"), {"organisation": first.pk})
    url = reverse("organisation-block", args=[need.organisation_id])
    shown_for, opened = client.get(url).text, {"acting": first.pk}
    client.post(reverse("organisation-switch"), {"organisation": second.pk})
    page = client.post(url, opened)
    assert not Block.objects.exists()
    assert "Cette page a été ouverte pour" in page.text
    assert f'name="acting" value="{first.pk}"' in shown_for
    client.post(reverse("organisation-switch"), {"organisation": first.pk})
    client.post(url, opened)
    assert Block.objects.get().for_organisation == first


def test_what_one_cant_see_one_cant_block(client, noe):
    hidden = make_offer(status="DRAFT")
    client.force_login(noe)
    assert client.post(reverse("offer-block", args=[hidden.pk])).status_code == 404


def test_a_colleague_of_a_team_lifts_nothing_that_the_company_decided(client, need):
    """Neither in the list of blocks nor from the conversation."""
    boss, colleague = make_user(), make_user(first_name="Malik")
    company = make_organisation("COMPANY", administrator=boss, member=colleague)
    team = make_offer(boss, organisation=company, somebody=None)
    thread = make_proposal(need, team).thread
    moderation.keep_away(thread, by=boss, reason="")
    client.force_login(colleague)
    assert (
        reverse("thread-let-back", args=[thread.pk])
        not in client.get(thread.get_absolute_url()).text
    )
    client.post(reverse("thread-let-back", args=[thread.pk]))
    assert Block.objects.live().exists()
    client.force_login(boss)
    client.post(reverse("thread-let-back", args=[thread.pk]))
    assert not Block.objects.live().exists()


# --- who has left, and whose time it is ----------------------------------------------------
def talking(need, offer):
    """A running conversation between a structure and a company, about a mission; and one that waits."""
    mission = proposals.accept(make_proposal(need, offer), side="NEED", by=need.created_by)
    return mission.proposal.thread


@pytest.fixture
def team():
    """The offer of a company's team, written by its head."""
    head = make_user(first_name="Claire")
    company = make_organisation(Organisation.Kind.COMPANY, administrator=head)
    return make_offer(head, organisation=company, somebody=None, capacity=3)


def keeps_away(client, person, organisation):
    """By the button of its public page, in one's own name."""
    client.force_login(person)
    return client.post(reverse("organisation-block", args=[organisation.pk]), {"reason": ""})


def test_who_wrote_a_need_and_has_left_cuts_off_nobody_of_the_structure(client, need, aline, team):
    """Neither by a block made since, nor by one of before: what waits stays, and both sides write on."""
    karim, company = make_user(first_name="Karim"), team.organisation
    need.organisation.memberships.create(user=karim, role="ADMINISTRATOR")
    second = make_need(need.organisation, created_by=aline)
    thread, waiting = talking(need, team), make_proposal(second, team)
    people.remove(aline.memberships.get(), by=karim, now=timezone.now())
    assert keeps_away(client, aline, company).status_code == 302
    assert Block.objects.live().get().by == aline
    assert Proposal.objects.get(pk=waiting.pk).is_open
    assert not any(permissions.is_cut(thread, one) for one in (karim, company.members.get()))
    client.force_login(karim)
    client.post(thread.get_absolute_url(), {"text": "Bonjour", "sent_key": "k"})
    assert thread.messages.get().author == karim
    assert shown(make_need(need.organisation, created_by=aline)) == [team.pk]


def test_who_wrote_a_team_s_offer_and_has_left_cuts_off_nobody_of_the_company(client, need, team):
    head, company = team.created_by, team.organisation
    boss = make_user(first_name="Irène")
    company.memberships.create(user=boss, role="ADMINISTRATOR")
    thread = talking(make_need(need.organisation, created_by=need.created_by), team)
    waiting = make_proposal(need, team)
    people.remove(head.memberships.get(), by=boss, now=timezone.now())
    keeps_away(client, head, need.organisation)
    assert Proposal.objects.get(pk=waiting.pk).is_open
    assert not permissions.is_cut(thread, boss)
    assert team.pk in shown(make_need(need.organisation, created_by=need.created_by))


def test_who_has_left_on_a_mission_keeps_the_company_and_the_structure_from_nothing(client, need):
    """They have to settle what becomes of it."""
    boss, person = make_user(), make_user(first_name="Noé")
    company = make_organisation(Organisation.Kind.COMPANY, administrator=boss)
    thread = talking(need, make_offer(person, organisation=company))
    people.remove(person.memberships.get(), by=boss, now=timezone.now())
    keeps_away(client, person, need.organisation)
    assert not any(permissions.is_cut(thread, one) for one in (boss, need.created_by))


def test_a_block_of_before_ends_for_the_structure_with_the_membership(need, aline, team):
    """The lists find the pair again, in the search and in the making of all lists."""
    karim = make_user(first_name="Karim")
    need.organisation.memberships.create(user=karim, role="ADMINISTRATOR")
    blocks.block(by=aline, organisation=team.organisation)
    ranking.refresh_due(timezone.now())
    assert (shown(need), shown_to(team), KeptMatch.objects.count()) == ([], [], 0)
    people.remove(aline.memberships.get(), by=karim, now=timezone.now())
    assert (shown(need), shown_to(team)) == ([team.pk], [need.pk])
    made = Everything(NEEDS, timezone.localdate()).lists(search.all_needs())
    assert list(made[need.pk]) == [team.pk]
    ranking.refresh_due(timezone.now())
    assert KeptMatch.objects.count() == 2


def test_nor_does_one_of_somebody_whose_account_is_not_active_any_more_count(need, aline, team):
    blocks.block(by=aline, organisation=team.organisation)
    thread = make_proposal(need, team).thread
    assert permissions.is_cut(thread, team.created_by)
    User.objects.filter(pk=aline.pk).update(is_active=False)
    assert not permissions.is_cut(thread, team.created_by)
    assert shown(make_need(need.organisation, created_by=aline)) == [team.pk]


def test_a_company_keeps_nobody_away_from_its_people_s_own_time(client, need, aline):
    """Their application waits on, and they write on: it is neither for their employer to read nor to end."""
    boss, noe = make_user(), make_user(first_name="Noé")
    company = make_organisation(Organisation.Kind.COMPANY, administrator=boss, member=noe)
    own = make_offer(noe, organisation=company, time=Time.OWN, capacity=3)
    lent = make_offer(noe, organisation=company)
    second = make_need(need.organisation, created_by=aline)
    thread, waiting = talking(need, own), make_proposal(second, own)
    at_work = make_proposal(second, lent)
    keeps_away(client, boss, need.organisation)
    assert Block.objects.get().for_organisation == company
    assert Proposal.objects.get(pk=waiting.pk).is_open
    assert not Proposal.objects.get(pk=at_work.pk).is_open
    assert not any(permissions.is_cut(thread, one) for one in (noe, aline))
    third = make_need(need.organisation, created_by=aline)
    assert shown(third) == [own.pk]
    assert third.pk in shown_to(own)


def test_nor_from_a_question_that_they_ask_about_a_need(client, need, aline):
    """They ask in their own name; a structure that keeps the company away isn't asked by its people."""
    boss, noe = make_user(), make_user(first_name="Noé")
    company = make_organisation(Organisation.Kind.COMPANY, administrator=boss, member=noe)
    keeps_away(client, boss, need.organisation)
    client.force_login(noe)
    client.post(reverse("need-talk", args=[need.pk]))
    thread = need.threads.get(asker=noe)
    client.post(thread.get_absolute_url(), {"text": "Bonjour", "sent_key": "k"})
    assert thread.messages.get().author == noe
    assert not any(permissions.is_cut(thread, one) for one in (noe, aline))
    blocks.block(by=aline, organisation=company, acting_for=need.organisation)
    assert all(permissions.is_cut(thread, one) for one in (noe, aline))
    assert permissions.kept_apart(noe, need)


def test_who_wrote_a_need_ends_nothing_of_it_while_its_structure_is_suspended(
    client, need, offer, aline, noe
):
    """They may keep somebody away from themselves: what waits for the structure waits on, and the other side may end it."""
    waiting = make_proposal(need, offer)
    organisations.suspend(need.organisation, reason="À voir.", by=make_coordinator())
    client.force_login(aline)
    client.post(reverse("organisation-switch"), {"organisation": MYSELF})
    client.post(reverse("offer-block", args=[offer.pk]), {"reason": ""})
    assert Block.objects.live().get().by == aline
    assert Proposal.objects.get(pk=waiting.pk).is_open
    blocks.block(by=noe, organisation=need.organisation)
    assert not Proposal.objects.get(pk=waiting.pk).is_open
