"""Whoever comes may join the structure on the way: nobody answers to themselves in its name."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from marketplace import letters
from marketplace.actions.documents import receipts
from marketplace.actions.market import people
from marketplace.actions.missions import followups
from marketplace.models import (
    FollowUp,
    HoursEntry,
    Kind,
    Mission,
    Offer,
    Party,
    Proposal,
    Regime,
    Side,
    Signature,
    SigningAddress,
)
from marketplace.models.market.proposals import Origin
from marketplace.rules import parties, permissions
from marketplace.rules.permissions import signing_links
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import (
    in_days,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
)
from tests.marketplace.documents import document_desk
from tests.marketplace.documents.test_documents import make
from tests.marketplace.missions.leavers import membership_of

pytestmark = pytest.mark.django_db


def joins(mission):
    """Whoever comes is of the structure too, from now on."""
    person, structure = mission.offer.person, mission.need.organisation
    Membership.objects.create(user=person, organisation=structure, role="MEMBER")
    return person


def confirm(client, mission, user, entry):
    client.force_login(user)
    door = reverse("hours-confirm", args=[mission.pk])
    answer = client.post(door, {"newest": entry.pk})
    entry.refresh_from_db()
    return answer.status_code


@pytest.mark.parametrize("work", [False, True])
def test_nobody_confirms_their_own_hours(client, work):
    mission = make_mission(work=work, status=MissionStatus.RUNNING, starts_on=in_days(-8))
    head, person = mission.need.organisation.members.get(), joins(mission)
    entry = HoursEntry.objects.create(
        mission=mission, person=person, day=in_days(-2), hours=3, what="tri"
    )
    assert confirm(client, mission, person, entry) == 403
    assert not entry.is_confirmed
    if work:  # hired by the structure, and gone from their company
        people.leave(membership_of(mission), now=timezone.now())
        assert confirm(client, mission, person, entry) == 403
        assert not entry.is_confirmed
    assert confirm(client, mission, head, entry) == 302
    assert entry.is_confirmed


def test_nobody_of_a_team_confirms_their_own_hours(client):
    mission = make_mission(work=True, status=MissionStatus.RUNNING, starts_on=in_days(-8))
    person = joins(mission)
    Offer.objects.filter(pk=mission.offer_id).update(person=None)
    entry = HoursEntry.objects.create(
        mission=mission, person=person, day=in_days(-2), hours=3, what="tri"
    )
    confirm(client, mission, person, entry)
    assert not entry.is_confirmed


def test_who_wrote_a_team_s_offer_doesn_t_answer_to_themselves_for_the_structure(client):
    mission = make_mission(work=True)
    writer = joins(mission)
    Offer.objects.filter(pk=mission.offer_id).update(person=None)
    client.force_login(writer)
    client.post(reverse("mission-sheet-agree", args=[mission.pk]), {"read": 1})
    mission.sheet.refresh_from_db()
    assert (mission.sheet.need_agreed, mission.sheet.offer_agreed) == (None, 1)
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.DELIVERED)
    client.post(reverse("mission-review", args=[mission.pk]), {"rating": "5", "again": "yes"})
    assert [review.side for review in mission.reviews.all()] == [Side.OFFER]
    page = client.get(mission.get_absolute_url())
    assert page.status_code == 200
    assert page.context["is_offer_side"]


def test_who_has_given_hours_is_not_asked_to_confirm_them():
    mission = make_mission(status=MissionStatus.RUNNING, starts_on=in_days(-8))
    head, person = mission.need.organisation.members.get(), joins(mission)
    entry = HoursEntry.objects.create(mission=mission, person=person, day=in_days(-1), hours=3)
    letters.hours_to_confirm(mission, [entry], silence=timedelta(days=7))
    told = Notification.objects.filter(kind="hours_to_confirm")
    assert [letter.recipient for letter in told] == [head]
    assert person not in [letter.recipient for letter in told]


@pytest.fixture
def delivered():
    mission = make_mission(status=MissionStatus.DELIVERED)
    Mission.objects.filter(pk=mission.pk).update(
        delivered_at=timezone.localtime() - timedelta(days=2)
    )
    return mission


def asked(mission, side):
    return FollowUp.objects.create(
        mission=mission, kind="REVIEW", side=side, asked=mission.offer.person,
        asked_on=timezone.localdate(),
    )  # fmt: skip


def test_nobody_reviews_their_own_work_in_the_structures_name(client, delivered):
    person, said = joins(delivered), {"rating": "5", "again": "yes"}
    client.force_login(person)
    client.post(reverse("mission-review", args=[delivered.pk]), said)
    assert [review.side for review in delivered.reviews.all()] == [Side.OFFER]
    theirs = asked(delivered, Side.NEED)
    assert client.post(f"{followups.link(theirs)}bilan/", said).status_code == 410
    assert delivered.reviews.count() == 1
    delivered.refresh_from_db()
    assert delivered.status == MissionStatus.DELIVERED


def test_nobody_says_how_it_went_for_both_sides(client, delivered):
    head, structure = delivered.need.organisation.members.get(), delivered.need.organisation
    client.force_login(head)
    door, said = reverse("mission-review", args=[delivered.pk]), {"rating": "5", "again": "yes"}
    client.post(door, said)
    company = make_organisation(Organisation.Kind.COMPANY, administrator=head)
    Offer.objects.filter(pk=delivered.offer_id).update(organisation=company, time="WORK")
    company.memberships.create(user=delivered.offer.person)
    structure.memberships.filter(user=head).delete()
    assert permissions.voice_of(head, Mission.objects.get(pk=delivered.pk)) == "COMPANY"
    client.post(door, said | {"rating": "1"})
    assert [one.side for one in delivered.reviews.all()] == [Side.NEED]


def test_the_question_put_to_who_comes_is_still_theirs(client, delivered):
    mine, said = asked(delivered, Side.OFFER), {"rating": "5", "again": "yes"}
    joins(delivered)
    client.post(f"{followups.link(mine)}bilan/", said)
    assert [review.side for review in delivered.reviews.all()] == [Side.OFFER]


def test_nobody_says_both_yeses_to_a_sheet(client):
    mission = make_mission(work=True, regime=Regime.LOAN, status=MissionStatus.FRAMING)
    mission.sheet.aim, mission.sheet.work = "Tenir les comptes.", "Saisir les factures."
    mission.sheet.save()
    client.force_login(joins(mission))
    for _twice in range(2):
        client.post(
            reverse("mission-sheet-agree", args=[mission.pk]), {"read": mission.sheet.number}
        )
    mission.sheet.refresh_from_db()
    assert mission.sheet.is_agreed_by(Side.OFFER)
    assert not mission.sheet.is_agreed_by(Side.NEED)


def test_who_wrote_a_team_s_offer_signs_for_the_company_alone():
    mission = document_desk.make_mission()
    head, writer = document_desk.head_of(mission.need.organisation), joins(mission)
    Offer.objects.filter(pk=mission.offer_id).update(person=None, created_by=writer)
    for organisation in (mission.need.organisation, mission.offer.organisation):
        document_desk.duty(writer, organisation, "SIGNATORY")
    document = make(Mission.objects.get(pk=mission.pk), Kind.CONVENTION_SERVICE)
    assert permissions.parties_to_sign(writer, document) == [Party.EMPLOYER]
    assert signing_links.parties_of(writer, document) == [Party.EMPLOYER]
    assert [user for user, _capacity in parties.signers_of(document, Party.STRUCTURE)] == [head]
    assert permissions.parties_to_sign(head, document) == [Party.STRUCTURE]


def test_nobody_signs_for_the_structure_that_they_come_to(client):
    mission = document_desk.make_mission(Regime.LOAN)
    document = make(mission, Kind.AMENDMENT)
    head = document_desk.head_of(mission.need.organisation)
    said = {"read": document.sha256, "capacity": "présidente", "agreed": "on"}
    door = reverse("document-sign", args=[document.pk])
    person = joins(mission)
    document_desk.duty(person, mission.need.organisation, "SIGNATORY")
    client.force_login(person)
    client.post(door, said | {"party": "STRUCTURE"})
    assert not Signature.objects.exists()
    client.post(door, said | {"party": "PERSON"})
    client.force_login(head)
    client.post(door, said | {"party": "STRUCTURE"})
    assert {signature.party for signature in Signature.objects.all()} == {"PERSON", "STRUCTURE"}


def test_nor_by_a_mailbox_that_they_give(client):
    mission = document_desk.make_mission(Regime.LOAN)
    document = make(mission, Kind.AMENDMENT)
    head, person = document_desk.head_of(mission.need.organisation), joins(mission)
    document_desk.duty(person, mission.need.organisation, "SIGNATORY")
    said = {
        "party": "STRUCTURE", "name": "Ana Prete", "capacity": "trésorière", "email": "a@other.org",
    }  # fmt: skip
    door = reverse("document-address", args=[document.pk])
    for user, status in ((person, 403), (head, 302)):
        client.force_login(user)
        assert client.post(door, said).status_code == status
    assert SigningAddress.objects.get().given_by == head


def test_nobody_gives_the_receipt_of_their_own_mission(client):
    """One by one, nor with those of the year."""
    mission = document_desk.make_receivable()
    head, person = document_desk.head_of(mission.need.organisation), joins(mission)
    document_desk.duty(person, mission.need.organisation, "TREASURER")
    client.force_login(person)
    door, said = reverse("mission-receipt", args=[mission.pk]), {"capacity": "trésorier"}
    assert "Vous êtes de l’autre côté de cette mission" in client.post(door, said).text
    run = receipts.start_run(mission.need.organisation, timezone.localdate().year, by=person)
    receipts.carry_on(run, now=timezone.now())
    assert not mission.documents.receipts().exists()
    client.force_login(head)
    client.post(door, said)
    assert mission.documents.receipts().exists()


def test_a_member_who_does_not_come_answers_for_the_structure(client):
    mission = make_mission(status=MissionStatus.RUNNING, starts_on=in_days(-8))
    member, person = make_user(), mission.offer.person
    Membership.objects.create(user=member, organisation=mission.need.organisation, role="MEMBER")
    entry = HoursEntry.objects.create(
        mission=mission, person=person, day=in_days(-2), hours=3, what="tri"
    )
    assert confirm(client, mission, make_user(), entry) == 404
    assert confirm(client, mission, member, entry) == 302
    assert entry.is_confirmed


def put_forward(**yes):
    """Waits for an answer; meanwhile who would come has joined the structure."""
    proposal = make_proposal(**yes)
    person, structure = proposal.offer.person, proposal.need.organisation
    Membership.objects.create(user=person, organisation=structure, role="MEMBER")
    return proposal, person


def test_nobody_declines_their_own_application_in_the_structures_name(client):
    proposal, person = put_forward(need_said_yes_at=None, offer_said_yes_at=timezone.now())
    client.force_login(person)
    client.post(reverse("proposal-decline", args=[proposal.pk]), {"cause": "other", "words": "."})
    proposal.refresh_from_db()
    assert proposal.declined_side in ("", Side.OFFER)


def test_whoever_is_invited_still_answers_for_themselves_once_they_have_joined(client):
    proposal, person = put_forward(need_said_yes_at=timezone.now(), offer_said_yes_at=None)
    client.force_login(person)
    door = reverse("proposal-accept", args=[proposal.pk])
    assert door in client.get(proposal.get_absolute_url()).text
    client.post(door)
    assert Mission.objects.get().offer.person == person


def test_nobody_withdraws_the_structures_yes_to_themselves(client):
    proposal, person = put_forward(need_said_yes_at=timezone.now(), offer_said_yes_at=None)
    client.force_login(person)
    client.post(reverse("proposal-withdraw", args=[proposal.pk]), {"reason": "Finalement non."})
    proposal.refresh_from_db()
    assert proposal.is_open


def of_two(*, team=False):
    """Somebody of a structure and of a company, with a colleague in each; their offer, and a need there."""
    both, boss = make_user(), make_user()
    need = make_need(make_organisation(administrator=boss, member=both), created_by=boss)
    company = make_organisation(Organisation.Kind.COMPANY, administrator=make_user(), member=both)
    offer = make_offer(both, organisation=company, **({"somebody": None} if team else {}))
    return both, need, offer


@pytest.mark.parametrize("team", [False, True])
def test_nobody_invites_themselves_in_the_structure_s_name(client, team):
    both, need, offer = of_two(team=team)
    client.force_login(both)
    client.post(reverse("need-ask-offer", args=[need.pk, offer.pk]), {"word": "Moi."})
    assert not need.proposals.exists()
    client.force_login(need.created_by)
    client.post(reverse("need-ask-offer", args=[need.pk, offer.pk]), {"word": "Vous ?"})
    assert need.proposals.get().need_said_yes_at


def test_who_wrote_a_team_s_offer_doesn_t_take_it_in_the_structure_s_name(client):
    both, need, offer = of_two(team=True)
    proposal = make_proposal(need, offer, created_by=both)
    client.force_login(both)
    client.post(reverse("proposal-accept", args=[proposal.pk]))
    people.leave(both.memberships.get(organisation=offer.organisation), now=timezone.now())
    client.post(reverse("proposal-accept", args=[proposal.pk]))
    assert not need.missions.exists()
    assert proposal not in Proposal.objects.waiting_for(both)
    client.force_login(need.created_by)
    client.post(reverse("proposal-accept", args=[proposal.pk]))
    assert need.missions.exists()


@pytest.mark.parametrize("asked_by", [Origin.INVITATION, Origin.APPLICATION])
def test_whoever_asked_for_one_side_says_no_yes_for_the_other(client, asked_by):
    both, need, offer = of_two(team=True)
    Offer.objects.filter(pk=offer.pk).update(created_by=make_user())
    proposal = make_proposal(need, offer, origin=asked_by, created_by=both)
    left = need.organisation if asked_by == Origin.INVITATION else offer.organisation
    people.leave(both.memberships.get(organisation=left), now=timezone.now())
    client.force_login(both)
    client.post(reverse("proposal-accept", args=[proposal.pk]))
    assert not need.missions.exists()


def test_who_wrote_a_team_s_offer_and_left_steers_nothing_for_the_structure(client):
    mission = make_mission(work=True, status=MissionStatus.RUNNING)
    writer = joins(mission)
    Offer.objects.filter(pk=mission.offer_id).update(person=None)
    people.leave(membership_of(mission), now=timezone.now())
    client.force_login(writer)
    assert client.get(mission.get_absolute_url()).status_code == 200
    for door in ("mission-suspend", "mission-interrupt", "mission-renew", "mission-regime"):
        assert client.get(reverse(door, args=[mission.pk])).status_code == 403, door
