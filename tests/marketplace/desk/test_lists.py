"""The rows of the coordinators' lists, and the selections made there: of their pôles alone, today."""

from datetime import timedelta

import pytest
import time_machine
from django.http import QueryDict
from django.utils import timezone

from accounts.models import Membership, Organisation, Seat
from accounts.states import OrganisationStatus, SeatStatus
from marketplace.desk.lists import KINDS
from marketplace.desk.lists.selection import Selection
from marketplace.models import Need
from marketplace.states import NeedStatus, OfferStatus
from tests.factories import make_mission, make_need, make_offer, make_user
from tests.marketplace.desk.desk_people import elsewhere, submitted
from tests.marketplace.desk.list_rows import one_of_each


def shown(user, code):
    return set(KINDS[code].rows(user))


@pytest.fixture
def stranger():
    return elsewhere()


@pytest.mark.parametrize("code", KINDS)
def test_a_coordinator_sees_the_rows_of_their_pole_and_of_no_other(nadia, pole, stranger, code):
    ours, theirs = one_of_each(pole)[code], one_of_each(stranger.organisations.get().pole)[code]
    assert ours in shown(nadia, code)
    assert theirs not in shown(nadia, code)
    assert theirs in shown(stranger, code)
    assert ours not in shown(stranger, code)


@pytest.mark.parametrize("code", KINDS)
def test_nobody_else_sees_any(nadia, pole, code):
    mission = one_of_each(pole)
    for person in (make_user(), mission["personnes"], mission["organisations"].members.first()):
        assert shown(person, code) == set()


@pytest.mark.parametrize("code", KINDS)
def test_who_has_left_or_whose_operator_is_no_more_sees_none(nadia, karim, sonia, pole, code):
    one_of_each(pole)
    Membership.objects.filter(user=karim).delete()
    assert shown(karim, code) == set()
    sonia.is_active = False
    sonia.save()
    assert shown(sonia, code) == set()
    operator = nadia.organisations.get()
    Organisation.objects.filter(pk=operator.pk).update(status=OrganisationStatus.SUSPENDED)
    assert shown(nadia, code) == set()


@pytest.mark.parametrize("code", KINDS)
def test_an_operator_whose_seat_has_ended_sees_none(nadia, pole, code):
    one_of_each(pole)
    Seat.objects.update(status=SeatStatus.ENDED, until=timezone.now())
    assert shown(nadia, code) == set()


def test_a_draft_is_its_writers_alone(nadia):
    draft = make_need(status=NeedStatus.DRAFT, member=make_user())
    offered = make_offer(status=OfferStatus.DRAFT)
    assert draft not in shown(nadia, "besoins")
    assert offered not in shown(nadia, "offres")
    assert offered.person not in shown(nadia, "personnes")


@pytest.mark.parametrize("code", ["offres", "missions", "personnes"])
def test_what_is_offered_at_home_under_a_boss_is_in_none_of_their_lists(nadia, karim, pole, code):
    mission = one_of_each(pole)
    company = make_mission(work=True).offer.organisation
    Membership.objects.create(user=mission["personnes"], organisation=company, role="EMPLOYEE")
    assert mission[code] in shown(nadia, code)
    Membership.objects.create(user=nadia, organisation=company, role="ADMINISTRATOR")
    assert mission[code] not in shown(nadia, code)
    assert mission[code] in shown(karim, code)


def selection(user, query, code="besoins"):
    return Selection.of(user, code, QueryDict(query))


def test_the_rows_that_are_ticked_are_selected_once_and_of_the_pole_alone(nadia, stranger):
    one, other, untouched = submitted(1), submitted(2), submitted(3)
    theirs = submitted(1)
    Need.objects.filter(pk=theirs.pk).update(pole=stranger.organisations.get().pole)
    ticked = f"rows={one.pk}&rows={other.pk}&rows={one.pk}&rows={theirs.pk}&rows=9999&rows=x&rows=²"
    chosen = selection(nadia, ticked)
    assert set(chosen.rows()) == {one, other}
    assert chosen.count() == 2
    assert untouched not in chosen.rows()


def test_all_are_those_that_the_filters_leave(nadia):
    sent, published = submitted(1), make_need(member=make_user())
    assert set(selection(nadia, "all=1").rows()) == {sent, published}
    assert set(selection(nadia, "all=1&etat=SUBMITTED").rows()) == {sent}


def test_a_filter_that_is_not_understood_selects_nothing_rather_than_everything(nadia):
    submitted(1)
    assert selection(nadia, "all=1&etiquette=partie").count() == 0


def test_within_a_minute_a_filter_asks_the_same_so_that_a_kept_number_of_rows_is_found_again(nadia):
    tomorrow = timezone.now().replace(second=0, microsecond=0) + timedelta(days=1)
    asked = []
    for second in (5, 50, 70):
        with time_machine.travel(tomorrow + timedelta(seconds=second), tick=False):
            asked.append(str(selection(nadia, "all=1&age=30").rows().query))
    assert asked[0] == asked[1]
    assert asked[1] != asked[2], "the next minute asks anew"


def test_a_selection_is_passed_on_as_it_is(nadia):
    one, _other = submitted(1), submitted(2)
    for query in (f"rows={one.pk}&etat=SUBMITTED", "all=1&etat=SUBMITTED&q=site"):
        chosen = selection(nadia, query)
        again = selection(nadia, chosen.as_query())
        assert again == chosen
    assert selection(nadia, f"rows={one.pk}").count() == 1


def test_a_selection_of_who_has_left_is_empty(nadia, karim):
    one = submitted(1)
    chosen = selection(karim, f"rows={one.pk}")
    assert chosen.count() == 1
    Membership.objects.filter(user=karim).delete()
    assert chosen.count() == 0


def test_there_is_no_selection_of_a_list_that_is_none(nadia):
    assert Selection.of(nadia, "papiers", QueryDict("all=1")) is None
