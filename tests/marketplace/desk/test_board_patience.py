"""One rule of what is late, for the desk, the board and the list of missions that are stuck."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Membership
from marketplace.desk import board
from marketplace.desk.kinds.mission import KIND
from marketplace.desk.lists.kind import Reader
from marketplace.desk.lists.missions import _stuck
from marketplace.desk.scope import Scope
from marketplace.models import Agreement, Mission, MissionSheet, Regime
from marketplace.rules import documents
from marketplace.states import MissionStatus, NeedStatus
from tests.factories import in_days, make_coordinator, make_mission
from tests.marketplace.desk.desk_people import lines_of
from tests.marketplace.missions.amending import signed_mission

pytestmark = pytest.mark.django_db
OWN, WORK = {"regime": Regime.VOLUNTEERING}, {"work": True, "regime": Regime.LOAN}


@pytest.mark.parametrize(
    ("fields", "starts", "since", "ageing"),
    [
        (OWN, 0, 11, "calm"),
        (OWN, 20, 11, "calm"),
        (OWN, -1, 11, "late"),
        (OWN, -1, 4, "soon"),
        (WORK, 20, 11, "late"),
        (WORK, 20, 4, "soon"),
    ],
)
def test_the_board_calls_late_what_the_desk_does(fields, starts, since, ageing):
    """« depuis 11 jours · trop long », of a mission on own time that its first day alone kept, and whose page said on time."""
    mission = make_mission(status=MissionStatus.FRAMING, **fields)
    moved = timezone.localtime() - timedelta(days=since)
    Mission.objects.filter(pk=mission.pk).update(
        moved_at=moved, starts_on=in_days(starts), ends_on=in_days(60)
    )
    nadia = make_coordinator(mission.need.pole)
    scope = Scope.of(nadia, Membership.objects.of(nadia), timezone.now())
    cards = [card for column in board.missions(scope) for card in column.cards]
    assert [card.ageing for card in cards] == [ageing]
    assert KIND.rows(scope).exists() == (ageing == "late")
    assert Mission.objects.filter(_stuck("", Reader.of(nadia))).exists() == (ageing == "late")


@pytest.mark.parametrize(
    ("signed", "starts", "ageing"),
    [(True, 5, "calm"), (True, 0, "calm"), (True, -2, "late"), (False, 5, "late")],
)
def test_papers_that_all_have_signed_wait_for_the_first_day(signed, starts, ageing):
    """“Documents wait for signatures – late”, five days before the first day of a mission whose papers all had signed."""
    mission = signed_mission(Regime.LOAN, status=MissionStatus.DOCUMENTS)
    if not signed:
        mission.documents.filter(kind="CONVENTION_LOAN").update(status="TO_SIGN")
    moved = timezone.localtime() - timedelta(days=11)
    Mission.objects.filter(pk=mission.pk).update(
        moved_at=moved, starts_on=in_days(starts), ends_on=in_days(60)
    )
    whole = Mission.objects.with_course().get(pk=mission.pk)
    assert documents.all_signed(whole) is signed
    nadia = make_coordinator(mission.need.pole)
    scope = Scope.of(nadia, Membership.objects.of(nadia), timezone.now())
    cards = [card for column in board.missions(scope) for card in column.cards]
    assert [card.ageing for card in cards] == [ageing]
    lines = [line for line in lines_of(nadia) if line.kind == "mission"]
    assert bool(lines) is (ageing == "late")
    for line in lines:
        said = ("La mission n’a pas commencé le jour prévu", "Relancer", "attendu le premier jour")
        waits = ("Des documents attendent une signature", "Faire signer", "attendu sous 10 jours")
        assert (line.why, line.act, line.expected) == (said if signed else waits)


def test_what_left_the_board_between_its_two_questions_is_skipped():
    need = make_mission().need
    need.status = NeedStatus.WITHDRAWN
    nadia, now = make_coordinator(need.pole), timezone.now()
    scope = Scope.of(nadia, Membership.objects.of(nadia), now)
    columns = board._columns([(need, now)], {}, board.NEEDS, scope)
    assert not any(column.cards for column in columns)


@pytest.mark.parametrize("answer", [Agreement.Answer.NO, Agreement.Answer.OTHER_DATES])
def test_the_desk_says_what_the_employers_answer_holds(answer):
    """“The sheet of the mission isn’t agreed yet”, of one to which both sides had said yes, and the manager no."""
    mission = make_mission(status=MissionStatus.FRAMING, **WORK)
    number, then = mission.sheet.number, timezone.now() - timedelta(days=11)
    MissionSheet.objects.filter(mission=mission).update(need_agreed=number, offer_agreed=number)
    Mission.objects.filter(pk=mission.pk).update(moved_at=then)
    Agreement.objects.create(
        mission=mission,
        asked=Agreement.Asked.MANAGER,
        name="Dominique Lefebvre",
        sheet_version=number,
        asked_by=mission.need.created_by,
        asked_at=then,
        answer=answer,
        answered_at=then,
    )
    nadia = make_coordinator(mission.need.pole)
    line = next(line for line in lines_of(nadia) if line.kind == "mission")
    assert "n’a pas donné son accord à la fiche" in line.why
