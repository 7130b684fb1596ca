"""Somebody who is of the structure and of the company acts for one of them only."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from marketplace.actions.documents import receipts, signatures
from marketplace.actions.market import people
from marketplace.actions.missions import agreements, missions, sheets
from marketplace.actions.refusals import NotYet
from marketplace.models import (
    Agreement,
    Employee,
    HoursEntry,
    Party,
    Regime,
    Side,
    Signature,
    Voice,
)
from marketplace.models.market.proposals import Origin
from marketplace.rules import mission_roles, permissions
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
    write_for_papers,
)
from tests.marketplace.documents import document_desk
from tests.marketplace.documents.test_documents import make
from tests.marketplace.missions import amending, leavers
from tests.marketplace.missions.test_two_people import confirm
from tests.marketplace.talk.test_files import scan_of

pytestmark = pytest.mark.django_db


def test_nobody_signs_a_paper_for_the_structure_and_for_the_employer(client):
    mission = document_desk.make_mission()
    head, company = document_desk.head_of(mission.need.organisation), mission.offer.organisation
    paper, boss = make(mission), document_desk.head_of(company)
    Membership.objects.create(user=head, organisation=company, role="MEMBER")
    document_desk.duty(head, company, "SIGNATORY", "directrice")
    door, said = reverse("document-sign", args=[paper.pk]), {"read": paper.sha256, "agreed": "on"}
    client.force_login(head)
    for party in (Party.STRUCTURE, Party.EMPLOYER):
        client.post(door, said | {"party": party, "capacity": "présidente"})
    assert [one.party for one in paper.signatures.all()] == [Party.STRUCTURE]
    client.force_login(boss)
    client.post(door, said | {"party": Party.EMPLOYER, "capacity": "directeur"})
    paper.refresh_from_db()
    assert not paper.waits_for_signatures


@pytest.mark.parametrize("then", ["document-sign", "document-scan"])
def test_nobody_hands_in_a_scan_for_one_side_and_signs_or_hands_in_for_the_other(client, then):
    """Who has signed on paper is what whoever hands it in says: both sides would be one person’s word."""
    mission = document_desk.make_mission()
    head, company = document_desk.head_of(mission.need.organisation), mission.offer.organisation
    paper = make(mission)
    company.memberships.create(user=head)
    document_desk.duty(head, company, "SIGNATORY", "directrice")
    client.force_login(head)
    first = scan_of(paper, Party.STRUCTURE, "Inès Marchal")
    client.post(reverse("document-scan", args=[paper.pk]), first)
    page = client.get(paper.get_absolute_url()).text
    door = reverse(then, args=[paper.pk])
    assert door not in page
    second = scan_of(paper, Party.EMPLOYER, "Paul Delattre") | {"agreed": "on"}
    assert client.post(door, second).status_code == 403
    assert [one.party for one in paper.signatures.all()] == [Party.STRUCTURE]


def test_a_mailbox_that_both_sides_have_given_signs_for_one_of_them():
    paper = make(document_desk.make_mission())
    said = {
        "read": paper.sha256, "name": "Joël Petit", "capacity": "conseil", "how": Signature.How.LINK,
        "email": "joel@example.org", "now": timezone.now(),
    }  # fmt: skip
    signatures.sign(paper, party=Party.STRUCTURE, **said)
    with pytest.raises(NotYet, match="autre côté"):
        signatures.sign(paper, party=Party.EMPLOYER, **said | {"email": "Joel@example.org"})


def test_whoever_declared_the_value_for_the_company_doesn_t_give_its_receipt():
    mission = document_desk.make_receivable()
    head, treasurer = document_desk.head_of(mission.need.organisation), make_user()
    mission.need.organisation.memberships.create(user=treasurer)
    document_desk.duty(treasurer, mission.need.organisation, "TREASURER")
    mission.valuation.declared_by = head
    mission.valuation.save()
    given = {"capacity": "présidente", "now": timezone.now()}
    for act in (receipts.preview, receipts.issue):
        with pytest.raises(NotYet, match="déclaré sa valeur"):
            act(mission, by=head, **given)
    assert receipts.issue(mission, by=treasurer, **given)


def test_nobody_confirms_the_hours_that_they_wrote_for_somebody_who_has_left(client):
    mission = make_mission(work=True, status=MissionStatus.RUNNING, starts_on=in_days(-40))
    boss, head = make_user(), mission.need.organisation.members.get()
    mission.offer.organisation.memberships.create(user=boss, role="ADMINISTRATOR")
    mission.need.organisation.memberships.create(user=boss)
    entry = HoursEntry.objects.create(
        mission=mission, person=mission.offer.person, day=in_days(-30), hours=3, written_by=boss
    )
    confirm(client, mission, boss, entry)
    assert not entry.is_confirmed
    confirm(client, mission, head, entry)
    assert entry.is_confirmed


def test_who_is_of_the_structure_too_gives_no_employer_s_yes(client):
    mission = make_mission(work=True, regime=Regime.PRESTATION, status=MissionStatus.AGREEMENT)
    structure, company = mission.need.organisation, mission.offer.organisation
    both, other = make_user(first_name="Salomé"), make_user(first_name="Odile")
    for organisation in (structure, company):
        organisation.memberships.create(user=both, role="ADMINISTRATOR")
    company.memberships.create(user=other, role="ADMINISTRATOR")
    asked = agreements.ask_manager(
        mission,
        employee=Employee(
            organisation=company, person=mission.offer.person,
            manager_name="Dominique Lefebvre", manager_email="dominique@example.org",
        ),
        programme=None, by=mission.offer.person, now=timezone.now(),
    )  # fmt: skip
    agreements.answer(asked, answer=Agreement.Answer.YES, now=timezone.now())
    told = Notification.objects.filter(kind="agreement_for_company")
    assert [letter.recipient for letter in told] == [other]
    door = reverse("agreement-company", args=[mission.pk])
    client.force_login(both)
    assert client.post(door, {"answer": "YES"}).status_code == 403
    page = client.get(reverse("mission-agreement", args=[mission.pk])).text
    assert "quelqu’un d’autre" in page
    assert door not in page
    client.force_login(other)
    question = Agreement.objects.get(asked="COMPANY").pk
    client.post(door, {"answer": "YES", "question": question})
    mission.refresh_from_db()
    assert mission.status == MissionStatus.DOCUMENTS
    assert not permissions.has_voice(both, mission, Voice.COMPANY)
    assert permissions.has_voice(other, mission, Voice.COMPANY)


def home_lines(client, kind):
    return [line for line in client.get(reverse("home")).context["lines"] if line.kind == kind]


def of_both(**fields):
    """Somebody who runs both, with a mission between the two and a colleague on each side."""
    mission = make_mission(work=True, regime=Regime.PRESTATION, **fields)
    write_for_papers(mission)
    both = make_user()
    for organisation in (mission.need.organisation, mission.offer.organisation):
        organisation.memberships.create(user=both, role="ADMINISTRATOR")
        organisation.memberships.create(user=make_user(), role="ADMINISTRATOR")
    return mission, both


def leaves(user, organisation):
    people.leave(user.memberships.get(organisation=organisation), now=timezone.now())


def test_whoever_said_the_structure_s_yes_to_a_sheet_says_no_other_once_they_have_left(client):
    mission, both = of_both(status=MissionStatus.FRAMING)
    client.force_login(both)
    door, said = reverse("mission-sheet-agree", args=[mission.pk]), {"read": mission.sheet.number}
    client.post(door, said)
    leaves(both, mission.need.organisation)
    assert door not in client.get(reverse("mission-sheet", args=[mission.pk])).text
    page = client.post(door, said, follow=True).text
    assert "Vous avez dit oui pour l’autre côté" in page
    mission.sheet.refresh_from_db()
    assert (mission.sheet.need_agreed, mission.sheet.offer_agreed) == (1, None)
    client.force_login(mission.offer.person)
    client.post(door, said)
    mission.sheet.refresh_from_db()
    assert mission.sheet.is_agreed


def test_nor_after_having_written_that_version_for_the_structure():
    mission, both = of_both(status=MissionStatus.FRAMING)
    sheets.change(mission, {"aim": "Tenir."}, read=1, side=Side.NEED, by=both)
    leaves(both, mission.need.organisation)
    with pytest.raises(NotYet, match="l’autre côté"):
        sheets.agree(mission, read=2, side=Side.OFFER, by=both)
    sheets.change(mission, {"aim": "Tenir à jour."}, read=2, side=Side.NEED, by=make_user())
    assert sheets.agree(mission, read=3, side=Side.OFFER, by=both)


@pytest.mark.parametrize("late", [False, True])
def test_whoever_said_the_structure_s_yes_to_a_team_says_no_other_once_they_have_left(client, late):
    boss, both = make_user(), make_user()
    need = make_need(make_organisation(administrator=boss, member=both), created_by=boss)
    other = make_user()
    company = make_organisation(Organisation.Kind.COMPANY, administrator=other, member=both)
    offer = make_offer(other, organisation=company, somebody=None)
    proposal = make_proposal(
        need, offer, origin=Origin.COORDINATOR, created_by=make_user(),
        status="UNANSWERED" if late else "OPEN",
    )  # fmt: skip
    client.force_login(both)
    client.post(
        reverse("proposal-late-yes" if late else "proposal-accept", args=[proposal.pk]),
        {"word": ""},
    )
    waiting = need.proposals.get(status="OPEN")
    assert waiting.need_said_yes_at
    leaves(both, need.organisation)
    door = reverse("proposal-accept", args=[waiting.pk])
    page = client.get(waiting.get_absolute_url()).text
    assert door not in page
    assert "Vous avez dit oui pour l’autre côté" in page
    assert not home_lines(client, "proposal")
    assert "Vous avez dit oui pour l’autre côté" in client.post(door, follow=True).text
    assert not need.missions.exists()
    client.force_login(other)
    assert home_lines(client, "proposal")
    client.post(door)
    assert need.missions.exists()


def test_whoever_said_the_structure_s_yes_to_a_sheet_gives_no_employer_s_yes_to_it(client):
    mission, both = of_both(status=MissionStatus.FRAMING)
    sheets.agree(mission, read=1, side=Side.NEED, by=both)
    missions.agree(mission, read=1, side=Side.OFFER, by=mission.offer.person)
    asked = agreements.ask_manager(
        mission,
        employee=Employee(
            organisation=mission.offer.organisation, person=mission.offer.person,
            manager_name="Dominique Lefebvre", manager_email="dominique@example.org",
        ),
        programme=None, by=mission.offer.person, now=timezone.now(),
    )  # fmt: skip
    agreements.answer(asked, answer=Agreement.Answer.YES, now=timezone.now())
    leaves(both, mission.need.organisation)
    client.force_login(both)
    door = reverse("agreement-company", args=[mission.pk])
    assert door not in client.get(reverse("mission-agreement", args=[mission.pk])).text
    question = Agreement.objects.get(asked="COMPANY")
    client.post(door, {"answer": "YES", "question": question.pk})
    question.refresh_from_db()
    assert not question.is_answered


def test_whoever_asked_a_colleague_to_take_over_says_no_yes_for_the_structure(client):
    """They leave the company afterwards: one of it would have chosen for both."""
    mission, both = of_both(status=MissionStatus.RUNNING, starts_on=in_days(-30))
    company, other = mission.offer.organisation, mission.need.organisation.members.first()
    colleague = make_user(trade="développeuse")
    company.memberships.create(user=colleague)
    leavers.goes(mission, by=both)
    transfer = leavers.asked(mission, colleague, both)
    leavers.says(client, transfer, "YES", colleague)
    proposal = leavers.transfer_proposal(transfer)
    leaves(both, company)
    client.force_login(both)
    door = reverse("proposal-accept", args=[proposal.pk])
    assert door not in client.get(proposal.get_absolute_url()).text
    assert not home_lines(client, "proposal")
    assert "fait la demande pour l’autre côté" in client.post(door, follow=True).text
    proposal.refresh_from_db()
    assert proposal.is_open
    client.force_login(other)
    client.post(door)
    proposal.refresh_from_db()
    assert proposal.is_agreed


def test_whoever_proposed_an_amendment_for_the_structure_signs_it_for_no_employer(client):
    """They have left the structure since, and sign for the company."""
    mission = amending.signed_mission()
    structure, company = mission.need.organisation, mission.offer.organisation
    both = document_desk.head_of(structure)
    structure.memberships.create(user=make_user(), role="ADMINISTRATOR")
    company.memberships.create(user=both)
    document_desk.duty(both, company, "SIGNATORY", "directrice")
    paper = amending.propose(mission, by=both, address="3 rue Neuve").documents.get()
    leaves(both, structure)
    client.force_login(both)
    door = reverse("document-sign", args=[paper.pk])
    assert door not in client.get(paper.get_absolute_url()).text
    said = {"read": paper.sha256, "agreed": "on", "capacity": "directrice", "party": "EMPLOYER"}
    assert client.post(door, said).status_code == 403
    with pytest.raises(NotYet, match="l’avez proposé pour l’autre côté"):
        signatures.sign(
            paper, party=Party.EMPLOYER, read=paper.sha256, by=both, name="Inès Marchal",
            capacity="directrice", how=Signature.How.ACCOUNT, now=timezone.now(),
        )  # fmt: skip
    client.force_login(document_desk.head_of(company))
    client.post(door, said | {"capacity": "directeur"})
    assert paper.signatures.get().party == Party.EMPLOYER


def test_whoever_is_of_the_structure_in_whatever_role_gives_no_employer_s_yes():
    mission, both = of_both(status=MissionStatus.AGREEMENT)
    there = both.memberships.filter(organisation=mission.need.organisation)
    there.update(role="EMPLOYEE")
    assert not permissions.can_answer_for_company(both, mission)
    reader = mission_roles.Reader.of(both, list(both.memberships.with_poles()))
    assert mission_roles.COMPANY not in reader.roles(mission)
    there.delete()
    assert permissions.can_answer_for_company(both, mission)
