"""Within a group nothing is proposed, by no way in; each change of the group reaches the index and the kept lists."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import groups as accounts
from accounts.models import GroupTie
from marketplace import ranking
from marketplace.actions.market import groups, people
from marketplace.models import Skill, Time
from marketplace.ranking import cards, index, search
from marketplace.ranking.newcomers import needs_for_newcomer
from tests import factories as make
from tests.marketplace.matching.test_matching_acts import the_three_agree
from tests.marketplace.matching.test_matching_kept_lists import kept_list

pytestmark = pytest.mark.django_db


@pytest.fixture
def structure():
    return make.make_organisation(administrator=make.make_user())


@pytest.fixture
def company():
    return make.make_organisation("COMPANY", administrator=make.make_user(), legal_form="SAS")


@pytest.fixture
def need(structure):
    return make.make_need(structure)


@pytest.fixture
def offer(company):
    return make.make_offer(organisation=company)


def tie(member, head):
    now, boss = timezone.now(), member.members.order_by("pk").first()
    asked = accounts.ask(member, head, by=boss, now=now)
    groups.agree(asked, by=head.members.order_by("pk").first(), now=now)
    asked.refresh_from_db()
    return asked


def who_for(need):
    return [match.offer.pk for match in ranking.offers_for(need)]


@pytest.mark.parametrize("leads", ["structure", "company", "a third"])
def test_nothing_is_proposed_within_a_group_and_all_again_after_it(
    structure, company, need, offer, leads
):
    the_three_agree("apart")
    assert who_for(need) == [offer.pk]
    third = make.make_organisation(administrator=make.make_user())
    made = {
        "structure": lambda: [tie(company, structure)],
        "company": lambda: [tie(structure, company)],
        "a third": lambda: [tie(structure, third), tie(company, third)],
    }[leads]()
    assert who_for(need) == [], "at once"
    the_three_agree("one group")
    assert kept_list(need) == kept_list(offer) == []
    groups.end(made[0], by=made[0].asked_by, now=timezone.now())
    assert who_for(need) == [offer.pk], "at once"
    the_three_agree("apart again")
    assert [number for number, _score in kept_list(need)] == [offer.pk]


@pytest.mark.parametrize("how", ["one group", "one organisation"])
def test_within_a_house_no_other_date_is_said_to_help(client, structure, company, how):
    """“D’autres dates, le travail à distance… aideraient” stood over a list that the group alone leaves empty."""
    if how == "one group":
        tie(company, structure)
    else:
        structure = company = make.make_authority(administrator=make.make_user())
    need, offer = make.make_need(structure), make.make_offer(organisation=company)
    assert who_for(need) == []
    client.force_login(structure.members.order_by("pk").first())
    page = client.get(reverse("need-candidates", args=[need.pk])).text
    assert "de la structure elle-même ou de son groupe" in page
    client.force_login(offer.person)
    its_page = client.get(offer.get_absolute_url()).text
    assert "de l’employeur lui-même ou de son groupe" in its_page
    assert "D’autres dates" not in page + its_page


def test_asking_alone_changes_nothing(structure, company, need, offer):
    accounts.ask(structure, company, by=structure.members.get(), now=timezone.now())
    the_three_agree("asked")
    assert who_for(need) == [offer.pk]


def test_a_member_goes_on_meeting_everybody_else(structure, company, need, offer):
    somebody = make.make_offer()
    other_need = make.make_need()
    tie(structure, company)
    the_three_agree("one group")
    assert who_for(need) == [somebody.pk]
    assert [match.need.pk for match in ranking.needs_for(offer)] == [other_need.pk]


def test_ones_own_time_is_of_no_group(structure, company, need):
    """A volunteer without an organisation, though the company's own, is proposed as before."""
    employee = make.make_user()
    company.memberships.create(user=employee)
    offer = make.make_offer(employee, time=Time.OWN)
    tie(structure, company)
    the_three_agree("one group")
    assert who_for(need) == [offer.pk]


def test_the_reason_says_whether_it_is_the_group_or_the_structure_itself(
    structure, company, need, offer
):
    own = make.make_offer(organisation=structure)
    tie(structure, company)
    said = {
        match.offer.pk: [reason.words for reason in match.excluded]
        for match in ranking.why_these(need, [offer.pk, own.pk])
    }
    assert said == {
        offer.pk: ["Fait partie du même groupe"],
        own.pk: ["Vient de la structure elle-même"],
    }


def test_a_coordinator_reads_why_and_may_still_propose_by_hand(
    client, structure, company, need, offer
):
    client.force_login(make.make_coordinator(need.pole))
    address = reverse("need-why-pair", args=[need.pk, offer.pk])
    propose = reverse("need-ask-offer", args=[need.pk, offer.pk])
    assert "Proposer aux deux" in client.get(address).text
    tie(structure, company)
    page = client.get(address).text
    assert "Fait partie du même groupe" in page
    assert "Proposer aux deux" not in page
    # By hand it is as within one organisation: possible, and the page says what it is.
    assert "Fait partie du même groupe" in client.get(propose).text


def test_whoever_applies_within_their_group_is_told_so_and_may(
    client, structure, company, need, offer
):
    client.force_login(offer.person)
    address = reverse("need-apply", args=[need.pk])
    assert "d’un même groupe" not in client.get(address).text
    tie(structure, company)
    assert "d’un même groupe" in client.get(address).text
    client.post(address, {"offer": offer.pk, "word": "Bonjour"})
    assert need.proposals.get().offer == offer


def test_a_group_whose_head_closes_is_none(structure, company, need, offer):
    third = make.make_organisation(administrator=make.make_user())
    tie(structure, third), tie(company, third)
    the_three_agree("one group")
    people.close_account(third.members.get(), now=timezone.now())
    assert not GroupTie.objects.live().exists()
    assert who_for(need) == [offer.pk], "at once"
    the_three_agree("its head is gone")


@pytest.mark.parametrize("side", ["need", "offer"])
def test_what_is_written_at_the_very_moment_is_mended_by_the_sweep(
    structure, company, need, offer, side
):
    """Whoever wrote it did not see the group yet: its card says so, though the row is no older."""
    member, head = (structure, company) if side == "need" else (company, structure)
    made = tie(member, head)
    GroupTie.objects.filter(pk=made.pk).update(agreed_at=None)
    row, other = (need, offer) if side == "need" else (offer, need)
    ranking.changed(row)  # as the other one saw it
    GroupTie.objects.filter(pk=made.pk).update(agreed_at=timezone.now())
    assert who_for(need) == [offer.pk], "the card is wrong"
    mended = index.reconcile()
    assert mended == (([need.pk], []) if side == "need" else ([], [offer.pk]))
    assert who_for(need) == []
    assert index.reconcile() == ([], [])


def test_a_newcomer_is_not_shown_the_needs_of_their_own_group(structure, company, need):
    employee = make.make_user(commune=make.make_commune())
    company.memberships.create(user=employee)
    skills = [(Skill.objects.get(code="site-web").pk, 2)]
    assert [match.need for match in needs_for_newcomer(employee, skills)] == [need]
    made = tie(structure, company)
    assert needs_for_newcomer(employee, skills) == []
    groups.end(made, by=made.asked_by, now=timezone.now())
    tie(company, structure)
    assert needs_for_newcomer(employee, skills) == []


def test_the_column_holds_the_head(structure, company, need, offer):
    tie(structure, company)
    assert search.cards_of_offers([offer.pk])["organisation"].tolist() == [company.pk]
    made, _stamps = cards.of_needs(type(need).objects.filter(pk=need.pk))
    assert made["organisation"].tolist() == [company.pk]
