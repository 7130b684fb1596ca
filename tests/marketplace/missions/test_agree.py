"""From a proposal to a mission: both sides say yes, what is full closes, the others are told."""

import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import ForbiddenMove, Membership
from marketplace.actions.market import proposals
from marketplace.actions.missions import missions
from marketplace.actions.refusals import NotYet
from marketplace.models import Mission, Origin, Proposal, Side
from marketplace.states import MissionStatus, NeedStatus, OfferStatus, ProposalStatus
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

pytestmark = pytest.mark.django_db


@pytest.fixture
def need():
    return make_need(member=make_user(first_name="Aline"))


@pytest.fixture
def structure_member(need):
    return need.organisation.members.get()


@pytest.fixture
def volunteer():
    return make_user(first_name="Noé", last_name="Lambert", email="noe@example.org")


@pytest.fixture
def proposal(need, volunteer):
    return make_proposal(need, make_offer(volunteer))


def told(person) -> list[str]:
    return list(
        Notification.objects.filter(recipient=person).order_by("pk").values_list("kind", flat=True)
    )


def test_whoever_would_come_and_has_joined_the_structure_doesnt_say_yes_to_themselves(
    client, proposal, volunteer, structure_member
):
    Membership.objects.create(user=volunteer, organisation=proposal.need.organisation)
    door = reverse("proposal-accept", args=[proposal.pk])
    client.force_login(volunteer)
    assert "De votre côté, c’est déjà oui." in client.post(door, follow=True).text
    assert not Mission.objects.exists()
    client.force_login(structure_member)
    client.post(door)
    assert Mission.objects.exists()


def test_an_application_accepted_is_a_mission_that_both_hear_of(
    client, proposal, structure_member, volunteer
):
    client.force_login(structure_member)
    response = client.post(reverse("proposal-accept", args=[proposal.pk]))

    mission = Mission.objects.get()
    assert response.url == mission.get_absolute_url()
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.AGREED
    assert told(volunteer) == ["proposal_agreed"]
    assert told(structure_member) == ["proposal_agreed"]
    letter = Notification.objects.get(recipient=structure_member)
    assert "noe@example.org" in letter.text


@pytest.mark.parametrize("word", ["Écrivez-moi : noe@exemple.fr", "Appelez le 06 12 34 56 78"])
def test_the_word_of_an_application_or_an_invitation_gives_no_address(
    client, need, structure_member, volunteer, word
):
    offer = make_offer(volunteer)
    apply = reverse("need-apply", args=[need.pk])
    invite = reverse("need-ask-offer", args=[need.pk, offer.pk])
    for person, door in ((volunteer, apply), (structure_member, invite)):
        client.force_login(person)
        page = client.post(door, {"offer": offer.pk, "word": word}).content.decode()
        assert "dès que les deux ont dit oui" in page
        assert word in page
    client.force_login(make_coordinator(need.pole))
    client.post(invite, {"word": word})
    assert Proposal.objects.get().word == word


def test_contact_details_stay_hidden_until_both_agree(
    client, proposal, structure_member, volunteer
):
    volunteer.phone = "03 20 00 00 00"
    volunteer.save()
    client.force_login(structure_member)
    before = client.get(proposal.get_absolute_url()).content.decode()
    assert "noe@example.org" not in before
    assert "03 20 00 00 00" not in before
    assert "Lambert" not in before

    client.post(reverse("proposal-accept", args=[proposal.pk]))
    after = client.get(Mission.objects.get().get_absolute_url()).content.decode()
    assert "noe@example.org" in after
    assert "03 20 00 00 00" in after


def test_a_coordinators_proposal_needs_both(need, volunteer, structure_member):
    coordinator = make_coordinator(need.pole)
    proposal = proposals.propose(need, make_offer(volunteer), word="Un bon duo.", by=coordinator)
    assert told(structure_member) == ["proposal_to_need"]
    assert told(volunteer) == ["proposal_to_offer"]
    for letter in Notification.objects.filter(kind__startswith="proposal_to"):
        assert "a coordination" in letter.text
        assert "sans réponse" not in letter.text, "nobody has asked for anything"

    assert proposals.accept(proposal, side=Side.OFFER, by=volunteer) is None
    assert told(structure_member) == ["proposal_to_need", "proposal_half_agreed"]
    assert not Mission.objects.exists()

    assert proposals.accept(proposal, side=Side.NEED, by=structure_member) == Mission.objects.get()


