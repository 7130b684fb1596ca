"""What an hour costs on average, by grade or mission by mission: human resources alone, encrypted, and what is declared by it."""

import logging
from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation, TypedForm
from marketplace.actions.documents import costs, estimates, valuations
from marketplace.actions.refusals import NotYet
from marketplace.figures import discretion
from marketplace.models import (
    AverageCost,
    Employee,
    HourCost,
    HoursEntry,
    Mission,
    Offer,
)
from marketplace.states import MissionStatus
from tests.factories import make_user
from tests.marketplace.documents.document_desk import give_hours, make_mission
from tests.marketplace.market.programme_house import head_of, make_house, member


@pytest.fixture
def house():
    return make_house()


@pytest.fixture
def hr(house):
    return member(house, "MEMBER", "HR", first_name="Hélène", last_name="Roux")


def a_mission(house, *, person=None, hours=(7, 7), status=MissionStatus.REVIEWED):
    person = person or member(house)
    return give_hours(make_mission(company=house, person=person, status=status), *hours)


@pytest.fixture
def mission(house):
    return a_mission(house)


def year_of(mission):
    return mission.starts_on.year


def average(house, cost, *, by, year, grade=None):
    costs.keep_averages(house, year, {grade: D(cost) if cost else None}, by=by)


def grade_of(house, person, name="Cadres"):
    grade = house.grades.create(name=name)
    Employee.objects.update_or_create(organisation=house, person=person, defaults={"grade": grade})
    return grade


def estimated(mission):
    return valuations.estimate(Mission.objects.get(pk=mission.pk))


# --- which cost counts -----------------------------------------------------------------------
def test_the_mission_s_own_cost_counts_then_the_grade_s_then_the_company_s(house, hr, mission):
    assert estimated(mission) is None
    year = year_of(mission)
    average(house, "30", by=hr, year=year)
    assert (estimated(mission).gift, estimated(mission).bases) == (D("420.00"), ["AVERAGE"])
    grade = grade_of(house, mission.offer.person)
    assert estimated(mission).bases == ["AVERAGE"]
    average(house, "40", by=hr, year=year, grade=grade.pk)
    assert (estimated(mission).gift, estimated(mission).bases) == (D("560.00"), ["GRADE"])
    costs.enter(house, {mission.pk: D("50")}, by=hr)
    assert (estimated(mission).gift, estimated(mission).bases) == (D("700.00"), ["OWN"])
    assert not estimated(mission).rests_on_average
    costs.enter(house, {mission.pk: None}, by=hr)
    assert estimated(mission).bases == ["GRADE"]


def test_an_average_is_of_its_year_alone(house, hr, mission):
    average(house, "30", by=hr, year=year_of(mission) - 1)
    assert estimated(mission) is None


def test_over_new_year_each_year_has_its_own(house, hr, mission):
    day = mission.hours.first().day
    HoursEntry.objects.create(
        mission=mission, person=mission.offer.person, day=day.replace(year=day.year - 1, month=12),
        hours=10, confirmed_at=timezone.now(),
    )  # fmt: skip
    average(house, "30", by=hr, year=day.year)
    assert estimated(mission) is None
    average(house, "20", by=hr, year=day.year - 1)
    assert [(part.year, part.gift.gift) for part in estimated(mission).parts] == [
        (day.year - 1, D("200.00")), (day.year, D("420.00")),
    ]  # fmt: skip


def test_each_of_a_team_counts_by_their_own_grade(house, hr, mission):
    other = member(house, first_name="Zoé", last_name="Abel")
    Offer.objects.filter(pk=mission.offer_id).update(person=None)
    HoursEntry.objects.create(
        mission=mission, person=other, day=mission.starts_on, hours=10,
        confirmed_at=timezone.now(),
    )  # fmt: skip
    average(house, "30", by=hr, year=year_of(mission))
    average(house, "50", by=hr, year=year_of(mission), grade=grade_of(house, other).pk)
    said = {str(part.person): (part.basis, part.gift.gift) for part in estimated(mission).parts}
    assert said == {"Zoé Abel": ("GRADE", D("500.00")), "Camille Dubois": ("AVERAGE", D("420.00"))}
    assert estimated(mission).bases == ["AVERAGE", "GRADE"]


def test_the_cap_holds_person_by_person(house, hr, mission):
    average(house, "500", by=hr, year=year_of(mission))
    estimate = estimated(mission)
    assert estimate.is_capped
    assert estimate.gift == estimate.parts[0].gift.cap < estimate.cost


def test_another_company_s_average_counts_for_nothing(house, hr, mission):
    other = make_house(name="Ailleurs")
    average(other, "30", by=member(other, "MEMBER", "HR"), year=year_of(mission))
    assert estimated(mission) is None


# --- who may ---------------------------------------------------------------------------------
def whoever(who, house, mission):
    if who in ("CSR", "MANAGER", "SIGNATORY", "PROGRAMME"):
        return member(house, "MEMBER", who)
    people = {
        "administrator": lambda: head_of(house),
        "employee": lambda: member(house),
        "representative": lambda: member(house, "MEMBER"),
        "stranger": make_user,
        "structure": lambda: mission.need.organisation.members.first(),
        "elsewhere": lambda: member(make_house(name="Ailleurs"), "MEMBER", "HR"),
        "came": lambda: mission.offer.person,
    }
    return people[who]()


