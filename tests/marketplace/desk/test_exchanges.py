"""What operators bring to each other: whose need met whose offer, and what is told of it."""

import csv
import io
import random
from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from accounts.models import Membership, Organisation, Seat
from accounts.states import SeatStatus
from marketplace.actions.desk import figures
from marketplace.figures.brought import ELSEWHERE, NOBODY
from marketplace.figures.comparison import plus
from marketplace.figures.exchanges import Exchanges, count
from marketplace.models import HoursEntry, Mission, Need, Offer, Reckoning, Referent
from marketplace.models.desk.figures import month_of
from tests.factories import (
    make_coordinator,
    make_mission,
    make_need,
    make_organisation,
    make_pole,
    make_seat,
    make_user,
)

OPERATOR = Organisation.Kind.OPERATOR
NOW = timezone.make_aware(datetime(2026, 11, 24, 12))
PAGE = reverse("figures-exchanges")


@pytest.fixture
def pole(db):
    return make_pole()


@pytest.fixture
def three(pole):
    """Operators of the pôle, seated one after the other."""
    found = [make_organisation(OPERATOR, pole=pole, name=name) for name in ("Un", "Deux", "Trois")]
    for day, operator in enumerate(found):
        operator.seats.update(since=NOW - timedelta(days=900 - day))
    return found


@pytest.fixture
def reader(pole):
    return make_coordinator(pole)


def browser_of(user):
    client = Client()
    client.force_login(user)
    return client


def met(pole, *, need=None, offer=None, at=NOW, work=False, **fields):
    """A mission of a structure that came by one door, and of somebody, or a company, that came by another."""
    needs = {name: fields.pop(name) for name in ("operator", "coordinator") if name in fields}
    structure = make_organisation(pole=pole, member=make_user(), came_through=need)
    asked = make_need(structure, **needs)
    asked.steps.create(before="", after="SUBMITTED", at=at)
    person = make_user("Noé", came_through=None if work else offer)
    company = None
    if work:
        company = make_organisation(Organisation.Kind.COMPANY, pole=pole, came_through=offer)
        fields["company"] = company
    mission = make_mission(need=asked, person=person, work=work, **fields)
    Mission.objects.filter(pk=mission.pk).update(created_at=at)
    return mission


def counted(pole, *, months=12, now=NOW):
    figures.refresh(pole, now=now)
    kept = Reckoning.objects.get(pole=pole).exchanges
    last = month_of(now)
    return Exchanges.read(kept, [plus(last, -back) for back in range(months)])


def key(operator):
    return str(operator.pk) if isinstance(operator, Organisation) else operator


# --- whose a need and an offer are ---------------------------------------------------------------
def test_a_need_and_an_offer_are_of_the_operators_by_whose_doors_they_came(pole, three):
    one, two, _three = three
    met(pole, need=one, offer=two)
    met(pole, need=one, offer=two, work=True)
    met(pole, need=one, offer=one)
    found = counted(pole)
    assert found.between(key(one), key(two)) == 2
    assert found.between(key(one), key(one)) == 1
    assert found.crossed() == (2, 3, 0)


def test_the_door_comes_before_who_follows(pole, three):
    one, two, other = three
    met(pole, need=one, offer=other, operator=two)
    met(pole, offer=other, operator=two)
    found = counted(pole)
    assert found.between(key(one), key(other)) == 1
    assert found.between(key(two), key(other)) == 1
    assert (found.by_door("needs", key(one)), found.by_door("needs", NOBODY)) == (1, 1)
    assert found.by_follower("needs", key(two)) == 2
    assert found.by_follower("missions", key(two)) == 2


def test_a_coordinator_follows_for_the_operator_seated_first(pole, three):
    one, two, other = three
    person = make_user()
    for operator in (other, two):
        Membership.objects.create(user=person, organisation=operator)
    make_seat(other, make_pole("Voisin", departments=("80",)), since=NOW - timedelta(days=2000))
    met(pole, offer=one, coordinator=person)
    assert counted(pole).between(key(two), key(one)) == 1


def test_what_a_company_offers_is_of_the_operator_that_follows_it(pole, three):
    one, two, _other = three
    mission = met(pole, need=one, work=True)
    assert counted(pole).between(key(one), NOBODY) == 1
    Referent.objects.create(organisation=mission.offer.organisation, operator=two)
    assert counted(pole).between(key(one), key(two)) == 1
    person = make_user()
    Membership.objects.create(user=person, organisation=two)
    Referent.objects.update(operator=None, coordinator=person)
    assert counted(pole).between(key(one), key(two)) == 1


def test_ones_own_time_is_never_of_whoever_follows_ones_employer(pole, three):
    """Nor is it counted with the employer's door: the two have nothing to do with each other."""
    one, two, _other = three
    mission = met(pole, need=one)
    employer = make_organisation(Organisation.Kind.COMPANY, pole=pole, came_through=two)
    Referent.objects.create(organisation=employer, operator=two)
    Offer.objects.filter(pk=mission.offer_id).update(organisation=employer)
    assert counted(pole).between(key(one), NOBODY) == 1


