"""How long a mission may last in each legal frame, and whether it is the law that says so."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from common.dates import add_months
from marketplace.actions.documents import documents
from marketplace.actions.refusals import NotYet
from marketplace.law import limits, parameters
from marketplace.models import Kind, Mission, Regime
from tests.factories import make_mission, make_user
from tests.marketplace.documents.document_desk import make_mission as mission_with_papers
from tests.marketplace.documents.test_what_documents_say import words_of
from tests.marketplace.missions.amending import propose, signed_mission


def test_a_loan_lasts_three_years_and_two_before_the_act_of_2024():
    """Three years and not a day more: whoever begins on the 1st of January ends on the 31st of December."""
    assert limits.last_day("LOAN", date(2026, 1, 31)).day == date(2029, 1, 30)
    assert limits.last_day("LOAN", date(2023, 3, 1)).day == date(2025, 2, 28)
    assert limits.too_long("LOAN", date(2026, 1, 1), date(2029, 1, 1))
    assert not limits.too_long("LOAN", date(2026, 1, 1), date(2028, 12, 31))


def test_the_loan_of_l_8241_3_is_of_2018_and_its_fewer_than_250_of_2020(client):
    """Its order of September 2017 waited for a decree; “at most 250” stood there for two years."""
    client.force_login(make_user())
    page = client.get(reverse("law-figures")).text
    assert "24 septembre 2017" not in page
    assert "du 1er janvier 2018, avant le 17 avril 2024" in page
    since = {line.code: line.since for line in parameters.in_force(date(2024, 4, 1))}
    free = ("loan_lender_employees", "loan_user_employees", "loan_user_age", "loan_years")
    assert [since[code].year for code in free] == [2018, 2020, 2018, 2018]


@pytest.mark.parametrize(
    ("regime", "starts", "last"),
    [
        ("LOAN", date(2028, 2, 29), date(2031, 2, 28)),
        ("LOAN", date(2028, 2, 28), date(2031, 2, 27)),
    ],
)
def test_a_month_that_is_shorter_takes_no_day_away(regime, starts, last):
    assert limits.last_day(regime, starts).day == last


@pytest.mark.parametrize("day", [29, 30, 31])
def test_eighteen_months_from_the_end_of_august_end_with_february(day):
    starts = date(2025, 8, day)
    assert not limits.too_long_at_once("PUBLIC_AGENT", starts, date(2027, 2, 28))
    assert limits.too_long_at_once("PUBLIC_AGENT", starts, date(2027, 3, 1))


def test_a_public_agent_stops_with_the_experiment():
    assert limits.last_day("PUBLIC_AGENT", date(2026, 6, 1)).day == date(2027, 12, 27)
    assert "18 mois" in limits.too_long_at_once("PUBLIC_AGENT", date(2023, 1, 1), date(2024, 7, 1))
    assert not limits.too_long_at_once("PUBLIC_AGENT", date(2023, 1, 1), date(2024, 6, 30))


def test_an_agent_s_paper_says_the_earlier_of_the_two_days_and_to_confirm_it():
    mission = mission_with_papers(Regime.PUBLIC_AGENT)
    said = words_of(documents.preview(Kind.CONVENTION_AGENT, mission))
    assert "jusqu’au 27 décembre 2027 (date à confirmer avant de s’engager)" in said


BY_LAW, TO_BE_CAREFUL = "La loi l’arrête le ", "Par prudence, elle s’arrête le "


@pytest.mark.parametrize(
    ("regime", "starts", "said"),
    [
        ("LOAN", date(2026, 1, 1), BY_LAW),
        ("NOT_ELIGIBLE", date(2026, 1, 1), BY_LAW),
        ("NON_PROFIT_LOAN", date(2026, 1, 1), TO_BE_CAREFUL),
        ("PUBLIC_AGENT", date(2023, 1, 1), BY_LAW),  # its three years
        ("PUBLIC_AGENT", date(2026, 1, 1), TO_BE_CAREFUL),  # the end of the experiment
    ],
)
def test_the_law_isnt_said_to_stop_what_we_only_believe_it_does(regime, starts, said):
    words = limits.too_long(regime, starts, starts.replace(year=starts.year + 5))
    assert words.startswith(said)
    assert ("(à vérifier)" in words) == (said == TO_BE_CAREFUL)
    assert "avancez la date de fin" in words


@pytest.mark.parametrize(("regime", "doubted"), [("LOAN", False), ("NON_PROFIT_LOAN", True)])
def test_the_mission_s_page_says_that_its_last_day_is_to_be_checked(client, regime, doubted):
    mission = make_mission(work=True, regime=regime)
    client.force_login(mission.offer.person)
    page = client.get(mission.get_absolute_url()).text
    last = page.partition("reconductions comprises, jusqu’au ")[2].partition("</li>")[0]
    assert "au plus tard" in last
    assert ("(à vérifier)" in last) is doubted


def test_volunteering_and_a_piece_of_work_have_no_limit():
    assert limits.last_day("VOLUNTEERING", date(2026, 1, 1)) is None
    assert not limits.too_long("PRESTATION", date(2026, 1, 1), date(2040, 1, 1))


def test_what_was_signed_to_a_day_that_was_lawful_then_may_still_change_its_hours():
    """Three years were counted to the day itself."""
    mission = signed_mission(Regime.LOAN)
    then = add_months(mission.starts_on, 36)
    Mission.objects.filter(pk=mission.pk).update(ends_on=then)
    with pytest.raises(NotYet, match="La loi l’arrête"):
        propose(mission, ends_on=then + timedelta(days=1))
    assert propose(mission, hours=90).amended().ends_on == then
