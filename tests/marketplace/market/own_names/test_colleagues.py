"""What a plain colleague can't take, read, show again or end of what somebody else does at work."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import organisations
from marketplace import letters
from marketplace.actions.market import consents, own_name, people, proposals
from marketplace.actions.talk import blocks
from marketplace.models import (
    Agreement,
    Block,
    Consent,
    ConsentKind,
    ConsentRequest,
    Employee,
    Mission,
    Offer,
    Origin,
    Proposal,
    Side,
    Time,
)
from marketplace.rules import own_yes
from marketplace.states import MissionStatus, OfferStatus, ProposalStatus
from notifications import rules
from notifications.models import Notification
from tests.factories import (
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_proposal,
    make_user,
)
from tests.marketplace.market.own_names.yeses import letters_to


@pytest.fixture
def mallory(company):
    """A plain employee, beside Ana."""
    return company.memberships.get(user__first_name="Zoé").user


@pytest.fixture
def team(company, ana):
    """A team's offer, written by Ana."""
    return make_offer(ana, organisation=company, somebody=None)


def edit(client, offer, who, typed, **changed):
    client.force_login(who)
    return client.post(reverse("offer-edit", args=[offer.pk]), typed | changed)


def test_a_team_s_mission_isn_t_taken_away_onto_one_s_own_time(client, team, typed, mallory):
    need = make_need(make_organisation(member=make_user()))
    proposals.accept(make_proposal(need, team), side=Side.NEED, by=need.organisation.members.get())
    edit(client, team, mallory, typed, person=mallory.pk, time="OWN")
    team.refresh_from_db()
    assert (team.person_id, team.time) == (None, Time.WORK)
    edit(client, team, mallory, typed, person=mallory.pk)
    team.refresh_from_db()
    assert team.person == mallory, "on working time one of the team says that they come"


def test_who_joins_the_team_agrees_to_what_it_agreed_to_and_to_no_question_that_still_waits(
    client, team, typed, mallory
):
    agreed = make_proposal(make_need(), team)
    waits = make_proposal(make_need(), team, origin=Origin.INVITATION)
    edit(client, team, mallory, typed, person=mallory.pk)
    said = Consent.objects.standing(mallory, ConsentKind.MISSION)
    assert list(said.values_list("about", flat=True)) == [agreed.pk]
    waits.refresh_from_db()
    assert waits.offer_said_yes_at is None


@pytest.mark.parametrize("status", [OfferStatus.PUBLISHED, OfferStatus.USED_UP])
def test_who_joins_the_team_has_agreed_to_its_offer_which_no_change_of_theirs_undoes(
    client, team, typed, mallory, status
):
    """Fully booked, it opened again unshown: “Zoé had said yes, and the offer has changed since”."""
    make_proposal(make_need(), team)
    Offer.objects.filter(pk=team.pk).update(status=status)
    edit(client, team, mallory, typed, person=mallory.pk)
    given = Consent.objects.get(person=mallory, kind=ConsentKind.OFFER)
    assert (given.about, given.stands) == (team.pk, True)
    assert own_yes.stands(Offer.objects.get())


@pytest.mark.parametrize("why", ["kept away", "of the structure"])
def test_whoever_the_structure_keeps_away_or_has_doesn_t_join(client, team, typed, mallory, why):
    boss = make_user()
    structure = make_organisation(member=boss)
    proposals.accept(make_proposal(make_need(structure), team), side=Side.NEED, by=boss)
    if why == "kept away":
        blocks.block(by=boss, person=mallory, acting_for=structure)
    else:
        structure.memberships.create(user=mallory)
    edit(client, team, mallory, typed, person=mallory.pk)
    team.refresh_from_db()
    assert team.person_id is None


@pytest.mark.parametrize("status", [one for one in MissionStatus if one != MissionStatus.FRAMING])
def test_nobody_puts_their_name_on_what_the_team_has_done_or_its_employer_agreed_to(
    client, team, typed, mallory, status
):
    need = make_need(make_organisation(member=make_user()))
    by = need.organisation.members.get()
    mission = proposals.accept(make_proposal(need, team), side=Side.NEED, by=by)
    Mission.objects.filter(pk=mission.pk).update(status=status, interrupted_at=timezone.now())
    page = edit(client, team, mallory, typed, person=mallory.pk)
    assert "elle reste celle de l’équipe" in page.text
    team.refresh_from_db()
    assert team.person_id is None
    assert not Consent.objects.filter(person=mallory).exists()
    assert need.title not in client.get(reverse("experience")).text


