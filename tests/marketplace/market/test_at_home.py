"""What somebody offers on their own time is told to none of their bosses, by another organisation of theirs either."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from accounts.models import AddressChange, Membership, Organisation
from marketplace import letters, ranking
from marketplace.actions.market import proposals
from marketplace.actions.refusals import NotYet
from marketplace.models import Duty, Employee, Proposal, Side
from marketplace.ranking import clock
from marketplace.views.market.gaps import NeedSide
from notifications import rules
from notifications.models import Notification
from tests.factories import make_need, make_offer, make_organisation, make_proposal, make_user

pytestmark = pytest.mark.django_db
COMPANY = Organisation.Kind.COMPANY


def make_boss(hat, company, person):
    """Of the company in one way or another; by their mailbox alone they needn't belong to it."""
    boss = make_user()
    if "MAILBOX" in hat:
        mailbox = boss.email.capitalize()
        if hat == "SECOND MAILBOX":
            mailbox = "Chef@example.org"
            EmailAddress.objects.create(user=boss, email=mailbox.lower(), verified=True)
        elif hat == "FORMER MAILBOX":
            mailbox = "Chef@example.org"
            AddressChange.objects.create(
                user=boss, before=mailbox.lower(), token="t", changed_at=timezone.now()
            )
        Employee.objects.create(organisation=company, person=person, manager_email=mailbox)
        return boss
    role = hat if hat == "ADMINISTRATOR" else "MEMBER"
    there = Membership.objects.create(user=boss, organisation=company, role=role)
    if hat in Duty.Kind.values:
        Duty.objects.create(membership=there, kind=hat, given_by=boss)
    return boss


HATS = [
    "ADMINISTRATOR",
    "HR",
    "MANAGER",
    "MAILBOX",
    "SECOND MAILBOX",
    "FORMER MAILBOX",
    "MEMBER",
]


@pytest.mark.parametrize("hat", HATS)
def test_what_somebody_offers_at_home_isn_t_shown_to_their_boss_by_another_organisation(
    client, hat
):
    """A company's human resources sit on the board of an association: it reads the offers of its pôle."""
    colleague, person = make_user(), make_user("Zacharie", "Quenot")
    company = make_organisation(COMPANY, member=person)
    boss = make_boss(hat, company, person)
    need = make_need(member=boss)
    Membership.objects.create(user=colleague, organisation=need.organisation)
    offer = make_offer(person, title="Photographe du samedi")
    at_work = make_need(need.organisation, created_by=boss, time="WORK")
    clock.refresh_marked(now=timezone.now())
    waited = make_proposal(need, make_offer(skills=()))
    letters.new_offers(need, ranking.offers_for(need))
    letters.proposal_unanswered(waited, side=Side.NEED)
    for reader, shown in ((boss, hat == "MEMBER"), (colleague, True)):
        client.force_login(reader)
        ask = reverse("need-ask-offer", args=[need.pk, offer.pk])
        doors = [offer.get_absolute_url(), ask, reverse("offer-block", args=[offer.pk])]
        assert [client.get(door).status_code for door in doors] == [200 if shown else 404] * 3
        for page in (reverse("need-candidates", args=[need.pk]), reverse("home")):
            assert ("Photographe" in client.get(page).text) is shown
        counted = NeedSide.of(reader, at_work).relaxations([])
        assert ([one.code for one in counted] == ["whose"]) is shown
        told = Notification.objects.filter(recipient=reader)
        assert any("Photographe" in letter.text for letter in told) is shown
        assert told.filter(kind="new_offers").exists() is shown


@pytest.mark.parametrize("act", [proposals.propose, proposals.invite])
@pytest.mark.parametrize("hat", HATS)
def test_nor_is_it_put_forward_by_hand_to_where_their_boss_sits(act, hat):
    """A coordinator, or another member, asked for somebody: their boss had the letter, and read the proposal."""
    colleague, person = make_user(), make_user("Zacharie", "Quenot")
    company = make_organisation(COMPANY, member=person)
    boss = make_boss(hat, company, person)
    need = make_need(member=boss)
    Membership.objects.create(user=colleague, organisation=need.organisation)
    offer = make_offer(person, title="Photographe du samedi")
    if hat == "MEMBER":
        act(need, offer, word="Il sait faire.", by=colleague)
        return
    with pytest.raises(NotYet, match="candidater") as refused:
        act(need, offer, word="Il sait faire.", by=colleague)
    assert company.name not in str(refused.value)
    assert not Notification.objects.exists()
    assert not Proposal.objects.visible_to(boss).exists()
    act(need, make_offer(person, organisation=company), word="Au travail.", by=colleague)
    proposals.apply(need, offer, word="De moi-même.", by=person)
    Membership.objects.filter(user=person).delete()
    act(make_need(need.organisation), offer, word="Libre depuis.", by=colleague)