EVERYBODY = (
    *("CSR", "MANAGER", "SIGNATORY", "PROGRAMME", "administrator", "employee", "representative"),
    *("stranger", "structure", "elsewhere", "came"),
)


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_but_human_resources_reads_or_enters_a_cost(client, house, hr, mission, who):
    average(house, "31.37", by=hr, year=year_of(mission))
    grade = grade_of(house, mission.offer.person)
    person = whoever(who, house, mission)
    client.force_login(person)
    year = year_of(mission)
    pages = [
        reverse("hour-costs", args=[house.pk, year]),
        reverse("average-costs", args=[house.pk, year]),
        reverse("cost-lists", args=[house.pk]),
        reverse("cost-lists-model", args=[house.pk]),
        reverse("grade-remove", args=[grade.pk]),
    ]
    for url in pages:
        assert client.get(url).status_code in (403, 404, 405), url
        assert client.post(url, {"cost_company": "1"}).status_code in (403, 404, 405), url
    with pytest.raises(NotYet):
        costs.enter(house, {mission.pk: D(9)}, by=person)
    with pytest.raises(NotYet):
        average(house, "9", by=person, year=year)
    with pytest.raises(NotYet):
        costs.remove_grade(grade, by=person)
    assert costs.averages_of(house, year) == {None: D("31.37")}


def test_nobody_without_logging_in(client, house, mission):
    for name in ("hour-costs", "average-costs"):
        page = client.get(reverse(name, args=[house.pk, year_of(mission)]))
        assert page.status_code == 302


def test_human_resources_who_have_left_or_whose_company_is_suspended_enter_nothing(
    client, house, hr, mission
):
    Organisation.objects.filter(pk=house.pk).update(status="SUSPENDED")
    with pytest.raises(NotYet):
        costs.enter(house, {mission.pk: D(9)}, by=hr)
    client.force_login(hr)
    url = reverse("hour-costs", args=[house.pk, year_of(mission)])
    assert client.get(url).status_code == 403
    Organisation.objects.filter(pk=house.pk).update(status="ACCEPTED")
    house.memberships.get(user=hr).delete()
    with pytest.raises(NotYet):
        average(house, "9", by=hr, year=year_of(mission))
    assert client.get(url).status_code in (403, 404)


def test_what_is_done_on_one_s_own_time_is_on_no_table(house, hr, mission):
    assert list(costs.to_value(house)) == [mission]
    Offer.objects.filter(pk=mission.offer_id).update(time="OWN")
    assert not costs.to_value(house).exists()
    with pytest.raises(NotYet):
        costs.enter(house, {mission.pk: D(9)}, by=hr)


# --- kept where nobody reads it ----------------------------------------------------------------
def test_a_cost_stands_in_clear_in_no_table_and_no_log(client, house, hr, mission, caplog):
    caplog.set_level(logging.DEBUG)
    year = year_of(mission)
    client.force_login(hr)
    client.post(reverse("average-costs", args=[house.pk, year]), {"cost_company": "31,37"})
    client.post(reverse("hour-costs", args=[house.pk, year]), {f"cost_{mission.pk}": "47,83"})
    assert estimates.own_costs([mission]) == {mission.pk: D("47.83")}
    for row in [*AverageCost.objects.values_list(), *HourCost.objects.values_list()]:
        assert not any(figure in str(row) for figure in ("31.37", "47.83"))
    assert "31,37" not in caplog.text.replace("cost_company", "")
    assert "47.83" not in caplog.text


def test_a_cost_sent_once_logged_out_is_not_kept_for_later(client, house, hr, mission):
    url = reverse("hour-costs", args=[house.pk, year_of(mission)])
    client.force_login(hr)
    client.get(url)
    client.logout()
    client.post(url, {f"cost_{mission.pk}": "47,83"})
    assert "47" not in "".join(TypedForm.objects.values_list("form", flat=True))
    pay = {"gross": "4783", "charges": "4784", "aids": "4785", "hours": "151"}
    client.post(reverse("mission-cost", args=[mission.pk]), pay)
    assert "47" not in "".join(TypedForm.objects.values_list("form", flat=True))


# --- the pages -------------------------------------------------------------------------------
def test_several_are_kept_in_one_press_and_twice_is_once(client, house, hr, mission):
    other = a_mission(house)
    client.force_login(hr)
    url = reverse("hour-costs", args=[house.pk, year_of(mission)])
    sent = {f"cost_{mission.pk}": "12,50 €", f"cost_{other.pk}": "12.50"}
    for _time in range(2):
        assert client.post(url, sent).status_code == 302
    assert estimates.own_costs([mission, other]) == {mission.pk: D("12.50"), other.pk: D("12.50")}
    client.post(url, {f"cost_{mission.pk}": "", f"cost_{other.pk}": "12,50"})
    assert estimates.own_costs([mission, other]) == {other.pk: D("12.50")}


