"""An absence that is changed, declined, taken on, ended; what the clock tells of it, and its pages."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from common import dates
from marketplace import letters as posting
from marketplace.actions.desk import absences as acts
from marketplace.actions.refusals import NotYet
from marketplace.models import Absence, HandOver, Need
from marketplace.rules import absences, audience
from notifications import rules
from notifications.models import Notification
from tests.factories import (
    make_need,
    make_pole,
    make_user,
)
from tests.marketplace.desk.absent_people import away, in_days, told
from tests.marketplace.desk.desk_people import (
    elsewhere,
    key_of,
    make_colleague,
    make_operator,
    submitted,
)


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


def test_back_one_reads_of_the_lines_of_that_pole_alone(nadia, karim):
    """Whoever coordinates two has a letter for each."""
    need = submitted(coordinator=nadia)
    away(nadia, karim)
    HandOver.objects.create(need=need, from_person=nadia, to_person=karim, by=karim)
    Need.objects.filter(pk=need.pk).update(pole=make_pole("Le second", ["02"]))
    acts.tell(timezone.now() + timedelta(days=10))
    letter = told("absence_over", nadia).get().text
    assert "Aucun besoin, aucune mission" in letter
    assert str(nadia.organisations.get().pole) in letter


def test_back_nothing_has_changed_hands(nadia, karim):
    away(nadia, karim)
    acts.tell(timezone.now() + timedelta(days=10))
    assert "Aucun besoin, aucune mission" in told("absence_over", nadia).get().text


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


def test_whoever_is_away_again_at_once_is_back_only_after_the_last_of_them(
    client, nadia, karim, sonia
):
    """Two absences that follow each other are one: its last letter holds what changed hands in both."""
    need = submitted(coordinator=nadia)
    away(nadia, karim, last=3)
    away(nadia, sonia, first=4, last=9)
    client.force_login(karim)
    item = key_of(karim, need)
    client.post(reverse("desk-bulk"), {"act": "take", "item": item})
    acts.tell(timezone.now() + timedelta(days=4))
    assert not told("absence_over", nadia).exists()
    acts.tell(timezone.now() + timedelta(days=10))
    letter = told("absence_over", nadia).get()
    assert f"{need.title} → Karim Benali" in letter.text


def test_the_absence_that_was_to_follow_and_is_cancelled_holds_no_letter_back(nadia, karim):
    away(nadia, karim, last=3)
    acts.end(away(nadia, karim, first=4, last=9), by=nadia)
    acts.tell(timezone.now() + timedelta(days=4))
    assert told("absence_over", nadia).exists()


def test_back_one_reads_of_the_lines_that_colleagues_took(client, nadia, karim):
    """On the desk, and on the need's page."""
    first, second = submitted(coordinator=nadia), submitted(coordinator=nadia)
    away(nadia, karim)
    client.force_login(karim)
    client.post(reverse("desk-bulk"), {"act": "take", "item": key_of(karim, first)})
    client.post(reverse("need-take-charge", args=[second.pk]))
    acts.tell(timezone.now() + timedelta(days=10))
    letter = told("absence_over", nadia).get().text
    assert f"{first.title} → Karim Benali" in letter
    assert f"{second.title} → Karim Benali" in letter


# --- what the page answers -----------------------------------------------------------------------
@pytest.mark.parametrize("stand_in", ["nobody", "nadia", "karim"])
def test_a_letter_is_promised_to_who_answers_only_where_one_is_posted(
    client, nadia, karim, sonia, stand_in
):
    """Not to nobody, and not to oneself."""
    chosen = {"nobody": "", "nadia": nadia.pk, "karim": karim.pk}[stand_in]
    client.force_login(nadia)
    days = {"first_day": str(in_days(2)), "last_day": str(in_days(9))}
    page = client.post(
        reverse("absence-new"), days | {"person": sonia.pk, "stand_in": chosen}, follow=True
    )
    said = " ".join(map(str, page.context["messages"]))
    assert Absence.objects.exists()
    assert ("prévenue par courrier" in said) == (stand_in == "karim")


def test_a_change_that_tells_nobody_promises_no_letter(client, nadia, karim):
    absence = away(nadia)
    client.force_login(nadia)
    for stand_in, promised in (("", False), (karim.pk, True), (karim.pk, False)):
        said = {"last_day": str(in_days(5)), "stand_in": stand_in}
        page = client.post(absence.get_absolute_url(), said, follow=True)
        assert ("prévenues par courrier" in page.content.decode()) == promised


def test_the_answer_to_a_return_is_as_the_reader_sees_it(client, nadia, sonia):
    for who, first, sentence in (
        (nadia, 0, "ce que vous suivez vous est dit de nouveau"),
        (nadia, 3, "l’absence est annulée"),
        (sonia, 0, "ce que suit la personne lui est dit de nouveau"),
    ):
        absence = away(nadia, first=first)
        client.force_login(who)
        page = client.post(reverse("absence-end", args=[absence.pk]), follow=True)
        assert sentence in page.content.decode()


def test_who_answers_reads_it_of_themselves(client, nadia, karim):
    absence = away(nadia, karim)
    client.force_login(karim)
    assert (
        "Vous répondez pendant ce temps" in client.get(absence.get_absolute_url()).content.decode()
    )


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


def test_an_absence_of_one_day_is_said_once(client, nadia, karim, sonia):
    absence = away(nadia, karim, first=2, last=2, by=sonia)
    day = dates.spoken(in_days(2), "j F Y")
    for kind, to in (("stand_in_asked", karim), ("absence_told", nadia)):
        letter = told(kind, to).get()
        assert f" le {day}" in letter.text.replace("\xa0", " ")
        assert " au " not in letter.subject + letter.text.split("\n\n")[0]
    client.force_login(sonia)
    assert f'<p class="lead">Le {day}, ' in client.get(absence.get_absolute_url()).text
    assert f"<small>le {day}</small>" in client.get(reverse("absences")).text
    with pytest.raises(NotYet, match=f"déjà notée .* le {day}"):
        away(nadia, karim, first=2, last=2, by=sonia)
