"""The operators of a pôle come and leave by two yeses; nobody is seated without their own, and nothing that was followed
is lost."""

from functools import partial

import pytest
from django.utils import timezone

from accounts.actions import invitations, seats
from accounts.actions.refusals import Refusal
from accounts.models import Invitation, Membership, Organisation, Seat, User
from accounts.states import OrganisationStatus, SeatStatus
from marketplace.actions.desk import desk
from marketplace.actions.desk import operators as ends
from marketplace.actions.desk.cases import open_about
from marketplace.actions.refusals import NotYet
from marketplace.figures.comparison import Options
from marketplace.figures.reckoning import reckon
from marketplace.models import (
    Case,
    Mission,
    NeedStep,
    Referent,
)
from marketplace.models.desk.desk import followed_by
from marketplace.models.desk.figures import slice_of
from marketplace.states import MissionStatus, NeedStatus
from notifications.models import Notification
from tests.accounts.seat_people import offered, operators, propose, told
from tests.factories import make_mission, make_need, make_organisation, make_seat, make_user, verify
from tests.marketplace.desk.desk_people import scope_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def them():
    return operators()


# --- to come -------------------------------------------------------------------------------
def test_an_operator_is_seated_by_two_yeses_of_the_pole_and_its_own(them):
    seat = propose(them)
    assert not them.far_chief.coordinates(them.pole)
    assert told("seat_asked") == {them.second_chief, them.third_chief}
    assert told("seat_offered") == set()
    seats.confirm(seat, by=them.second_chief, now=timezone.now())
    assert told("seat_offered") == {them.far_chief}
    assert not them.far_chief.coordinates(them.pole)
    seats.take(seat, by=them.far_chief, now=timezone.now())
    assert them.far_chief.coordinates(them.pole)
    assert them.far_chief.coordinates(them.other_pole)
    assert told("seat_taken") == {
        them.chief,
        them.second_chief,
        them.third_chief,
        them.member,
    }
    states = [step.after for step in seat.steps.all()]
    assert states == [SeatStatus.PROPOSED, SeatStatus.INVITED, SeatStatus.SEATED]


def test_the_only_operator_of_a_pole_asks_the_other_one_at_once(them):
    seat = seats.propose(
        them.other_pole, them.first, role="", by=them.far_chief, now=timezone.now()
    )
    assert seat.status == SeatStatus.INVITED
    assert told("seat_offered") == {them.chief}


def test_whoever_asked_doesn_t_give_the_second_yes_though_they_administer_two(them):
    Membership.objects.create(user=them.chief, organisation=them.second, role="ADMINISTRATOR")
    seat = propose(them)
    with pytest.raises(Refusal):
        seats.confirm(seat, by=them.chief, now=timezone.now())
    assert Seat.objects.get(pk=seat.pk).status == SeatStatus.PROPOSED


def test_one_that_is_there_or_asked_already_isn_t_asked_twice(them):
    propose(them)
    with pytest.raises(Refusal, match="déjà"):
        propose(them, by=them.second_chief)
    with pytest.raises(Refusal, match="déjà"):
        seats.propose(them.pole, them.second, role="", by=them.chief, now=timezone.now())


def test_a_no_is_told_with_its_word_and_it_may_be_proposed_again(them):
    seat = offered(them)
    seats.decline(seat, reason="Nous n’avons personne avant mars.", by=them.far_chief)
    letter = Notification.objects.get(kind="seat_declined")
    assert letter.recipient == them.chief
    assert "personne avant mars" in letter.text
    assert propose(them).status == SeatStatus.PROPOSED


def test_an_operator_that_is_new_is_invited_once_the_pole_has_agreed(them):
    seat = seats.found_and_propose(
        them.pole, name="Les Passeurs", email="ana@example.org", role="", by=them.chief,
        now=timezone.now(),
    )  # fmt: skip
    assert not Invitation.objects.exists()
    assert seat.operator.status == OrganisationStatus.SUBMITTED
    seats.confirm(seat, by=them.third_chief, now=timezone.now())
    seat.refresh_from_db()
    assert seat.email == ""
    assert seat.operator.door.slug == "les-passeurs"
    invitation = Invitation.objects.get(email="ana@example.org")
    letter = Notification.objects.get(kind="invitation").text
    assert "avant son oui" in letter
    assert "coordinat" not in letter.replace(them.pole.name, "")
    ana = verify(make_user(email="ana@example.org"))
    invitations.accept(invitation, by=ana, now=timezone.now())
    assert told("seat_offered") == {ana}
    assert not ana.coordinates(them.pole)
    seats.take(seat, by=ana, now=timezone.now())
    assert ana.coordinates(them.pole)


