"""A yes, a publication, a leaving and a question at the same moment: each finds what was before it, and none is lost. By threads, on
PostgreSQL alone; SQLite, whose one writer waits for the other, is tried by processes (test_carriers_in_processes)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions import organisations
from accounts.models import ForbiddenMove
from accounts.states import OrganisationStatus
from marketplace.actions.market import carriers, joinings, needs
from marketplace.actions.refusals import NotYet
from marketplace.models import Carrier, Joining, Need
from marketplace.states import CarrierStatus, JoiningStatus, NeedStatus
from notifications.models import Notification
from tests.at_once import together
from tests.factories import make_carrier, make_coordinator, make_need, make_organisation, make_user
from tests.rounds import rounds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
ROUNDS = rounds(8, 50)


def calmly(act, *args, **kwargs):
    """Somebody else may be first: a sentence, and nothing else."""

    def done() -> None:
        try:
            act(*args, **kwargs)
        except (ForbiddenMove, NotYet):
            return

    return done


@pytest.fixture
def house():
    return make_organisation(name="ACEPP", member=make_user())


@pytest.fixture
def maelle():
    return make_coordinator()


def handed_in() -> Need:
    return make_need(member=make_user(), status=NeedStatus.SUBMITTED, ranked=False)


def asked_of(need, house) -> Carrier:
    by, now = need.created_by, timezone.now()
    return carriers.invite(need, house, word="", by=by, now=now)


def told(kind) -> int:
    return Notification.objects.filter(kind=kind).count()


def test_of_a_question_and_a_publication_at_once_no_need_is_published_that_waits(house, maelle):
    for _round in range(ROUNDS):
        need = handed_in()
        together(
            calmly(needs.publish, need, by=maelle),
            calmly(asked_of, need, house),
        )
        published = Need.objects.get(pk=need.pk).status == NeedStatus.PUBLISHED
        assert published != need.carriers.invited().exists()


def test_of_a_yes_a_no_and_a_taking_back_one_counts_and_is_told_once(house):
    by = house.members.get()
    for _round in range(ROUNDS):
        Notification.objects.all().delete()
        need = handed_in()
        carrier = asked_of(need, house)
        together(
            calmly(carriers.agree, carrier, by=by, now=timezone.now()),
            calmly(carriers.decline, carrier, word="", by=by),
            calmly(carriers.take_back, carrier, by=need.created_by),
        )
        assert carrier.steps.count() == 2
        assert told("carrier_answered") + told("carrier_taken_back") == 1


def test_of_a_yes_a_publication_and_a_leaving_nothing_is_lost(house, maelle):
    by = house.members.get()
    for _round in range(ROUNDS):
        need = handed_in()
        waits, other = asked_of(need, house), make_carrier(need, ranked=False)
        leaves = other.organisation.members.get()
        together(
            calmly(carriers.agree, waits, by=by, now=timezone.now()),
            calmly(needs.publish, need, by=maelle),
            calmly(carriers.leave, other, word="Non.", by=leaves),
        )
        states = set(need.carriers.values_list("organisation__name", "status"))
        assert (house.name, CarrierStatus.AGREED) in states
        assert Carrier.objects.get(pk=other.pk).status == CarrierStatus.LEFT
        need.refresh_from_db()
        if need.status == NeedStatus.SUBMITTED:  # the yes came after
            needs.publish(need, by=maelle)
        assert need.status == NeedStatus.PUBLISHED


def test_two_who_ask_the_same_structure_at_once_ask_it_once(house):
    for _round in range(ROUNDS):
        need = handed_in()
        together(calmly(asked_of, need, house), calmly(asked_of, need, house))
        assert need.carriers.count() == 1


def test_two_clocks_say_each_reminder_once(house):
    for _round in range(ROUNDS):
        Notification.objects.all().delete()
        carrier = asked_of(handed_in(), house)
        Carrier.objects.filter(pk=carrier.pk).update(invited_at=timezone.now() - timedelta(days=12))
        clock = calmly(carriers.look_after, timezone.now())
        together(clock, clock)
        assert told("carrier_reminder") == 1
        Carrier.objects.filter(pk=carrier.pk).delete()


def alike_pair(maelle) -> tuple[Joining, Need, Need]:
    older, younger = (make_need(member=make_user()) for _n in range(2))
    joining = Joining.objects.create(older=older, younger=younger, metres=0).begin(by=None)
    joinings.propose(joining, hours=30, places=2, word="", by=maelle, now=timezone.now())
    return joining, older, younger


def test_two_yeses_at_once_put_two_needs_together_once(maelle):
    for _round in range(ROUNDS):
        Notification.objects.all().delete()
        joining, older, younger = alike_pair(maelle)
        now = timezone.now()
        together(
            calmly(joinings.say_yes, joining, older, by=older.created_by, now=now),
            calmly(joinings.say_yes, joining, younger, by=younger.created_by, now=now),
        )
        joining.refresh_from_db()
        assert joining.status == JoiningStatus.DONE
        assert older.carriers.agreed().count() == 1
        assert Need.objects.get(pk=younger.pk).status == NeedStatus.CLOSED
        Need.objects.filter(pk__in=[older.pk, younger.pk]).delete()


def test_of_a_splitting_and_a_leaving_at_once_the_carrier_goes_once(maelle):
    for _round in range(ROUNDS):
        joining, older, younger = alike_pair(maelle)
        for need in (older, younger):
            joinings.say_yes(joining, need, by=need.created_by, now=timezone.now())
        carrier = older.carriers.get()
        together(
            calmly(joinings.split, joining, by=older.created_by),
            calmly(joinings.split, joining, by=younger.created_by),
            calmly(carriers.leave, carrier, word="Non.", by=younger.created_by),
        )
        assert carrier.steps.filter(after=CarrierStatus.LEFT).count() == 1
        assert Need.objects.get(pk=younger.pk).status == NeedStatus.PUBLISHED
        Need.objects.filter(pk__in=[older.pk, younger.pk]).delete()


def test_two_clocks_bring_a_structure_back_once(maelle):
    for _round in range(ROUNDS):
        Notification.objects.all().delete()
        carrier = make_carrier(make_need(member=make_user()))
        organisations.suspend(carrier.organisation, reason="À voir.", by=maelle)
        carriers.look_after(timezone.now())
        type(carrier.organisation).objects.filter(pk=carrier.organisation_id).update(
            status=OrganisationStatus.ACCEPTED
        )
        clock = calmly(carriers.come_back, timezone.now())
        together(clock, clock)
        back = carrier.steps.filter(before=CarrierStatus.LEFT, after=CarrierStatus.AGREED)
        assert back.count() == 1
        people = Notification.objects.filter(kind="carrier_back").values_list(
            "recipient", flat=True
        )
        assert len(people) == len(set(people)) == 3, "the lead, the structure and maelle, once each"
        Need.objects.filter(pk=carrier.need_id).delete()
