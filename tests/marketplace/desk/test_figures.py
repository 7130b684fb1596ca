"""What the pôle learns: figures that equal the events, filters, files that name nobody, a printable year."""

import csv
import io
import re
import zipfile
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.land import land
from marketplace import tasks
from marketplace.actions.desk import figures
from marketplace.figures import drawing
from marketplace.figures.comparison import Choice, Options, broken_down, places, plus, read
from marketplace.figures.counts import Counts, quantile
from marketplace.models import (
    HoursEntry,
    Mission,
    MonthFigures,
    Reckoning,
    Review,
)
from marketplace.models.desk.figures import slice_of
from marketplace.states import MissionStatus
from tests.factories import (
    make_commune,
    make_coordinator,
    make_mission,
    make_need,
    make_organisation,
    make_pole,
    make_user,
)
from tests.marketplace.desk.figures_lived import NOW, lived
from tests.marketplace.desk.figures_oracle import differences, recount


@pytest.fixture
def pole():
    return make_pole(departments=("59", "62"))


@pytest.fixture
def coordinator(pole):
    return make_coordinator(pole)


@pytest.fixture
def as_():
    """A browser where this person is logged in."""

    def logged_in(user) -> Client:
        browser = Client()
        browser.force_login(user)
        return browser

    return logged_in


def asked(pole, **query) -> Choice:
    return Choice.asked(pole, Options.of(pole), query, today=NOW.date())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_figures_equal_those_recounted_from_the_log_of_events(pole, seed):
    lived(pole, seed=seed)
    figures.refresh(pole, now=NOW)
    for months in ("3", "12", "24"):
        comparison = read(asked(pole, months=months))
        choice = comparison.choice
        told = recount(pole, choice.first, choice.after, now=NOW)
        assert differences(comparison.now, told) == {}
        earlier = recount(pole, choice.before.first, choice.first, now=NOW)
        assert differences(comparison.before, earlier) == {}
    assert comparison.now.posted + comparison.before.posted == 14
    assert comparison.now.taught + comparison.before.taught > 0
    assert comparison.now.together_qualified + comparison.before.together_qualified > 0


def test_a_filter_and_a_breakdown_share_the_same_whole(pole):
    lived(pole, seed=4)
    figures.refresh(pole, now=NOW)
    whole = read(asked(pole, months="24"))
    for by in ("month", "department", "family"):
        parts = broken_down(read(asked(pole, months="24", by=by)))
        assert sum(row.counts.posted for row in parts) == whole.now.posted
        assert sum(row.counts.missions for row in parts) == whole.now.missions
    nord, pas_de_calais = (
        read(asked(pole, months="24", department=code)).now for code in ("59", "62")
    )
    assert nord.posted + pas_de_calais.posted == whole.now.posted
    assert nord.posted
    assert pas_de_calais.posted
    within = broken_down(read(asked(pole, months="24", department="62", by="family")))
    assert sum(row.counts.posted for row in within) == pas_de_calais.posted


def test_an_operator_is_credited_with_what_its_coordinators_follow(pole, coordinator):
    operator = coordinator.memberships.get().organisation
    need = make_need(make_organisation(pole=pole, member=make_user()), coordinator=coordinator)
    need.steps.create(before="", after="SUBMITTED", at=NOW)
    figures.refresh(pole, now=NOW)
    assert read(asked(pole, operator=str(operator.pk))).now.posted == 1
    assert MonthFigures.objects.filter(slice=slice_of(operator=operator.pk)).exists()


def test_made_anew_twice_the_figures_are_the_same(pole):
    lived(pole, seed=5, needs=6)
    figures.refresh(pole, now=NOW)
    first = list(MonthFigures.objects.order_by("slice", "month").values("slice", "month", "counts"))
    figures.refresh(pole, now=NOW)
    again = MonthFigures.objects.order_by("slice", "month").values("slice", "month", "counts")
    assert list(again) == first


def test_another_poles_events_are_not_counted(pole):
    lived(pole, seed=6, needs=3)
    elsewhere = make_pole("Pôle d’ailleurs", departments=("80",))
    figures.refresh(elsewhere, now=NOW)
    assert read(asked(elsewhere, months="24")).is_empty


def test_asking_for_the_figures_of_a_pole_asks_for_no_other(pole):
    other = Reckoning.objects.create(pole=make_pole("Pôle voisin", ["80"]))
    assert figures.ask(pole, now=NOW)
    other.refresh_from_db()
    assert other.asked_at is None
    assert Reckoning.objects.get(pole=pole).asked_at == NOW


