"""Two clicks at the same moment: one mission for whoever leads, one question to whoever came, one letter of the clock."""

import pytest
from django.utils import timezone

from accounts.models import Organisation
from accounts.states import OrganisationStatus
from marketplace.actions.gatherings import gathering_clock, leading, unannounced
from marketplace.models import Need, Proposal
from marketplace.states import AttendanceStatus
from tests.at_once import together
from tests.factories import make_cause, make_offer, make_user
from tests.marketplace.gatherings.people import (
    be_over,
    host_of,
    letters,
    make_gathering,
    put_down,
)
from tests.marketplace.market.test_carriers_at_once import calmly
from tests.rounds import rounds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
ROUNDS = rounds(6, 50)


def test_two_clicks_make_one_mission_of_leading():
    cause = make_cause()
    for _round in range(ROUNDS):
        offer = make_offer(make_user(), skills=("tableur",), ranked=False)
        gathering = make_gathering(trainer=offer, trainer_agreed_at=timezone.now())
        said = {"hours": 4, "cause": cause, "by": host_of(gathering), "now": timezone.now()}
        click = calmly(leading.count_hours, gathering, **said)
        together(click, click)
        assert Need.objects.count() == Proposal.objects.count() == 1
        Need.objects.all().delete()


def test_of_two_questions_and_two_yeses_there_is_one_who_came():
    for _round in range(ROUNDS):
        gathering, person = be_over(make_gathering()), make_user()
        by, now = host_of(gathering), timezone.now()
        ask = calmly(unannounced.ask, gathering, person.email, by=by, now=now)
        together(ask, ask)
        mine = gathering.attendances.get()
        yes = calmly(unannounced.answer, mine, None, came=True, by=person, now=now)
        no = calmly(unannounced.answer, mine, None, came=False, by=person, now=now)
        together(yes, yes, no)
        assert mine.steps.exclude(before="").count() == 1
        mine.refresh_from_db()
        assert mine.status in {AttendanceStatus.CAME, AttendanceStatus.CANCELLED}
        assert len(letters("attendance_asked", person)) == 1


def test_two_clocks_tell_of_a_host_that_may_not_act_once():
    for _round in range(ROUNDS):
        gathering = make_gathering()
        seat = put_down(gathering)
        Organisation.objects.filter(pk=gathering.host_id).update(
            status=OrganisationStatus.SUSPENDED
        )
        clock = calmly(gathering_clock.sweep, timezone.now())
        together(clock, clock)
        assert len(letters("gathering_host", seat.person)) == 1