def test_one_that_was_written_down_and_refused_leaves_no_operator_behind(them):
    seat = seats.found_and_propose(
        them.pole, name="Les Passeurs", email="ana@example.org", role="", by=them.chief,
        now=timezone.now(),
    )  # fmt: skip
    seats.decline(seat, reason="", by=them.second_chief)
    seat.refresh_from_db()
    assert (seat.operator.status, seat.email) == (OrganisationStatus.CLOSED, "")
    seats.found_and_propose(
        them.pole, name="Les Passeurs", email="ana@example.org", role="", by=them.chief,
        now=timezone.now(),
    )  # fmt: skip


# --- to leave ------------------------------------------------------------------------------
def end(them, seat, *, asks, agrees):
    seats.ask_to_end(seat, by=asks)
    return ends.agree_to_end(Seat.objects.get(pk=seat.pk), by=agrees, now=timezone.now())


def test_what_an_operator_followed_is_nobodys_when_it_leaves_and_the_past_stays(them):
    structure = make_organisation(pole=them.pole, member=make_user())
    mine = make_need(structure, coordinator=them.second_chief)
    whole = make_need(structure, operator=them.second)
    others = make_need(structure, coordinator=them.chief)
    past = make_need(structure, coordinator=them.second_chief, status=NeedStatus.CLOSED)
    running, over = (
        make_mission(need=make_need(structure), status=status)
        for status in (MissionStatus.RUNNING, MissionStatus.CLOSED)
    )
    Mission.objects.update(coordinator=them.second_chief)
    Referent.objects.create(organisation=structure, operator=them.second)
    case = open_about(structure, reason=Case.Reason.OTHER, by=them.second_chief, now=timezone.now())
    freed = end(them, them.second.seats.get(), asks=them.chief, agrees=them.third_chief)
    for row in (mine, whole, others, past, running, over, case):
        row.refresh_from_db()
    assert (mine.coordinator, whole.operator, running.coordinator) == (None, None, None)
    assert case.in_charge is None
    referent = Referent.objects.get()
    assert (referent.coordinator, referent.operator) == (None, None)
    assert others.coordinator == them.chief
    assert past.coordinator == over.coordinator == them.second_chief
    assert freed.total == 5
    assert not them.second_chief.coordinates(them.pole)
    assert not them.member.coordinates(them.pole)


def test_its_people_and_those_who_stay_are_told_once(them):
    end(them, them.second.seats.get(), asks=them.chief, agrees=them.third_chief)
    letter = Notification.objects.get(kind="seat_ended", recipient=them.member).text
    assert "à personne" in letter  # and not taken over: whoever takes a line says so
    assert told("seat_leaving") == {them.second_chief}
    assert told("seat_ended") == {them.second_chief, them.member}
    assert told("operator_left") == {them.chief}


def test_the_figures_still_tell_what_it_did(them):
    past = make_need(make_organisation(pole=them.pole), coordinator=them.second_chief)
    past.move(NeedStatus.CLOSED, by=them.second_chief)
    NeedStep.objects.create(need=past, after=NeedStatus.SUBMITTED, by=them.chief)
    end(them, them.second.seats.get(), asks=them.chief, agrees=them.third_chief)
    reckoned = reckon(them.pole, now=timezone.now())
    [month] = {month for _name, month in reckoned.slices}
    assert reckoned.slices[slice_of(operator=them.second.pk), month].posted == 1
    assert Options.of(them.pole).operator[str(them.second.pk)] == "Passerelles"


def test_what_somebody_follows_by_another_operator_stays_theirs(them):
    Membership.objects.create(user=them.member, organisation=them.first)
    need = make_need(make_organisation(pole=them.pole), coordinator=them.member)
    end(them, them.second.seats.get(), asks=them.chief, agrees=them.third_chief)
    need.refresh_from_db()
    assert need.coordinator == them.member
    assert told("seat_ended") == {them.second_chief}


def test_what_it_follows_in_another_pole_stays_its_own(them):
    make_seat(them.second, them.other_pole)
    need = make_need(make_organisation(pole=them.other_pole), coordinator=them.second_chief)
    end(them, them.second.seats.get(pole=them.pole), asks=them.chief, agrees=them.third_chief)
    need.refresh_from_db()
    assert need.coordinator == them.second_chief
    assert them.second_chief.coordinates(them.other_pole)