def test_each_night_or_when_asked_and_otherwise_not(pole):
    assert figures.refresh_due(NOW) == 1
    assert figures.refresh_due(NOW + timedelta(minutes=5)) == 0
    assert not figures.ask(pole, now=NOW + timedelta(minutes=1))
    assert figures.ask(pole, now=NOW + timedelta(minutes=5))
    assert figures.refresh_due(NOW + timedelta(minutes=6)) == 1
    assert figures.refresh_due(NOW + timedelta(hours=24)) == 1
    tasks.make_figures()
    assert Reckoning.objects.get(pole=pole).made_at


def test_counts_survive_their_travel_through_the_database():
    counts = Counts(posted=3, people={4, 9})
    counts.hours.update({"LOAN": Decimal("3.50")})
    counts.answer_days.update({0: 2, 12: 1})
    assert Counts.from_json(counts.as_json()) == counts


def test_who_came_is_known_by_the_missions_and_by_the_hours_each_person_once():
    """A team's offer names nobody: its people are those who gave hours."""
    counts = Counts(people={4, 9}, givers={"LOAN": {9, 12}, "NONE": {4}})
    assert counts.everyone == {4, 9, 12}


@pytest.mark.parametrize(
    ("days", "share", "said"),
    [({}, "0.5", None), ({4: 1}, "0.5", 4), ({1: 1, 9: 1}, "0.5", 1), ({1: 9, 30: 1}, "0.9", 1)],
)
def test_a_median_is_a_number_of_days_that_was_seen(days, share, said):
    counts = Counts()
    counts.answer_days.update(days)
    assert quantile(counts.answer_days, Decimal(share)) == said


def test_months_go_over_the_years():
    assert plus(date(2026, 1, 1), -1) == date(2025, 12, 1)
    assert plus(date(2026, 11, 1), 14) == date(2028, 1, 1)


@pytest.mark.parametrize(
    "query",
    [
        {"months": "x" * 50},
        {"months": "²"},
        {"months": "0"},
        {"department": "2A", "operator": "-1", "family": "\0"},
        {"by": "pole", "months": "999999999999"},
    ],
)
def test_an_address_that_makes_no_sense_shows_the_year(as_, coordinator, query):
    page = as_(coordinator).get(reverse("figures"), query)
    assert page.status_code == 200
    assert page.context["choice"].length == 12
    assert page.context["choice"].filters == {}


def test_the_page_tells_the_figures_within_few_questions(
    as_, coordinator, pole, django_assert_max_num_queries
):
    lived(pole, seed=7)
    figures.refresh(pole, now=timezone.now())
    browser = as_(coordinator)
    browser.get(reverse("figures"))  # the map's land is drawn once a process
    with django_assert_max_num_queries(18):  # one of them counts pairs, two who waits
        page = browser.get(reverse("figures"), {"months": "24", "by": "family"})
    said = page.content.decode()
    assert said.index("Ce que deviennent les") < said.index("Équité des rapprochements")
    assert "Compta" in said or "Logo" in said or "Site" in said


def test_the_page_says_who_follows_how_much(as_, coordinator, pole):
    structure = make_organisation(pole=pole, member=make_user())
    operator = coordinator.memberships.get().organisation
    for status in ("SUBMITTED", "PUBLISHED", "CLOSED"):
        make_need(structure, status=status, coordinator=coordinator)
    make_mission(need=make_need(structure))
    Mission.objects.update(coordinator=None, operator=operator)
    make_need(structure, status="SUBMITTED")
    figures.refresh(pole, now=NOW)
    lines = as_(coordinator).get(reverse("figures")).context["load"]
    assert [(line.who, line.needs, line.missions, line.cases) for line in lines] == [
        (str(coordinator), 2, 0, 0),
        (str(operator), 0, 1, 0),
        ("Personne encore", 1, 0, 0),
    ]


def test_of_many_in_charge_the_busiest_and_what_nobody_follows(as_, coordinator, pole):
    figures.refresh(pole, now=NOW)
    load = {f"p{900_000 + n}": {"needs": n} for n in range(2, 25)} | {"": {"cases": 1}}
    Reckoning.objects.filter(pole=pole).update(load=load)
    browser = as_(coordinator)
    page = browser.get(reverse("figures"))
    lines = page.context["load"]
    assert [line.needs for line in lines] == [*range(24, 14, -1), 0]
    assert (lines[-1].who, lines[-1].cases) == ("Personne encore", 1)
    assert "Les 10 personnes ou opérateurs qui suivent le plus, sur 23." in page.text
    Reckoning.objects.filter(pole=pole).update(load={"p900000": {"needs": 1}, "": {"cases": 1}})
    page = browser.get(reverse("figures"))
    assert len(page.context["load"]) == 2
    assert "qui suivent le plus" not in page.text