def test_an_offer_of_another_pole_and_an_operator_of_another_pole_are_named_nowhere(pole, three):
    one = three[0]
    far = make_pole("Voisin", departments=("80",))
    stranger = make_organisation(OPERATOR, pole=far, name="Étranger")
    mission = met(pole, need=one, offer=one)
    Offer.objects.filter(pk=mission.offer_id).update(pole=far)
    met(pole, need=stranger, offer=stranger)
    found = counted(pole)
    assert found.between(key(one), ELSEWHERE) == 1
    assert found.between(ELSEWHERE, ELSEWHERE) == 1
    assert found.crossed() == (0, 0, 2)
    assert str(stranger.pk) not in found.named()


def test_an_operator_asked_and_never_come_is_one_of_another_pole(pole, three):
    asked = make_organisation(OPERATOR, pole=make_pole("Voisin", departments=("80",)))
    make_seat(asked, pole, status=SeatStatus.DECLINED)
    met(pole, need=three[0], offer=asked)
    assert counted(pole).between(key(three[0]), ELSEWHERE) == 1


def test_one_that_has_left_keeps_its_line_where_something_is_counted(pole, three, reader):
    one, two, other = three
    met(pole, need=one, offer=two)
    for gone in (two, other):
        gone.seats.update(status=SeatStatus.ENDED)
    assert counted(pole, now=timezone.now()).between(key(one), key(two)) == 1
    Mission.objects.update(created_at=timezone.now())
    figures.refresh(pole, now=timezone.now())
    table = browser_of(reader).get(PAGE).context["table"]
    assert "Deux" in table.rows.values()
    assert "Trois" not in table.rows.values()


# --- when ------------------------------------------------------------------------------------
def test_each_thing_is_counted_in_its_month(pole, three):
    one, two, _other = three
    mission = met(pole, need=one, offer=two, at=NOW - timedelta(days=200))
    HoursEntry.objects.create(
        mission=mission, person=mission.offer.person, day=NOW.date(), hours="3.5", confirmed_at=NOW
    )
    HoursEntry.objects.create(mission=mission, person=make_user(), day=NOW.date(), hours="9")
    lately = counted(pole, months=3)
    assert (lately.between(key(one), key(two)), lately.by_door("needs", key(one))) == (0, 0)
    assert lately.by_door("hours", key(one)) == Decimal("3.5")
    assert counted(pole, months=12).between(key(one), key(two)) == 1


def test_a_mission_that_goes_on_with_somebody_else_is_one(pole, three):
    first = met(pole, need=three[0], offer=three[1])
    second = met(pole, need=three[0], offer=three[1])
    Mission.objects.filter(pk=second.pk).update(renewed_from=first)
    assert counted(pole).crossed() == (1, 1, 0)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_all_sums_are_those_of_the_events_counted_one_by_one(pole, three, seed):
    chance, doors = random.Random(seed), [*three, None]
    hours = Counter()
    for _number in range(12):
        door, follower, offer = (chance.choice(doors) for _three in range(3))
        at = NOW - timedelta(days=chance.randrange(300))
        mission = met(
            pole, need=door, offer=offer, operator=follower, at=at, work=chance.random() < 0.5
        )
        given = Decimal(chance.randrange(1, 20)) / 4
        HoursEntry.objects.create(
            mission=mission,
            person=mission.offer.person,
            day=at.date(),
            hours=given,
            confirmed_at=at,
        )
        hours[door.pk if door else NOBODY, follower.pk if follower else NOBODY] += given
    found = counted(pole)
    names = [*map(key, three), NOBODY]
    assert sum(found.between(need, offer) for need in names for offer in names) == 12
    assert sum(found.by_door("needs", name) for name in names) == Need.objects.count() == 12
    assert sum(found.by_follower("missions", name) for name in names) == 12
    for name in names:
        number = int(name) if name else NOBODY
        by_door = sum(given for (door, _follower), given in hours.items() if door == number)
        followed = sum(given for (_door, who), given in hours.items() if who == number)
        assert found.by_door("hours", name) == by_door
        assert found.by_follower("hours", name) == followed


def test_made_anew_it_is_the_same_and_the_questions_don_t_grow(
    pole, three, django_assert_max_num_queries
):
    met(pole, need=three[0], offer=three[1])
    first = counted(pole)
    assert counted(pole) == first
    for _number in range(4):
        met(pole, need=three[1], offer=three[0])
    with django_assert_max_num_queries(7):
        count(pole)