def test_the_last_place_closes_the_others_and_tells_them(need, structure_member, proposal):
    other = make_proposal(need, make_offer(make_user(first_name="Lucie")))
    proposals.accept(proposal, side=Side.NEED, by=structure_member)

    other.refresh_from_db()
    need.refresh_from_db()
    assert other.status == ProposalStatus.CLOSED
    assert need.status == NeedStatus.FILLED
    assert told(other.offer.person) == ["proposal_closed"]
    said = Notification.objects.get(kind="proposal_closed", recipient=structure_member).text
    assert "Vous n’avez plus rien à faire" in said
    assert "Merci de votre patience" not in said, "it is their own yes that closed it"


def test_with_two_places_the_second_stays_open(structure_member, volunteer, need):
    need.places = 2
    need.save()
    first = make_proposal(need, make_offer(volunteer))
    second = make_proposal(need, make_offer(make_user()))
    proposals.accept(first, side=Side.NEED, by=structure_member)
    second.refresh_from_db()
    need.refresh_from_db()
    assert second.is_open
    assert need.status == NeedStatus.PUBLISHED


def test_an_offer_used_up_leaves_its_other_proposals(structure_member, proposal):
    elsewhere = make_proposal(make_need(), proposal.offer)
    proposals.accept(proposal, side=Side.NEED, by=structure_member)
    elsewhere.refresh_from_db()
    proposal.offer.refresh_from_db()
    assert elsewhere.status == ProposalStatus.CLOSED
    assert proposal.offer.status == OfferStatus.USED_UP


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        ("APPLICATION", "L’Atelier doit répondre"),
        ("INVITATION", "Noé L. doit répondre"),
        ("COORDINATOR", "Les deux parties doivent répondre"),
    ],
)
def test_a_coordinator_reads_who_is_awaited(client, origin, words):
    need = make_need(make_organisation(name="L’Atelier", member=make_user()))
    proposal = make_proposal(need, make_offer(), origin=origin)
    client.force_login(make_coordinator(need.pole))
    assert words in client.get(proposal.get_absolute_url()).text


def test_twice_is_once(proposal, structure_member, volunteer):
    proposals.accept(proposal, side=Side.NEED, by=structure_member)
    with pytest.raises(ForbiddenMove):
        proposals.accept(proposal, side=Side.NEED, by=structure_member)
    assert Mission.objects.count() == 1
    assert told(volunteer) == ["proposal_agreed"]


def test_one_side_cannot_say_yes_for_both(proposal, volunteer):
    with pytest.raises(NotYet):
        proposals.accept(proposal, side=Side.OFFER, by=volunteer)
    assert not Mission.objects.exists()


@pytest.fixture
def company():
    return make_organisation("COMPANY")


def chosen(page):
    return re.findall(r'name="offer" value="(\d+)"[^>]*checked', page)


def test_an_employee_applies_for_themselves_and_reads_who_each_offer_would_send(
    client, company, volunteer
):
    need, colleague = make_need(), make_user(first_name="Thomas", last_name="Ledoux")
    theirs = make_offer(colleague, organisation=company, title="Analyste")
    team = make_offer(organisation=company, somebody=None, title="Analyste")
    mine = make_offer(volunteer, organisation=company, title="Analyste")
    client.force_login(volunteer)
    apply = reverse("need-apply", args=[need.pk])
    page = client.get(apply).text
    assert chosen(page) == [str(mine.pk)]
    for offer in (team, mine):
        assert f"Analyste – {offer.discreet_name}" in unescape(page)
    assert theirs.discreet_name not in unescape(page), "a colleague applies in their own name"
    assert re.findall(r'name="offer" value="(\d+)"', page) == [str(mine.pk), str(team.pk)]
    assert chosen(client.get(apply, {"offer": team.pk}).text) == [str(team.pk)]


