"""“Has worked with”: two organisations are named together after a mission on working time, as long as both want it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Membership, Organisation
from accounts.states import OrganisationStatus
from marketplace.actions.market import own_name, people, proposals
from marketplace.actions.missions import followups, missions
from marketplace.actions.talk import blocks
from marketplace.models import (
    Consent,
    ConsentKind,
    Duty,
    FollowUp,
    Mission,
    Need,
    Review,
    Side,
    Time,
    Voice,
)
from marketplace.rules import worked_with
from marketplace.states import MissionStatus
from tests.factories import (
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
)
from tests.marketplace.documents.document_desk import duty

ENOUGH = {"rating": "5", "again": "yes"}
TICKED = ENOUGH | {"may_name": "on"}
NAMED = "A travaillé avec"


@pytest.fixture
def boss():
    return make_user("Salima", "Benali")


@pytest.fixture
def company(boss):
    return make_organisation("COMPANY", name="Fonderie", administrator=boss)


@pytest.fixture
def mission(company):
    return delivered(company)


def delivered(company, **fields):
    found = make_mission(work=True, company=company, status=MissionStatus.DELIVERED, **fields)
    Mission.objects.filter(pk=found.pk).update(delivered_at=timezone.now() - timedelta(days=2))
    return found


def of_structure(mission):
    return mission.need.organisation.members.first()


def say_yes(mission, boss, *, ended=MissionStatus.CLOSED):
    """Both sides agree in their reviews; the mission ends."""
    said = {"rating": 5, "again": True, "may_name": True}
    missions.review(mission, side=Voice.NEED, by=of_structure(mission), **said)
    missions.review(mission, side=Voice.COMPANY, by=boss, **said)
    Mission.objects.filter(pk=mission.pk).update(status=ended)


def named_with(organisation):
    return worked_with.partners_of(organisation)


def page_of(client, organisation):
    return client.get(organisation.get_absolute_url()).text.replace("\xa0", " ")


def review_url(mission):
    return reverse("mission-review", args=[mission.pk])


# --- asked in the review -------------------------------------------------------------------
def test_each_side_is_asked_in_its_review_and_then_both_pages_name_the_other(client, mission, boss):
    structure, company = mission.need.organisation, mission.offer.organisation
    for who in (of_structure(mission), boss):
        client.force_login(who)
        page = client.get(review_url(mission)).text
        assert "montrés ensemble publiquement" in page
        assert f"{structure} et {company}" in page
        client.post(review_url(mission), TICKED)
    client.force_login(mission.offer.person)
    client.post(review_url(mission), ENOUGH)
    client.logout()
    mission.refresh_from_db()
    assert mission.status in worked_with.ENDED
    for one, other in ((structure, company), (company, structure)):
        page = page_of(client, one)
        assert NAMED in page
        assert f'href="{other.get_absolute_url()}">{other}</a>' in page
        assert mission.need.title not in page.split(NAMED)[1].split("</section>")[0]


def test_the_tick_comes_with_the_review_and_not_after_it(client, mission):
    """Once a side has given its review, nothing more is agreed to by sending the form again."""
    client.force_login(of_structure(mission))
    client.post(review_url(mission), ENOUGH)
    client.post(review_url(mission), TICKED)
    assert not Consent.objects.filter(kind=ConsentKind.WORKED_WITH).exists()


def test_nobody_gives_it_for_a_mission_that_still_runs(client, company, boss):
    running = make_mission(work=True, company=company, status=MissionStatus.RUNNING)
    client.force_login(of_structure(running))
    client.post(review_url(running), TICKED)
    assert not Consent.objects.filter(kind=ConsentKind.WORKED_WITH).exists()


def test_in_english_too(client, mission, boss):
    say_yes(mission, boss)
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        assert "Has worked with" in page_of(client, mission.need.organisation)


def test_the_link_of_a_letter_asks_too_and_keeps_how_it_was_said(client, mission):
    followups.ask_due(timezone.localdate())
    asked = FollowUp.objects.get(kind="REVIEW", side=Side.NEED)
    link = f"{followups.link(asked)}bilan/"
    assert 'name="may_name"' in client.get(link).text
    client.post(link, TICKED)
    given = Consent.objects.get(kind=ConsentKind.WORKED_WITH)
    assert (given.person, given.about, given.how) == (asked.asked, mission.pk, Consent.How.LINK)
    assert given.words.startswith("Les noms de nos deux organisations")


def test_whoever_came_is_asked_only_if_they_oversee_their_employer_s_people(client, mission, boss):
    came = mission.offer.person
    client.force_login(came)
    assert 'name="may_name"' not in client.get(review_url(mission)).text
    client.post(review_url(mission), TICKED)
    assert not Consent.objects.filter(kind=ConsentKind.WORKED_WITH).exists()
    other = delivered(mission.offer.organisation, person=boss)
    client.force_login(boss)
    assert 'name="may_name"' in client.get(review_url(other)).text


@pytest.mark.parametrize("oversees", [True, False])
def test_a_team_s_review_speaks_for_the_company_by_whoever_oversees_its_people(
    client, company, boss, oversees
):
    colleague = make_user("Zoé")
    Membership.objects.create(user=colleague, organisation=company)
    by = boss if oversees else colleague
    offer = make_offer(by, organisation=company, somebody=None)
    need = make_need(member=make_user())
    mission = proposals.accept(make_proposal(need, offer), side=Side.NEED, by=need.created_by)
    Mission.objects.filter(pk=mission.pk).update(
        status=MissionStatus.DELIVERED, delivered_at=timezone.now()
    )
    client.force_login(by)
    assert ('name="may_name"' in client.get(review_url(mission)).text) is oversees


def test_on_own_time_nobody_is_asked_and_nothing_is_shown(client, company, boss):
    """Not even what somebody posts by hand, nor of an offer that names an employer."""
    mission = make_mission(status=MissionStatus.DELIVERED, person=boss)
    Mission.objects.filter(pk=mission.pk).update(delivered_at=timezone.now())
    for who in (of_structure(mission), boss):
        client.force_login(who)
        assert 'name="may_name"' not in client.get(review_url(mission)).text
        client.post(review_url(mission), TICKED)
    assert not Consent.objects.filter(kind=ConsentKind.WORKED_WITH).exists()
    for by in (of_structure(mission), boss):
        Consent.objects.create(
            person=by, kind=ConsentKind.WORKED_WITH, about=mission.pk, words="x", language="fr", how="ACCOUNT"
        )  # fmt: skip
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.CLOSED)
    mission.offer.organisation = company
    mission.offer.save()
    assert mission.offer.time == Time.OWN
    assert named_with(company) == named_with(mission.need.organisation) == []


# --- shown while both want it --------------------------------------------------------------
@pytest.mark.parametrize("silent", [Voice.NEED, Voice.COMPANY])
def test_one_side_alone_names_nobody(mission, boss, silent):
    for voice, by in ((Voice.NEED, of_structure(mission)), (Voice.COMPANY, boss)):
        missions.review(mission, side=voice, by=by, rating=5, again=True, may_name=voice != silent)
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.CLOSED)
    assert named_with(mission.need.organisation) == named_with(mission.offer.organisation) == []


def test_whoever_belongs_to_both_speaks_for_one_side_alone(mission, boss):
    by = of_structure(mission)
    Membership.objects.create(
        user=by, organisation=mission.offer.organisation, role="ADMINISTRATOR"
    )
    missions.review(mission, side=Voice.NEED, by=by, rating=5, again=True, may_name=True)
    missions.review(mission, side=Voice.COMPANY, by=boss, rating=5, again=True)
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.CLOSED)
    assert named_with(mission.need.organisation) == []


@pytest.mark.parametrize("status", MissionStatus)
def test_nobody_is_said_to_have_worked_before_the_mission_has_ended(mission, boss, status):
    say_yes(mission, boss)
    stopped = timezone.now() if status == MissionStatus.INTERRUPTED else None
    Mission.objects.filter(pk=mission.pk).update(status=status, interrupted_at=stopped)
    ended = {"REVIEWED", "VALUED", "CLOSED", "RENEWED"}
    assert bool(named_with(mission.need.organisation)) is (status in ended)


def test_a_mission_that_was_stopped_names_nobody_even_once_its_value_is_declared(mission, boss):
    say_yes(mission, boss, ended=MissionStatus.VALUED)
    Mission.objects.filter(pk=mission.pk).update(interrupted_at=timezone.now())
    assert named_with(mission.need.organisation) == []


def _leaves(mission, boss):
    boss.memberships.all().delete()


def _is_closed(mission, boss):
    boss.is_active = False
    boss.save()


def _takes_back(mission, boss):
    given = Consent.objects.get(person=boss, kind=ConsentKind.WORKED_WITH)
    own_name.take_back(given, by=boss)


def _is_suspended(mission, boss):
    Organisation.objects.filter(name="Fonderie").update(status=OrganisationStatus.SUSPENDED)


def _structure_closes(mission, boss):
    theirs = Organisation.objects.filter(pk=mission.need.organisation_id)
    theirs.update(status=OrganisationStatus.CLOSED)


def _keeps_away(mission, boss):
    blocks.block(
        by=boss, acting_for=mission.offer.organisation, organisation=mission.need.organisation
    )


@pytest.mark.parametrize(
    "loses",
    [_leaves, _is_closed, _takes_back, _is_suspended, _structure_closes, _keeps_away],
)
def test_the_name_goes_as_soon_as_one_side_no_longer_stands_behind_it(mission, boss, loses):
    say_yes(mission, boss)
    assert named_with(mission.need.organisation) == [mission.offer.organisation]
    loses(mission, boss)
    assert named_with(mission.need.organisation) == []
    assert named_with(mission.offer.organisation) == []
    both = {mission.need.organisation_id, mission.offer.organisation_id}
    assert worked_with.numbers(both) == {}


def test_closing_the_account_ends_the_yes(mission, boss):
    say_yes(mission, boss)
    Membership.objects.create(
        user=make_user(), organisation=mission.offer.organisation, role="ADMINISTRATOR"
    )
    people.close_account(boss, now=timezone.now())
    assert not Consent.objects.standing(kind=ConsentKind.WORKED_WITH, person=boss).exists()
    assert named_with(mission.need.organisation) == []


def test_a_need_out_of_the_catalogue_names_who_worked_and_never_itself(client, mission, boss):
    Need.objects.filter(pk=mission.need_id).update(is_listed=False, title="Un besoin discret")
    say_yes(mission, boss)
    page = page_of(client, mission.offer.organisation)
    assert str(mission.need.organisation) in page
    assert "Un besoin discret" not in page


# --- a list --------------------------------------------------------------------------------
def test_each_name_stands_once_the_most_recent_first_and_a_dozen_at_the_most(
    client, company, boss, django_assert_max_num_queries
):
    made = [delivered(company) for _n in range(14)]
    again = delivered(
        company, need=make_need(made[0].need.organisation, member=of_structure(made[0]))
    )
    for days, one in enumerate([again, *made], start=1):
        say_yes(one, boss)
        at = timezone.now() - timedelta(days=days)
        Mission.objects.filter(pk=one.pk).update(delivered_at=at)
    assert named_with(company) == [one.need.organisation for one in made]
    page = page_of(client, company)
    shown = [f">{one.need.organisation}</a>" in page for one in made]
    assert shown == [True] * 12 + [False] * 2
    assert "et 2 autres" in page
    with django_assert_max_num_queries(2):
        counted = worked_with.numbers([company.pk, made[3].need.organisation_id, 0])
    assert counted == {company.pk: 14, made[3].need.organisation_id: 1}


# --- taken back by the organisation --------------------------------------------------------
def unname_url(mission, mine="offer"):
    both = (mission.offer.organisation_id, mission.need.organisation_id)
    return reverse("organisation-unname", args=both if mine == "offer" else both[::-1])


def test_an_administrator_takes_the_name_back_and_whoever_agreed_reads_so(client, mission, boss):
    company = mission.offer.organisation
    say_yes(mission, boss)
    chief = make_user("Karim")
    Membership.objects.create(user=chief, organisation=company, role="ADMINISTRATOR")
    client.force_login(chief)
    url = unname_url(mission)
    assert url in page_of(client, company)
    assert url not in page_of(client, mission.need.organisation), "only on their own page"
    assert "Aucune des deux pages" in client.get(url).text
    assert named_with(company), "opening the page changes nothing"
    client.post(url)
    assert named_with(company) == []
    assert "déjà terminé" in client.post(url, follow=True).text
    client.force_login(boss)
    assert "repris par une personne qui administre" in client.get(reverse("consents")).text


def test_it_ends_the_yes_of_one_s_own_side_alone(client, mission, boss):
    say_yes(mission, boss)
    client.force_login(boss)
    client.post(unname_url(mission))
    left = Consent.objects.standing(kind=ConsentKind.WORKED_WITH)
    assert [one.person for one in left] == [of_structure(mission)]


@pytest.mark.parametrize("who", ["stranger", "member", "other side", "nobody"])
def test_nobody_else_takes_a_name_back(client, mission, boss, who):
    company = mission.offer.organisation
    say_yes(mission, boss)
    member = make_user("Zoé")
    Membership.objects.create(user=member, organisation=company)
    readers = {"stranger": make_user(), "member": member, "other side": of_structure(mission)}
    if who in readers:
        client.force_login(readers[who])
    assert unname_url(mission) not in page_of(client, company)
    answer = client.post(unname_url(mission))
    assert answer.status_code == (302 if who == "nobody" else 403)
    assert named_with(company) == [mission.need.organisation]


def test_each_may_take_it_back_where_one_s_own_yeses_are(client, mission, boss):
    say_yes(mission, boss)
    client.force_login(boss)
    given = Consent.objects.get(person=boss, kind=ConsentKind.WORKED_WITH)
    page = client.get(reverse("consents")).text
    assert f"{mission.need.organisation} et {mission.offer.organisation}" in page
    back = reverse("consent-take-back", args=[given.pk])
    assert "ne font plus montrer les deux noms ensemble" in client.get(back).text
    client.post(back)
    assert named_with(mission.need.organisation) == []


def test_who_has_left_doesn_t_read_of_what_their_yes_was(client, mission, boss):
    say_yes(mission, boss)
    boss.memberships.all().delete()
    client.force_login(boss)
    page = client.get(reverse("consents")).text
    assert str(mission.need.organisation) not in page
    assert "Nos deux organisations montrées ensemble" in page


# --- its place in the pôle -----------------------------------------------------------------
@pytest.mark.parametrize(("done", "told"), [(4, False), (5, True)])
def test_the_page_says_since_when_and_how_many_missions_unless_they_are_few(
    client, company, boss, done, told
):
    for _n in range(done):
        Mission.objects.filter(pk=delivered(company).pk).update(status=MissionStatus.CLOSED)
    own = make_mission(person=boss, status=MissionStatus.CLOSED)
    own.offer.organisation = company
    own.offer.save()
    page = page_of(client, company)
    assert f"{company.pole} : depuis" in page
    assert (f"{done} missions menées avec le pôle" in page) is told
    assert "missions menées" not in page or told, "nothing of own time"


def test_a_duty_gives_no_right_to_take_a_name_back(client, mission, boss):
    """Administrators alone, as for the people of an organisation."""
    say_yes(mission, boss)
    charged = make_user()
    Membership.objects.create(user=charged, organisation=mission.offer.organisation)
    duty(charged, mission.offer.organisation, Duty.Kind.CSR)
    client.force_login(charged)
    assert client.get(unname_url(mission)).status_code == 403
    assert Review.objects.filter(mission=mission).count() == 2