def test_no_list_is_shorter_and_no_sentence_other_for_what_their_boss_isnt_shown(client):
    """“Somebody offers each skill, but not at these dates” was read where nobody else did."""
    person = make_user("Zacharie", "Quenot")
    company = make_organisation(COMPANY, member=person)
    boss = make_boss("HR", company, person)
    need = make_need(member=boss)
    client.force_login(boss)
    candidates = reverse("need-candidates", args=[need.pk])
    before = client.get(candidates).context["empty"]
    make_offer(person)
    assert before
    assert client.get(candidates).context["empty"] == before
    far = make_need(need.organisation, created_by=boss, time="WORK")
    for _many in range(5):
        make_offer()
    cards = client.get(reverse("need-candidates", args=[far.pk]), {"vue": "cartes"})
    assert len(cards.context["near_misses"]) == 5


@pytest.mark.parametrize("joins", ["their company", "the structure"])
@pytest.mark.parametrize("kind", ["new_offers", "proposal_unanswered"])
def test_nor_do_they_read_of_it_in_a_letter_written_before_they_were_their_boss(joins, kind):
    """What suits the week is told on Friday; on Tuesday somebody whom it names was hired."""
    boss, person = make_user(), make_user("Zacharie", "Quenot")
    company = make_organisation(COMPANY, administrator=boss)
    need = make_need(member=boss)
    waited = make_proposal(need, make_offer(skills=()))
    make_offer(person)
    letters.new_offers(need, ranking.offers_for(need))
    letters.proposal_unanswered(waited, side=Side.NEED)
    letter = Notification.objects.get(kind=kind, recipient=boss)
    assert not rules.why_moot(letter)
    house = company if joins == "their company" else need.organisation
    Membership.objects.create(user=person, organisation=house)
    assert rules.why_moot(letter)


@pytest.mark.parametrize("joins", ["their company", "the structure"])
@pytest.mark.parametrize(("status", "told"), [("DECLINED", False), ("OPEN", True)])
def test_nor_what_becomes_of_an_offer_that_was_put_forward_before_they_were_their_boss(
    client, joins, status, told
):
    """Somebody to whom the structure had said no works there by now: whether they still offer their Saturdays, and
    what they say of it today, is read by none of their bosses. What goes on between them, is."""
    boss, person = make_user(), make_user("Zacharie", "Quenot")
    company = make_organisation(COMPANY, administrator=boss)
    need = make_need(member=boss)
    offer = make_offer(person, about="Je sais photographier.")
    proposal = make_proposal(need, offer, status=status)
    client.force_login(boss)
    assert client.get(offer.get_absolute_url()).status_code == 200
    house = company if joins == "their company" else need.organisation
    Membership.objects.create(user=person, organisation=house)
    type(offer).objects.filter(pk=offer.pk).update(about="Le samedi, en secret.")
    assert client.get(offer.get_absolute_url()).status_code == (200 if told else 404)
    page = client.get(proposal.get_absolute_url())
    assert page.status_code == 200
    assert ("en secret" in page.text) is told
    assert (offer.get_absolute_url() in page.text) is told


@pytest.mark.parametrize("joins", ["their company", "the structure"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_nor_that_they_may_be_asked_again(joins, when):
    """They had said “not now” to a structure for which, or for whose boss, they work when the day comes."""
    boss, person = make_user(), make_user("Zacharie", "Quenot")
    company = make_organisation(COMPANY, administrator=boss)
    need = make_need(member=boss)
    proposal = make_proposal(need, make_offer(person), status="DECLINED")
    hired = {"user": person, "organisation": company if "company" in joins else need.organisation}
    if when == "before":
        Membership.objects.create(**hired)
    letters.proposal_again(proposal, side=Side.NEED)
    told = Notification.objects.filter(kind="proposal_again", recipient=boss)
    assert told.exists() is (when == "after")
    for letter in told:
        assert not rules.why_moot(letter)
        Membership.objects.create(**hired)
        assert rules.why_moot(letter)
    letters.proposal_again(proposal, side=Side.OFFER)
    own = Notification.objects.get(kind="proposal_again", recipient=person)
    assert not rules.why_moot(own)
