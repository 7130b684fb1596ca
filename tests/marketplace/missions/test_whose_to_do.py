"""A to-do goes to whoever can do it, with the page where it is done; the desk puts people before paperwork."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from accounts.states import OrganisationStatus
from marketplace.actions.documents import documents, signatures
from marketplace.actions.market import proposals
from marketplace.actions.missions import agreements, missions, renewals
from marketplace.desk import Scope, read
from marketplace.models import (
    Agreement,
    Departure,
    Eligibility,
    Employee,
    FollowUp,
    Mission,
    Regime,
    Side,
    Transfer,
)
from marketplace.models.documents.documents import Kind
from marketplace.rules.next_acts import missions as next_acts
from marketplace.states import MissionStatus, NeedStatus, OfferStatus
from notifications.models import Notification
from tests.factories import (
    in_days,
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
)
from tests.marketplace.documents import document_desk


def charged(organisation, kind):
    """Somebody of an organisation who has one duty there, and nothing else."""
    user = make_user()
    organisation.memberships.create(user=user, role="MEMBER")
    document_desk.duty(user, organisation, kind)
    return user


def home(client, user):
    client.force_login(user)
    return client.get(reverse("home")).text


def mission_page(client, user, mission):
    client.force_login(user)
    return client.get(mission.get_absolute_url()).text


def ago(days):
    return timezone.localtime() - timedelta(days=days)


# --- signing -----------------------------------------------------------------------------------
@pytest.fixture
def to_sign():
    """A service for a company: its convention is made and waits for both signatures."""
    mission = document_desk.make_mission(Regime.PRESTATION)
    by = mission.need.organisation.members.first()
    documents.make(Kind.CONVENTION_SERVICE, mission, by=by, now=timezone.now())
    return mission


def test_who_may_sign_is_told_to_and_human_resources_are_not(client, to_sign):
    company = to_sign.offer.organisation
    hr, signer = charged(company, "HR"), charged(company, "SIGNATORY")
    assert "Voir ce qui reste à signer" in home(client, signer)
    assert "Voir ce qui reste à signer" not in home(client, hr)
    assert "Voir ce qui reste à signer" not in home(client, to_sign.offer.person)
    assert "Lire et signer les documents" in mission_page(client, hr, to_sign)


def test_who_has_signed_is_told_no_more(client, to_sign):
    signer = charged(to_sign.offer.organisation, "SIGNATORY")
    document = to_sign.documents.get()
    signatures.sign(
        document, party="EMPLOYER", read=document.sha256, name="Rosa", capacity="directrice",
        how="ACCOUNT", now=timezone.now(), by=signer,
    )  # fmt: skip
    assert "Voir ce qui reste à signer" not in home(client, signer)
    head = document_desk.head_of(to_sign.need.organisation)
    assert "Voir ce qui reste à signer" in home(client, head)


def test_papers_that_are_not_made_are_for_either_side_to_make(client):
    mission = document_desk.make_mission(Regime.PRESTATION)
    for user in (mission.offer.person, mission.need.organisation.members.first()):
        assert "Les documents sont à établir" in home(client, user)


def test_one_paper_of_two_is_read_as_the_one_that_is_left_to_make(client):
    """“Les documents sont à établir” stood beside a convention that waited for this very signer."""
    mission = document_desk.make_mission(Regime.LOAN)
    head = mission.need.organisation.members.first()
    documents.make(Kind.CONVENTION_LOAN, mission, by=head, now=timezone.now())
    assert "Un document reste à établir" in home(client, head)
    page = mission_page(client, head, mission)
    assert "Les documents sont à établir" not in page
    assert "Voir ce qui reste à signer" in page
    assert "Voir ce qui reste à signer" not in mission_page(client, mission.offer.person, mission)


# --- the employer ------------------------------------------------------------------------------
def test_whoever_may_ask_the_manager_is_told_that_it_is_their_turn(client):
    """“En attente de : Noé Lambert ou Boulangerie du Port” was read by the officer of that bakery, whom the page offered
    nothing."""
    mission = make_mission(work=True, regime=Regime.LOAN, status=MissionStatus.AGREEMENT)
    officer = charged(mission.offer.organisation, "CSR")
    other = make_user()
    mission.offer.organisation.memberships.create(user=other, role="EMPLOYEE")
    head = mission.need.organisation.members.get()
    for user in (mission.offer.person, officer):
        assert "Demandez l’accord de l’employeur" in home(client, user)
        assert "À vous" in mission_page(client, user, mission)
    assert "Demandez l’accord de l’employeur" not in home(client, other)
    page = mission_page(client, head, mission)
    waited_for = f"En attente de : Noé Lambert ou {mission.offer.organisation}"
    assert waited_for in page.replace("\u00a0", " ")


def test_the_review_of_who_lends_is_on_their_home_as_on_the_mission(client):
    """“Rien ne vous attend” stood on the home of who read “À vous : faire mon bilan” on the mission’s page."""
    mission = make_mission(work=True, regime=Regime.LOAN, status=MissionStatus.DELIVERED)
    officer = charged(mission.offer.organisation, "CSR")
    treasurer = charged(mission.offer.organisation, "TREASURER")
    for user, asked in ((officer, True), (mission.offer.person, True), (treasurer, False)):
        assert ("Faire mon bilan" in home(client, user)) is asked, user
    missions.review(mission, side="COMPANY", by=officer, rating=5, again=True)
    assert "Faire mon bilan" not in home(client, officer)
    assert "Faire mon bilan" in home(client, mission.offer.person)


def test_hours_are_written_by_who_gives_them(client):
    mission = make_mission(work=True, regime=Regime.LOAN, status=MissionStatus.RUNNING)
    officer = charged(mission.offer.organisation, "CSR")
    assert "Noter mes heures" in mission_page(client, mission.offer.person, mission)
    assert "Noter mes heures" not in mission_page(client, officer, mission)


def test_the_receipt_is_for_who_gives_receipts(client):
    mission = document_desk.make_receivable()
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.VALUED)
    structure = mission.need.organisation
    treasurer = charged(structure, "TREASURER")
    member = make_user()
    structure.memberships.create(user=member, role="MEMBER")
    assert "Délivrer le reçu" in home(client, treasurer)
    assert "Délivrer le reçu" not in home(client, member)


# --- either side -------------------------------------------------------------------------------
def test_what_either_side_may_do_is_not_said_to_wait_for_the_other(client):
    mission = make_mission(regime=Regime.VOLUNTEERING)
    for user in (mission.offer.person, mission.need.organisation.members.first()):
        page = mission_page(client, user, mission)
        assert "À vous" in page
        assert "En attente de" not in page
    page = mission_page(client, make_coordinator(mission.need.pole), mission)
    assert "En attente de" in page


def test_what_each_has_to_do_is_said_of_the_other_too(client):
    mission = make_mission(work=True, regime=Regime.LOAN)
    page = mission_page(client, mission.offer.person, mission)
    assert "À vous" in page
    assert "En attente de" in page


# --- letters -----------------------------------------------------------------------------------
def test_a_coordinator_hears_the_no_in_words_of_their_own():
    proposal = make_proposal()
    coordinator = make_coordinator(proposal.need.pole)
    by = proposal.need.organisation.members.get()
    proposals.decline(proposal, side=Side.NEED, reason="Déjà trouvé.", by=by)
    told = Notification.objects.get(recipient=coordinator, key__startswith="proposal-step")
    assert "jugement" not in told.text
    assert "Déjà trouvé." in told.text
    assert f"{proposal.need.organisation} dit non" in told.text
    theirs = Notification.objects.get(
        recipient=proposal.offer.person, key__startswith="proposal-step"
    )
    assert "jugement" in theirs.text


def test_nobody_is_told_that_a_mission_starts_before_it_does():
    make_coordinator()
    make_mission(work=True)
    told = Notification.objects.filter(kind__in=["proposal_agreed", "mission_started"])
    assert told.exists()
    for letter in told:
        assert "commence" not in letter.subject
        assert "peut commencer" not in letter.subject


# --- offers ------------------------------------------------------------------------------------
def test_a_draft_that_names_somebody_is_for_who_wrote_it_and_who_it_names(client):
    company = make_organisation(Organisation.Kind.COMPANY, member=make_user())
    named, writer, colleague = (make_user() for _ in range(3))
    for user in (named, writer, colleague):
        company.memberships.create(user=user, role="MEMBER")
    offer = make_offer(
        named, organisation=company, title="Deux jours de Noé", status=OfferStatus.DRAFT
    )
    type(offer).objects.filter(pk=offer.pk).update(created_by=writer, status=OfferStatus.DRAFT)
    assert "Deux jours de Noé" in home(client, writer)
    assert "Deux jours de Noé" in home(client, named)
    assert "Deux jours de Noé" not in home(client, colleague)
    type(offer).objects.filter(pk=offer.pk).update(person=None)
    assert "Deux jours de Noé" in home(client, colleague)


# --- taken over --------------------------------------------------------------------------------
def test_a_mission_taken_over_and_the_one_that_goes_on_lead_to_each_other(client):
    old = make_mission(work=True, status=MissionStatus.INTERRUPTED, interrupted_at=timezone.now())
    colleague = make_user(first_name="Inès", last_name="Petit")
    new = make_mission(work=True, company=old.offer.organisation, person=colleague, need=None)
    departure = Departure.objects.create(
        mission=old, person=old.offer.person, left_at=timezone.now(), last_on=timezone.localdate(), before="RUNNING",
        settled_at=timezone.now(), outcome="TRANSFERRED",
    )  # fmt: skip
    Transfer.objects.create(
        departure=departure, colleague=colleague, asked_by=colleague, proposal=new.proposal,
        answered_at=timezone.now(), answer="YES",
    )  # fmt: skip
    coordinator = make_coordinator(old.need.pole)
    assert f'href="{new.get_absolute_url()}"' in mission_page(client, coordinator, old)
    assert f'href="{old.get_absolute_url()}"' in mission_page(client, coordinator, new)
    assert f'href="{old.get_absolute_url()}"' not in mission_page(client, colleague, new)


# --- the desk ----------------------------------------------------------------------------------
@pytest.fixture
def coordinator():
    return make_coordinator()


def desk_of(user):
    scope = Scope.of(user, user.memberships.select_related("organisation"), timezone.now())
    return read(scope.filtered({}, {})).lines


def test_to_verify_leads_to_the_page_where_one_does(client, coordinator):
    waiting = make_organisation(status=OrganisationStatus.SUBMITTED)
    (line,) = desk_of(coordinator)
    assert (line.act, line.url) == (
        "Vérifier", reverse("organisation-verify", args=[waiting.pk]),
    )  # fmt: skip
    client.force_login(coordinator)
    assert 'value="accept"' in client.get(line.url).text


def test_people_who_wait_come_before_paperwork_however_old(coordinator):
    make_need(status=NeedStatus.SUBMITTED, submitted_at=ago(8))
    worried = make_mission(status=MissionStatus.RUNNING)
    FollowUp.objects.create(
        mission=worried, kind="FIRST_WEEK", side="NEED", asked=worried.offer.person,
        asked_on=timezone.localdate(), answer="DOUBT", answered_at=timezone.now(),
    )  # fmt: skip
    valued = make_mission(work=True, regime=Regime.LOAN, status=MissionStatus.VALUED)
    Mission.objects.filter(pk=valued.pk).update(moved_at=ago(120))
    Eligibility.objects.create(
        organisation=valued.need.organisation, declared_by=worried.offer.person, status="RESCRIT",
        category="GENERAL_INTEREST", declared_at=ago(60),
    )  # fmt: skip
    found = desk_of(coordinator)
    assert [line.kind for line in found] == ["need", "help", "mission", "receipts"]
    assert [line.urgency for line in found] == ["late", "soon", "late", "late"]


def test_hours_wait_since_they_were_written(client):
    """Not since the mission began, a month before."""
    mission = make_mission(status=MissionStatus.RUNNING)
    mission.steps.update(at=ago(30))
    mission.hours.create(
        person=mission.offer.person, day=ago(3).date(), hours=3, created_at=ago(2)
    )  # fmt: skip
    head = mission.need.organisation.members.get()
    line = home(client, head).partition("Des heures attendent votre confirmation")[2]
    assert "depuis 2 jours" in line.partition("</li>")[0]


def test_each_step_of_the_employer_s_agreement_says_whose_turn_it_is(client):
    mission = make_mission(work=True, regime=Regime.PRESTATION, status=MissionStatus.AGREEMENT)
    person = mission.offer.person
    employee = Employee.objects.create(
        organisation=mission.offer.organisation, person=person, manager_name="Dominique Lefebvre",
        manager_email="dominique@example.org",
    )  # fmt: skip

    def said():
        (act,) = next_acts.acts(Mission.objects.with_course().get(pk=mission.pk))
        return act.who, act.task

    assert said() == (next_acts.ASKS, "demander l’accord de l’employeur")
    agreements.ask_manager(
        mission, employee=employee, programme=None, by=person, now=timezone.now()
    )
    who, task = said()
    assert who == next_acts.MANAGER
    Agreement.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert said()[0] == next_acts.ASKS, "two weeks without a word: the letter is sent again"
    Agreement.objects.update(expires_at=timezone.now() + timedelta(days=1))
    letter = Notification.objects.filter(kind="agreement_asked").latest("pk")
    client.post(re.search(r"/accord/[\w-]+/", letter.text).group(), {"answer": "YES"})
    assert said()[0] == next_acts.COMPANY


# --- who starts it -------------------------------------------------------------------------
def offered(client, mission, user):
    """Whether their page has the button to start it, and the names of those for whom it waits otherwise."""
    client.force_login(user)
    page = client.get(mission.get_absolute_url())
    door = reverse("mission-start", args=[mission.pk])
    return door in page.text, [line["who"] for line in page.context["theirs"]]


def test_a_renewal_on_somebody_s_own_time_waits_for_their_start(client):
    first = make_mission(
        status=MissionStatus.DELIVERED, regime=Regime.VOLUNTEERING, starts_on=in_days(-20), ends_on=in_days(-1)
    )  # fmt: skip
    head, noe = first.need.organisation.members.get(), first.offer.person
    following = renewals.renew(first, starts_on=in_days(0), ends_on=in_days(20), hours=10, by=head)
    assert offered(client, following, head) == (False, ["Noé Lambert"])
    assert offered(client, following, noe) == (True, [])
    missions.agree(following, read=following.sheet.number, side="OFFER", by=noe)
    assert offered(client, following, head)[0]


def test_a_renewal_starts_once_the_first_is_over(client):
    first = make_mission(
        status=MissionStatus.RUNNING, regime=Regime.VOLUNTEERING, starts_on=in_days(-20), ends_on=in_days(1)
    )  # fmt: skip
    noe = first.offer.person
    following = renewals.renew(first, starts_on=in_days(2), ends_on=in_days(20), hours=10, by=noe)
    assert not offered(client, following, noe)[0]
    page = client.get(following.get_absolute_url()).text
    assert "une fois terminée la mission qu’elle prolonge" in page
    Mission.objects.filter(pk=first.pk).update(status=MissionStatus.DELIVERED)
    head = first.need.organisation.members.get()
    assert offered(client, following, noe) == (False, [str(first.need.organisation)])
    assert offered(client, following, head) == (True, [])
    missions.agree(following, read=following.sheet.number, side="NEED", by=head)
    assert offered(client, following, noe)[0]