# --- the page ---------------------------------------------------------------------------------
@pytest.fixture
def lived(pole, three):
    one, two, _other = three
    for need, offer in ((one, two), (two, one), (one, one), (one, None)):
        mission = met(pole, need=need, offer=offer, at=timezone.now())
        HoursEntry.objects.create(
            mission=mission,
            person=mission.offer.person,
            day=timezone.localdate(),
            hours="13.5",
            confirmed_at=timezone.now(),
        )
    figures.refresh(pole, now=timezone.now())


def test_a_sentence_reads_the_table(reader, lived):
    page = browser_of(reader).get(PAGE).text
    assert "2 missions sur 3 ont réuni le besoin d’un opérateur et l’offre d’un autre" in page
    assert "67" in page.split("<main")[1]
    assert "1 autre mission n’a pas d’opérateur du pôle d’un côté." in page
    assert "40,5" in page  # the coordinators read the hours as they are


def test_each_cell_is_read_with_its_line_and_its_column(reader, lived):
    page = browser_of(reader).get(PAGE).text
    assert page.count("<caption>") == 2
    assert 'scope="col"' in page
    assert 'scope="row">Un<' in page
    assert 'data-label="offres\u00a0: Deux">1<' in page


def test_the_figures_lead_there(reader, lived):
    assert PAGE in browser_of(reader).get(reverse("figures")).text


def test_without_anything_it_says_what_to_do(reader, pole):
    for _made in (False, True):
        page = browser_of(reader).get(PAGE)
        assert "Donnez votre porte" in page.text
        assert f'href="{pole.get_absolute_url()}"' in page.text
        figures.refresh(pole, now=timezone.now())


def test_figures_made_before_there_were_exchanges_show_none(reader, pole):
    Reckoning.objects.create(pole=pole, made_at=NOW)
    assert "Donnez votre porte" in browser_of(reader).get(PAGE).text
    file = browser_of(reader).get(reverse("figures-exchanges-export", args=["csv"]))
    assert len(rows_of(file)) == 1  # the operator of today, and nothing counted


@pytest.mark.parametrize("query", ["?months=x", "?months=24&pole=999", "?pole=é&by=\x00"])
def test_an_address_that_makes_no_sense_shows_the_year(reader, lived, query):
    assert browser_of(reader).get(PAGE + query).status_code == 200


def test_who_coordinates_two_poles_reads_each(reader, lived):
    far = make_pole("Voisin", departments=("80",))
    make_seat(reader.organisations.get(), far)
    browser = browser_of(reader)
    assert "Voisin" in browser.get(PAGE, {"pole": far.pk}).context["choice"].pole.name
    assert not browser.get(PAGE, {"pole": far.pk}).context["table"].exchanges.met


@pytest.mark.parametrize("name", ["figures-exchanges", "figures-exchanges-export"])
@pytest.mark.parametrize("who", ["nobody", "stranger", "structure", "has left", "other pôle"])
def test_only_coordinators_read_it(client, reader, lived, name, who):
    url = reverse(name, args=["csv"] if name.endswith("export") else [])
    if who == "nobody":
        assert client.get(url).status_code == 302
        return
    user = make_user()
    if who == "structure":
        make_organisation(administrator=user)
    if who == "has left":
        user = reader
        Seat.objects.update(status=SeatStatus.ENDED)
    if who == "other pôle":
        user = make_coordinator(make_pole("Voisin", departments=("80",)))
        assert "Deux" not in browser_of(user).get(url).text
        return
    assert browser_of(user).get(url).status_code == 403


def test_its_questions_don_t_grow_and_the_givers_aren_t_read(
    reader, lived, django_assert_max_num_queries
):
    browser = browser_of(reader)
    with django_assert_max_num_queries(10):
        page = browser.get(PAGE)
    assert page.context["table"].exchanges.givers == {}


# --- what leaves ---------------------------------------------------------------------------------
def rows_of(answer):
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def test_the_file_tells_the_missions_and_no_hours_of_few(reader, lived):
    answer = browser_of(reader).get(reverse("figures-exchanges-export", args=["csv"]))
    assert answer["Content-Disposition"].startswith('attachment; filename="echanges-')
    rows = {row["Besoins de"]: row for row in rows_of(answer)}
    assert rows["Un"]["Missions avec une offre de\u00a0: Deux"] == "1"
    assert rows["Un"]["Besoins, par la porte"] == "3"
    told = {row["Heures faites, par la porte (arrondies)"] for row in rows.values()}
    assert told == {"0", "non communiqué"}


def test_the_spreadsheet_is_one(reader, lived):
    answer = browser_of(reader).get(reverse("figures-exchanges-export", args=["xlsx"]))
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    cells = [cell for row in book.get_sheet_by_index(0).to_python() for cell in row]
    assert any("Besoins de" in str(cell) for cell in cells)
    other = browser_of(reader).get(reverse("figures-exchanges-export", args=["pdf"]))
    assert other.status_code == 404
