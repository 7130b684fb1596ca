"""After a change of PAPERS_KEY all is brought under today's: the old key goes, and nothing is lost with it."""

from decimal import Decimal as D

import pytest
from django.utils import timezone

from marketplace.actions.documents import estimates, turning, valuations, verification
from marketplace.actions.market import imports
from marketplace.models import AverageCost, HourCost, Import, ImportLine, Seal
from marketplace.states import MissionStatus
from tests.marketplace.documents.document_desk import give_hours, head_of, make_mission
from tests.marketplace.documents.test_cost_lists import a_mission, sent, started, undone
from tests.marketplace.documents.test_documents import make, sign
from tests.marketplace.market.programme_house import make_house, member

OLD, NEW, THIRD = "papers-of-the-first-day", "papers-of-another-day", "papers-of-the-third-day"


@pytest.fixture(autouse=True)
def keys(settings):
    """`keys(new, old…)` is what the settings make of an .env with these."""

    def change(papers: str, *before: str) -> None:
        settings.PAPERS_KEY, settings.PAPERS_KEY_FALLBACKS = papers, list(before)

    change(OLD)
    return change


@pytest.fixture
def costly():
    """A mission whose convention is sealed, and whose hour's cost is hidden."""
    mission = give_hours(make_mission(status=MissionStatus.REVIEWED))
    sign(make(mission))
    valuations.enter_cost(mission, D("32.31"), by=head_of(mission.offer.organisation))
    return mission


@pytest.fixture
def house():
    return make_house()


@pytest.fixture
def hr(house):
    return member(house, "MEMBER", "HR")


def turned(**options):
    return turning.turn(lambda _words: None, **options)


def faults():
    return list(verification.faults())


def test_once_turned_the_old_key_goes_and_papers_and_costs_are_read(costly, keys):
    links = Seal.objects.count()
    keys(NEW, OLD)
    outcome = turned()
    assert (outcome.links, outcome.costs, outcome.is_whole) == (links, 1, True)
    keys(NEW)
    assert faults() == []
    assert valuations.estimate(costly).cost > 0
    sign(make(make_mission(structure=costly.need.organisation)))
    assert faults() == [], "the chain goes on under the new key"


def test_without_the_turn_the_old_key_is_missed(costly, keys):
    keys(NEW)
    assert faults()
    assert turned().unreadable == 1


def test_a_look_counts_and_changes_nothing_and_a_second_turn_finds_nothing(costly, keys):
    keys(NEW, OLD)
    looked = turned(only_look=True)
    assert (looked.links, looked.costs) == (Seal.objects.count(), 1)
    assert not Seal.objects.exclude(resealed="").exists()
    assert (turned().links, turned().links, turned().costs) == (looked.links, 0, 0)


def test_keys_turn_again_and_again(costly, keys):
    keys(NEW, OLD)
    turned()
    keys(THIRD, NEW)
    assert turned().links == Seal.objects.count()
    keys(THIRD)
    assert faults() == []
    assert valuations.estimate(costly).cost > 0


def test_a_chain_that_somebody_touched_is_not_sealed_anew_and_the_others_are(costly, keys):
    sign(make(give_hours(make_mission())))
    keys("a-key-of-nobody")
    make(make_mission(structure=costly.need.organisation))
    keys(NEW, OLD)
    outcome = turned()
    assert len(outcome.broken) == 1
    assert str(costly.need.organisation) in outcome.broken[0]
    assert not Seal.objects.filter(register__organisation=costly.need.organisation).exclude(resealed="").exists()  # fmt: skip
    assert outcome.links == 2


def test_a_link_changed_after_the_turn_is_found(costly, keys):
    keys(NEW, OLD)
    turned()
    keys(NEW)
    Seal.objects.filter(position=1).update(resealed="0" * 64)
    assert faults()


def test_an_average_turns_too(house, hr, keys):
    mission = a_mission(house)
    keys(NEW)
    AverageCost.objects.create(organisation=house, year=2026, sealed="lost", entered_by=hr)
    keys(OLD)
    AverageCost.objects.update(sealed=_hidden("41"))
    keys(NEW, OLD)
    assert turned().costs == 1
    keys(NEW)
    assert valuations.sealing.reveal(AverageCost.objects.get().sealed) == D(41)
    assert mission.pk


def _hidden(amount: str) -> str:
    return valuations.sealing.hide(D(amount))


def test_a_list_of_costs_turned_meanwhile_is_still_taken_back_as_it_was(house, hr, keys):
    mission = a_mission(house)
    first = started(house, hr, f"Mission;Coût horaire\n{mission.pk};41\n")
    second = started(house, hr, f"Mission;Coût horaire\n{mission.pk};52\n")
    keys(NEW, OLD)
    looked, outcome = turned(only_look=True), turned()
    assert (looked.costs, outcome.costs) == (3, 3), "two lines and the cost that they wrote"
    keys(NEW)
    undone(second, hr)
    assert estimates.own_costs([mission]) == {mission.pk: D(41)}
    undone(first, hr)
    assert not HourCost.objects.exists()


def test_a_list_that_waits_to_be_read_is_read_under_the_new_key(house, hr, keys):
    mission = a_mission(house)
    table, _new = imports.receive(
        house, Import.Kind.COSTS, content=f"Mission;Coût horaire\n{mission.pk};41\n".encode(),
        by=hr, now=timezone.now(),
    )  # fmt: skip
    keys(NEW, OLD)
    turned()
    keys(NEW)
    imports.carry_on(table, now=timezone.now())
    assert ImportLine.objects.get().outcome == "MAKE"


def test_questions_grow_with_companies_not_with_their_lines(
    house, hr, keys, django_assert_max_num_queries
):
    missions = [a_mission(house) for _one in range(4)]
    lines = "".join(f"{one.pk};41\n" for one in missions)
    sent(house, hr, f"Mission;Coût horaire\n{lines}")
    keys(NEW, OLD)
    with django_assert_max_num_queries(10):
        assert turned(only_look=True).costs == 4