def test_with_several_offers_none_is_chosen_for_the_reader(client, company):
    need, csr = make_need(), make_user()
    company.memberships.create(user=csr, role="ADMINISTRATOR")
    for title in ("Juriste", "Comptable"):
        make_offer(organisation=company, somebody=None, title=title)
    client.force_login(csr)
    apply = reverse("need-apply", args=[need.pk])
    assert chosen(client.get(apply).text) == []
    page = client.post(apply, {"word": "Bonjour"})
    assert "error-summary" in page.text
    assert not Proposal.objects.exists()


def test_the_button_beside_a_match_names_the_offer_it_was_found_for(client, volunteer):
    need = make_need()
    other, mine = make_offer(volunteer, skills=("paie",)), make_offer(volunteer)
    client.force_login(volunteer)
    page = client.get(mine.get_absolute_url()).text
    assert f"{reverse('need-apply', args=[need.pk])}?offer={mine.pk}" in page
    assert f"offer={other.pk}" not in page


def test_applying_for_a_need_closed_meanwhile_says_so(client, volunteer):
    need = make_need(status=NeedStatus.CLOSED)
    make_proposal(need, make_offer(volunteer), status=ProposalStatus.CLOSED)
    client.force_login(volunteer)
    page = client.post(reverse("need-apply", args=[need.pk]), {"word": "Oui"}, follow=True)
    assert page.status_code == 200
    assert "Trop tard" in page.text


def test_a_proposal_that_is_over_is_no_longer_declined(
    client, proposal, structure_member, volunteer
):
    proposals.withdraw(proposal, reason="Je change de travail.", by=volunteer)
    client.force_login(structure_member)
    door, no = reverse("proposal-decline", args=[proposal.pk]), {"cause": "other", "words": "Non."}
    for answer in (client.get(door, follow=True), client.post(door, no, follow=True)):
        assert "cette proposition est maintenant" in answer.text
    with pytest.raises(ForbiddenMove):
        proposals.decline(proposal, side=Side.NEED, reason="Non.", by=structure_member)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.declined_side) == (ProposalStatus.WITHDRAWN, "")
    assert "proposal_declined" not in told(volunteer)


def test_nor_is_it_withdrawn_again(client, proposal, volunteer):
    proposals.withdraw(proposal, reason="Je change de travail.", by=volunteer)
    client.force_login(volunteer)
    page = client.get(reverse("proposal-withdraw", args=[proposal.pk]), follow=True)
    assert "cette proposition est maintenant" in page.text
    assert "Retirer et prévenir" not in page.text


def test_whoever_has_not_said_yes_declines_and_takes_nothing_back(
    client, proposal, structure_member
):
    client.force_login(structure_member)
    answer = client.post(reverse("proposal-withdraw", args=[proposal.pk]), {"reason": "Non."})
    assert answer.url == reverse("proposal-decline", args=[proposal.pk])
    proposal.refresh_from_db()
    assert proposal.is_open


def test_the_same_act_twice_is_said_to_be_done(client, proposal, volunteer):
    client.force_login(volunteer)
    for _ in range(2):
        page = client.post(
            reverse("proposal-withdraw", args=[proposal.pk]), {"reason": "x"}, follow=True
        )
    assert "c’est déjà fait" in page.text


def test_a_late_click_is_told_why(client, proposal, structure_member, volunteer):
    proposals.withdraw(proposal, reason="Je change de travail.", by=volunteer)
    client.force_login(structure_member)
    response = client.post(reverse("proposal-accept", args=[proposal.pk]), follow=True)
    assert "Trop tard" in response.content.decode()
    assert not Mission.objects.exists()


