"""Who reads of an absence, and what: nobody is led to somebody who may not read what they would write, nor told of what
isn't theirs by now."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from marketplace.actions.desk import absences as acts
from marketplace.actions.desk import elsewhere, takeovers
from marketplace.actions.refusals import NotYet
from marketplace.models import Need
from marketplace.rules import absences, audience
from tests.factories import (
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_proposal,
    make_seat,
    make_user,
)
from tests.marketplace.desk.absent_people import away, in_days, told
from tests.marketplace.desk.desk_people import submitted
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
    assert "Votre retour est noté" in told("absence_ended", nadia).get().subject
    assert told("stand_in_freed", sonia).count() == 1


def test_back_of_oneself_nobody_tells_oneself(nadia, karim):
    acts.end(away(nadia, karim), by=nadia)
    assert not told("absence_ended", nadia).exists()


def test_what_was_passed_on_in_one_pole_is_told_with_that_pole_alone(nadia, karim):
    operator = nadia.organisations.get()
    second = make_pole("Un second", ["02"])
    make_seat(operator, second)
    here, there = (
        submitted(coordinator=nadia),
        make_need(make_organisation(pole=second), coordinator=nadia),
    )
    away(nadia, karim)
    takeovers.take_over(nadia, to=karim, by=karim)
    acts.tell(timezone.now() + timedelta(days=10))
    letters = told("absence_over", nadia)
    texts = {letter.matter: letter.text for letter in letters}
    assert (here.title in texts[f"pole:{operator.pole_id}"]) is True
    assert (there.title in texts[f"pole:{operator.pole_id}"]) is False
    assert (there.title in texts[f"pole:{second.pk}"]) is True


def test_back_nobody_reads_the_titles_of_what_they_are_a_side_of_by_now(nadia, karim):
    need, other = submitted(coordinator=nadia), submitted(coordinator=nadia)
    Need.objects.filter(pk=need.pk).update(title="Confidentiel")
    away(nadia, karim)
    takeovers.take_over(nadia, to=karim, by=karim)
    need.organisation.memberships.create(user=nadia)
    acts.tell(timezone.now() + timedelta(days=10))
    text = told("absence_over", nadia).get().text
    assert "Confidentiel" not in text
    assert other.title in text


def test_who_has_left_hears_nothing_more_of_their_absence(nadia, karim):
    away(nadia, karim, first=2)
    Membership.objects.filter(user=nadia).delete()
    for days in (2, 10, 12):
        acts.tell(timezone.now() + timedelta(days=days))
    assert not told("absence_over", nadia).exists()
    assert not told("absence_begins", karim).exists()


# --- the pages ---------------------------------------------------------------------------------
def test_who_has_left_isn_t_on_the_list_of_who_is_away(client, nadia, karim):
    away(nadia, karim)
    away(nadia, karim, first=20, last=25)
    Membership.objects.filter(user=nadia).delete()
    client.force_login(karim)
    context = client.get(reverse("absences")).context
    assert (context["now_away"], context["later"]) == ([], [])


def test_nobody_reads_of_the_absences_of_a_pole_that_isn_t_theirs(client, nadia, pole):
    other = make_pole("Un autre", ["02"])
    karim = make_coordinator(other)
    Membership.objects.create(user=karim, organisation=nadia.organisations.get())
    absence = away(karim, first=3, last=5)
    away_there = karim.absences.get(pole=other)
    acts.end(karim.absences.get(pole=pole), by=karim)
    assert absence in (away_there, karim.absences.get(pole=pole))
    client.force_login(nadia)
    said = {"person": nadia.pk, "first_day": str(in_days(0)), "last_day": str(in_days(9))}
    answer = client.post(reverse("absence-new"), said | {"stand_in": karim.pk})
    assert answer.status_code == 302
    assert absences.away_from(nadia, pole).answers == karim


def test_who_is_away_themselves_doesn_t_offer_to_answer(client, nadia, karim, pole):
    absence = away(nadia)
    away(karim)
    client.force_login(karim)
    page = client.post(reverse("absence-stand-in", args=[absence.pk]), follow=True)
    assert "en absence aussi" in page.content.decode()
    absence.refresh_from_db()
    assert absence.stand_in is None
    with pytest.raises(NotYet):
        acts.stand_in(absence, by=karim)


# --- what another pôle answers -----------------------------------------------------------------
@pytest.mark.parametrize("stands_in", [True, False])
def test_what_another_pole_answers_goes_to_who_stands_in(nadia, karim, sonia, stands_in):
    other = make_pole("Un autre", ["02"])
    asked = elsewhere.ask(make_need(member=make_user()), other, word="", by=nadia)
    away(nadia, karim if stands_in else None)
    elsewhere.find_nobody(asked, word="", by=make_coordinator(other))
    assert set(audience.who_asked(asked)) == ({karim} if stands_in else {nadia, karim, sonia})
    assert told("pole_answered", karim).exists()
    assert told("pole_answered", nadia).exists() is not stands_in


def test_what_comes_of_whom_one_has_put_forward_elsewhere_goes_to_who_stands_in(
    nadia, karim, sonia
):
    there = make_pole("Un autre", ["02"])
    need = make_need(make_organisation(member=make_user(), pole=there))
    asked = elsewhere.ask(need, nadia.organisations.get().pole, word="", by=make_coordinator(there))
    assert asked.is_asked
    proposal = make_proposal(need, make_offer(), created_by=nadia, origin="COORDINATOR")
    assert list(audience.put_forward_by(proposal)) == [nadia]
    absence = away(nadia, karim)
    assert list(audience.put_forward_by(proposal)) == [karim]
    acts.decline(absence, by=karim)
    assert set(audience.put_forward_by(proposal)) == {nadia}