def test_whose_mission_hasnt_begun_isnt_said_to_have_come(as_, coordinator, pole):
    make_mission(need=make_need(make_organisation(pole=pole, member=make_user())))
    figures.refresh(pole, now=timezone.now())
    page = as_(coordinator).get(reverse("figures")).text
    assert ("Personnes engagées" in page, "Personnes venues" in page) == (True, False)


def test_nothing_counted_says_what_to_do(as_, coordinator):
    page = as_(coordinator).get(reverse("figures"), {"months": "3"})
    assert "Rien à compter ici" in page.content.decode()


@pytest.mark.parametrize("name", ["figures", "figures-export", "figures-report"])
def test_only_coordinators_see_the_figures(as_, client, pole, name):
    args = {"figures": [], "figures-export": ["csv"], "figures-report": [2026]}[name]
    url = reverse(name, args=args)
    assert client.get(url).status_code == 302
    assert as_(make_user()).get(url).status_code == 403
    member = make_user()
    make_organisation(pole=pole, administrator=member)
    assert as_(member).get(url).status_code == 403


def test_newer_figures_are_asked_by_a_coordinator_and_once(as_, client, coordinator, pole):
    url = reverse("figures-refresh")
    assert client.post(url).status_code == 302
    assert as_(make_user()).post(url).status_code == 403
    browser = as_(coordinator)
    assert browser.get(url).status_code == 405
    assert "en cours de calcul" in browser.post(url, follow=True).content.decode()
    tasks.make_figures()
    assert "viennent d’être calculés" in browser.post(url, follow=True).content.decode()


def test_a_file_never_says_a_number_of_people_under_five(as_, coordinator, pole):
    lived(pole, seed=8, now=timezone.now())
    figures.refresh(pole, now=timezone.now())
    browser = as_(coordinator)
    sent = browser.get(reverse("figures-export", args=["csv"]), {"months": "24"})
    assert sent["Content-Disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(sent.content.decode("utf-8-sig")), delimiter=";"))
    told = {row["Personnes engagées (à 5 près)"] for row in rows}
    assert told <= {"0", "moins de 5"} | {str(number) for number in range(5, 30, 5)}
    assert "moins de 5" in told
    for column in ("Heures faites (arrondies)", "Valeur déclarée (€, arrondie)"):
        assert {row[column] for row in rows} == {"0", "non communiqué"}
    assert sum(int(row["Besoins déposés"]) for row in rows) == 14


def test_the_spreadsheet_holds_numbers(as_, coordinator, pole):
    lived(pole, seed=9, needs=5, now=timezone.now())
    figures.refresh(pole, now=timezone.now())
    url = reverse("figures-export", args=["xlsx"])
    sent = as_(coordinator).get(url, {"months": "24", "by": "department"})
    with zipfile.ZipFile(io.BytesIO(sent.content)) as box:
        sheet = box.read("xl/worksheets/sheet1.xml").decode()
    assert "Besoins déposés" in sheet
    assert sum(map(int, re.findall(r'<c r="B\d+"><v>(\d+)</v>', sheet))) == 5
    assert "<f>" not in sheet


def test_no_other_file_is_made(as_, coordinator):
    assert as_(coordinator).get(reverse("figures-export", args=["pdf"])).status_code == 404


def test_the_report_names_nobody_by_their_number(as_, coordinator, pole):
    need = make_need(make_organisation(pole=pole, member=make_user()))
    mission = make_mission(need=need, status=MissionStatus.CLOSED)
    mission.need.steps.create(before="", after="SUBMITTED", at=timezone.now())
    figures.refresh(pole, now=timezone.now())
    year = timezone.localdate().year
    HoursEntry.objects.create(
        mission=mission,
        person=mission.offer.person,
        day=timezone.localdate(),
        hours=Decimal("13.5"),
        confirmed_at=timezone.now(),
    )
    review = {"author": mission.offer.person, "rating": 2, "again": False}
    Review.objects.create(mission=mission, side="NEED", **review)
    figures.refresh(pole, now=timezone.now())
    browser = as_(coordinator)
    report = browser.post(reverse("figures-report", args=[year]), {"of": ""}, follow=True).text
    assert "non communiqué" in report
    assert "13,5" not in report
    assert "2,0 / 5" not in report
    inside = browser.get(reverse("figures")).content.decode()
    assert "13,5" in inside
    assert "2,0 / 5" in inside


def test_the_map_is_drawn_from_the_communes_alone(pole):
    land.cache_clear()
    make_commune()
    make_commune("62041", "Arras", latitude=50.29, longitude=2.78)
    lived(pole, seed=10, needs=8)
    figures.refresh(pole, now=NOW)
    found = drawing.territory(["59", "62"], places(asked(pole, months="24")))
    assert found.land.count("m") == 2
    assert sum(circle.place.needs for circle in found.circles) == 8
    land.cache_clear()
    assert drawing.territory(["2A"], []) is None