def test_a_wrong_cost_is_said_beside_its_field_and_what_was_typed_is_kept(
    client, house, hr, mission
):
    other = a_mission(house)
    client.force_login(hr)
    url = reverse("hour-costs", args=[house.pk, year_of(mission)])
    page = client.post(url, {f"cost_{mission.pk}": "douze", f"cost_{other.pk}": "31,20"})
    assert list(page.context["form"].errors) == [f"cost_{mission.pk}"]
    assert 'value="douze"' in page.content.decode()
    assert 'value="31,20"' in page.content.decode()
    assert not HourCost.objects.exists()
    for zero in ("0", "-3", "1e9", "NaN", "9" * 40):
        assert client.post(url, {f"cost_{mission.pk}": zero}).status_code == 200, zero


def test_a_mission_that_can_no_longer_be_valued_is_said_and_nothing_is_kept(
    client, house, hr, mission
):
    other = a_mission(house)
    Mission.objects.filter(pk=other.pk).update(status=MissionStatus.CLOSED)
    client.force_login(hr)
    url = reverse("hour-costs", args=[house.pk, year_of(mission)])
    page = client.post(url, {f"cost_{mission.pk}": "31,20", f"cost_{other.pk}": "30"})
    assert page.status_code == 200
    assert page.context["form"].non_field_errors()
    assert 'value="31,20"' in page.content.decode()
    assert not HourCost.objects.exists()


def test_the_table_says_who_by_what_and_how_much(client, house, hr, mission):
    average(house, "30", by=hr, year=year_of(mission))
    client.force_login(hr)
    page = client.get(reverse("hour-costs", args=[house.pk, year_of(mission)]))
    (row,) = page.context["rows"]
    assert (row["hours"], row["estimate"].gift) == (D(14), D("420.00"))
    assert row["basis"] == "moyenne de l’entreprise"
    empty = client.get(reverse("hour-costs", args=[house.pk, year_of(mission) - 3]))
    assert empty.context["rows"] == []


def test_the_table_asks_as_much_for_many_missions_as_for_few(client, house, hr, mission):
    client.force_login(hr)
    url = reverse("hour-costs", args=[house.pk, year_of(mission)])

    def questions():
        with CaptureQueriesContext(connection) as asked_of_it:
            assert client.get(url).status_code == 200
        return len(asked_of_it)

    a_mission(house)
    average(house, "30", by=hr, year=year_of(mission))
    questions()
    few = questions()
    for _n in range(6):
        a_mission(house)
    assert questions() <= few


def test_grades_are_added_and_removed_with_their_averages(client, house, hr, mission):
    year = year_of(mission)
    client.force_login(hr)
    url = reverse("average-costs", args=[house.pk, year])
    sent = {"cost_company": "30", "new_name": "Cadres", "cost_new": "45"}
    assert client.post(url, sent).status_code == 302
    grade = house.grades.get()
    assert costs.averages_of(house, year) == {None: D(30), grade.pk: D(45)}
    again = client.post(url, sent | {"new_name": "cadres", f"cost_grade_{grade.pk}": "46"})
    assert list(again.context["form"].errors) == ["new_name"]
    assert costs.averages_of(house, year)[grade.pk] == D(45)
    nameless = client.post(url, {"cost_new": "45"})
    assert list(nameless.context["form"].errors) == ["new_name"]
    assert client.post(reverse("grade-remove", args=[grade.pk])).status_code == 302
    assert costs.averages_of(house, year) == {None: D(30)}
    assert client.post(reverse("grade-remove", args=[grade.pk])).status_code == 404


def test_a_grade_of_few_people_is_said_to_come_near_their_own_cost(client, house, hr, mission):
    grade_of(house, mission.offer.person)
    client.force_login(hr)
    page = client.get(reverse("average-costs", args=[house.pk, year_of(mission)]))
    assert [(row["people"], row["is_few"]) for row in page.context["rows"]] == [(1, True)]
    assert f"Moins de {discretion.FEW} personnes" in page.content.decode()


@pytest.mark.parametrize("name", ["hour-costs", "average-costs"])
def test_both_pages_say_who_can_work_out_what_an_hour_costs(client, house, hr, mission, name):
    """“Nobody else sees these figures” was said, and the value by the hours, which the structure reads, is one of them."""
    client.force_login(hr)
    page = client.get(reverse(name, args=[house.pk, year_of(mission)])).text
    assert "Divisée par les heures, la valeur dit ce que coûte une heure" in page
    assert "avec une moyenne, c’est cette moyenne" in page
    assert "Personne d’autre" not in page


def test_the_pages_say_what_may_be_deducted_from_the_figures_of_the_law(client, house, hr, mission):
    client.force_login(hr)
    page = client.get(reverse("average-costs", args=[house.pk, year_of(mission)]))
    said = page.context["reduction"].replace("\xa0", " ").replace("\u202f", " ")
    assert "60 % de la valeur retenue, puis de 40 %" in said
    assert "2 000 000,00 €" in said