@pytest.mark.parametrize("person", ["herself", "nobody"])
@pytest.mark.parametrize("how_it_ended", [ProposalStatus.DECLINED, ProposalStatus.UNANSWERED])
def test_a_conversation_that_is_over_isn_t_read_by_taking_the_offer(
    client, company, typed, ana, mallory, person, how_it_ended
):
    offer = make_offer(ana, organisation=company, status=OfferStatus.PAUSED)
    proposal = make_proposal(make_need(), offer, status=how_it_ended)
    edit(client, offer, mallory, typed, person=mallory.pk if person == "herself" else "")
    offer.refresh_from_db()
    assert offer.person == ana
    assert client.get(proposal.get_absolute_url()).status_code == 404
    assert client.get(proposal.thread.get_absolute_url()).status_code == 404


def test_paused_by_whoever_would_come_it_is_shown_again_by_nobody_else(
    client, company, ana, mallory
):
    offer = make_offer(ana, organisation=company)
    client.force_login(ana)
    client.post(reverse("offer-pause", args=[offer.pk]))
    assert not own_yes.stands(Offer.objects.get(pk=offer.pk))
    client.force_login(mallory)
    client.post(reverse("offer-publish", args=[offer.pk]))
    assert Offer.objects.get(pk=offer.pk).status == OfferStatus.PAUSED
    client.force_login(ana)
    client.post(reverse("offer-publish", args=[offer.pk]))
    assert Offer.objects.get(pk=offer.pk).status == OfferStatus.PUBLISHED


def test_what_somebody_says_of_their_manager_is_no_colleague_s_to_read_or_change(
    client, company, ana, mallory, team
):
    need = make_need(make_organisation(member=make_user()))
    proposals.accept(make_proposal(need, team), side=Side.NEED, by=need.organisation.members.get())
    record = Employee.objects.create(
        organisation=company, person=ana, manager_name="Marc", manager_email="marc@example.org"
    )
    page = reverse("mission-agreement", args=[Mission.objects.get().pk])
    client.force_login(mallory)
    assert "marc@example.org" not in client.get(page).text
    said = {"manager_name": "Moi", "manager_email": mallory.email, "contract": "CDI"}
    assert client.post(page, said).status_code == 403
    record.refresh_from_db()
    assert record.manager_email == "marc@example.org"


def test_why_a_manager_says_no_is_no_colleague_s_to_read(client, ana, bob, mallory, team):
    need = make_need(make_organisation(member=make_user()))
    by = need.organisation.members.get()
    mission = proposals.accept(make_proposal(need, team), side=Side.NEED, by=by)
    Agreement.objects.create(
        mission=mission, asked="MANAGER", name="Marc", sheet_version=1, asked_by=ana,
        answer="NO", answered_at=timezone.now(), reason="Trop d’absences cette année.",
    )  # fmt: skip
    for person, reads in ((mallory, False), (by, False), (ana, True), (bob, True)):
        client.force_login(person)
        page = client.get(reverse("mission-agreement", args=[mission.pk])).text
        assert ("Trop d’absences" in page) == reads


def test_nobody_writes_an_offer_in_the_name_of_a_suspended_company(client, company, typed, mallory):
    by = make_coordinator(company.pole)
    organisations.suspend(company, reason="À voir.", by=by)
    client.force_login(mallory)
    answer = client.post(reverse("offer-new"), typed | {"person": mallory.pk})
    assert answer.status_code == 403
    assert not Offer.objects.exists()


@pytest.mark.parametrize("state", ["active", "suspended"])
def test_a_plain_employee_keeps_a_structure_away_from_themselves_alone(
    client, company, ana, mallory, state
):
    need = make_need(make_organisation(member=make_user()))
    proposal = make_proposal(need, make_offer(ana, organisation=company))
    if state == "suspended":
        organisations.suspend(company, reason="À voir.", by=make_coordinator(company.pole))
    client.force_login(mallory)
    client.post(reverse("organisation-block", args=[need.organisation_id]), {"reason": ""})
    made = Block.objects.values_list("for_organisation", flat=True)
    assert list(made) == ([None] if state == "active" else [])
    assert Proposal.objects.get(pk=proposal.pk).status == ProposalStatus.OPEN


def test_a_block_of_the_company_is_lifted_by_those_who_oversee_it(client, company, bob, mallory):
    structure = make_organisation(member=make_user())
    made = blocks.block(by=bob, organisation=structure, acting_for=company)
    for person, status in ((mallory, 403), (bob, 302)):
        client.force_login(person)
        assert client.post(reverse("block-lift", args=[made.pk])).status_code == status
    assert not Block.objects.live().exists()


