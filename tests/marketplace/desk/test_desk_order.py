"""In which order the desk is read: people before paperwork, and whoever has waited longest first."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.states import OrganisationStatus
from marketplace.desk import ranks
from marketplace.models import Chase, Eligibility, FollowUp, Mission, Promises, Proposal
from marketplace.rules import working_days
from marketplace.states import MissionStatus
from tests.factories import make_coordinator, make_mission, make_need, make_organisation, make_user
from tests.marketplace.desk.desk_people import ago, asleep, lines_of, submitted
from tests.marketplace.desk.waiting import a_follow_up


@pytest.fixture
def coordinator():
    return make_coordinator(first_name="Maëlle", last_name="Vandamme")


def receipts(days: float) -> Eligibility:
    structure, by = make_organisation(), make_user()
    said = Eligibility.objects.create(
        organisation=structure, status=Eligibility.Status.RESCRIT, declared_by=by
    )
    Eligibility.objects.filter(pk=said.pk).update(declared_at=ago(days))
    return said


def standing(status: str, days: float) -> Mission:
    mission = make_mission(status=status)
    Mission.objects.filter(pk=mission.pk).update(moved_at=ago(days))
    return mission


def doubt(days: float) -> FollowUp:
    found = a_follow_up(FollowUp.Answer.DOUBT)
    FollowUp.objects.filter(pk=found.pk).update(answered_at=ago(days))
    return found


def test_people_come_before_paperwork_and_whoever_has_waited_longest_first(coordinator):
    """A mixture, each made in the wrong order: what is oldest is paper, and what is late isn't what is oldest."""
    paper = receipts(200)
    closing = standing(MissionStatus.REVIEWED, 120)
    lonely = make_need(member=make_user(), published_at=ago(90)).pk
    silent, longer = asleep(20), asleep(40)
    fresh, worried, unread = submitted(0), doubt(4), submitted(9)
    left = standing(MissionStatus.LEFT, 6)
    disputed = standing(MissionStatus.DISPUTED, 0)
    found = [(line.kind, line.number) for line in lines_of(coordinator)]
    assert found == [
        ("mission", disputed.pk),
        ("need", unread.pk),
        ("mission", left.pk),
        ("help", worried.pk),
        ("need", fresh.pk),
        ("proposal", longer.pk),
        ("proposal", silent.pk),
        ("alone", lonely),
        ("receipts", paper.organisation_id),
        ("mission", closing.pk),
    ]


def test_how_late_it_is_gives_a_colour_and_not_a_place(coordinator):
    """A need is late after two working days, a doubt never: the older doubt has still waited longer."""
    worried, unread = doubt(30), submitted(20)
    first, second = lines_of(coordinator)
    assert [(first.number, first.urgency), (second.number, second.urgency)] == [
        (worried.pk, "soon"),
        (unread.pk, "late"),
    ]


@pytest.mark.parametrize(("over", "how"), [(0, "soon"), (1, "late")])
def test_a_proposal_is_late_once_the_last_day_that_its_page_names_has_passed(
    coordinator, over, how
):
    today = working_days.worked_from(timezone.localdate())
    asked_on = working_days.before(today, Promises.default_of("tell_after") + over)
    proposal = asleep()
    Proposal.objects.filter(pk=proposal.pk).update(created_at=working_days.end_of(asked_on))
    line = next(one for one in lines_of(coordinator) if one.number == proposal.pk)
    assert (line.kind, line.urgency) == ("proposal", how)


def test_paper_that_was_just_chased_stays_with_paper(coordinator):
    closing, lonely = standing(MissionStatus.REVIEWED, 120), make_need(published_at=ago(15))
    Chase.objects.create(mission=closing, by=coordinator, day=timezone.localdate())
    first, last = lines_of(coordinator)
    assert (first.number, last.number, last.urgency) == (lonely.pk, closing.pk, "calm")


def test_the_list_says_who_waits_for_whom(client, coordinator):
    submitted(6)
    asleep()
    receipts(1)
    make_organisation(status=OrganisationStatus.SUBMITTED)
    client.force_login(coordinator)
    page = client.get(reverse("desk")).text
    assert "attend depuis 6 jours une réponse de vous" in page
    heads = [part.split("<")[0] for part in page.split('<li class="lines-part"><h2>')[1:]]
    assert heads == [
        "On attend une réponse de vous",
        "Quelqu’un d’autre se fait attendre",
        "Papiers",
    ], "each part of the list is named once, in its order"


def test_every_rank_has_a_place_with_a_name_and_a_colour():
    assert {ranks.place_of(rank) for rank in ranks.RANKS} == set(ranks.PLACES)
    assert {ranks.RANKS[rank] for rank in ranks.RANKS if ranks.place_of(rank) == ranks.CALLED} == {
        "urgent"
    }