def test_a_no_carries_its_reason_to_the_other_side(client, proposal, structure_member, volunteer):
    colleague = make_user(first_name="Lucie")
    Membership.objects.create(user=colleague, organisation=proposal.need.organisation)
    client.force_login(structure_member)
    url = reverse("proposal-decline", args=[proposal.pk])
    client.post(url, {"cause": "other", "words": "Nous cherchons pour la rentrée."})
    assert told(structure_member) == told(colleague) == [], "their own side knows"
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.DECLINED
    letter = Notification.objects.get(recipient=volunteer)
    assert "Nous cherchons pour la rentrée." in letter.text


def test_another_reason_wants_words(client, proposal, structure_member):
    client.force_login(structure_member)
    url = reverse("proposal-decline", args=[proposal.pk])
    page = client.post(url, {"cause": "other", "words": " "}).content.decode()
    assert "Dites en quelques mots quelle est la raison." in page
    proposal.refresh_from_db()
    assert proposal.is_open


def test_a_no_says_why_at_the_top_and_leads_on(client, proposal, structure_member, volunteer):
    client.force_login(structure_member)
    url = reverse("proposal-decline", args=[proposal.pk])
    page = client.post(url, {"cause": "found", "words": "Écrivez à a@exemple.fr"})
    assert "dès que les deux ont dit oui" in page.content.decode()
    page = client.post(url, {"cause": "found", "words": ""}, follow=True).content.decode()
    assert reverse("need-candidates", args=[proposal.need_id]) in page
    client.force_login(volunteer)
    page = client.get(proposal.get_absolute_url()).content.decode()
    assert page.index("Nous avons trouvé quelqu’un d’autre") < page.index("Le besoin")
    assert proposal.offer.get_absolute_url() in page
    assert "présentez-vous" not in page
    assert "Attendu" not in page


ACTS = ["proposal-accept", "proposal-decline", "proposal-withdraw"]


@pytest.mark.parametrize("name", ACTS)
def test_a_stranger_finds_nothing(client, proposal, name):
    client.force_login(make_user())
    assert client.post(reverse(name, args=[proposal.pk])).status_code == 404


@pytest.mark.parametrize("name", ["proposal-accept", "proposal-decline"])
def test_a_coordinator_may_not_answer_for_the_sides(client, proposal, name):
    client.force_login(make_coordinator(proposal.need.pole))
    assert client.post(reverse(name, args=[proposal.pk])).status_code == 403


def test_a_coordinator_of_another_pole_finds_nothing(client, proposal):
    client.force_login(make_coordinator(make_pole("Autre pôle", ["02"])))
    assert client.get(proposal.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("name", ACTS)
def test_nobody_is_asked_to_sign_in(client, proposal, name):
    response = client.post(reverse(name, args=[proposal.pk]))
    assert response.status_code == 302
    assert reverse("account_login") in response.url


def test_a_pair_is_put_forward_once(proposal):
    with pytest.raises(NotYet, match="déjà"):
        proposals.invite(proposal.need, proposal.offer, word="", by=proposal.created_by)
    assert Proposal.objects.count() == 1


def test_after_a_no_the_pair_may_be_tried_again(proposal, structure_member):
    proposals.decline(proposal, side=Side.NEED, reason="Plus tard.", by=structure_member)
    again = proposals.invite(proposal.need, proposal.offer, word="", by=structure_member)
    assert again.origin == Origin.INVITATION


def test_a_full_need_takes_nobody(need, structure_member, proposal):
    proposals.accept(proposal, side=Side.NEED, by=structure_member)
    with pytest.raises(NotYet, match="plus ouvert"):
        proposals.apply(need, make_offer(make_user()), word="", by=make_user())


def test_a_cancelled_mission_gives_the_place_back(proposal, structure_member, volunteer):
    mission = proposals.accept(proposal, side=Side.NEED, by=structure_member)
    missions.interrupt(
        mission, reason="Le projet est reporté.", by=structure_member, now=timezone.now()
    )
    mission.refresh_from_db()
    proposal.need.refresh_from_db()
    proposal.offer.refresh_from_db()
    assert mission.status == MissionStatus.INTERRUPTED
    assert proposal.need.status == NeedStatus.PUBLISHED
    assert proposal.offer.status == OfferStatus.PUBLISHED
    assert told(volunteer) == ["proposal_agreed", "mission_interrupted"]
