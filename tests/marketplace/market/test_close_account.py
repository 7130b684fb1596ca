"""Leaving for good: what goes, what stays, what has to be settled first."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions.refusals import Refusal
from accounts.models import User
from marketplace.actions.documents import ledger
from marketplace.actions.market import people, proposals
from marketplace.actions.missions import missions
from marketplace.actions.refusals import NotYet
from marketplace.actions.talk import messages
from marketplace.models import (
    Message,
    Mission,
    Need,
    Offer,
    Portrait,
    Proposal,
    Regime,
    Side,
)
from marketplace.rules import own_yes
from notifications import outbox
from notifications.models import Notification
from tests.factories import (
    in_days,
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
    verify,
)
from tests.marketplace.documents.document_desk import make_mission as mission_with_papers
from tests.marketplace.documents.test_documents import text_of
from tests.marketplace.missions.amending import signed_mission

CLOSE = reverse("account-close")
PASSWORD = "un-long-secret-42"


@pytest.fixture
def noe():
    return verify(
        make_user(
            first_name="Noé",
            last_name="Lambert",
            email="noe@example.org",
            password=PASSWORD,
            phone="06 12 34 56 78",
            trade="Développeur",
        )
    )


@pytest.fixture
def entered(client):
    """Logged in, and the password given once more a moment ago."""

    def log_in(user):
        client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        return client

    return log_in


def make_mission(proposal):
    Proposal.objects.filter(pk=proposal.pk).update(
        status="AGREED", need_said_yes_at=timezone.now(), offer_said_yes_at=timezone.now()
    )
    return Mission.objects.create(
        proposal=proposal,
        need=proposal.need,
        offer=proposal.offer,
        starts_on=in_days(0),
        ends_on=in_days(30),
    )


def test_the_page_says_what_goes_and_changes_nothing(entered, noe):
    page = entered(noe).get(CLOSE).content.decode()
    assert "Ce qui part" in page
    assert "Ce qui reste" in page
    noe.refresh_from_db()
    assert noe.is_active


def test_a_signed_paper_keeps_the_name_and_the_page_and_the_letter_say_so(entered, noe):
    mission = signed_mission(
        Regime.VOLUNTEERING, mission=mission_with_papers(Regime.VOLUNTEERING, person=noe)
    )
    letter_of_mission = mission.documents.get()
    Mission.objects.update(status="CLOSED")
    told = entered(noe)
    assert "avec les noms et les signatures" in told.get(CLOSE).text
    told.post(CLOSE)
    letter_of_mission.refresh_from_db()
    assert "Noé Lambert" in text_of(ledger.read(letter_of_mission, signed=True))
    assert "avec les noms et les signatures" in Notification.objects.get(kind="account_closed").text


def test_a_mission_in_preparation_is_not_said_to_be_running(entered, noe):
    mission = make_mission(make_proposal(offer=make_offer(noe)))
    assert mission.status == "FRAMING"
    page = entered(noe).get(CLOSE).text
    assert "est en cours" not in page
    assert "n’est pas terminée" in page
    assert "à tout moment" not in entered(noe).get(reverse("profile")).text


def test_the_button_forgets_the_person(entered, noe):
    answer = entered(noe).post(CLOSE, follow=True)
    assert "Votre compte est fermé" in answer.content.decode()
    noe.refresh_from_db()
    assert str(noe) == noe.discreet_name == "Compte fermé"
    kept = [noe.first_name, noe.last_name, noe.phone, noe.trade, noe.commune_id]
    assert not any(kept)
    assert "noe" not in noe.email
    assert not noe.has_usable_password()
    assert not noe.emailaddress_set.exists()


def test_nothing_of_anybody_else_goes_along(noe):
    """Another volunteer, a colleague of the same company, a coordinator of the same pôle."""
    ada, karim, maelle = make_user("Ada"), make_user("Karim"), make_coordinator()
    company = make_organisation("COMPANY", administrator=karim, member=noe, legal_form="SAS")
    own = make_offer(ada, about="Des sites simples.")
    at_work = make_offer(karim, organisation=company)
    draft = make_offer(ada, status="DRAFT")
    need = make_need(member=make_user(), coordinator=maelle)
    waits = make_proposal(need, own)
    Portrait.objects.create(user=ada, about="Je fais des sites.")
    make_offer(noe)
    make_offer(noe, organisation=company)
    people.close_account(noe, now=timezone.now())
    for row in (own, at_work, need, waits):
        row.refresh_from_db()
    assert (own.status, own.about) == ("PUBLISHED", "Des sites simples.")
    assert (at_work.status, waits.status, need.status) == ("PUBLISHED", "OPEN", "PUBLISHED")
    assert need.coordinator == maelle
    assert own_yes.stands(at_work)
    assert Offer.objects.filter(pk=draft.pk).exists()
    assert Portrait.objects.get().user == ada


def test_every_open_session_ends(entered, noe, client):
    elsewhere = Client()
    elsewhere.post(reverse("account_login"), {"login": noe.email, "password": PASSWORD})
    entered(noe).post(CLOSE)
    assert elsewhere.get(reverse("profile")).status_code == 302


def test_the_address_may_come_back_with_a_new_account(entered, noe):
    entered(noe).post(CLOSE)
    assert make_user(email="noe@example.org").pk != noe.pk


def test_a_last_letter_confirms_it_and_the_others_are_gone(entered, noe):
    make_proposal(offer=make_offer(noe))
    entered(noe).post(CLOSE)
    assert not Notification.objects.filter(recipient=noe).exists()
    letter = Notification.objects.get(address="noe@example.org")
    assert letter.subject == "Votre compte est fermé"


def test_no_letter_and_no_invitation_keeps_the_address(entered, noe):
    browser = entered(noe)
    structure = make_organisation(member=make_user())
    invitation = structure.invitations.create(
        email=noe.email, token="a", expires_at=timezone.now(), accepted_at=timezone.now()
    )
    told = {"kind": "password_reset", "subject": "Mot de passe", "text": "…", "html": ""}
    outbox.post_ready_made(address=noe.email, key="reset:1", **told)
    Notification.objects.filter(address=noe.email).update(status="SENT", sent_at=timezone.now())
    browser.post(CLOSE)
    kept = Notification.objects.filter(address="noe@example.org")
    assert [letter.kind for letter in kept] == ["account_closed"]
    invitation.refresh_from_db()
    assert "noe" not in invitation.email


def test_it_asks_for_the_password_once_more(client, noe):
    client.post(reverse("account_login"), {"login": noe.email, "password": PASSWORD})
    answer = client.get(CLOSE)
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert client.post(CLOSE).status_code == 302
    noe.refresh_from_db()
    assert noe.is_active


def test_a_visitor_closes_nothing(client):
    assert client.post(CLOSE).status_code == 302


def test_those_who_were_waiting_hear_of_it(noe):
    owner = make_user()
    proposal = make_proposal(make_need(member=owner), make_offer(noe))
    people.close_account(noe, now=timezone.now())
    proposal.refresh_from_db()
    assert proposal.status == "CLOSED"
    assert proposal.offer.status == "EXPIRED"
    letter = Notification.objects.get(recipient=owner)
    assert "a quitté le site" in letter.text


def test_whoever_waited_for_an_organisation_that_closes_is_told_so(noe):
    """Not that the structure has closed its need, as if it were still there."""
    need, volunteer = make_need(member=noe), make_user()
    assert need.organisation.memberships.count() == 1
    make_proposal(need, make_offer(volunteer))
    people.close_account(noe, now=timezone.now())
    letter = Notification.objects.get(recipient=volunteer)
    assert "L’organisation a quitté le site" in letter.text
    assert "clos par la structure" not in letter.text


def test_nothing_is_left_to_do_about_the_need_of_an_organisation_that_closed(client, noe):
    need, volunteer = make_need(member=noe), make_user()
    make_proposal(need, make_offer(volunteer))
    coordinator = make_coordinator(need.pole)
    people.close_account(noe, now=timezone.now())
    client.force_login(coordinator)
    page = client.get(need.get_absolute_url()).text
    assert "Écrire à la structure" not in page
    assert "Prendre ce besoin en charge" not in page
    assert client.post(reverse("need-talk", args=[need.pk])).status_code == 403
    client.force_login(volunteer)
    assert client.get(need.get_absolute_url()).context["my_matches"] == []


def test_a_draft_that_nobody_saw_simply_goes(noe):
    make_offer(noe, status="DRAFT")
    people.close_account(noe, now=timezone.now())
    assert not Offer.objects.exists()


def test_what_a_company_wrote_that_they_have_left_stays_its_own(noe):
    """Paused as they left, it may name somebody else."""
    boss = make_user()
    company = make_organisation("COMPANY", administrator=boss, member=noe)
    shown, draft = (
        make_offer(noe, organisation=company, created_by=boss, status=status)
        for status in ("PUBLISHED", "DRAFT")
    )
    people.remove(noe.memberships.get(), by=boss, now=timezone.now())
    people.close_account(noe, now=timezone.now())
    assert dict(Offer.objects.values_list("pk", "status")) == {
        shown.pk: "PAUSED", draft.pk: "DRAFT",
    }  # fmt: skip


def test_the_word_about_oneself_goes_too(noe):
    twice = {"second_title": "Jardinour", "second_text": "E straed ar Mor emaon o chom."}
    offer = make_offer(noe, about="J’habite rue Nationale.", second_language="br", **twice)
    people.close_account(noe, now=timezone.now())
    offer.refresh_from_db()
    assert offer.about == ""
    assert offer.second_title == offer.second_text == offer.second_language == ""
    for word in ("nationale", "straed", "jardinour"):
        assert word not in offer.search_text


def test_what_was_written_to_others_stays_without_the_name(noe):
    proposal = make_proposal(offer=make_offer(noe))
    Message.objects.create(thread=proposal.thread, author=noe, text="Bonjour.", sent_key="1")
    people.close_account(noe, now=timezone.now())
    message = Message.objects.get()
    assert message.text == "Bonjour."
    assert str(message.author) == "Compte fermé"


ALONE = "Plus personne de l’autre côté"


def test_the_structure_is_told_that_nobody_reads_on_the_other_side(client, noe):
    need = make_need(member=make_user())
    aline = need.organisation.members.get()
    mission = proposals.accept(make_proposal(need, make_offer(noe)), side=Side.NEED, by=aline)
    client.force_login(aline)
    page = client.get(mission.get_absolute_url()).text
    assert ALONE not in page
    missions.interrupt(mission, reason="Un départ.", by=noe, now=timezone.now())
    people.close_account(noe, now=timezone.now())
    page = client.get(mission.get_absolute_url()).text
    assert ALONE in page
    assert "Plus personne\xa0: le compte est fermé." in page
    assert "Ne plus échanger" not in page


def test_the_volunteer_is_told_that_the_structure_has_gone(client, noe):
    need = make_need(member=make_user())
    proposal = make_proposal(need, make_offer(noe))
    client.force_login(noe)
    assert ALONE not in client.get(proposal.get_absolute_url()).text
    people.close_account(need.organisation.members.get(), now=timezone.now())
    assert ALONE in client.get(proposal.get_absolute_url()).text


def test_a_company_goes_on_reading_when_the_person_it_lent_has_gone(client, noe):
    company = make_organisation("COMPANY", administrator=make_user())
    need = make_need(member=make_user())
    proposal = make_proposal(need, make_offer(noe, organisation=company))
    people.close_account(noe, now=timezone.now())
    client.force_login(need.organisation.members.get())
    assert ALONE not in client.get(proposal.get_absolute_url()).text


def test_who_asked_a_question_and_left_is_said_to_have_gone(client, noe):
    need = make_need(member=make_user())
    thread = messages.open_about(need, by=noe)
    messages.say(thread, text="Est-ce à Lille ?", sent_key="k", by=noe)
    people.close_account(noe, now=timezone.now())
    client.force_login(need.organisation.members.get())
    assert ALONE in client.get(thread.get_absolute_url()).text


def test_a_running_mission_comes_first(entered, noe):
    mission = make_mission(make_proposal(offer=make_offer(noe)))
    logged_in = entered(noe)
    page = logged_in.get(CLOSE).content.decode()
    assert mission.get_absolute_url() in page
    assert "définitivement" not in page
    assert "n’est pas terminée" in logged_in.post(CLOSE, follow=True).content.decode()
    noe.refresh_from_db()
    assert noe.is_active
    Mission.objects.update(status="CLOSED")
    people.close_account(noe, now=timezone.now())


def test_the_only_administrator_of_others_names_an_heir_first(entered, noe):
    structure = make_organisation(name="Le Verger", administrator=noe, member=make_user())
    logged_in = entered(noe)
    assert "Le Verger" in logged_in.get(CLOSE).content.decode()
    assert "doit garder" in logged_in.post(CLOSE, follow=True).content.decode()
    noe.refresh_from_db()
    assert noe.is_active
    assert noe.administers(structure)


def test_a_refusal_undoes_everything(noe):
    make_organisation(administrator=noe, member=make_user())
    offer = make_offer(noe)
    with pytest.raises(Refusal):
        people.close_account(noe, now=timezone.now())
    offer.refresh_from_db()
    assert offer.status == "PUBLISHED"
    assert not Notification.objects.exists()


def test_an_organisation_that_would_be_empty_closes_with_its_needs_and_offers(noe):
    structure = make_organisation(administrator=noe)
    need = make_need(structure)
    waiting = make_proposal(need, make_offer())
    people.close_account(noe, now=timezone.now())
    structure.refresh_from_db()
    need.refresh_from_db()
    waiting.refresh_from_db()
    assert (structure.status, need.status, waiting.status) == ("CLOSED", "WITHDRAWN", "CLOSED")
    assert not structure.members.exists()


def test_the_only_coordinator_of_a_pole_does_not_leave_it_alone(noe):
    operator = make_coordinator().organisations.get()
    operator.memberships.all().delete()
    operator.memberships.create(user=noe, role="ADMINISTRATOR")
    with pytest.raises(Refusal):
        people.close_account(noe, now=timezone.now())


def test_needs_that_a_coordinator_followed_are_everybodys_again():
    coordinator = make_coordinator()
    make_need(coordinator=coordinator)
    people.close_account(coordinator, now=timezone.now())
    assert Need.objects.get().coordinator is None


def test_closing_twice_finds_nobody_logged_in(entered, noe):
    logged_in = entered(noe)
    logged_in.post(CLOSE)
    assert logged_in.post(CLOSE).status_code == 302
    assert User.objects.count() == 1


def test_a_mission_of_the_company_that_would_close_comes_first(noe):
    company = make_organisation("COMPANY", administrator=noe)
    offer = make_offer(organisation=company, somebody=None)
    make_mission(make_proposal(offer=offer))
    with pytest.raises(NotYet):
        people.close_account(noe, now=timezone.now())
