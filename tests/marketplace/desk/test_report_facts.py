"""What a report tells of a year: exact where it speaks of organisations, discreet where it speaks of people."""

from datetime import date

import pytest

from marketplace.actions.desk import figures, report_layout, reports
from marketplace.documents.report_blocks import Bars, Figures, Map, Names, Words
from marketplace.figures import comparison, table
from marketplace.figures.comparison import Choice, Options
from marketplace.figures.report_facts import FEW, HIDDEN
from marketplace.models import Edition, HoursEntry, Reckoning
from tests.factories import make_organisation, make_user
from tests.marketplace.desk.report_people import (
    NOW,
    YEAR,
    a_report,
    a_small_pole,
    agreed,
    fifteen,
    made,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def small():
    return a_small_pole()


def laid_out(report, edition=Edition.FUNDER):
    day = date(2026, 1, 12)
    return report_layout.lay_out(report, edition, reports.kept_of(report), made_on=day, today=day)


def blocks(report, kind, edition=Edition.FUNDER):
    return [
        block
        for chapter in laid_out(report, edition).chapters
        for block in chapter.blocks
        if isinstance(block, kind)
    ]


def told(report, edition=Edition.FUNDER):
    return {row.label: row for figures in blocks(report, Figures, edition) for row in figures.rows}


def words(report, edition=Edition.FUNDER):
    lines = [text for block in blocks(report, Words, edition) for text in block.paragraphs]
    named = [name for block in blocks(report, Names, edition) for name, _where in block.rows]
    return "\n".join([*lines, *named])


def test_a_pole_of_fifteen_missions_gets_a_report_that_tells_something(small):
    pole, maelle = small
    fifteen(pole)
    report = a_report(pole, maelle)
    rows = told(report)
    assert rows["Missions convenues"].value == "15"
    assert rows["Structures qui ont trouvé quelqu’un"].value == "12"
    assert rows["Besoins déposés"].value == "15"
    assert rows["Personnes engagées"].value == "15"
    assert rows["Heures faites"].value == "100\N{NO-BREAK SPACE}h", (
        "ninety, to the step of two people"
    )
    assert "€" in rows["Valeur déclarée par les entreprises"].value
    frames, sectors = (bars for bars in blocks(report, Bars) if "aleur" not in bars.title)
    assert [row.said for row in frames.rows] == ["60\N{NO-BREAK SPACE}h", "40\N{NO-BREAK SPACE}h"]
    assert "Numérique (15 missions)." in words(report), "of one family alone there is no chart"
    assert {(row.label, row.said) for row in sectors.rows} == {
        ("CA de Lens-Liévin", "7"), ("Métropole Européenne de Lille", "8"),
    }  # fmt: skip
    (drawn,) = blocks(report, Map)
    assert {(place.name, place.count) for place in drawn.places} == {("Lens", 7), ("Lille", 8)}
    assert "non communiqué" not in str(laid_out(report))


def test_the_structures_are_named_and_publicly_those_of_the_directory_alone(small):
    pole, maelle = small
    fifteen(pole)
    report = a_report(pole, maelle)
    assert "Association 00" in words(report)
    public = words(report, Edition.PUBLIC)
    assert "Association 01" in public
    assert "Association 00" not in public
    assert "6 structures ne sont pas nommées" in public


def test_the_funders_version_names_nobody_s_own_structure(small):
    pole, maelle = small
    bears = make_user(last_name="Wattrelot")
    structure = make_organisation(pole=pole, administrator=bears, name="Atelier Wattrelot")
    agreed(structure, on=date(YEAR, 3, 3))
    assert "Wattrelot" not in words(a_report(pole, maelle))


def test_what_fewer_than_five_gave_is_kept_back_and_said_to_be(small):
    pole, maelle = small
    structure = make_organisation(pole=pole, member=make_user())
    for month in range(1, 5):
        agreed(structure, on=date(YEAR, month, 3), person=make_user())
    report = a_report(pole, maelle)
    assert report.facts["now"]["people"] == FEW
    assert report.facts["now"]["hours"] == HIDDEN
    rows = told(report)
    assert rows["Missions convenues"].value == "4"
    assert rows["Personnes engagées"].value == "moins de 5"
    assert "Moins de cinq personnes" in words(report)
    assert "24" not in str(report.facts["now"])


def test_euros_of_two_companies_are_kept_back_in_the_funders_version_too(small):
    pole, maelle = small
    structure = make_organisation(pole=pole, member=make_user())
    companies = [make_organisation("COMPANY", pole=pole) for _ in range(2)]
    for number in range(8):
        agreed(
            structure,
            on=date(YEAR, 3, 1 + number),
            person=make_user(),
            company=companies[number % 2],
        )
    for number in range(6):
        agreed(structure, on=date(YEAR, 5, 1 + number), person=make_user())
    facts = a_report(pole, maelle).facts["now"]
    assert facts["value"] == HIDDEN
    assert facts["hours"] == 80, (
        "84: six volunteers beside them: neither company reads the other's hours"
    )


FRAMES = [
    ["VOLUNTEERING", 200, 0],
    ["PRESTATION", HIDDEN, HIDDEN],
    ["LOAN", HIDDEN, HIDDEN],
    ["", HIDDEN, 0],
]


def with_frames(report, frames):
    report.facts = report.facts | {"regimes": frames}
    return report


def test_a_chart_of_mostly_what_is_not_told_is_a_sentence_instead(small):
    report = with_frames(a_report(*small), FRAMES)
    assert not blocks(report, Bars)
    told = words(report)
    assert "Heures par cadre juridique\N{NO-BREAK SPACE}: Bénévolat" in told
    assert "(200\N{NO-BREAK SPACE}h). Non communiqué pour 3 autres" in told
    assert "Valeur déclarée par cadre juridique\N{NO-BREAK SPACE}: non communiqué" in told
    public = words(report, Edition.PUBLIC)
    assert "200" in public
    assert "Valeur" not in public


def test_a_chart_of_which_half_is_told_stays_one_and_its_frames_begin_with_a_capital(small):
    report = with_frames(a_report(*small), FRAMES[:2])
    (chart,) = blocks(report, Bars)
    assert [row.said for row in chart.rows] == ["200\N{NO-BREAK SPACE}h", "non communiqué"]
    assert all(row.label[0].isupper() for row in chart.rows)
    assert "Non communiqué ici\N{NO-BREAK SPACE}: Heures par cadre juridique." in words(report), (
        "not the hours of the whole year, which are told"
    )


def test_what_was_sent_before_the_site_learnt_to_tell_more_is_read_for_ever(small):
    pole, maelle = small
    fifteen(pole)
    report = a_report(pole, maelle)
    report.facts = {name: report.facts[name] for name in ("now", "before")}
    for edition in Edition:
        assert told(report, edition)["Missions convenues"].value == "15"


def test_the_year_before_stands_beside(small):
    pole, maelle = small
    fifteen(pole)
    structure = make_organisation(pole=pole, member=make_user())
    for number in range(3):
        agreed(structure, on=date(YEAR - 1, 3, 1 + number), person=make_user())
    row = told(a_report(pole, maelle))["Missions convenues"]
    assert (row.value, row.before) == ("15", "3")


def test_a_first_year_has_no_column_of_noughts_beside_it(small):
    pole, maelle = small
    fifteen(pole)
    assert {row.before for row in told(a_report(pole, maelle)).values()} == {""}


def test_a_target_stands_beside_for_the_funder_alone(small):
    pole, maelle = small
    fifteen(pole)
    report = a_report(pole, maelle)
    reports.aim(report, {"missions": 20, "structures": None})
    report.refresh_from_db()
    row = told(report)["Missions convenues"]
    assert (row.target, row.share_of_target) == ("20", 75)
    public = told(report, Edition.PUBLIC)["Missions convenues"]
    assert (public.target, public.share_of_target) == ("", None)
    assert "Valeur déclarée par les entreprises" not in told(report, Edition.PUBLIC)


def test_nothing_of_hours_that_nobody_confirmed(small):
    pole, maelle = small
    fifteen(pole)
    HoursEntry.objects.update(confirmed_at=None)
    assert a_report(pole, maelle).facts["now"]["hours"] == 0


def _told_hours(reports_of):
    return {key: report.facts["now"]["hours"] for key, report in reports_of.items()}


def test_an_operators_report_gives_nothing_by_subtraction_from_the_poles(small):
    """All but two of the missions are followed by one operator: its hours, taken from the whole, would be theirs."""
    pole, maelle = small
    found = fifteen(pole)
    ours = maelle.memberships.get().organisation
    other = make_organisation("OPERATOR", pole=pole, member=make_user())
    for number, mission in enumerate(found):
        mission.need.operator = ours if number < 13 else other
        mission.need.save()
    whole, mine, theirs = (
        made(a_report(pole, maelle, **of)) for of in ({}, {"operator": ours}, {"operator": other})
    )
    hours = _told_hours({"whole": whole, "ours": mine, "theirs": theirs})
    assert hours == {"whole": 100, "ours": HIDDEN, "theirs": HIDDEN}
    assert [one.facts["now"]["missions"] for one in (whole, mine, theirs)] == [15, 13, 2]


def test_a_departments_report_gives_nothing_by_subtraction_from_the_poles(small):
    pole, maelle = small
    found = fifteen(pole)
    for mission in found[:12]:
        mission.need.commune_id = "62498"
        mission.need.save()
    for mission in found[12:]:
        mission.need.commune_id = "59350"
        mission.need.save()
    nord, pas = (a_report(pole, maelle, department_id=code) for code in ("59", "62"))
    assert made(a_report(pole, maelle)).facts["now"]["hours"] == 100
    assert (made(nord).facts["now"]["hours"], made(pas).facts["now"]["hours"]) == (HIDDEN, HIDDEN)


def test_this_year_tells_of_last_year_what_last_years_report_told(small):
    """The column of the year before is that year's own: what was kept back stays kept back."""
    pole, maelle = small
    structure = make_organisation(pole=pole, member=make_user())
    for number in range(3):
        agreed(structure, on=date(YEAR - 1, 3, 1 + number), person=make_user())
    fifteen(pole)
    last, this = a_report(pole, maelle, year=YEAR - 1), a_report(pole, maelle)
    assert last.facts["now"]["hours"] == this.facts["before"]["hours"] == HIDDEN
    assert last.facts["now"]["people"] == this.facts["before"]["people"] == FEW


def _file_of(pole, by, length=12):
    """The hours and the value of each row of the file of the figures."""
    choice = Choice(pole, Options.of(pole), date(YEAR, 1, 1), length, by)
    rows = table.lines(comparison.read(choice))
    return {str(row[0]): row[13:15] for row in rows}


def _of_two_operators(pole, theirs):
    """Nine volunteers whom one operator follows, and six employees of two companies whom another one does."""
    structure = make_organisation(pole=pole, member=make_user())
    companies = [make_organisation("COMPANY", pole=pole) for _ in range(2)]
    for number in range(15):
        lent = number >= 9
        agreed(
            structure, on=date(YEAR, 3, 1 + number), person=make_user(),
            company=companies[number % 2] if lent else None, operator=theirs if lent else None,
        )  # fmt: skip


def test_the_file_of_the_figures_tells_no_hours_that_a_report_keeps_back(small):
    pole, maelle = small
    theirs = make_organisation("OPERATOR", pole=pole, member=make_user(), name="Les autres")
    _of_two_operators(pole, theirs)
    report = a_report(pole, maelle, operator=maelle.memberships.get().organisation)
    assert report.facts["now"]["missions"] == 0
    assert made(a_report(pole, maelle)).facts["now"]["hours"] == 100
    untold = ("non communiqué", "non communiqué")
    for length in (3, 12, 24):
        assert _file_of(pole, "operator", length)["Les autres"] == untold


def test_of_a_year_of_which_nothing_is_known_yet_the_file_of_the_figures_tells_no_hours(small):
    pole, _maelle = small
    fifteen(pole)
    figures.refresh(pole, now=NOW)
    assert "(40, " in str(_file_of(pole, "department"))
    Reckoning.objects.update(kept_back=None)
    assert "(40, " not in str(_file_of(pole, "department"))
    assert figures.refresh_due(NOW) == 1, "the clock makes them anew"


def test_a_structure_that_hours_served_beside_the_lead_is_helped(small):
    """Of a need carried by several: the figures count it, and the report of the same year."""
    pole, maelle = small
    fifteen(pole)
    mission = HoursEntry.objects.order_by("pk")[0].mission
    other = make_organisation(pole=pole, member=make_user(), name="Commune portée aussi")
    HoursEntry.objects.create(
        mission=mission, person=mission.offer.person, served=other,
        day=date(YEAR, 3, 3), hours=2, confirmed_at=NOW,
    )  # fmt: skip
    assert told(a_report(pole, maelle))["Structures qui ont trouvé quelqu’un"].value == "13"
