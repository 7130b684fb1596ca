"""What a programme gives to all of its people together: so many places, so many hours a year, at some sites."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from marketplace.actions.market import before_yes
from marketplace.actions.missions import agreements, quotas
from marketplace.models import CompanyProgramme, Employee, HoursEntry, Mission, Regime, Site, Time
from marketplace.rules import programme_hours
from marketplace.rules.next_acts import proposals as next_acts
from marketplace.states import MissionStatus
from tests.at_once import together
from tests.factories import (
    make_authority,
    make_commune,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
)

MANAGER = {"manager_name": "Dominique Lefebvre", "manager_email": "dominique@example.org"}
YEAR = 2026
IN_MARCH = {"starts_on": date(YEAR, 3, 2), "ends_on": date(YEAR, 3, 31)}


@pytest.fixture
def company():
    return make_organisation("COMPANY", administrator=make_user("Hélène", "Roux"))


def a_programme(company, **fields):
    given = {"name": "Deux jours", "days_per_year": Decimal(5), "starts_on": date(2020, 1, 1)}
    return CompanyProgramme.objects.create(organisation=company, **given | fields)


def a_mission(company, status=MissionStatus.AGREEMENT, hours=14, **fields):
    """Of somebody of the company, on its time."""
    mission = make_mission(
        work=True, company=company, person=make_user(), regime=Regime.PRESTATION, status=status,
        **IN_MARCH | fields,
    )  # fmt: skip
    mission.sheet.hours = hours
    mission.sheet.save()
    return mission


def places_taken(programme, year):
    return programme_hours.taken_of([programme], year)[programme.pk].places


def hours_taken(programme, year):
    return programme_hours.taken_of([programme], year)[programme.pk].hours


def ask(mission, programme, **facts):
    whose = {"organisation": mission.offer.organisation, "person": mission.offer.person}
    known = Employee.objects.filter(**whose).first() or Employee(**whose)
    for name, value in (MANAGER | facts).items():
        setattr(known, name, value)
    return agreements.ask_manager(
        mission, employee=known, programme=programme, by=mission.offer.person, now=timezone.now()
    )


def refused(mission, programme, **facts) -> str:
    with pytest.raises(quotas.OverQuota) as refusal:
        ask(mission, programme, **facts)
    return str(refusal.value).replace("\xa0", " ")


def test_once_every_place_has_its_person_nobody_else_comes_in_that_year(company):
    programme = a_programme(company, places=2)
    first, second, third = (a_mission(company) for _n in range(3))
    ask(first, programme)
    ask(second, programme)
    assert refused(third, programme) == "Toutes les places du programme sont prises en 2026."
    assert places_taken(programme, YEAR) == 2
    assert places_taken(programme, YEAR + 1) == 0
    third.refresh_from_db()
    assert third.programme is None
    with translation.override("en"):
        assert refused(third, programme) == "All places of the programme are taken in 2026."


def test_a_second_mission_of_somebody_who_has_a_place_takes_no_other(company):
    programme = a_programme(company, places=1)
    first = a_mission(company)
    ask(first, programme)
    again = make_mission(
        work=True, company=company, person=first.offer.person, regime=Regime.PRESTATION,
        status=MissionStatus.AGREEMENT, **IN_MARCH,
    )  # fmt: skip
    again.sheet.hours = 7
    again.sheet.save()
    ask(again, programme)
    assert places_taken(programme, YEAR) == 1
    ask(first, programme)  # asked once more: its own place isn't in its way


def test_a_mission_over_new_year_takes_a_place_in_both(company):
    programme = a_programme(company, places=1)
    ask(a_mission(company, starts_on=date(YEAR, 12, 1), ends_on=date(YEAR + 1, 1, 30)), programme)
    assert [places_taken(programme, year) for year in (2025, 2026, 2027)] == [
        0,
        1,
        1,
    ]
    later = a_mission(company, starts_on=date(YEAR + 1, 6, 1), ends_on=date(YEAR + 1, 6, 30))
    assert "2027" in refused(later, programme)
    ask(
        a_mission(company, starts_on=date(YEAR + 2, 6, 1), ends_on=date(YEAR + 2, 6, 30)), programme
    )


@pytest.mark.parametrize(
    ("status", "given", "taken"),
    [
        (MissionStatus.FRAMING, 0, 0),
        (MissionStatus.RUNNING, 0, 1),
        (MissionStatus.LEFT, 0, 1),
        (MissionStatus.CLOSED, 7, 1),
        (MissionStatus.INTERRUPTED, 0, 0),
        (MissionStatus.INTERRUPTED, 3, 1),
    ],
)
def test_a_place_is_taken_from_the_question_on_and_given_back_where_nothing_was_done(
    company, status, given, taken
):
    programme = a_programme(company, places=1)
    mission = a_mission(company)
    stopped = timezone.now() if status == MissionStatus.INTERRUPTED else None
    Mission.objects.filter(pk=mission.pk).update(
        programme=programme, status=status, interrupted_at=stopped
    )
    if given:
        HoursEntry.objects.create(
            mission=mission, person=mission.offer.person, day=date(YEAR, 3, 3), hours=given
        )
    assert places_taken(programme, YEAR) == taken
    planned = 14 if status == MissionStatus.RUNNING else given
    assert hours_taken(programme, YEAR) == planned


def test_who_goes_back_to_the_framing_gives_their_place_up(company):
    programme = a_programme(company, places=1)
    first, second = a_mission(company), a_mission(company)
    ask(first, programme)
    agreements.answer(
        first.agreements.get(), answer="NO", reason="Pas en mars.", now=timezone.now()
    )
    ask(second, programme)
    Mission.objects.filter(pk=first.pk).update(status=MissionStatus.AGREEMENT)  # both said yes
    first.agreements.update(voided_at=timezone.now())
    assert "Toutes les places" in refused(first, programme)


def test_own_time_takes_nothing_of_a_programme(company):
    programme = a_programme(company, places=1)
    mission = a_mission(company, MissionStatus.RUNNING)
    Mission.objects.filter(pk=mission.pk).update(programme=programme)
    type(mission.offer).objects.filter(pk=mission.offer_id).update(time=Time.OWN)
    assert places_taken(programme, YEAR) == 0
    assert hours_taken(programme, YEAR) == 0


def test_beyond_the_budget_of_all_nothing_more_is_given(company):
    programme = a_programme(company, budget_days=Decimal(3))  # 21 hours
    ask(a_mission(company, hours=14), programme)
    beyond = a_mission(company, hours=8)
    said = refused(beyond, programme)
    assert said == (
        "Sur les heures que l’employeur donne pour tout le monde, il en reste 7 en 2026, "
        "et cette mission en demande 8."
    )
    beyond.sheet.hours = 7
    beyond.sheet.save()
    ask(beyond, programme)
    assert hours_taken(programme, YEAR) == 21
    [quota] = [
        quotas.quota_of(
            a_mission(company), programme, Employee(organisation=company, person=make_user()), YEAR
        )
    ]
    assert quota.left == 0, "what is said before a yes is what the budget holds"


def test_a_rounding_is_no_excess(company):
    programme = a_programme(company, budget_days=Decimal(1), hours_per_day=Decimal("7.1"))
    over_new_year = {"starts_on": date(YEAR, 12, 1), "ends_on": date(YEAR + 1, 1, 30)}
    ask(a_mission(company, hours=14, **over_new_year), programme)  # 7,1 h and 6,9 h


def test_hours_given_count_once_it_is_over_and_those_planned_until_then(company):
    programme = a_programme(company, budget_days=Decimal(2))
    mission = a_mission(company, hours=14)
    ask(mission, programme)
    HoursEntry.objects.create(
        mission=mission, person=mission.offer.person, day=date(YEAR, 3, 3), hours=4
    )
    assert hours_taken(programme, YEAR) == 14
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.CLOSED)
    assert hours_taken(programme, YEAR) == 4
    ask(a_mission(company, hours=10), programme)


def test_over_new_year_what_was_given_counts_where_it_is_more_than_the_share_by_days(company):
    """“Taken or planned” was less than what had been taken."""
    programme = a_programme(company)
    over_new_year = {"starts_on": date(YEAR - 1, 12, 1), "ends_on": date(YEAR, 1, 30)}
    mission = a_mission(company, hours=14, **over_new_year)
    ask(mission, programme)
    assert hours_taken(programme, YEAR) == Decimal("6.9")
    HoursEntry.objects.create(
        mission=mission, person=mission.offer.person, day=date(YEAR, 1, 4), hours=13
    )
    assert hours_taken(programme, YEAR) == 13
    quota = quotas.quota_of(
        a_mission(company),
        programme,
        Employee(organisation=company, person=mission.offer.person),
        YEAR,
    )
    assert quota.taken == 13


def test_over_new_year_what_the_year_before_has_left_is_all_that_the_year_takes(company):
    """Fourteen hours of fourteen were given in December, and January’s days took four more."""
    programme = a_programme(company)
    over_new_year = {"starts_on": date(YEAR - 1, 12, 1), "ends_on": date(YEAR, 1, 30)}
    mission = a_mission(company, hours=14, **over_new_year)
    ask(mission, programme)
    given = HoursEntry.objects.create(
        mission=mission, person=mission.offer.person, day=date(YEAR - 1, 12, 4), hours=10
    )
    assert hours_taken(programme, YEAR) == 4
    HoursEntry.objects.filter(pk=given.pk).update(hours=14)
    assert (hours_taken(programme, YEAR - 1), hours_taken(programme, YEAR)) == (14, 0)
    HoursEntry.objects.filter(pk=given.pk).update(hours=16)
    assert hours_taken(programme, YEAR) == 0
    for status in (mission.status, MissionStatus.CLOSED):  # nor a place
        Mission.objects.filter(pk=mission.pk).update(status=status)
        places = [
            programme_hours.taken_of([programme], year)[programme.pk].places
            for year in (YEAR - 1, YEAR)
        ]
        assert places == [1, 0], status


def test_a_programme_of_some_sites_asks_which_and_refuses_the_others(company):
    arques, lille = (
        Site.objects.create(organisation=company, name=name, commune=make_commune())
        for name in ("Arques", "Lille")
    )
    programme = a_programme(company)
    programme.sites.add(arques)
    mission = a_mission(company)
    assert refused(mission, programme).endswith("sites : Arques. Dites de quel site il s’agit.")
    assert "le site indiqué ici est : Lille" in refused(mission, programme, site=lille)
    ask(mission, programme, site=arques)
    assert Employee.objects.get(person=mission.offer.person).site == arques


def test_what_was_agreed_goes_on_where_the_limits_were_lowered_and_more_is_refused(company):
    programme = a_programme(company, places=2, budget_days=Decimal(4))
    first, second = (a_mission(company) for _n in range(2))
    for mission in (first, second):
        ask(mission, programme)
    CompanyProgramme.objects.update(places=1)
    first = Mission.objects.get(pk=first.pk)
    agreements.require_quota_of(first)  # an amendment keeps its place
    first.sheet.hours += 1
    with pytest.raises(quotas.OverQuota, match="pour tout le monde"):
        agreements.require_quota_of(first)
    later = a_mission(company, starts_on=date(YEAR + 1, 3, 1), ends_on=date(YEAR + 1, 3, 31))
    ask(later, programme)
    first.sheet.hours = 14
    first.ends_on = date(YEAR + 1, 1, 31)  # into a year in which it had no place
    with pytest.raises(quotas.OverQuota, match="places du programme sont prises en 2027"):
        agreements.require_quota_of(first)


def test_a_local_authority_s_is_for_civil_servants_and_what_was_agreed_before_goes_on():
    town = make_authority(administrator=make_user("Hélène", "Roux"))
    programme = a_programme(town)
    assert "Dites de quel contrat" in refused(a_mission(town), programme)
    assert "fonctionnaire" in refused(a_mission(town), programme, contract="FIXED_TERM")
    mission = a_mission(town)
    ask(mission, programme, contract="PUBLIC")
    Employee.objects.update(contract="FIXED_TERM")
    with pytest.raises(quotas.OverQuota, match="fonctionnaire"):
        agreements.require_quota_of(Mission.objects.get(pk=mission.pk))
    Mission.objects.filter(pk=mission.pk).update(agreed_version=1)
    agreements.require_quota_of(Mission.objects.get(pk=mission.pk))
    CompanyProgramme.objects.update(contracts=["PUBLIC"])
    with pytest.raises(quotas.OverQuota, match="fonctionnaire"):
        agreements.require_quota_of(Mission.objects.get(pk=mission.pk))


def test_before_a_yes_one_reads_that_no_place_is_left(company):
    programme = a_programme(company, places=1)
    today = timezone.localdate()
    taken = a_mission(company, MissionStatus.RUNNING, starts_on=today, ends_on=today)
    Mission.objects.filter(pk=taken.pk).update(programme=programme)
    offer = make_offer(make_user(), organisation=company)
    proposal = make_proposal(make_need(), offer)
    [(_programme, years, too_much)] = before_yes.quotas(proposal)
    assert not too_much
    assert years[0].of_the_whole == [f"Toutes les places du programme sont prises en {today.year}."]
    [said] = next_acts._left_of_each([(programme, years, too_much)])
    assert "Toutes les places" in said.strong


def test_several_programmes_are_counted_in_as_many_questions_as_one(
    company, django_assert_num_queries
):
    programmes = [a_programme(company, name=f"P{n}", places=9) for n in range(3)]
    for programme in programmes:
        ask(a_mission(company), programme)
    with django_assert_num_queries(1):
        taken = programme_hours.taken_of(programmes, YEAR)
    assert [taken[programme.pk].places for programme in programmes] == [1, 1, 1]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("limit", [{"places": 1}, {"budget_days": Decimal(2)}])
def test_of_two_who_ask_at_once_for_what_is_left_one_gets_it(limit):
    company = make_organisation("COMPANY", administrator=make_user())
    for _round in range(5):
        programme = a_programme(company, **limit)
        missions, refusals = [a_mission(company) for _n in range(2)], []

        def one(mission, programme=programme, refusals=refusals):
            try:
                ask(mission, programme)
            except quotas.OverQuota as refusal:
                refusals.append(refusal)

        together(*[lambda mission=mission: one(mission) for mission in missions])
        assert len(refusals) == 1
        assert places_taken(programme, YEAR) == 1
