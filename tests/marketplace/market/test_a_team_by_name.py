"""A team has no name of its own: how it is called within a sentence, and in each reader's language."""

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from marketplace import letters
from marketplace.actions.market import answer_links
from marketplace.models import Offer, Origin, Side
from notifications.models import Notification
from tests.factories import make_need, make_offer, make_organisation, make_proposal, make_user

COMPANY = "COMPANY"


@pytest.fixture
def boss():
    return make_user("Claire", "Hermant")


@pytest.fixture
def team(boss) -> Offer:
    company = make_organisation(COMPANY, administrator=boss, name="Verrières")
    return make_offer(organisation=company, somebody=None, created_by=boss, title="Graphistes")


def test_within_a_sentence_a_team_has_no_capital(client, team):
    head = make_user()
    need = make_need(member=head)
    client.force_login(head)
    page = client.get(reverse("need-ask-offer", args=[need.pk, team.pk])).text
    assert "Inviter une équipe (Verrières)" in page
    assert "Inviter Une équipe" not in page
    assert "Une équipe (Verrières) reçoit un courriel" in page, "where it begins the sentence"


@pytest.mark.parametrize(
    ("language", "name"), [("fr", "une équipe (Verrières)"), ("en", "a team (Verrières)")]
)
def test_a_letter_names_a_team_in_its_reader_s_language(team, language, name):
    """“Une équipe (…) is waiting for your answer” was read by somebody who reads English."""
    head = make_user(language=language)
    proposal = make_proposal(make_need(member=head), team)
    with translation.override("fr"):
        letters.proposal_reminder(
            proposal, side=Side.NEED, step="first", closes_on=timezone.localdate(),
            link=answer_links.link,
        )  # fmt: skip
        letters.proposal_unanswered(proposal, side=Side.NEED)
        letters.proposal_made(proposal, to=[Side.NEED], by=None, link=answer_links.link)
    told = Notification.objects.filter(recipient=head)
    assert told.count() == 3
    reminder = told.get(kind="proposal_reminder")
    assert reminder.subject.startswith(name[0].upper() + name[1:])
    assert name in reminder.text
    assert (name if language == "en" else "une équipe") in told.get(kind="proposal_to_need").text


def test_who_offers_a_team_isn_t_said_to_offer_their_own_help(client, team, boss):
    need = make_need()
    client.force_login(boss)
    page = client.get(reverse("need-apply", args=[need.pk])).text
    assert "Proposer mon aide" not in page
    assert "Proposer de l’aide" in page
    assert "voit votre prénom" not in page
    assert "La structure voit le nom de votre organisation" in page
    assert "Proposer mon aide" not in client.get(team.get_absolute_url()).text
    own = make_offer(boss)
    assert "Proposer mon aide" in client.get(own.get_absolute_url()).text
    assert "Proposer mon aide" in client.get(reverse("need-apply", args=[need.pk])).text


def test_the_structure_reads_of_a_team_on_the_page_of_a_proposal(client, team):
    head = make_user()
    proposal = make_proposal(make_need(member=head), team, origin=Origin.APPLICATION)
    client.force_login(head)
    assert (
        "Une équipe (Verrières) vous conviendrait" in client.get(proposal.get_absolute_url()).text
    )


def test_who_keeps_a_team_away_keeps_its_company_away(client, team):
    """“Avec cette personne” was read below the offer of a team."""
    head = make_user()
    make_proposal(make_need(member=head), team)
    client.force_login(head)
    page = client.get(team.get_absolute_url()).text
    assert "en relation avec cette organisation" in page
    assert "en relation avec cette personne" not in page
