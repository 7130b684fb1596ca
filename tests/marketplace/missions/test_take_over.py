"""The person has left the company: somebody else is looked for, or a colleague says yes themselves."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from accounts.states import OrganisationStatus
from marketplace.actions.market import consents, people, proposals
from marketplace.actions.missions import missions, succession
from marketplace.actions.refusals import NotYet
from marketplace.actions.talk import blocks
from marketplace.models import (
    Block,
    Consent,
    ConsentKind,
    Departure,
    Employee,
    HoursEntry,
    Mission,
    Need,
    Offer,
    Proposal,
    Regime,
    Thread,
    Transfer,
)
from marketplace.rules import programme_hours
from marketplace.states import MissionStatus, NeedStatus, OfferStatus, ProposalStatus
from notifications.models import Notification
from tests.factories import in_days, make_coordinator, make_mission, make_organisation, make_user
from tests.marketplace.missions.leavers import asked, says, status, transfer_proposal

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return make_user(first_name="Paul", last_name="Delattre")


@pytest.fixture
def company(boss):
    return make_organisation(
        Organisation.Kind.COMPANY, administrator=boss, name="Fonderie des Hauts", legal_form="SAS"
    )


@pytest.fixture
def head():
    return make_user(first_name="Aline", last_name="Moreau")


@pytest.fixture
def colleague(company):
    user = make_user(first_name="Odile", last_name="Renard", trade="développeuse")
    Membership.objects.create(user=user, organisation=company)
    return user


@pytest.fixture
def mission(company, head, boss):
    """Twelve hours of forty were given; then the person was removed, ten days ago."""
    running = make_mission(
        work=True, company=company, member=head, status=MissionStatus.RUNNING,
        regime=Regime.LOAN, starts_on=in_days(-30), agreed_version=1, agreed_hours=40,
    )  # fmt: skip
    for ago in (12, 13):
        HoursEntry.objects.create(
            mission=running, person=running.offer.person, day=in_days(-ago), hours=6
        )
    people.remove(
        Membership.objects.get(user=running.offer.person, organisation=company),
        by=boss,
        now=timezone.localtime() - timedelta(days=10),
    )
    return Mission.objects.get(pk=running.pk)


@pytest.fixture
def coordinator(mission):
    return make_coordinator(mission.need.pole, first_name="Solène", last_name="Caron")


def told(kind, person) -> int:
    return Notification.objects.filter(kind=kind, recipient=person).count()


# --- somebody else -------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["head", "boss", "coordinator"])
def test_somebody_else_is_looked_for(client, mission, who, request):
    client.force_login(request.getfixturevalue(who))
    url = reverse("mission-replace", args=[mission.pk])
    client.post(url)
    client.post(url)
    mission.refresh_from_db()
    assert mission.status == MissionStatus.INTERRUPTED
    assert mission.departures.get().outcome == Departure.Outcome.REPLACED
    assert mission.need.missions.taking_a_place().count() == 0
    assert Need.objects.get(pk=mission.need_id).status == NeedStatus.PUBLISHED


def test_a_need_that_is_over_is_opened_to_nobody(client, mission, head):
    Need.objects.filter(pk=mission.need_id).update(starts_on=in_days(-40), ends_on=in_days(-1))
    client.force_login(head)
    page = client.post(reverse("mission-replace", args=[mission.pk]), follow=True).content.decode()
    assert "Le besoin est terminé" in page
    assert status(mission) == MissionStatus.LEFT


def test_the_page_offers_the_three_ways(client, mission, head, boss, colleague):
    url = reverse("mission-left", args=[mission.pk])
    client.force_login(boss)
    page = client.get(url).content.decode()
    assert reverse("mission-replace", args=[mission.pk]) in page
    assert reverse("transfer-ask", args=[mission.pk]) in page
    assert reverse("mission-interrupt", args=[mission.pk]) in page
    assert url in client.get(reverse("mission", args=[mission.pk])).content.decode()
    client.force_login(head)
    page = client.get(url).content.decode()
    assert reverse("transfer-ask", args=[mission.pk]) not in page, "the company's time, not theirs"


@pytest.mark.parametrize("name", ["mission-replace", "mission-person-back", "transfer-ask"])
def test_only_those_of_the_mission_settle_it(client, mission, colleague, name):
    url = reverse(name, args=[mission.pk])
    for user, code in ((make_user(), 404), (mission.offer.person, 404), (colleague, 404)):
        client.force_login(user)
        assert client.post(url, {"colleague": colleague.pk}).status_code == code
    client.logout()
    assert client.post(url).status_code == 302
    assert status(mission) == MissionStatus.LEFT
    assert not Transfer.objects.exists()


def test_the_structure_asks_no_employee(client, mission, head, colleague):
    client.force_login(head)
    url = reverse("transfer-ask", args=[mission.pk])
    assert client.post(url, {"colleague": colleague.pk}).status_code == 403


# --- a colleague ---------------------------------------------------------------------------
def test_a_colleague_is_asked_and_nobody_answers_for_them(client, mission, boss, colleague, head):
    client.force_login(boss)
    url = reverse("transfer-ask", args=[mission.pk])
    client.post(url, {"colleague": colleague.pk, "word": "Tu veux ?"})
    again = client.post(url, {"colleague": colleague.pk}, follow=True).content.decode()
    assert "déjà" in again
    transfer = Transfer.objects.get()
    assert told("transfer_asked", colleague) == 1
    assert status(mission) == MissionStatus.LEFT
    assert not Proposal.objects.filter(transfer__isnull=False).exists()
    for user in (boss, head, mission.offer.person, make_user()):
        assert says(client, transfer, "YES", user).status_code == 404
    client.force_login(colleague)
    assert reverse("transfer", args=[transfer.pk]) in client.get(reverse("home")).content.decode()
    page = client.get(reverse("transfer", args=[transfer.pk])).content.decode()
    assert mission.need.title in page
    assert "checked" not in page.split("</main>")[0], "no answer is chosen beforehand"


def test_a_no_leaves_it_to_be_settled(client, mission, boss, colleague):
    transfer = asked(mission, colleague, boss)
    says(client, transfer, "NO", colleague)
    assert status(mission) == MissionStatus.LEFT
    assert told("transfer_answered", boss) == 1
    says(client, transfer, "YES", colleague)
    transfer.refresh_from_db()
    assert (transfer.answer, transfer.proposal) == ("NO", None)


def test_whoever_said_no_reads_no_more_of_the_mission(client, mission, boss, colleague):
    transfer = asked(mission, colleague, boss)
    client.force_login(colleague)
    assert "28 heures restantes" in client.get(transfer.get_absolute_url()).text
    says(client, transfer, "NO", colleague)
    page = client.get(transfer.get_absolute_url()).text
    assert "Vous avez dit non" in page
    assert "heures restantes" not in page


def test_the_structure_says_yes_too_and_the_colleagues_mission_starts_from_the_beginning(
    client, mission, boss, colleague, head, coordinator
):
    transfer = asked(mission, colleague, boss)
    says(client, transfer, "YES", colleague)
    proposal = Proposal.objects.get(transfer=transfer)
    assert status(mission) == MissionStatus.LEFT, "the structure hasn't said yes"
    assert told("transfer_proposed", head) == 1
    assert Consent.objects.standing(colleague, ConsentKind.MISSION, proposal).exists()
    assert Offer.objects.get(pk=proposal.offer_id).status == OfferStatus.PAUSED
    client.force_login(head)
    client.post(reverse("proposal-accept", args=[proposal.pk]))
    following = Mission.objects.get(proposal=proposal)
    assert following.status == MissionStatus.FRAMING
    assert following.sheet.hours == 28, "twelve of forty were given"
    assert following.sheet.offer_referent == boss, "somebody else than whoever comes"
    assert not following.sheet.is_agreed
    assert following.regime == Regime.LOAN
    assert (following.agreed_version, following.agreed_hours) == (None, None)
    assert not following.documents.exists()
    mission.refresh_from_db()
    assert mission.status == MissionStatus.INTERRUPTED
    assert mission.departures.get().outcome == Departure.Outcome.TRANSFERRED
    assert mission.need.missions.taking_a_place().get() == following
    assert told("taken_over", boss) == 1
    letters = Notification.objects.filter(key=f"proposal:{proposal.pk}:agreed")
    assert {letter.recipient for letter in letters} == {colleague, head, coordinator}


def test_the_colleagues_mission_needs_an_agreement_and_papers_before_it_runs(
    client, mission, boss, colleague, head
):
    transfer = asked(mission, colleague, boss)
    says(client, transfer, "YES", colleague)
    client.force_login(head)
    client.post(reverse("proposal-accept", args=[transfer_proposal(transfer).pk]))
    following = Mission.objects.get(proposal=transfer_proposal(transfer))
    with pytest.raises(NotYet):
        missions.start(following, by=head, now=timezone.now())
    for side, by in (("NEED", head), ("OFFER", colleague)):
        missions.agree(following, read=following.sheet.number, side=side, by=by)
        following.refresh_from_db()
    assert following.status == MissionStatus.AGREEMENT


def test_the_colleague_doesnt_read_what_was_said_before_them(
    client, mission, boss, colleague, head
):
    transfer = asked(mission, colleague, boss)
    says(client, transfer, "YES", colleague)
    client.force_login(head)
    client.post(reverse("proposal-accept", args=[transfer_proposal(transfer).pk]))
    assert not Thread.objects.visible_to(colleague).filter(proposal=mission.proposal).exists()
    assert Thread.objects.visible_to(colleague).filter(proposal__transfer=transfer).exists()


def test_hours_given_before_still_wait_for_the_structure(client, mission, boss, colleague, head):
    transfer = asked(mission, colleague, boss)
    says(client, transfer, "YES", colleague)
    client.force_login(head)
    client.post(reverse("proposal-accept", args=[transfer_proposal(transfer).pk]))
    newest = mission.hours.order_by("-pk").first().pk
    client.post(reverse("hours-confirm", args=[mission.pk]), {"newest": newest})
    assert mission.hours.confirmed().total() == Decimal(12)


def test_the_structure_says_no_and_it_waits_again(client, mission, boss, colleague, head):
    transfer = asked(mission, colleague, boss)
    says(client, transfer, "YES", colleague)
    client.force_login(head)
    client.post(
        reverse("proposal-decline", args=[transfer_proposal(transfer).pk]),
        {"cause": "other", "words": "Nous préférons attendre."},
    )
    assert transfer_proposal(transfer).status == ProposalStatus.DECLINED
    assert status(mission) == MissionStatus.LEFT
    assert asked(mission, colleague, boss).is_waiting, "somebody may be asked again"


def test_it_goes_on_in_another_way_and_the_colleague_neednt_answer(
    client, mission, boss, colleague, head
):
    waiting = asked(mission, colleague, boss)
    missions.interrupt(mission, reason=".", by=head, now=timezone.now())
    waiting.refresh_from_db()
    assert waiting.ended_at is not None
    says(client, waiting, "YES", colleague)
    assert not Proposal.objects.filter(transfer=waiting).exists()


def test_it_goes_on_in_another_way_and_the_structure_neednt_answer(
    client, mission, boss, colleague, head
):
    transfer = asked(mission, colleague, boss)
    says(client, transfer, "YES", colleague)
    succession.replace(mission, by=boss, now=timezone.now())
    assert transfer_proposal(transfer).status == ProposalStatus.CLOSED
    client.force_login(head)
    client.post(reverse("proposal-accept", args=[transfer_proposal(transfer).pk]))
    assert not Mission.objects.filter(proposal__transfer=transfer).exists()


def test_a_colleague_who_leaves_too_is_asked_no_more(client, mission, boss, colleague, company):
    transfer = asked(mission, colleague, boss)
    membership = Membership.objects.get(user=colleague, organisation=company)
    people.remove(membership, by=boss, now=timezone.now())
    assert says(client, transfer, "YES", colleague).status_code == 404


def test_nobody_kept_away_nor_of_the_structure_is_asked(mission, boss, colleague, head, company):
    Block.objects.create(
        by=head, for_organisation=mission.need.organisation, person=colleague, reason="."
    )
    both = make_user(first_name="Deux")
    for organisation in (company, mission.need.organisation):
        Membership.objects.create(user=both, organisation=organisation)
    for user in (colleague, both, make_user()):
        with pytest.raises(NotYet):
            asked(mission, user, boss)


@pytest.mark.parametrize("since", ["kept away", "joined the structure", "keeps away"])
def test_what_has_changed_since_a_colleague_was_asked_counts_as_they_answer(
    client, mission, boss, colleague, head, since
):
    transfer, structure = asked(mission, colleague, boss), mission.need.organisation
    if since == "joined the structure":
        Membership.objects.create(user=colleague, organisation=structure)
    elif since == "kept away":
        blocks.block(by=head, person=colleague, acting_for=structure)
    else:
        blocks.block(by=colleague, organisation=structure)
    says(client, transfer, "YES", colleague)
    assert not Proposal.objects.filter(transfer=transfer).exists()
    transfer.refresh_from_db()
    assert transfer.is_waiting
    says(client, transfer, "NO", colleague)
    transfer.refresh_from_db()
    assert transfer.answer == "NO"


def test_a_colleague_who_joins_the_structure_meanwhile_says_no_yes_to_themselves(
    client, mission, boss, colleague, head
):
    transfer = asked(mission, colleague, boss)
    says(client, transfer, "YES", colleague)
    Membership.objects.create(user=colleague, organisation=mission.need.organisation)
    door = reverse("proposal-accept", args=[transfer_proposal(transfer).pk])
    assert "De votre côté, c’est déjà oui" in client.post(door, follow=True).text
    assert status(mission) == MissionStatus.LEFT
    client.force_login(head)
    client.post(door)
    assert status(mission) == MissionStatus.INTERRUPTED


def test_with_no_hour_left_there_is_nothing_to_take_over(mission, boss, colleague):
    HoursEntry.objects.create(
        mission=mission, person=mission.offer.person, day=in_days(-20), hours=13
    )
    mission.sheet.hours = 25
    mission.sheet.save()
    with pytest.raises(NotYet):
        asked(mission, colleague, boss)


def test_the_quota_counts_what_was_given_and_no_more_what_was_planned(mission, company):
    employee = Employee.objects.create(organisation=company, person=mission.offer.person)
    year = in_days(-12).year
    given = mission.hours.filter(day__year=year).total()
    assert programme_hours.taken_by_programme(employee, year)[mission.programme_id] == given


def test_the_late_yes_of_the_structure_leads_to_the_same(client, mission, boss, colleague, head):
    """Closed without an answer; the colleague has published the offer since, and the need has room."""
    Need.objects.filter(pk=mission.need_id).update(places=3, status=NeedStatus.PUBLISHED)
    transfer = asked(mission, colleague, boss)
    says(client, transfer, "YES", colleague)
    let_go = transfer_proposal(transfer)
    let_go.move(ProposalStatus.UNANSWERED, by=None)
    Offer.objects.filter(pk=let_go.offer_id).update(status=OfferStatus.PUBLISHED)
    consents.give(colleague, ConsentKind.OFFER, let_go.offer)
    again = proposals.say_yes_late(let_go, side="NEED", word="", by=head)
    following = proposals.accept(again, side="OFFER", by=colleague)
    assert following.sheet.hours == 28
    assert status(mission) == MissionStatus.INTERRUPTED
    client.force_login(head)
    for one, words, other in (
        (mission, "Reprise par", following),
        (following, "Prend la suite de la mission", mission),
    ):
        page = client.get(one.get_absolute_url()).text
        assert words in page
        assert f'href="{other.get_absolute_url()}"' in page


@pytest.mark.parametrize("which", ["need", "offer"])
def test_nothing_is_taken_over_for_or_from_one_that_is_suspended(
    client, mission, boss, colleague, head, which
):
    """Wherever it stands by then: asked, answered, or before the structure."""
    house = getattr(mission, which).organisation
    waiting = asked(mission, colleague, boss)
    Organisation.objects.filter(pk=house.pk).update(status=OrganisationStatus.SUSPENDED)
    for word in ("YES", "NO"):
        says(client, waiting, word, colleague)
    assert not Transfer.objects.exclude(answer="").exists()
    Organisation.objects.filter(pk=house.pk).update(status=OrganisationStatus.ACCEPTED)
    says(client, waiting, "YES", colleague)
    Organisation.objects.filter(pk=house.pk).update(status=OrganisationStatus.SUSPENDED)
    with pytest.raises(NotYet):
        proposals.accept(transfer_proposal(waiting), side="NEED", by=head)
    assert status(mission) == MissionStatus.LEFT
