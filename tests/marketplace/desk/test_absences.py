"""A coordinator is away: who answers, who is told, and who may say so."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from marketplace import letters as posting
from marketplace.actions.desk import absences as acts
from marketplace.actions.desk import cases
from marketplace.actions.refusals import NotYet
from marketplace.models import Absence, Case
from marketplace.rules import absences, audience
from notifications import rules
from notifications.models import Notification
from tests.factories import (
    make_coordinator,
    make_mission,
    make_need,
    make_pole,
    make_seat,
    make_user,
)
from tests.marketplace.desk.desk_people import (
    elsewhere,
    key_of,
    lines_of,
    make_colleague,
    make_operator,
    submitted,
)


@pytest.fixture
def nadia():
    return make_coordinator(first_name="Nadia", last_name="Berger")


@pytest.fixture
def karim(nadia):
    return make_colleague(nadia, first_name="Karim", last_name="Benali")


@pytest.fixture
def sonia(nadia):
    return make_colleague(nadia, first_name="Sonia", last_name="Lopez")


@pytest.fixture
def pole(nadia):
    return nadia.organisations.get().pole


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def away(person, stand_in=None, *, first=0, last=9, by=None) -> Absence:
    said = {"first_day": in_days(first), "last_day": in_days(last), "stand_in": stand_in}
    return acts.say(person, by=by or person, **said)[0]


def told(kind, to):
    return Notification.objects.filter(kind=kind, recipient=to)


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


# --- changing it ---------------------------------------------------------------------------------
def test_another_stand_in_frees_the_first(client, nadia, karim, sonia):
    absence = away(nadia, karim)
    client.force_login(nadia)
    said = {"last_day": str(in_days(4)), "stand_in": sonia.pk}
    client.post(absence.get_absolute_url(), said)
    absence.refresh_from_db()
    assert (absence.last_day, absence.stand_in) == (in_days(4), sonia)
    assert told("stand_in_freed", karim).count() == 1
    assert told("stand_in_asked", sonia).count() == 1


def test_saving_it_as_it_was_tells_nobody(client, nadia, karim):
    absence = away(nadia, karim)
    client.force_login(nadia)
    said = {"last_day": str(absence.last_day), "stand_in": karim.pk}
    client.post(absence.get_absolute_url(), said)
    assert told("stand_in_asked", karim).count() == 1


def test_a_stand_in_who_can_t_says_so_and_the_person_is_told_once(client, nadia, karim, pole):
    absence = away(nadia, karim)
    client.force_login(karim)
    for _twice in range(2):
        client.post(reverse("absence-decline", args=[absence.pk]))
    assert absences.away_from(nadia, pole).answers is None
    assert "personne ne répond pour vous" in told("absence_told", nadia).get().subject


def test_a_colleague_offers_to_answer_where_nobody_does(client, nadia, karim, sonia, pole):
    absence = away(nadia)
    client.force_login(karim)
    client.post(reverse("absence-stand-in", args=[absence.pk]))
    assert absences.away_from(nadia, pole).answers == karim
    assert "Karim Benali répond" in told("absence_told", nadia).get().subject
    client.force_login(sonia)
    page = client.post(reverse("absence-stand-in", args=[absence.pk]), follow=True)
    assert "Karim Benali répond déjà" in page.content.decode()
    assert absences.away_from(nadia, pole).answers == karim


def test_back_before_the_day_letters_come_again_and_the_stand_in_is_freed(client, nadia, karim):
    absence = away(nadia, karim)
    client.force_login(nadia)
    client.post(reverse("absence-end", args=[absence.pk]))
    assert list(audience.coordinators(make_need(coordinator=nadia))) == [nadia]
    assert told("stand_in_freed", karim).count() == 1
    page = client.post(reverse("absence-end", args=[absence.pk]), follow=True)
    assert "déjà de retour" in page.content.decode()
    assert told("stand_in_freed", karim).count() == 1


def test_an_absence_that_is_over_isn_t_changed(client, nadia, karim, pole):
    absence = Absence.objects.create(
        person=nadia, pole=pole, said_by=nadia, first_day=in_days(-9), last_day=in_days(-1)
    )
    client.force_login(nadia)
    said = {"last_day": str(in_days(4)), "stand_in": karim.pk}
    assert client.post(absence.get_absolute_url(), said).status_code == 403
    with pytest.raises(NotYet):
        acts.stand_in(absence, by=karim)


@pytest.mark.parametrize("name", ["absence", "absence-end", "absence-stand-in", "absence-decline"])
def test_strangers_the_wrong_role_and_nobody_stay_out(client, nadia, karim, pole, name):
    absence = away(nadia)
    url = reverse(name, args=[absence.pk])
    assert client.post(url)["Location"].startswith("/compte/")
    for person in (elsewhere(), make_user()):
        client.force_login(person)
        assert client.post(url).status_code == 404
    karim.memberships.all().delete()
    client.force_login(karim)
    assert client.post(url).status_code == 404
    absence.refresh_from_db()
    assert (absence.stand_in, absence.ended_at) == (None, None)


def test_a_coordinator_of_another_operator_stands_in_but_changes_nothing(client, nadia, pole):
    other = make_user()
    make_operator(pole, member=other)
    absence = away(nadia)
    client.force_login(other)
    said = {"last_day": str(in_days(4)), "stand_in": other.pk}
    assert client.post(absence.get_absolute_url(), said).status_code == 403
    assert client.post(reverse("absence-end", args=[absence.pk])).status_code == 403
    client.post(reverse("absence-stand-in", args=[absence.pk]))
    assert absences.away_from(nadia, pole).answers == other


# --- the clock -----------------------------------------------------------------------------------
def test_on_the_first_day_the_stand_in_is_told_once(nadia, karim):
    away(nadia, karim, first=3, last=9)
    acts.tell(timezone.now())
    assert not told("absence_begins", karim).exists()
    for _twice in range(2):
        acts.tell(timezone.now() + timedelta(days=3))
    assert told("absence_begins", karim).count() == 1


def test_one_that_begins_as_it_is_said_isn_t_told_twice(nadia, karim):
    away(nadia, karim)
    acts.tell(timezone.now())
    assert not told("absence_begins", karim).exists()


def test_back_one_reads_what_has_changed_hands_meanwhile(client, nadia, karim, sonia):
    need = submitted(coordinator=nadia)
    away(nadia, karim)
    client.force_login(sonia)
    key = key_of(sonia, need)
    client.post(
        reverse("desk-bulk"), {"act": "hand_over", "item": key, "to": f"p{karim.pk}", "note": ""}
    )
    for _twice in range(2):
        acts.tell(timezone.now() + timedelta(days=10))
    letter = told("absence_over", nadia).get()
    assert f"{need.title} → Karim Benali" in letter.text


def test_back_nothing_has_changed_hands(nadia, karim):
    away(nadia, karim)
    acts.tell(timezone.now() + timedelta(days=10))
    assert "Rien de ce que vous suivez" in told("absence_over", nadia).get().text


def test_one_ended_before_its_day_tells_nothing_more(nadia, karim):
    absence = away(nadia, karim, first=3)
    acts.end(absence, by=nadia)
    acts.tell(timezone.now() + timedelta(days=4))
    acts.tell(timezone.now() + timedelta(days=12))
    assert not Notification.objects.filter(kind__in=["absence_begins", "absence_over"]).exists()


def test_a_letter_that_waits_for_a_stand_in_doesn_t_leave_once_another_answers(nadia, karim, sonia):
    absence = away(nadia, karim)
    letter = told("stand_in_asked", karim).get()
    assert rules.why_moot(letter) == ""
    acts.change(absence, last_day=absence.last_day, stand_in=sonia, by=nadia)
    assert rules.why_moot(letter) == "No longer theirs"


@pytest.mark.parametrize("kind", ["stand_in_asked", "absence_begins"])
def test_a_stand_in_who_has_left_gets_none_of_the_letters_that_wait(nadia, karim, kind):
    posting.absence_begins(away(nadia, karim))
    letter = told(kind, karim).get()
    assert not rules.is_no_longer_theirs(letter)
    Membership.objects.filter(user=karim).delete()
    assert rules.is_no_longer_theirs(letter)


# --- the pages -----------------------------------------------------------------------------------
def test_the_desk_says_that_i_am_away_and_for_whom_i_answer(client, nadia, karim, sonia):
    away(nadia, karim)
    for person, sentence in (
        (nadia, "C’est noté"),
        (karim, "Vous répondez pour Nadia Berger"),
    ):
        client.force_login(person)
        assert sentence in client.get(reverse("desk")).content.decode()
    client.force_login(sonia)
    assert "Vous répondez pour" not in client.get(reverse("desk")).content.decode()


def test_the_list_holds_those_of_one_s_own_poles(client, nadia, karim):
    away(nadia, karim)
    away(elsewhere())
    client.force_login(karim)
    page = client.get(reverse("absences"))
    assert [line["absence"].person for line in page.context["now_away"]] == [nadia]


def test_without_any_the_list_says_what_to_do(client, nadia):
    client.force_login(nadia)
    assert "Tout le monde est là" in client.get(reverse("absences")).content.decode()


def test_the_list_asks_as_much_for_twenty_as_for_two(
    client, nadia, pole, django_assert_max_num_queries
):
    for _one in range(20):
        colleague = make_colleague(nadia)
        away(colleague, nadia)
    client.force_login(nadia)
    client.get(reverse("absences"))
    with django_assert_max_num_queries(16):
        client.get(reverse("absences"))
