"""What the pages of a need, an offer and a proposal ask of whoever reads them, in each state."""

from html.parser import HTMLParser

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.states import OrganisationStatus
from marketplace.actions.market import consents
from marketplace.models import Consent, ConsentKind, Need, Offer
from marketplace.models.market.proposals import Origin
from marketplace.rules.next_acts import missions, needs, offers, organisations, proposals
from marketplace.rules.next_acts.cards import Card
from marketplace.states import (
    MissionStatus,
    NeedStatus,
    OfferStatus,
    ProposalStatus,
)
from tests.factories import (
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
)


class _Section(HTMLParser):
    """The title and the buttons of the first "next act" of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.buttons = "", []
        self._inside, self._now = 0, ""

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "section" and "next-act" in (given.get("class") or ""):
            self._inside = 1
        if self._inside and (tag == "h2" or "btn" in (given.get("class") or "")):
            self._now = tag
            if tag != "h2":
                self.buttons.append("")

    def handle_endtag(self, tag):
        if tag == "section":
            self._inside = 0
        if tag == self._now:
            self._now = ""

    def handle_data(self, words):
        words = words.replace("\N{NO-BREAK SPACE}", " ")
        if self._now == "h2":
            self.title += words
        elif self._now:
            self.buttons[-1] += words


def said(client, reader, thing) -> tuple[str, list[str]]:
    client.logout()
    if reader is not None:
        client.force_login(reader)
    section = _Section()
    section.feed(client.get(thing.get_absolute_url()).text)
    return section.title, section.buttons


NOTHING = ("", [])
OF_A_NEED = {
    ("DRAFT", "structure"): (
        "Personne ne voit encore ce brouillon",
        ["Envoyer à la coordination", "Modifier"],
    ),
    ("SUBMITTED", "structure"): ("La coordination lit votre besoin", ["Corriger mon besoin"]),
    ("SUBMITTED", "coordination"): (
        "À qualifier",
        [
            "Qualifier pas à pas",
            "Publier",
            "Reformuler",
            "Poser une question",
            "Ne pas le retenir",
        ],
    ),
    ("PUBLISHED", "structure"): ("Qui pourrait aider ?", ["Voir qui pourrait aider"]),
    ("PUBLISHED", "coordination"): ("Qui pourrait aider ?", ["Voir qui pourrait aider"]),
    ("PAUSED", "structure"): ("En pause : personne ne le voit", ["Remettre en ligne"]),
    ("REFUSED", "structure"): ("Non retenu en l’état", ["Le retravailler"]),
    ("REDIRECTED", "structure"): (
        "Autre chose conviendrait mieux qu’une mission",
        ["Demander une heure de conseil", "Le retravailler"],
    ),
}


@pytest.mark.parametrize("status", NeedStatus.values)
def test_a_need_says_whose_turn_it_is(client, status):
    need = make_need(status=status)
    readers = {
        "structure": need.organisation.members.get(),
        "coordination": make_coordinator(need.pole),
        "volunteer": make_user(),
        "nobody": None,
    }
    for who, reader in readers.items():
        assert said(client, reader, need) == OF_A_NEED.get((status, who), NOTHING), who


def test_who_reads_a_need_is_told_to_verify_its_organisation_first(client):
    words = "n’est pas encore vérifiée"
    need = make_need(member=make_user(), status=NeedStatus.SUBMITTED)
    client.force_login(make_coordinator(need.pole))
    assert words not in client.get(need.get_absolute_url()).text
    organisation = type(need.organisation).objects.filter(pk=need.organisation_id)
    organisation.update(status=OrganisationStatus.SUBMITTED)
    page = client.get(need.get_absolute_url()).text
    assert words in page
    assert f'href="{need.organisation.get_absolute_url()}"' in page.partition(words)[2]


def test_a_question_of_the_coordinators_comes_with_the_draft(client):
    need = make_need(status=NeedStatus.DRAFT, submitted_at=timezone.now())
    coordinator = make_coordinator(need.pole)
    need.steps.create(before="SUBMITTED", after="DRAFT", by=coordinator, reason="Pour quand ?")
    title, buttons = said(client, need.organisation.members.get(), need)
    assert title == "La coordination vous pose une question"
    assert buttons == ["Compléter mon besoin", "Envoyer à la coordination"]


NO, YES = "Non, pas cette fois", "Oui, allons-y"
AWAITED = "Votre réponse est attendue"
STILL_TIME = "Il est encore temps de dire oui"
LATE_OF_THE_NEED = (STILL_TIME, ["Oui, finalement", "Voir qui d’autre pourrait aider"])
LATE_OF_THE_OFFER = (
    STILL_TIME,
    ["Je suis disponible, finalement", "Voir d’autres besoins qui me conviennent"],
)
OF_A_PROPOSAL = {
    ("OPEN", Origin.APPLICATION, "need"): (AWAITED, [YES, NO]),
    ("OPEN", Origin.APPLICATION, "offer"): ("Les Tisserands doit répondre", []),
    ("OPEN", Origin.APPLICATION, "coordination"): ("Les Tisserands doit répondre", []),
    ("OPEN", Origin.INVITATION, "need"): ("Noé L. doit répondre", []),
    ("OPEN", Origin.INVITATION, "offer"): (AWAITED, [YES, NO]),
    ("OPEN", Origin.INVITATION, "coordination"): ("Noé L. doit répondre", []),
    ("OPEN", Origin.COORDINATOR, "need"): (AWAITED, [YES, NO]),
    ("OPEN", Origin.COORDINATOR, "offer"): (AWAITED, [YES, NO]),
    ("OPEN", Origin.COORDINATOR, "coordination"): ("Les deux parties doivent répondre", []),
    ("UNANSWERED", Origin.APPLICATION, "need"): LATE_OF_THE_NEED,
    ("UNANSWERED", Origin.INVITATION, "offer"): LATE_OF_THE_OFFER,
    ("UNANSWERED", Origin.COORDINATOR, "need"): LATE_OF_THE_NEED,
    ("UNANSWERED", Origin.COORDINATOR, "offer"): LATE_OF_THE_OFFER,
}
ELSEWHERE = {
    "need": ["Voir qui d’autre pourrait aider"],
    "offer": ["Voir d’autres besoins qui me conviennent"],
    "coordination": ["Voir qui d’autre pourrait aider"],
}


@pytest.mark.parametrize("origin", [Origin.APPLICATION, Origin.INVITATION, Origin.COORDINATOR])
@pytest.mark.parametrize("status", [one for one in ProposalStatus.values if one != "AGREED"])
def test_a_proposal_says_whose_turn_it_is(client, status, origin):
    structure = make_organisation(name="Les Tisserands", member=make_user())
    proposal = make_proposal(make_need(structure), origin=origin, status=status)
    readers = {
        "need": structure.members.get(),
        "offer": proposal.offer.person,
        "coordination": make_coordinator(proposal.need.pole),
    }
    over = "C’est non pour cette fois" if status == "DECLINED" else "Cela s’arrête là"
    for who, reader in readers.items():
        expected = OF_A_PROPOSAL.get((status, origin, who), (over, ELSEWHERE[who]))
        assert said(client, reader, proposal) == expected, who


def test_too_late_for_a_yes_is_said_with_its_reason(client):
    proposal = make_proposal(origin=Origin.INVITATION, status=ProposalStatus.UNANSWERED)
    Need.objects.filter(pk=proposal.need_id).update(status=NeedStatus.CLOSED)
    client.force_login(proposal.offer.person)
    page = client.get(proposal.get_absolute_url()).text
    assert "Il est trop tard pour un oui" in page
    assert "Je suis disponible, finalement" not in page


def test_whose_offer_is_full_is_led_to_the_needs_and_to_no_closed_page(client):
    """“See other needs that suit me” led to an offer that isn’t shown and finds none."""
    proposal = make_proposal(status=ProposalStatus.DECLINED)
    Offer.objects.filter(pk=proposal.offer_id).update(status=OfferStatus.USED_UP)
    assert said(client, proposal.offer.person, proposal)[1] == ["Voir les besoins"]


def test_the_company_of_the_person_named_may_only_say_no(client):
    chief = make_user()
    company = make_organisation("COMPANY", administrator=chief)
    proposal = make_proposal(offer=make_offer(organisation=company), origin=Origin.INVITATION)
    assert said(client, chief, proposal) == ("Noé L. doit répondre", [NO])


@pytest.mark.parametrize("status", OfferStatus.values)
def test_an_offer_of_one_s_own_is_published_by_a_click(client, status):
    offer = make_offer(status=status)
    title = {
        "DRAFT": "Personne ne voit encore ce brouillon",
        "USED_UP": "Encore une ?",
    }.get(status, "Cette offre n’est pas affichée")
    expected = NOTHING if status == "PUBLISHED" else (title, ["Publier", "Modifier"])
    assert said(client, offer.person, offer) == expected
    assert said(client, make_coordinator(offer.pole), offer) in (NOTHING, ("", []))


def test_a_full_offer_is_not_said_to_be_hidden_from_those_who_may_wait_for_it(client):
    mission = make_mission()
    offer = mission.offer
    Offer.objects.filter(pk=offer.pk).update(status=OfferStatus.USED_UP)
    client.force_login(offer.person)
    page = client.get(offer.get_absolute_url()).text
    assert "n’est pas affichée" not in page
    assert "Pas d’autre mission pour le moment" in page
    assert "augmentez d’abord le nombre de missions" in page


def _taken_back(offer, _chief):
    consents.end(consents.give(offer.person, ConsentKind.OFFER, offer))


def _changed(offer, _chief):
    consents.end(
        consents.give(offer.person, ConsentKind.OFFER, offer), because=Consent.Ended.CHANGED
    )


def _asked(offer, chief):
    consents.ask(offer.person, ConsentKind.OFFER, offer, by=chief, now=timezone.now())


BEFORE_THEIR_YES = {
    "nobody was asked": (
        lambda *_: None,
        "avant son propre oui",
        ["Lui demander son accord", "Modifier"],
    ),
    "it was asked": (_asked, "l’offre est montrée dès que c’est oui", ["Modifier"]),
    "it was taken back": (
        _taken_back,
        "a retiré son accord",
        ["Demander de nouveau", "Modifier"],
    ),
    "the offer has changed": (
        _changed,
        "l’offre a changé depuis",
        ["Demander de nouveau", "Modifier"],
    ),
}


@pytest.mark.parametrize("case", BEFORE_THEIR_YES)
def test_an_offer_that_names_somebody_waits_for_their_yes(client, case):
    happen, words, expected = BEFORE_THEIR_YES[case]
    chief = make_user()
    company = make_organisation("COMPANY", administrator=chief)
    offer = make_offer(organisation=company, status=OfferStatus.DRAFT)
    happen(offer, chief)
    assert said(client, chief, offer)[1] == expected
    assert words in client.get(offer.get_absolute_url()).text


OF_AN_ORGANISATION = {
    ("SUBMITTED", "ESS"): (
        "La coordination vérifie votre organisation",
        ["Préparer un besoin", "Préparer une offre"],
    ),
    ("SUBMITTED", "COMPANY"): (
        "La coordination vérifie votre organisation",
        ["Préparer une offre"],
    ),
    ("MORE_ASKED", "ESS"): (
        "La coordination a besoin d’en savoir plus",
        ["Répondre et la renvoyer"],
    ),
    ("REFUSED", "ESS"): ("La coordination n’a pas pu l’accepter", ["La corriger et la renvoyer"]),
    ("SUSPENDED", "ESS"): ("La coordination l’a suspendue", []),
}


@pytest.mark.parametrize(("status", "kind"), OF_AN_ORGANISATION)
def test_an_organisation_says_to_its_people_where_it_stands(client, status, kind):
    chief = make_user()
    organisation = make_organisation(kind, status=status, administrator=chief)
    coordinator = make_coordinator(organisation.pole)
    assert said(client, chief, organisation) == OF_AN_ORGANISATION[status, kind]
    assert said(client, coordinator, organisation) == NOTHING


def test_a_member_hears_that_the_administrators_have_to_answer(client):
    organisation = make_organisation(status=OrganisationStatus.MORE_ASKED, member=make_user())
    client.force_login(organisation.members.get())
    page = client.get(organisation.get_absolute_url()).text
    assert "La réponse revient aux personnes qui l’administrent." in page


def test_every_state_where_something_is_awaited_has_its_function():
    """A state that is added without one would say nothing to anybody."""
    done = {
        NeedStatus: {"FILLED", "CLOSED", "WITHDRAWN", "SERVED_BY_GATHERING"},
        OfferStatus: {"PUBLISHED"},
        ProposalStatus: {"AGREED"},
        MissionStatus: set(),  # another receipt, where the one of a closed mission was voided
        OrganisationStatus: {"ACCEPTED", "CLOSED"},
    }
    rooms = {
        NeedStatus: needs,
        OfferStatus: offers,
        ProposalStatus: proposals,
        MissionStatus: missions,
        OrganisationStatus: organisations,
    }
    for states, room in rooms.items():
        assert set(states.values) - {str(state) for state in room._BY_STATE} == done[states]


def test_a_card_knows_where_it_leads():
    assert not Card("…", ()).leads_to(reverse("needs"))


def test_whoever_waits_is_promised_an_answer_or_a_letter_that_closes_it(client):
    """No suggestions: there may be none."""
    proposal = make_proposal(make_need(member=make_user()), make_offer(make_user()))
    client.force_login(proposal.offer.person)
    page = client.get(proposal.get_absolute_url()).text
    assert "vous avez une réponse, ou un courriel qui clôt la proposition" in page
    assert "autres suggestions" not in page


def test_a_coordinator_is_promised_no_answer_that_is_for_others(client):
    need = make_need(member=make_user())
    proposal, other = make_proposal(need, make_offer(make_user())), make_offer(make_user())
    client.force_login(make_coordinator(need.pole))
    for page in (
        proposal.get_absolute_url(),
        reverse("need-ask-offer", args=[need.pk, other.pk]),
    ):
        read = client.get(page).text
        assert "vous avez une réponse" not in read
        assert "une réponse est donnée, ou un courriel aux deux parties clôt la proposition" in read


def test_a_coordinator_of_its_pole_is_not_asked_to_offer_their_own_help(client):
    """They may all the same, at the page's own address."""
    need = make_need(member=make_user())
    for reader, is_asked in ((make_coordinator(need.pole), False), (make_user(), True)):
        client.force_login(reader)
        assert ("Proposer mon aide" in client.get(need.get_absolute_url()).text) is is_asked
        assert client.get(reverse("need-apply", args=[need.pk])).status_code == 200


def test_a_need_that_is_sent_already_is_no_draft_to_prepare(client):
    aline = make_user()
    structure = make_organisation(member=aline, status=OrganisationStatus.SUBMITTED)
    client.force_login(aline)
    page = client.get(structure.get_absolute_url()).text
    assert "préparer un brouillon" in page
    need = make_need(structure, status=NeedStatus.SUBMITTED)
    page = client.get(structure.get_absolute_url()).text
    assert "préparer un brouillon" not in page
    assert need.get_absolute_url() in page
