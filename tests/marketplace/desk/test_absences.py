"""A coordinator is away: who answers, who is told, and who may say so."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.desk import absences as acts
from marketplace.actions.desk import cases
from marketplace.actions.missions import renewals
from marketplace.models import Absence, Case, Mission, Need
from marketplace.rules import absences, audience
from marketplace.states import MissionStatus
from tests.factories import (
    make_coordinator,
    make_mission,
    make_need,
    make_pole,
    make_seat,
    make_user,
)
from tests.marketplace.desk.absent_people import away, in_days, told
from tests.marketplace.desk.desk_people import (
    key_of,
    lines_of,
    make_operator,
    submitted,
)


def submit(client, person, **fields):
    said = {"person": person.pk, "first_day": str(in_days(0)), "last_day": str(in_days(9))}
    return client.post(reverse("absence-new"), said | fields)


# --- who answers ---------------------------------------------------------------------------------
def test_what_the_one_in_charge_would_be_told_goes_to_who_stands_in(nadia, karim, sonia):
    need = make_need(coordinator=nadia)
    assert list(audience.coordinators(need)) == [nadia]
    away(nadia, karim)
    assert list(audience.coordinators(need)) == [karim]


@pytest.mark.parametrize(("first", "last"), [(1, 5), (-9, -1)])
def test_before_and_after_these_days_it_is_the_one_in_charge(nadia, karim, pole, first, last):
    Absence.objects.create(
        person=nadia, pole=pole, stand_in=karim, said_by=nadia,
        first_day=in_days(first), last_day=in_days(last),
    )  # fmt: skip
    assert list(audience.coordinators(make_need(coordinator=nadia))) == [nadia]


@pytest.mark.parametrize("day", [0, 9])
def test_the_first_and_the_last_day_are_days_away(nadia, karim, pole, day):
    absence = Absence.objects.create(
        person=nadia, pole=pole, stand_in=karim, said_by=nadia,
        first_day=in_days(-day), last_day=in_days(9 - day),
    )  # fmt: skip
    assert absences.away_from(nadia, pole).absence == absence


def test_without_anybody_who_stands_in_the_whole_pole_is_told(nadia, karim, sonia):
    away(nadia)
    assert set(audience.coordinators(make_need(coordinator=nadia))) == {nadia, karim, sonia}


def test_who_stands_in_for_a_stand_in_answers_for_both(nadia, karim, sonia, pole):
    away(nadia, karim)
    away(karim, sonia)
    assert absences.away_from(nadia, pole).answers == sonia


def test_two_who_stand_in_for_each_other_leave_nobody(nadia, karim, pole):
    for person, other in ((nadia, karim), (karim, nadia)):
        Absence.objects.create(
            person=person, pole=pole, stand_in=other, said_by=person,
            first_day=in_days(0), last_day=in_days(3),
        )  # fmt: skip
    assert absences.away_from(nadia, pole).answers is None


def test_a_stand_in_who_has_left_answers_no_more(nadia, karim, sonia, pole):
    away(nadia, karim)
    karim.memberships.all().delete()
    assert absences.away_from(nadia, pole).answers is None
    assert karim not in audience.coordinators(make_need(coordinator=nadia))


def test_an_absence_of_somebody_who_has_left_says_nothing(nadia, karim, pole):
    away(nadia, karim)
    nadia.memberships.all().delete()
    assert absences.away_in([pole.pk]) == {}


def test_a_case_is_told_to_who_stands_in(nadia, karim):
    mission = make_mission(coordinator=nadia)
    away(nadia, karim)
    cases.open_about(mission, reason=Case.Reason.SILENCE, now=timezone.now())
    assert told("case_opened", karim).exists()
    assert not told("case_opened", nadia).exists()


def test_a_stand_in_on_a_side_of_a_case_isn_t_told_of_it(nadia, karim, sonia):
    mission = make_mission(coordinator=nadia)
    mission.need.organisation.memberships.create(user=karim)
    away(nadia, karim)
    cases.open_about(mission, reason=Case.Reason.SILENCE, now=timezone.now())
    assert not told("case_opened", karim).exists()
    assert told("case_opened", sonia).exists()


def test_one_s_own_lines_are_those_of_whom_one_answers_for_too(nadia, karim, sonia):
    need = submitted(coordinator=nadia)
    away(nadia, karim)
    assert [line.number for line in lines_of(karim, whose="mine")] == [need.pk]
    assert lines_of(sonia, whose="mine") == []
    assert [line.number for line in lines_of(nadia, whose="mine")] == [need.pk]


def test_a_line_says_that_who_follows_it_is_away_and_who_answers(client, nadia, karim, sonia):
    submitted(coordinator=nadia)
    away(nadia, karim)
    client.force_login(sonia)
    page = client.get(reverse("desk")).content.decode()
    assert "Karim Benali répond" in page


def test_both_sides_of_a_mission_read_whom_to_write_to(client, nadia, karim):
    member = make_user()
    mission = make_mission(member=member, coordinator=nadia)
    client.force_login(member)
    url = mission.get_absolute_url()
    assert karim.email not in client.get(url).content.decode()
    away(nadia, karim)
    page = client.get(url).content.decode()
    assert "Karim Benali répond" in page
    assert karim.email in page


def test_where_nobody_answers_the_two_sides_read_the_address_of_the_pole(client, nadia, pole):
    pole.email = "pole@example.org"
    pole.save()
    member = make_user()
    mission = make_mission(member=member, coordinator=nadia)
    away(nadia)
    client.force_login(member)
    page = client.get(mission.get_absolute_url()).content.decode()
    assert "personne ne répond pendant ce temps" in page
    assert "mailto:pole@example.org" in page


# --- a mission and its need ----------------------------------------------------------------------
def test_a_mission_that_was_handed_over_is_told_to_who_follows_it_now(nadia, karim, sonia):
    """Whoever follows its need hears of the need alone."""
    mission = make_mission(coordinator=karim)
    Need.objects.filter(pk=mission.need_id).update(coordinator=nadia)
    mission.need.refresh_from_db()
    assert audience.who_hears(mission) == [karim]
    assert list(audience.coordinators(mission.need)) == [nadia]
    away(karim, sonia)
    assert audience.who_hears(mission) == [sonia]


def test_a_mission_that_nobody_follows_is_told_to_who_follows_its_need(nadia, karim):
    mission = make_mission(coordinator=None)
    Need.objects.filter(pk=mission.need_id).update(coordinator=nadia)
    mission.need.refresh_from_db()
    assert audience.who_hears(mission) == [nadia]


def test_a_message_of_a_mission_is_read_and_reported_to_who_follows_the_mission(nadia, karim):
    mission = make_mission(coordinator=karim)
    Need.objects.filter(pk=mission.need_id).update(coordinator=nadia)
    assert audience.who_reads(mission.proposal.thread) == [karim]


# --- handing over to somebody away ---------------------------------------------------------------
def test_handing_over_to_somebody_away_says_so_before_and_after(client, nadia, karim, sonia):
    key = key_of(sonia, submitted(coordinator=sonia))
    away(nadia, karim)
    client.force_login(sonia)
    asked = client.get(reverse("desk-bulk"), {"act": "hand_over", "item": key}).content.decode()
    assert "Karim Benali répond" in asked
    done = client.post(
        reverse("desk-bulk"), {"act": "hand_over", "item": key, "to": f"p{nadia.pk}", "note": ""}
    )
    assert "Karim Benali répond" in done.content.decode()
    assert told("handed_over", nadia).exists()
    assert "pour qui vous répondez" in told("handed_over", karim).get().subject


def test_passing_a_case_on_to_somebody_away_says_so(client, nadia, karim, sonia):
    case = cases.open_about(make_mission(), reason=Case.Reason.OTHER, by=sonia, now=timezone.now())
    away(nadia, karim)
    client.force_login(sonia)
    assert "Karim Benali répond" in client.get(case.get_absolute_url()).content.decode()
    page = client.post(reverse("case-assign", args=[case.pk]), {"to": nadia.pk}, follow=True)
    assert "Karim Benali répond" in " ".join(map(str, page.context["messages"]))
    assert "pour qui vous répondez" in told("case_passed_on", karim).get().subject


# --- saying it -----------------------------------------------------------------------------------
def test_i_say_that_i_am_away_and_my_colleague_is_told(client, nadia, karim):
    client.force_login(nadia)
    page = client.post(
        reverse("absence-new"),
        {
            "person": nadia.pk,
            "first_day": str(in_days(2)),
            "last_day": str(in_days(9)),
            "stand_in": karim.pk,
        },
        follow=True,
    ).content.decode()
    assert "Karim Benali répond" in page
    assert told("stand_in_asked", karim).count() == 1
    assert not told("absence_told", nadia).exists()


def test_a_colleague_of_the_operator_says_it_for_me_and_i_am_told(client, nadia, karim, sonia):
    client.force_login(sonia)
    submit(client, nadia, stand_in=karim.pk)
    assert Absence.objects.get().said_by == sonia
    assert "Karim Benali répond" in told("absence_told", nadia).get().subject


def test_somebody_of_another_operator_doesn_t_say_it_for_me(client, nadia, karim, pole):
    other = make_user()
    make_operator(pole, member=other)
    client.force_login(other)
    page = submit(client, nadia)
    assert page.status_code == 200
    assert not Absence.objects.exists()


def test_who_is_away_is_away_from_each_of_their_poles(nadia, karim):
    second = make_pole("Le second", ["02"])
    make_seat(nadia.organisations.get(), second)
    there = make_coordinator(second)
    made = acts.say(nadia, first_day=in_days(0), last_day=in_days(3), stand_in=there, by=nadia)
    answers = {one.pole_id: one.stand_in for one in made}
    assert answers == {nadia.organisations.get().pole_id: None, second.pk: there}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"last_day": str(in_days(-1))}, "Ce jour est passé"),
        ({"first_day": str(in_days(12))}, "L’absence finirait avant de commencer"),
        ({"last_day": "2999-01-01"}, "vérifiez l’année"),
        ({"first_day": "1999-01-01"}, "vérifiez l’année"),
        ({"first_day": "demain"}, "date"),
        ({"last_day": ""}, "obligatoire"),
        ({"stand_in": "self"}, "on ne répond pas à sa propre place"),
        ({"stand_in": "away"}, "n’est pas là non plus"),
        ({"stand_in": "999999"}, "choix"),
    ],
)
def test_what_can_t_be_is_said_beside_the_field(client, nadia, karim, sonia, fields, sentence):
    away(sonia)
    people = {"self": nadia.pk, "away": sonia.pk}
    if fields.get("stand_in") in people:
        fields = {"stand_in": people[fields["stand_in"]]}
    client.force_login(nadia)
    page = submit(client, nadia, **fields)
    assert sentence in page.content.decode()
    assert not Absence.objects.filter(person=nadia).exists()


def test_an_absence_among_the_days_of_another_is_refused_with_its_days(client, nadia):
    away(nadia, first=3, last=20)
    client.force_login(nadia)
    page = submit(client, nadia).content.decode()
    assert "Une absence est déjà notée pour Nadia Berger" in page
    assert Absence.objects.count() == 1


def test_one_s_own_absence_doesn_t_speak_of_its_reader_as_of_somebody_else(client, nadia, karim):
    absence = away(nadia)
    for reader, said, not_said in (
        (nadia, "ce qui vous concerne", "cette personne"),
        (karim, "ce qui concerne cette personne", "vous concerne"),
    ):
        client.force_login(reader)
        page = client.get(absence.get_absolute_url()).text
        assert said in page
        assert not_said not in page


def test_a_message_after_a_renewal_is_read_by_who_follows_the_renewal(nadia, karim):
    first = make_mission(coordinator=nadia, status=MissionStatus.CLOSED)
    begins = first.ends_on + timedelta(days=1)
    more = {"starts_on": begins, "ends_on": begins + timedelta(days=30), "hours": 10}
    following = renewals.renew(first, **more, by=first.need.created_by)
    Mission.objects.filter(pk=following.pk).update(coordinator=karim)
    assert audience.who_reads(first.proposal.thread) == [karim]
