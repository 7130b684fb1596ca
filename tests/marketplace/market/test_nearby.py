"""A stranger reads how many could help near a commune, and can deduce nobody from it."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.utils import timezone

from accounts import sectors
from accounts.models import Organisation, Pole
from accounts.states import OrganisationStatus
from marketplace.figures import nearby
from marketplace.models import Offer, Place, SkillFamily, Time
from marketplace.states import OfferStatus
from tests.factories import (
    a_pole,
    in_days,
    make_commune,
    make_family,
    make_offer,
    make_organisation,
    make_pole,
    make_user,
)

pytestmark = pytest.mark.django_db
FEW = "quelques personnes peut-être"
YESTERDAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def counted_anew():
    caches["counts"].clear()
    yield
    caches["counts"].clear()


@pytest.fixture
def lille():
    """The largest town, one beside it, and one forty kilometres away."""
    make_pole()
    make_commune("59512", "Roubaix", latitude=50.69, longitude=3.18, population=98_000)
    make_commune("59392", "Maubeuge", latitude=50.28, longitude=3.97, population=29_000)
    return make_commune()


def people(count, **fields):
    published = timezone.localtime() - YESTERDAY
    return [
        make_offer(make_user(), ranked=False, **{"published_at": published} | fields)
        for _ in range(count)
    ]


def words(commune, family=None):
    caches["counts"].clear()
    return told(commune, family)


def told(commune, family=None):
    number = (family or make_family()).pk
    pole = Pole.objects.covering(commune).get()
    return nearby.told([number], commune, pole)[number].words


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (5, "environ cinq"),
        (7, "environ cinq"),
        (8, "une dizaine"),
        (12, "une dizaine"),
        (13, "une quinzaine"),
        (19, "une vingtaine"),
        (26, "environ 25"),
    ],
)
def test_from_five_on_they_are_told_to_the_nearest_five(lille, count, said):
    people(count)
    assert said in words(lille)


def test_from_none_to_four_all_say_the_same(lille):
    said = {words(lille)}
    for _ in range(4):
        people(1)
        said.add(words(lille))
    assert len(said) == 1
    assert FEW in said.pop()


def test_a_person_counts_once_and_so_does_a_team(lille):
    for offer in people(4):
        make_offer(offer.person, published_at=offer.published_at, ranked=False)
    assert FEW in words(lille)
    company = make_organisation(Organisation.Kind.COMPANY)
    people(1, organisation=company, somebody=None)
    assert "environ cinq" in words(lille)


@pytest.mark.parametrize("away", [{"place": Place.REMOTE}, {"status": OfferStatus.PAUSED}])
def test_who_couldnt_come_isnt_counted(lille, away):
    people(4)
    people(6, **away)
    assert FEW in words(lille)


def test_an_offer_that_is_over_isnt_counted(lille):
    people(6, starts_on=in_days(-9), ends_on=in_days(-3))
    assert FEW in words(lille)


def test_who_is_lent_by_a_suspended_company_isnt_counted(lille):
    company = make_organisation(Organisation.Kind.COMPANY, status=OrganisationStatus.SUSPENDED)
    people(6, organisation=company)
    assert FEW in words(lille)
    Offer.objects.update(time=Time.OWN)  # in their own name they stay
    assert "environ cinq" in words(lille)


def test_whoever_publishes_today_is_counted_from_tomorrow_on(lille):
    """Otherwise whoever asks before and after somebody clicked would know."""
    people(4)
    people(4, published_at=timezone.now())
    assert FEW in words(lille)


def test_a_count_is_kept_for_a_day(lille):
    people(4)
    assert FEW in told(lille)
    people(4)
    assert FEW in told(lille)
    assert nearby.KEPT_SECONDS >= 24 * 60 * 60


def test_a_commune_and_its_neighbour_have_one_count(lille):
    """Nothing is left when one is taken from the other, wherever the people live."""
    roubaix = make_commune("59512")
    people(4)
    people(4, commune=roubaix)
    assert words(lille) == words(roubaix)
    assert "une dizaine" in words(roubaix)


def test_no_person_is_in_two_sectors_and_none_is_in_none(lille):
    """Two sectors that overlapped would tell by their difference who is where."""
    pole = a_pole()
    grid = [
        make_commune(
            f"591{n:02}", f"Bourg {n}", latitude=50.2 + n % 7 / 10, longitude=2.6 + n // 7 / 8,
            population=900 - n,
        )
        for n in range(49)
    ]  # fmt: skip
    caches["counts"].clear()
    found = {
        sectors.sector_of(commune, pole).insee: sectors.sector_of(commune, pole) for commune in grid
    }
    members = [insee for sector in found.values() for insee in sector.communes]
    assert len(found) > 2
    assert len(members) == len(set(members))
    assert {commune.pk for commune in grid} <= set(members)
    towns = type(lille).objects.in_bulk()
    for sector in found.values():
        assert all(towns[sector.insee].distance_km(towns[one]) <= 30 for one in sector.communes)


def test_somebody_beyond_thirty_kilometres_is_of_another_sector(lille):
    people(6, commune=make_commune("59392"))
    assert FEW in words(lille)
    assert "environ cinq" in words(make_commune("59392"))


def test_another_family_isnt_counted(lille):
    people(6)
    other = SkillFamily.objects.create(code="droit", label_fr="Droit", label_en="Law")
    assert FEW in words(lille, other)


def test_another_pole_isnt_counted(lille):
    people(6, pole=make_pole("Ailleurs", departments=("33",)))
    assert FEW in words(lille)


def test_an_empty_pole_says_what_few_say(lille):
    assert FEW in words(lille)


def test_whoever_asks_again_asks_the_database_for_the_pole_alone(lille, django_assert_num_queries):
    people(6)
    told(lille)
    family = make_family()
    with django_assert_num_queries(1):
        told(lille, family)
