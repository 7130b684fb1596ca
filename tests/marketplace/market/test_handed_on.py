"""A colleague who is asked goes too; and the hours handed on with a mission are given once only."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from marketplace.actions.market import people, proposals
from marketplace.actions.refusals import NotYet
from marketplace.models import HoursEntry, Mission, Proposal, Regime
from marketplace.states import MissionStatus
from tests.factories import in_days, make_mission, make_organisation, make_user
from tests.marketplace.missions.leavers import asked, says, status, transfer_proposal


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


@pytest.mark.parametrize("way", ["removed", "leaves", "closes", "another door"])
def test_where_the_colleague_asked_goes_another_one_may_be_asked(
    client, mission, boss, colleague, company, way
):
    waiting = asked(mission, colleague, boss)
    membership = Membership.objects.get(user=colleague, organisation=company)
    match way:
        case "removed":
            people.remove(membership, by=boss, now=timezone.now())
        case "leaves":
            people.leave(membership, now=timezone.now())
        case "closes":
            people.close_account(colleague, now=timezone.now())
        case "another door":
            membership.delete()
    waiting.refresh_from_db()
    assert (waiting.ended_at is None) == (way == "another door")
    client.force_login(boss)
    left = reverse("mission-left", args=[mission.pk])
    ask = reverse("transfer-ask", args=[mission.pk])
    assert ask in client.get(left).content.decode()
    other = make_user(first_name="Karim")
    Membership.objects.create(user=other, organisation=company)
    client.post(ask, {"colleague": other.pk, "word": ""})
    assert mission.departures.get().transfers.get(ended_at=None).colleague == other
    page = client.get(left).content.decode()
    assert ask not in page, "Karim's answer is awaited"


def test_who_goes_elsewhere_is_still_asked_here(mission, boss, colleague):
    """Leaving another company ends nothing that is asked of them in this one."""
    waiting = asked(mission, colleague, boss)
    elsewhere = make_organisation(
        Organisation.Kind.COMPANY, administrator=make_user(), name="Autre"
    )
    membership = Membership.objects.create(user=colleague, organisation=elsewhere)
    people.leave(membership, now=timezone.now())
    waiting.refresh_from_db()
    assert waiting.is_waiting


def test_who_comes_back_reads_that_nothing_is_asked_any_more(
    client, mission, boss, colleague, company
):
    waiting = asked(mission, colleague, boss)
    people.leave(colleague.memberships.get(), now=timezone.now())
    Membership.objects.create(user=colleague, organisation=company)
    says(client, waiting, "YES", colleague)
    page = client.get(waiting.get_absolute_url()).content.decode()
    assert "plus rien à répondre" in page
    assert "autre manière" not in page, "the mission still waits"
    assert not Proposal.objects.filter(transfer=waiting).exists()


def taken_over(client, mission, boss, colleague, head) -> Mission:
    transfer = asked(mission, colleague, boss)
    says(client, transfer, "YES", colleague)
    client.force_login(head)
    client.post(reverse("proposal-accept", args=[transfer_proposal(transfer).pk]))
    return Mission.objects.get(proposal__transfer=transfer)


def writes(client, person, mission, day, hours):
    """On the page that stays theirs, in the week of that day; the other days stay as they are."""
    monday = day - timedelta(days=day.weekday())
    week = {entry.day: entry.hours for entry in mission.hours.filter(person=person)}
    client.force_login(person)
    url = f"{reverse('mission-done', args=[mission.pk])}?semaine={monday}"
    said = {f"hours_{one:%Y%m%d}": many for one, many in (week | {day: hours}).items()}
    return client.post(url, said, follow=True)


def test_hours_handed_on_are_no_longer_free_in_the_first_mission(
    client, mission, boss, colleague, head
):
    """Twelve of forty were given and 28 handed on: 68 for 40 would be written otherwise."""
    following = taken_over(client, mission, boss, colleague, head)
    leaver = mission.offer.person
    page = writes(client, leaver, mission, in_days(-14), 5).content.decode()
    assert mission.hours.total() == Decimal(12)
    assert "28 des 40 heures" in page.replace("\xa0", " ")
    following.sheet.hours = 20
    following.sheet.save()
    writes(client, leaver, mission, in_days(-14), 5)
    assert mission.hours.total() == Decimal(12), "what they have agreed since gives none back"


def test_what_was_given_before_may_still_be_put_right(client, mission, boss, colleague, head):
    taken_over(client, mission, boss, colleague, head)
    leaver = mission.offer.person
    writes(client, leaver, mission, in_days(-12), 4)
    assert mission.hours.total() == Decimal(10)
    writes(client, leaver, mission, in_days(-14), 2)
    assert mission.hours.total() == Decimal(12)


def test_all_written_meanwhile_leaves_nothing_to_take_over(client, mission, boss, colleague, head):
    transfer = asked(mission, colleague, boss)
    says(client, transfer, "YES", colleague)
    for ago, many in ((14, 10), (15, 10), (16, 8)):
        writes(client, mission.offer.person, mission, in_days(-ago), many)
    assert mission.hours.total() == Decimal(40)
    with pytest.raises(NotYet, match="rien à reprendre"):
        proposals.accept(transfer_proposal(transfer), side="NEED", by=head)
    assert status(mission) == MissionStatus.LEFT
    assert not Mission.objects.filter(proposal__transfer=transfer).exists()


def test_the_structure_says_yes_to_nobody_who_has_left(client, mission, boss, colleague, head):
    """Their membership was taken away by another door, which the clock hasn't seen yet."""
    transfer = asked(mission, colleague, boss)
    says(client, transfer, "YES", colleague)
    proposal = transfer_proposal(transfer)
    colleague.memberships.all().delete()
    client.force_login(head)
    url = reverse("proposal-accept", args=[proposal.pk])
    page = client.post(url, follow=True).content.decode()
    assert "n’est plus chez son employeur" in page
    assert transfer_proposal(transfer).is_open
    assert status(mission) == MissionStatus.LEFT
    assert not Mission.objects.filter(proposal=proposal).exists()
