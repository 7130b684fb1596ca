"""Who reads of an absence, and what: nobody is led to somebody who may not read what they would write, nor told of what
isn't theirs by now."""

import pytest
from django.urls import reverse

from accounts.models import Membership, Organisation
from marketplace.actions.desk import absences as acts
from marketplace.models import Need
from tests.factories import (
    make_mission,
    make_need,
    make_organisation,
    make_user,
)
from tests.marketplace.desk.absent_people import away, told
from tests.marketplace.market.test_at_home import make_boss


def page_of(client, user, url):
    client.force_login(user)
    return client.get(url).content.decode()


# --- on the pages of both sides ------------------------------------------------------------------
@pytest.mark.parametrize("hat", ["ADMINISTRATOR", "HR", "MAILBOX"])
def test_who_comes_on_own_time_isn_t_led_to_their_boss_who_stands_in(client, nadia, hat):
    person, member = make_user(), make_user()
    company = make_organisation(Organisation.Kind.COMPANY, member=person)
    boss = make_boss(hat, company, person)
    Membership.objects.create(user=boss, organisation=nadia.organisations.get())
    mission = make_mission(person=person, need=make_need(member=member), coordinator=nadia)
    away(nadia, boss)
    for reader in (person, member):
        page = page_of(client, reader, mission.get_absolute_url())
        assert boss.email not in page
        assert "personne ne répond" in page


@pytest.mark.parametrize("hat", ["ADMINISTRATOR", "HR", "MAILBOX"])
def test_who_comes_on_own_time_isn_t_led_to_their_boss_in_charge_of_the_need(client, nadia, hat):
    """The mission is in charge of whoever was of the need; what its sides write of it isn't theirs to read."""
    person, member = make_user(), make_user()
    company = make_organisation(Organisation.Kind.COMPANY, member=person)
    boss = make_boss(hat, company, person)
    Membership.objects.create(user=boss, organisation=nadia.organisations.get())
    mission = make_mission(person=person, need=make_need(member=member), coordinator=boss)
    for reader, reads in ((person, False), (member, False), (nadia, True)):
        assert (boss.email in page_of(client, reader, mission.get_absolute_url())) is reads


def test_a_structure_isn_t_led_to_somebody_on_the_other_side_who_stands_in(client, nadia, karim):
    member = make_user()
    mission = make_mission(person=karim, need=make_need(member=member), coordinator=nadia)
    away(nadia, karim)
    assert "Karim Benali répond" not in page_of(client, member, mission.get_absolute_url())
    Need.objects.filter(pk=mission.need_id).update(coordinator=nadia)
    assert "Karim Benali répond" not in page_of(client, member, mission.need.get_absolute_url())


# --- what others tell who was away -----------------------------------------------------------------
def test_a_colleague_who_says_that_i_am_back_is_told_to_me(client, nadia, karim, sonia):
    """Or letters would come again to somebody who isn't there."""
    absence = away(nadia, sonia)
    client.force_login(karim)
    for _twice in range(2):
        client.post(reverse("absence-end", args=[absence.pk]))
    assert "de retour" in told("absence_ended", nadia).get().subject
    assert told("stand_in_freed", sonia).count() == 1


def test_back_of_oneself_nobody_tells_oneself(nadia, karim):
    acts.end(away(nadia, karim), by=nadia)
    assert not told("absence_ended", nadia).exists()