def test_why_the_company_keeps_somebody_away_is_for_the_coordinators(client, company, bob, mallory):
    structure = make_organisation(name="Les Ateliers", member=make_user())
    why = "Un salarié s’est plaint d’une personne."
    blocks.block(by=bob, organisation=structure, acting_for=company, reason=why)
    for person, reads in ((mallory, False), (bob, True)):
        client.force_login(person)
        page = client.get(reverse("my-blocks")).text
        assert ("Les Ateliers" in page, why in page) == (True, reads)


def test_a_mission_of_one_s_own_may_be_asked_about(client):
    mission = make_mission(work=True)
    client.force_login(mission.offer.person)
    assert client.get(reverse("mission-agreement", args=[mission.pk])).status_code == 200


# --- what becomes one's own time -----------------------------------------------------------
AT_HOME = "Soutien scolaire, le soir"


def takes_home(client, offer, typed, ana):
    """Ana says that it is her own time."""
    client.force_login(ana)
    said = typed | {"person": ana.pk, "time": "OWN", "title": AT_HOME}
    client.post(reverse("offer-edit", args=[offer.pk]), said)
    offer.refresh_from_db()
    assert (offer.time, offer.title) == ("OWN", AT_HOME)
    client.logout()


def heard_of_it(client, bob) -> bool:
    """By a letter, or on his screen."""
    client.force_login(bob)
    letters_of_it = Notification.objects.filter(recipient=bob, matter__startswith="offer:")
    return letters_of_it.exists() or AT_HOME in client.get(reverse("letters")).text


def test_what_the_employer_had_asked_ends_with_what_becomes_one_s_own_time(
    client, offer, typed, ana, bob
):
    """Her yes would show her own offer, and tell her employer so."""
    asked = ConsentRequest.objects.get()
    takes_home(client, offer, typed, ana)
    assert client.post(consents.link(asked), {"answer": "YES"}).status_code == 410
    assert not heard_of_it(client, bob)


def test_nor_is_a_yes_of_before_taken_back_before_the_employer(client, shown, typed, ana, bob):
    given = Consent.objects.standing().get()
    takes_home(client, shown, typed, ana)
    assert not Consent.objects.standing().exists()
    own_name.take_back(given, by=ana)
    shown.refresh_from_db()
    assert shown.status == OfferStatus.PUBLISHED
    assert not heard_of_it(client, bob)


def test_whoever_began_a_draft_isn_t_reminded_of_a_colleague_s_own_time(
    client, company, typed, ana, bob
):
    draft = make_offer(ana, organisation=company, created_by=bob, status=OfferStatus.DRAFT)
    takes_home(client, draft, typed, ana)
    letters.draft_waiting(draft, occasion="2026-11-02")
    assert not heard_of_it(client, bob)


def test_whoever_wrote_an_offer_and_left_isn_t_told_that_a_yes_is_taken_back(
    client, company, shown, ana, bob
):
    zoé = company.memberships.get(user__first_name="Zoé")
    zoé.role = "ADMINISTRATOR"
    zoé.save()
    people.remove(bob.memberships.get(), by=zoé.user, now=timezone.now())
    own_name.take_back(Consent.objects.standing().get(), by=ana)
    assert not heard_of_it(client, bob)


def test_the_coordinators_of_the_need_are_told_though_the_offer_is_of_another_pole(
    need, shown, ana
):
    """The letter was about the offer, of which they see nothing: it never left. Who is on a side isn't told as one."""
    mission = proposals.accept(make_proposal(need, shown), side=Side.NEED, by=need.created_by)
    sided, other = make_coordinator(need.pole), make_coordinator(need.pole)
    need.organisation.memberships.create(user=sided)
    type(need).objects.filter(pk=need.pk).update(coordinator=sided)
    type(shown).objects.filter(pk=shown.pk).update(pole=make_pole("Voisin", ["62"]))
    own_name.take_back(Consent.objects.get(kind=ConsentKind.MISSION), by=ana)
    letter = letters_to(other, "consent_taken_back").get()
    assert not rules.why_moot(letter)
    assert letter.url == mission.get_absolute_url()
    assert not letters_to(sided, "consent_taken_back").exists()


def test_the_offer_s_facts_say_whose_yes_it_is(client, shown, ana, bob):
    """“Their yes”, right under the employer, who had agreed to nothing."""
    for reader, said in ((ana, "Votre accord"), (bob, "Accord de la personne")):
        client.force_login(reader)
        facts = client.get(shown.get_absolute_url()).text.partition("Bon à savoir")[2]
        assert f"<dt>{said}</dt>" in facts
        assert "Son accord" not in facts
