"""The page on which an organisation leaves: who reads it, what it says, what is typed wrong."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Leaving, Membership, Organisation
from accounts.scope import Scope
from accounts.states import OrganisationStatus
from marketplace.actions.missions import hours
from marketplace.models import HoursEntry, Import
from marketplace.rules import leaving as rules
from marketplace.rules import permissions
from tests.factories import (
    in_days,
    make_authority,
    make_coordinator,
    make_mission,
    make_need,
    make_organisation,
    make_user,
)
from tests.marketplace.market.leaving_people import ring, two_houses
from tests.marketplace.missions.served_people import joint_mission, structure_of


@pytest.fixture
def houses():
    return two_houses()


def url(houses, end=""):
    return f"/organisations/{houses.house.pk}/depart/{end}"


def opened(client, houses, end):
    """The page is read, its papers are taken."""
    return (client.post if end else client.get)(url(houses, end))


@pytest.mark.parametrize("who", ["rosa", "noe", "boris"])
@pytest.mark.parametrize("end", ["", "papiers/"])
def test_only_its_administrators_read_it(houses, client, who, end):
    client.force_login(getattr(houses, who))
    assert opened(client, houses, end).status_code == 403


@pytest.mark.parametrize("end", ["", "papiers/"])
def test_a_coordinator_doesnt_read_it(houses, client, end):
    client.force_login(make_coordinator(houses.house.pole))
    assert opened(client, houses, end).status_code == 403


@pytest.mark.parametrize("who", ["rosa", "noe", "boris"])
def test_nobody_else_sets_a_day_or_calls_it_off(houses, client, who):
    client.force_login(getattr(houses, who))
    assert client.post(url(houses), {"on": str(in_days(3)), "missions": "on"}).status_code == 403
    houses.set()
    assert client.post(url(houses, "annuler/")).status_code == 403
    assert houses.fresh().leaves_on


def test_nobody_who_isnt_logged_in(houses, client):
    assert client.get(url(houses)).status_code == 302
    assert client.post(url(houses, "papiers/")).status_code == 302


def test_it_says_what_is_under_way_by_its_name(houses, client):
    client.force_login(houses.claire)
    page = client.get(url(houses)).content.decode()
    assert str(houses.mission) in page
    assert str(houses.theirs) not in page
    assert "Missions en cours" in page
    assert "Offres sur le temps de travail" in page


def test_it_says_nothing_of_own_time(houses, client):
    need = make_need(title="Repeindre la salle", member=make_user("Aline"))
    make_mission(need=need, person=houses.noe, status="RUNNING")
    client.force_login(houses.claire)
    assert "Repeindre la salle" not in client.get(url(houses)).content.decode()


def test_a_day_is_set_then_called_off(houses, client):
    client.force_login(houses.claire)
    answer = client.post(url(houses), {"on": str(in_days(30)), "missions": "on"}, follow=True)
    assert houses.fresh().leaves_on == in_days(30)
    assert "Annuler le départ" in answer.content.decode()
    again = client.post(url(houses), {"on": str(in_days(30)), "missions": "on"})
    assert again.status_code == 302
    client.post(url(houses, "annuler/"))
    client.post(url(houses, "annuler/"))
    assert houses.fresh().leaves_on is None
    assert Leaving.objects.count() == 1


@pytest.mark.parametrize("typed", ["", "hier", "2026-13-45", "9999-12-31", str(in_days(-1))])
def test_a_day_that_cant_be_has_a_sentence_beside_the_field(houses, client, typed):
    client.force_login(houses.claire)
    answer = client.post(url(houses), {"on": typed, "missions": "on"})
    assert answer.status_code == 200
    assert answer.context["form"].errors["on"]
    assert typed in answer.content.decode()
    assert not Leaving.objects.exists()


def test_the_ticks_are_asked_where_there_is_something_to_read(houses, client):
    HoursEntry.objects.create(
        mission=houses.mission, person=houses.noe, day=in_days(0), hours=3, what="Plans"
    )
    client.force_login(houses.claire)
    answer = client.post(url(houses), {"on": str(in_days(30)), "missions": "on"})
    assert set(answer.context["form"].errors) == {"money"}
    quiet = make_organisation("COMPANY", administrator=houses.claire)
    assert set(
        client.get(f"/organisations/{quiet.pk}/depart/").context["form"].fields
    ) == {"on"}  # fmt: skip


def test_leaving_today_closes_it_and_leads_to_its_papers(houses, client):
    client.force_login(houses.claire)
    page = client.post(url(houses), {"on": str(in_days(0)), "missions": "on"}, follow=True)
    assert houses.fresh().status == OrganisationStatus.CLOSED
    assert "Verreries du Nord a quitté Trait d’union." in page.content.decode()
    assert "vous pouvez annuler" not in page.content.decode()
    ring()
    assert client.get(url(houses)).status_code == 200
    assert client.post(url(houses), {"on": str(in_days(0))}).status_code == 302


def test_their_own_page_leads_who_administered_it_to_its_papers(houses, client):
    houses.leave()
    for person, leads in ((houses.paul, True), (houses.noe, False), (houses.boris, False)):
        client.force_login(person)
        assert (url(houses) in client.get("/mes-organisations/").text) == leads, person


def test_until_the_day_no_page_asks_to_bring_people_in(houses, client):
    client.force_login(houses.claire)
    pages = [
        f"/organisations/{houses.house.pk}/{end}/" for end in ("membres", "salaries", "pilotage")
    ]
    ways = f"/organisations/{houses.house.pk}/faire-venir/"
    assert all(ways in client.get(page).text for page in pages)
    houses.set(30)
    assert not any(ways in client.get(page).text for page in pages)


def test_who_administered_it_on_that_day_has_sixty_days_and_nobody_else(houses, client):
    Membership.objects.get(user=houses.paul, organisation=houses.house).delete()
    houses.leave()
    for who, code in (("claire", 200), ("paul", 404), ("rosa", 404), ("boris", 404)):
        client.force_login(getattr(houses, who))
        assert client.get(url(houses)).status_code == code, who
        assert client.post(url(houses, "papiers/")).status_code == code, who
    with time_machine.travel(timezone.now() + timedelta(days=61)):
        client.force_login(houses.claire)
        assert client.get(url(houses)).status_code == 404
        assert client.post(url(houses, "papiers/")).status_code == 404


def test_a_session_that_doesnt_open_ones_own_keeps_the_papers_shut(houses):
    houses.leave()
    houses.claire.scope = Scope(own=False, only=houses.other.pk)
    assert not Leaving.objects.kept_for(houses.claire, timezone.now()).exists()
    houses.claire.scope = Scope()
    assert Leaving.objects.kept_for(houses.claire, timezone.now()).exists()


def test_a_house_that_requires_its_sign_in_is_shut_to_a_password(houses):

    houses.claire.scope = Scope(shut=frozenset({houses.house.pk}))
    assert not permissions.can_leave_platform(houses.claire, houses.house)
    assert not permissions.can_take_papers(houses.claire, houses.house)


def test_a_suspended_house_reads_and_leaves(houses, client):
    Organisation.objects.filter(pk=houses.house.pk).update(status="SUSPENDED")
    client.force_login(houses.claire)
    assert client.get(url(houses)).status_code == 200
    client.post(url(houses), {"on": str(in_days(3)), "missions": "on"})
    assert houses.fresh().leaves_on == in_days(3)


def test_an_operator_reads_how_it_leaves(client):
    anne = make_user()
    operator = make_organisation("OPERATOR", administrator=anne)
    client.force_login(anne)
    page = client.get(f"/organisations/{operator.pk}/depart/")
    assert "sièges" in page.content.decode()
    assert client.post(f"/organisations/{operator.pk}/depart/", {"on": "x"}).status_code == 403


def test_the_way_in_is_on_its_page_for_its_administrators_alone(houses, client):
    client.force_login(houses.claire)
    assert url(houses) in client.get(f"/organisations/{houses.house.pk}/").content.decode()
    houses.set(30)
    client.force_login(houses.rosa)
    page = client.get(f"/organisations/{houses.house.pk}/").content.decode()
    assert url(houses) not in page
    assert "Quitte Trait d’union le" in page
    client.force_login(make_coordinator(houses.house.pole))
    assert "Quitte Trait" in client.get(f"/organisations/{houses.house.pk}/").content.decode()
    client.force_login(houses.boris)
    assert "Quitte Trait" not in client.get(f"/organisations/{houses.house.pk}/").content.decode()


def test_the_page_asks_no_more_with_more_missions(houses, client):
    client.force_login(houses.claire)

    with CaptureQueriesContext(connection) as few:
        client.get(url(houses))
    for _turn in range(4):
        make_mission(work=True, company=houses.house, status="RUNNING")
    with CaptureQueriesContext(connection) as many:
        client.get(url(houses))
    assert len(many) <= len(few)


def test_a_list_of_costs_which_human_resources_alone_find_isnt_told(houses, client):
    costs = Import.objects.create(
        organisation=houses.house, kind=Import.Kind.COSTS, by=houses.rosa, state="READ", digest="a"
    )
    client.force_login(houses.claire)
    assert "Listes de personnes" not in client.get(url(houses)).text
    houses.leave()
    costs.refresh_from_db()
    assert costs.state == Import.State.DROPPED


@pytest.mark.parametrize("for_town", [True, False])
def test_hours_to_confirm_are_those_that_it_is_asked_for_whichever_structure_they_served(for_town):
    town = structure_of("Ville")
    mission = joint_mission(town, status="RUNNING", starts_on=in_days(-20), ends_on=in_days(20))
    lead, stranger = mission.need.organisation, structure_of("Ailleurs")
    said = {in_days(0): (Decimal(3), "Atelier")}
    served = town if for_town else None
    hours.write(mission, said, person=mission.offer.person, today=in_days(0), served=served)
    found = {one.pk: list(rules.with_hours_to_confirm(one)) for one in (lead, town, stranger)}
    assert found == {lead.pk: [mission], town.pk: [mission] if for_town else [], stranger.pk: []}
    mission.hours.update(confirmed_at=timezone.now())
    assert not any(rules.with_hours_to_confirm(one).exists() for one in (lead, town))


def test_what_it_asks_and_what_its_people_do_are_counted_once_each():
    """A town asks, and lends its people; what they do at home isn't its own."""
    town = make_authority(administrator=make_user())
    asked = make_mission(need=make_need(town, ranked=False), status="RUNNING")
    lent = make_mission(work=True, company=town, regime="PUBLIC_AGENT", status="RUNNING")
    at_home = make_mission(person=lent.offer.person, status="RUNNING")
    assert set(rules.missions_of(town)) == {asked, lent}
    assert set(rules.missions_of(town).live()) == {asked, lent}
    assert at_home not in rules.missions_of(town)
    assert not rules.missions_of(make_organisation()).exists()