def test_nothing_changes_before_the_second_yes_and_a_no_keeps_it(them):
    seat = them.second.seats.get()
    seats.ask_to_end(seat, by=them.chief)
    assert them.second_chief.coordinates(them.pole)
    with pytest.raises(Refusal):
        ends.agree_to_end(seat, by=them.chief, now=timezone.now())
    with pytest.raises(Refusal):  # its own yes counts only where there is no other
        ends.agree_to_end(seat, by=them.second_chief, now=timezone.now())
    seats.keep(seat, by=them.third_chief)
    assert seat.operator.seats.get().status == SeatStatus.SEATED
    assert told("seat_kept") == {them.chief, them.second_chief}


def test_of_two_operators_neither_is_put_out_without_its_own_yes(them):
    end(them, them.third.seats.get(), asks=them.chief, agrees=them.second_chief)
    seat = them.second.seats.get()
    seats.ask_to_end(seat, by=them.chief)
    fresh = Seat.objects.get(pk=seat.pk)
    with pytest.raises(Refusal):
        ends.agree_to_end(fresh, by=them.chief, now=timezone.now())
    ends.agree_to_end(fresh, by=them.second_chief, now=timezone.now())
    assert not them.second_chief.coordinates(them.pole)


def test_a_pole_keeps_its_last_operator(them):
    with pytest.raises(Refusal, match="seul opérateur"):
        seats.ask_to_end(them.elsewhere.seats.get(), by=them.far_chief)


def test_two_ends_that_cross_leave_one_operator(them):
    end(them, them.third.seats.get(), asks=them.chief, agrees=them.second_chief)
    seats.ask_to_end(them.first.seats.get(), by=them.second_chief)
    seats.ask_to_end(them.second.seats.get(), by=them.chief)
    ends.agree_to_end(them.first.seats.get(), by=them.chief, now=timezone.now())
    with pytest.raises(Refusal):
        ends.agree_to_end(them.second.seats.get(), by=them.second_chief, now=timezone.now())
    assert them.second_chief.coordinates(them.pole)


def test_what_an_operator_had_asked_is_asked_no_more_once_it_has_left(them):
    """Of the two that stay neither puts the other out with the yes of one that has gone."""
    asked = them.second.seats.get()
    seats.ask_to_end(asked, by=them.chief)
    end(them, them.first.seats.get(), asks=them.chief, agrees=them.third_chief)
    asked.refresh_from_db()
    assert asked.status == SeatStatus.SEATED
    with pytest.raises(Refusal):
        ends.agree_to_end(asked, by=them.third_chief, now=timezone.now())


def test_the_yes_of_a_suspended_operator_ends_no_seat(them):
    asked = them.second.seats.get()
    seats.ask_to_end(asked, by=them.chief)
    Organisation.objects.filter(pk=them.first.pk).update(status=OrganisationStatus.SUSPENDED)
    with pytest.raises(Refusal, match="plus ce pôle"):
        ends.agree_to_end(asked, by=them.third_chief, now=timezone.now())
    seats.keep(asked, by=them.third_chief)


def test_a_pole_keeps_somebody_who_coordinates_it(them):
    """An operator of which nobody has an account any more answers nothing."""
    User.objects.filter(pk__in=[them.third_chief.pk, them.second_chief.pk, them.member.pk]).update(
        is_active=False
    )
    with pytest.raises(Refusal, match="seul opérateur"):
        seats.ask_to_end(them.first.seats.get(), by=them.chief)


def test_what_is_taken_or_handed_over_as_an_operator_leaves_isn_t_lost_with_it(them, monkeypatch):
    """Whoever gives it a line waits for the act that ends its seat, and then finds it gone."""
    need = make_need(make_organisation(pole=them.pole), status=NeedStatus.SUBMITTED)
    item = desk.find(f"need:{need.pk}:{followed_by(need)}", scope_of(them.chief))
    seat = them.second.seats.get()
    seats.ask_to_end(seat, by=them.chief)
    ended = partial(Seat.objects.filter(pk=seat.pk).update, status=SeatStatus.ENDED)
    monkeypatch.setattr(seats, "lock", lambda _pole: ended())
    with pytest.raises(NotYet):
        desk.take(item, by=them.second_chief)
    Seat.objects.filter(pk=seat.pk).update(status=SeatStatus.LEAVING)
    for to in (them.second, them.member):
        with pytest.raises(NotYet):
            desk.hand_over(item, to=to, note="", by=them.chief)
        Seat.objects.filter(pk=seat.pk).update(status=SeatStatus.LEAVING)
    need.refresh_from_db()
    assert (need.coordinator, need.operator) == (None, None)
