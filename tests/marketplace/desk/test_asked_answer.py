"""A pôle that was asked answers: somebody, nobody, or not at all; and those who asked know."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from marketplace.actions.desk import elsewhere
from marketplace.actions.market import needs, proposals
from marketplace.actions.refusals import NotYet
from marketplace.models import AskedPole, Need, Side
from marketplace.states import AskedPoleStatus, NeedStatus
from notifications import rules
from notifications.models import Notification
from tests.factories import (
    make_coordinator,
    make_need,
    make_offer,
    make_pole,
    make_seat,
    make_user,
)
from tests.marketplace.desk.desk_people import lines_of, make_colleague

MONDAY = timezone.make_aware(datetime(2026, 6, 1, 10))


@pytest.fixture
def need():
    return make_need(member=make_user("Aline", "Moreau"), title="Tenir la paie")


@pytest.fixture
def other():
    return make_pole("Pôle voisin", ["62"])


@pytest.fixture
def maelle(need):
    return make_coordinator(first_name="Maëlle")


@pytest.fixture
def karim(other):
    return make_coordinator(other, first_name="Karim")


@pytest.fixture
def asked(need, other, maelle, karim):
    return elsewhere.ask(need, other, word="Qui saurait ?", by=maelle)


def door(name, asked):
    return reverse(name, args=[asked.pk])


def status_of(asked):
    return AskedPole.objects.get(pk=asked.pk).status


def letters(kind, **fields):
    return Notification.objects.filter(kind=kind, **fields)


def say_nobody(client, asked, by, word="Nos deux comptables partent."):
    client.force_login(by)
    return client.post(door("asked-pole-nobody", asked), {"word": word}, follow=True)


# --- the line, and the answer “nobody” -------------------------------------------------------
def test_a_need_of_another_pole_is_a_line_of_the_desk_until_it_is_answered(client, asked, karim):
    (line,) = lines_of(karim)
    assert (line.kind, line.what) == ("asked", "Tenir la paie")
    assert line.url == door("asked-pole", asked)
    assert str(asked.need.pole) in line.why
    assert line.expected == "attendu sous 5 jours ouvrés"
    client.force_login(karim)
    assert door("asked-pole-nobody", asked) in client.get(line.url).text
    elsewhere.find_nobody(asked, word="", by=karim)
    assert lines_of(karim) == []


@pytest.mark.parametrize(("days", "urgency"), [(1, "calm"), (7, "soon"), (8, "late")])
def test_its_line_is_late_once_the_working_days_that_it_names_have_passed(
    need, other, maelle, karim, days, urgency
):
    with time_machine.travel(MONDAY, tick=False):
        elsewhere.ask(need, other, word="", by=maelle)
    with time_machine.travel(MONDAY + timedelta(days=days), tick=False):
        (line,) = lines_of(karim)
    assert line.urgency == urgency


def test_nobody_here_is_told_with_its_word_to_those_who_asked(client, asked, need, maelle, karim):
    page = say_nobody(client, asked, karim).text
    assert "Votre réponse est transmise à qui l’a demandée" in page
    letter = letters("pole_answered").get()
    assert letter.recipient == maelle
    assert "Pôle voisin\u00a0» n’a trouvé personne" in letter.subject
    assert "Nos deux comptables partent." in letter.text
    assert not rules.why_moot(letter)
    client.force_login(maelle)
    for page in ("desk-need", "need-elsewhere"):
        text = client.get(reverse(page, args=[need.pk])).text
        assert "N’a trouvé personne" in text
        assert "Nos deux comptables partent." in text
    told = client.get(reverse("organisation-story", args=[need.organisation_id])).text
    assert "pas encore de réponse" not in told
    assert "Pôle voisin\u00a0: Sollicité" in told
    assert "Nos deux comptables partent." in told


def test_the_structure_reads_on_its_need_who_was_asked_and_found_nobody_and_no_word(
    client, asked, need, karim
):
    client.force_login(need.organisation.members.get())
    page = client.get(need.get_absolute_url()).text
    assert "Sollicité, pas encore de réponse" in page
    assert "Pôle voisin" in page
    elsewhere.find_nobody(asked, word="Une présidente difficile.", by=karim)
    page = client.get(need.get_absolute_url()).text
    assert "N’a trouvé personne" in page
    for words in ("présidente difficile", "Qui saurait"):
        assert words not in page


def test_a_visitor_and_a_volunteer_read_nothing_of_the_poles_that_were_asked(client, asked, need):
    assert "Pôle voisin" not in client.get(need.get_absolute_url()).text
    client.force_login(make_user())
    assert "Pôle voisin" not in client.get(need.get_absolute_url()).text


def test_a_word_that_is_too_long_is_refused_beside_its_field_and_kept(client, asked, karim):
    page = say_nobody(client, asked, karim, "x" * 2001)
    assert 'aria-invalid="true"' in page.text
    assert "x" * 2001 in page.text
    assert status_of(asked) == "ASKED"


def test_who_follows_the_need_is_told_beside_who_asked(asked, need, maelle, karim):
    chief = make_colleague(maelle, first_name="Odile")
    make_colleague(maelle, first_name="Paul")
    Need.objects.filter(pk=need.pk).update(coordinator=chief)
    elsewhere.find_nobody(asked, word="", by=karim)
    assert {letter.recipient for letter in letters("pole_answered")} == {maelle, chief}


def test_where_who_asked_has_left_those_who_coordinate_there_are_told(asked, maelle, karim):
    paul = make_colleague(maelle, first_name="Paul")
    Membership.objects.filter(user=maelle).delete()
    elsewhere.find_nobody(asked, word="", by=karim)
    assert letters("pole_answered").get().recipient == paul


@pytest.mark.parametrize("side", ["of the structure", "a candidate"])
def test_who_is_on_a_side_by_now_doesn_t_read_what_was_answered(
    client, asked, need, maelle, karim, side
):
    make_colleague(maelle, first_name="Paul")
    elsewhere.find_nobody(asked, word="Une présidente difficile.", by=karim)
    letter = letters("pole_answered").get()
    if side == "a candidate":
        proposals.apply(need, make_offer(maelle), word="", by=maelle)
    else:
        need.organisation.memberships.create(user=maelle)
    assert rules.why_moot(letter)
    client.force_login(maelle)
    for address in (need.get_absolute_url(), reverse("desk-need", args=[need.pk])):
        assert "présidente difficile" not in client.get(address).text


# --- who, twice, too late --------------------------------------------------------------------
def test_only_who_coordinates_the_pole_that_was_asked_says_that_there_is_nobody(
    client, asked, need, maelle
):
    url = door("asked-pole-nobody", asked)
    assert client.get(url).status_code == 302
    third = make_coordinator(make_pole("Troisième pôle", ["80"]))
    for stranger in (make_user(), third, maelle, need.organisation.members.get()):
        client.force_login(stranger)
        assert client.get(url).status_code == 404
        assert client.post(url, {"word": ""}).status_code == 404
    assert status_of(asked) == "ASKED"


def test_who_is_on_a_side_leaves_the_answer_to_a_colleague_and_has_no_line(
    client, asked, need, karim
):
    odile = make_colleague(karim, first_name="Odile")
    proposals.apply(need, make_offer(karim), word="Me voici.", by=karim)
    assert lines_of(karim) == []
    assert [line.kind for line in lines_of(odile)] == ["asked"]
    client.force_login(karim)
    assert client.get(door("asked-pole-nobody", asked)).status_code == 403
    assert client.post(door("asked-pole-nobody", asked)).status_code == 403
    assert status_of(asked) == "ASKED"


def test_where_nobody_else_coordinates_who_is_on_a_side_keeps_the_line(client, asked, need, karim):
    need.organisation.memberships.create(user=karim)
    assert "asked" in [line.kind for line in lines_of(karim)]
    say_nobody(client, asked, karim)
    assert status_of(asked) == "NOBODY"


def test_who_has_left_the_pole_that_was_asked_answers_nothing(client, asked, karim):
    Membership.objects.filter(user=karim).delete()
    client.force_login(karim)
    assert client.post(door("asked-pole-nobody", asked)).status_code == 404
    assert status_of(asked) == "ASKED"


def test_said_twice_it_is_told_once(client, asked, karim):
    for _turn in range(2):
        page = say_nobody(client, asked, karim)
    assert "Trop tard" in page.text
    assert letters("pole_answered").count() == 1
    assert client.get(door("asked-pole-nobody", asked)).status_code == 302


def test_of_a_need_that_is_over_nobody_says_that_there_is_nobody(client, asked, need, karim):
    needs.close(need, reason="Trouvé ailleurs.", by=need.created_by)
    assert lines_of(karim) == []
    page = say_nobody(client, asked, karim)
    assert "filled or closed" not in page.text
    assert "n’est plus ouvert" in page.text
    assert status_of(asked) == "ASKED"
    assert not letters("pole_answered").exists()
    assert rules.why_moot(letters("pole_asked").get())


@pytest.mark.parametrize("over", ["closed", "private", "suspended", "moved to that pole"])
def test_a_need_that_looks_for_nobody_there_any_more_leaves_the_desk(
    client, asked, need, other, karim, over
):
    if over == "suspended":
        type(need.organisation).objects.filter(pk=need.organisation_id).update(status="SUSPENDED")
    changed = {
        "closed": {"status": NeedStatus.CLOSED},
        "private": {"is_listed": False},
        "moved to that pole": {"pole": other},
        "suspended": {"places": 1},
    }
    Need.objects.filter(pk=need.pk).update(**changed[over])
    assert "asked" not in [line.kind for line in lines_of(karim)]
    assert rules.why_moot(letters("pole_asked").get())


def test_of_two_poles_of_one_operator_each_answers_for_itself(client, need, other, maelle, karim):
    third = make_pole("Troisième pôle", ["80"])
    make_seat(karim.organisations.get(), third)
    first, second = (elsewhere.ask(need, pole, word="", by=maelle) for pole in (other, third))
    assert len(lines_of(karim)) == 2
    say_nobody(client, second, karim)
    assert (status_of(first), status_of(second)) == ("ASKED", "NOBODY")
    assert [line.url for line in lines_of(karim)] == [door("asked-pole", first)]


def test_who_coordinates_both_poles_is_not_told_of_their_own_answer(client, asked, need, karim):
    make_seat(karim.organisations.get(), need.pole)
    say_nobody(client, asked, karim)
    assert status_of(asked) == "NOBODY"
    assert karim not in {letter.recipient for letter in letters("pole_answered")}


# --- somebody ---------------------------------------------------------------------------------
def test_who_is_put_forward_answers_the_question_and_those_who_asked_are_told(
    client, asked, need, other, maelle, karim
):
    offer = make_offer(make_user("Rosa", "Voisine"), pole=other)
    proposals.propose(need, offer, word="", by=karim)
    assert status_of(asked) == "FOUND"
    assert lines_of(karim) == []
    letter = letters("pole_answered").get()
    assert letter.recipient == maelle
    assert "Pôle voisin\u00a0» propose quelqu’un" in letter.subject
    client.force_login(maelle)
    page = client.get(reverse("desk-need", args=[need.pk])).text
    assert "1 personne de chez lui proposée" in page


def test_somebody_who_turns_up_after_nobody_is_still_put_forward(asked, need, other, karim):
    elsewhere.find_nobody(asked, word="", by=karim)
    proposals.propose(need, make_offer(pole=other), word="", by=karim)
    assert status_of(asked) == "FOUND"


def test_an_application_from_there_is_an_answer_without_a_letter(client, asked, need, other, karim):
    offer = make_offer(make_user("Rosa", "Voisine"), pole=other)
    proposals.apply(need, offer, word="", by=offer.person)
    assert status_of(asked) == "FOUND"
    assert lines_of(karim) == []
    assert not letters("pole_answered").exists()
    assert rules.why_moot(letters("pole_asked").get())


def test_who_is_found_at_home_changes_nothing_of_what_was_asked(asked, need, maelle):
    proposals.propose(need, make_offer(), word="", by=maelle)
    assert status_of(asked) == "ASKED"


# --- taken back, asked again -----------------------------------------------------------------
def test_what_was_asked_is_taken_back_and_the_pole_is_told(
    client, asked, need, other, maelle, karim
):
    offer = make_offer(pole=other)
    client.force_login(maelle)
    url = door("asked-pole-take-back", asked)
    assert url in client.get(reverse("need-elsewhere", args=[need.pk])).text
    for _turn in range(2):
        client.post(url)
    assert status_of(asked) == "TAKEN_BACK"
    assert letters("pole_taken_back").get().recipient == karim
    assert not rules.why_moot(letters("pole_taken_back").get())
    assert rules.why_moot(letters("pole_asked").get())
    assert lines_of(karim) == []
    client.force_login(karim)
    page = client.get(reverse("need-elsewhere-look", args=[need.pk])).text
    assert "ne vous sollicite plus" in page
    assert reverse("need-ask-offer", args=[need.pk, offer.pk]) not in page
    for act in (
        lambda: proposals.propose(need, offer, word="", by=karim),
        lambda: proposals.apply(need, offer, word="", by=offer.person),
    ):
        with pytest.raises(NotYet):
            act()
    client.force_login(need.organisation.members.get())
    assert "Pôle voisin" not in client.get(need.get_absolute_url()).text


def test_what_was_put_forward_before_it_was_taken_back_goes_on(asked, need, other, maelle, karim):
    made = proposals.propose(need, make_offer(pole=other), word="", by=karim)
    AskedPole.objects.update(status=AskedPoleStatus.TAKEN_BACK)
    proposals.accept(made, side=Side.NEED, by=need.organisation.members.get())
    assert proposals.accept(made, side=Side.OFFER, by=made.offer.person)


def test_only_the_needs_coordinators_take_it_back(client, asked, need, karim):
    url = door("asked-pole-take-back", asked)
    assert client.post(url).status_code == 302
    for user in (need.organisation.members.get(), karim, make_user()):
        client.force_login(user)
        assert client.post(url).status_code == 404
    assert status_of(asked) == "ASKED"


def test_who_is_on_a_side_of_the_need_leaves_taking_back_to_a_colleague(
    client, asked, need, maelle
):
    make_colleague(maelle)
    proposals.apply(need, make_offer(maelle), word="", by=maelle)
    client.force_login(maelle)
    assert client.post(door("asked-pole-take-back", asked)).status_code == 403
    assert status_of(asked) == "ASKED"


def test_one_that_found_nobody_is_asked_again_after_thirty_days(
    client, asked, need, other, maelle, karim
):
    elsewhere.find_nobody(asked, word="Personne en ce moment.", by=karim)
    with pytest.raises(NotYet, match="partir du"):
        elsewhere.ask(need, other, word="", by=maelle)
    with time_machine.travel(timezone.localtime() + timedelta(days=31)):
        client.force_login(maelle)
        url = reverse("need-elsewhere", args=[need.pk])
        client.post(url, {"pole": other.pk, "word": "Et maintenant ?"})
        assert status_of(asked) == "ASKED"
        assert [line.kind for line in lines_of(karim)] == ["asked"]
        page = client.get(url).text
    assert "Et maintenant ?" in page
    assert "Personne en ce moment." not in page
    first, second = letters("pole_asked", recipient=karim).order_by("pk")
    assert rules.why_moot(first)
    assert not rules.why_moot(second)
    assert "Et maintenant ?" in second.text


@pytest.mark.parametrize("how", ["taken back", "no answer"])
def test_one_that_has_said_no_no_is_asked_again_at_once(asked, need, other, maelle, how):
    if how == "taken back":
        elsewhere.take_back(asked, by=maelle)
    else:
        asked.move(AskedPoleStatus.UNANSWERED, by=None)
    elsewhere.ask(need, other, word="", by=maelle)
    assert status_of(asked) == "ASKED"
    assert AskedPole.objects.count() == 1


def test_one_whose_people_are_proposed_is_asked_again_once_all_have_said_no(
    asked, need, other, maelle, karim
):
    made = proposals.propose(need, make_offer(pole=other), word="", by=karim)
    with pytest.raises(NotYet):
        elsewhere.ask(need, other, word="", by=maelle)
    proposals.decline(made, side=Side.OFFER, reason="Non.", by=made.offer.person)
    elsewhere.ask(need, other, word="", by=maelle)
    assert status_of(asked) == "ASKED"
