"""The rules at work: as a need is handed in, when its structure moves, and by the clock."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation, User
from accounts.states import OrganisationStatus, SeatStatus
from marketplace.actions.desk import desk as desk_acts
from marketplace.actions.desk import dispatch
from marketplace.actions.market import needs
from marketplace.desk.kinds.need import KIND as A_NEED
from marketplace.letters.registry import KINDS, why_not
from marketplace.models import Dispatched, DispatchRule, HandOver, Need
from marketplace.rules import audience
from marketplace.states import NeedStatus
from notifications.models import Notification
from tests.factories import (
    make_commune,
    make_need,
    make_organisation,
    make_pole,
    make_seat,
    make_user,
)
from tests.marketplace.desk.dispatching import (
    make_operator,
    make_rule,
    person_of,
    pole_of_two_departments,
)


@pytest.fixture
def pole(db):
    return pole_of_two_departments()


@pytest.fixture
def coup(pole):
    return make_operator(pole, "Coup de Pouce")


@pytest.fixture
def relais(pole):
    return make_operator(pole, "Relais Nord")


def draft(**fields) -> Need:
    return make_need(member=make_user(), status=NeedStatus.DRAFT, **fields)


def hand_in(need: Need | None = None, **fields) -> Need:
    need = need or draft(**fields)
    needs.submit(need, by=need.created_by)
    return Need.objects.get(pk=need.pk)


def told(kind: str) -> list:
    found = Notification.objects.filter(kind=kind).order_by("recipient")
    return [letter.recipient for letter in found]


def ring() -> None:
    dispatch.dispatch_waiting(timezone.now())


# --- as it is handed in ----------------------------------------------------------------------
def test_a_need_that_is_handed_in_goes_to_the_operator_and_only_its_people_are_told(coup, relais):
    make_rule(relais, departments=["62"])
    make_rule(coup, departments=["59"], families=["numerique"], formats=["SPLIT"], times=["BOTH"])
    need = hand_in()
    assert (need.operator, need.coordinator) == (coup, None)
    assert told("need_submitted") == [person_of(coup)]
    row = Dispatched.objects.get()
    assert (row.need, row.operator) == (need, coup)
    assert row.rule == (
        "Nord · Numérique · quelques heures par semaine · "
        "temps libre ou temps de travail → Coup de Pouce"
    )
    assert list(audience.coordinators(need)) == [person_of(coup)]


def test_a_need_that_no_rule_wants_stays_nobodys_and_everybody_is_told(coup, relais):
    make_rule(coup, departments=["62"])
    need = hand_in()
    assert need.operator is None
    assert set(told("need_submitted")) == {person_of(coup), person_of(relais)}
    assert not Dispatched.objects.exists()


def test_the_door_by_which_the_structure_came_decides(coup, relais):
    make_rule(relais, doors=[relais.pk])
    make_rule(coup)
    came = make_organisation(member=make_user(), came_through=relais)
    assert hand_in(make_need(came, status=NeedStatus.DRAFT)).operator == relais
    assert hand_in().operator == coup


@pytest.mark.parametrize("status", [SeatStatus.ENDED, SeatStatus.PROPOSED])
def test_a_rule_for_an_operator_without_a_seat_is_passed_over(coup, relais, status):
    make_rule(coup)
    make_rule(relais, departments=["59"])
    coup.seats.update(status=status)
    assert hand_in().operator == relais


def test_a_rule_for_a_suspended_operator_is_passed_over(coup, relais):
    make_rule(coup)
    Organisation.objects.filter(pk=coup.pk).update(status=OrganisationStatus.SUSPENDED)
    assert hand_in().operator is None


def test_what_somebody_follows_is_not_given_away(coup, relais):
    make_rule(coup)
    taken = draft(coordinator=person_of(relais))
    assert hand_in(taken).operator is None
    given = draft(operator=relais)
    assert hand_in(given).operator == relais
    assert not Dispatched.objects.exists()


def test_a_hand_over_is_never_undone_by_a_rule(coup, relais):
    make_rule(coup)
    need = draft()
    by = person_of(relais)
    HandOver.objects.create(need=need, to_person=by, by=by)
    assert hand_in(need).operator is None
    ring()
    assert Need.objects.get(pk=need.pk).operator is None


def test_handed_over_after_it_was_dispatched_it_stays_handed_over(coup, relais):
    make_rule(coup)
    need = hand_in()
    item = desk_acts.Item(A_NEED, need.pk, f"o{coup.pk}", need, need)
    desk_acts.hand_over(item, to=relais, note="Pour vous.", by=person_of(coup))
    ring()
    assert Need.objects.get(pk=need.pk).operator == relais


def test_a_need_sent_again_after_a_question_stays_with_whoever_asked(coup, relais):
    make_rule(coup)
    need = hand_in()
    needs.ask(need, question="Combien de pages ?", by=person_of(relais))
    assert hand_in(Need.objects.get(pk=need.pk)).coordinator == person_of(relais)
    assert Dispatched.objects.count() == 1


def test_a_need_whose_structure_has_moved_goes_by_the_rules_of_its_new_pole(coup):
    make_rule(coup)
    need = hand_in()
    other = make_pole("Pôle voisin", ("80",))
    theirs = make_operator(other, "Somme Ensemble")
    make_rule(theirs)
    Organisation.objects.filter(pk=need.organisation_id).update(pole=other)
    for _again in range(2):
        needs.follow_moved_structures()
    need.refresh_from_db()
    assert (need.pole, need.operator) == (other, theirs)
    assert told("need_submitted") == [person_of(coup), person_of(theirs)]
    assert Dispatched.objects.count() == 2


def test_a_refused_letter_leaves_neither_need_nor_dispatch(coup, monkeypatch):
    """One transaction: what is handed in, whose it is, and who is told."""

    def refuse(step):
        raise DatabaseError

    make_rule(coup)
    need = draft()
    monkeypatch.setattr("marketplace.letters.need_submitted", refuse)
    with pytest.raises(DatabaseError):
        hand_in(need)
    need.refresh_from_db()
    assert (need.status, need.operator) == (NeedStatus.DRAFT, None)
    assert not Dispatched.objects.exists()


# --- by the clock ----------------------------------------------------------------------------
def test_the_clock_gives_open_needs_away_and_tells_each_operator_once(coup, relais):
    for _n in range(3):
        make_need()
    make_need(status=NeedStatus.SUBMITTED)
    make_need(make_organisation(commune=make_commune("62041", "Arras")), status=NeedStatus.CLOSED)
    make_need(status=NeedStatus.DRAFT)
    make_need(commune=make_commune("62041", "Arras"))
    make_rule(coup, departments=["59"])
    make_rule(relais, departments=["62"])
    for _again in range(3):
        ring()
    letters = {
        letter.recipient: letter for letter in Notification.objects.filter(kind="needs_dispatched")
    }
    assert set(letters) == {person_of(coup), person_of(relais)}
    assert letters[person_of(coup)].subject == "4 besoins vous sont confiés"
    assert letters[person_of(relais)].subject == "1 besoin vous est confié"
    assert Notification.objects.filter(kind="needs_dispatched").count() == 2
    assert Dispatched.objects.count() == 5
    assert not Dispatched.objects.filter(told_at=None).exists()


def test_the_letter_calls_no_need_open_that_is_only_handed_in_and_leads_to_the_board(coup, relais):
    """« 1 besoin ouvert », of one that nobody has read yet."""
    make_need(status=NeedStatus.SUBMITTED)
    make_need(commune=make_commune("62041", "Arras"))
    make_rule(coup, departments=["59"])
    make_rule(relais, departments=["62"])
    User.objects.filter(pk=person_of(relais).pk).update(language="en")
    ring()
    french, english = (
        Notification.objects.get(kind="needs_dispatched", recipient=person_of(each)).text
        for each in (coup, relais)
    )
    assert "1 besoin que personne ne suivait" in french.replace("\xa0", " ")
    assert "1 need that nobody followed" in english
    assert "au tableau" in french
    assert "on the board" in english


def test_what_comes_later_is_told_in_a_letter_of_its_own(coup):
    make_rule(coup)
    for count in (1, 2):
        make_need()
        ring()
        assert Notification.objects.filter(kind="needs_dispatched").count() == count


def test_what_was_given_and_not_told_is_told_by_the_next_ring(coup, monkeypatch):
    """The worker dies between the two."""
    make_rule(coup)
    make_need()
    with monkeypatch.context() as broken:
        broken.setattr("marketplace.actions.desk.dispatch._to_tell", lambda now: iter(()))
        ring()
    assert told("needs_dispatched") == []
    ring()
    assert told("needs_dispatched") == [person_of(coup)]


def test_the_clock_leaves_what_is_followed_and_what_was_handed_over(coup, relais):
    make_rule(coup)
    taken, given = make_need(coordinator=person_of(relais)), make_need(operator=relais)
    passed, by = make_need(), person_of(relais)
    HandOver.objects.create(need=passed, to_person=by, by=by)
    ring()
    for need, operator in ((taken, None), (given, relais), (passed, None)):
        need.refresh_from_db()
        assert need.operator == operator
    assert told("needs_dispatched") == []


def test_what_an_operator_that_has_left_was_given_goes_on_to_the_next_rule(coup, relais):
    make_rule(coup)
    make_rule(relais, departments=["59"])
    need = hand_in()
    coup.seats.update(status=SeatStatus.ENDED)
    ring()
    need.refresh_from_db()
    assert need.operator == relais
    assert told("needs_dispatched") == [person_of(relais)]


def test_a_pole_without_rules_keeps_its_needs(coup):
    need = make_need()
    ring()
    need.refresh_from_db()
    assert need.operator is None


def test_each_pole_has_rules_of_its_own(coup):
    other = make_pole("Pôle voisin", ("80",))
    make_rule(make_operator(other, "Somme Ensemble"))
    need = make_need()
    ring()
    need.refresh_from_db()
    assert need.operator is None


# --- the letter ------------------------------------------------------------------------------
def a_letter(operator) -> Notification:
    make_rule(operator)
    make_need()
    ring()
    return Notification.objects.get(kind="needs_dispatched", recipient=person_of(operator))


def is_moot(letter: Notification) -> bool:
    moot = KINDS["needs_dispatched"].moot
    return bool(moot(letter) or why_not(letter))


def test_the_letter_leads_to_what_it_tells(coup, client):
    letter = a_letter(coup)
    assert not is_moot(letter)
    assert "confient à Coup de Pouce 1 besoin que" in letter.text
    client.force_login(person_of(coup))
    assert Need.objects.get().title in client.get(letter.url).content.decode()


def test_the_letter_stays_when_others_follow_the_need_by_then(coup, relais):
    letter = a_letter(coup)
    needs.take_charge(Need.objects.get(), by=person_of(relais))
    assert is_moot(letter)


def test_the_letter_stays_when_the_operator_has_no_seat_by_then(coup):
    letter = a_letter(coup)
    coup.seats.update(status=SeatStatus.ENDED)
    assert is_moot(letter)


def test_the_letter_stays_for_somebody_who_has_left_the_operator(coup, relais):
    """They still coordinate the pôle, by another one."""
    letter = a_letter(coup)
    Membership.objects.create(user=letter.recipient, organisation=relais)
    Membership.objects.filter(user=letter.recipient, organisation=coup).delete()
    assert is_moot(letter)


# --- the story -------------------------------------------------------------------------------
def test_the_story_says_by_which_rule(coup, client):
    make_rule(coup, departments=["59"])
    need = hand_in()
    DispatchRule.objects.all().delete()
    client.force_login(person_of(coup))
    for url in (
        reverse("desk-need", args=[need.pk]),
        reverse("organisation-story", args=[need.organisation_id]),
    ):
        page = client.get(url).content.decode()
        assert "Confié à Coup de Pouce par la règle «\xa0Nord → Coup de Pouce\xa0»" in page
    assert (
        "suivi par Coup de Pouce"
        in client.get(reverse("desk-need", args=[need.pk])).content.decode()
    )


@pytest.mark.parametrize("asked", [None, SeatStatus.PROPOSED, SeatStatus.DECLINED])
def test_what_another_pole_did_by_its_rules_is_its_own(coup, client, asked):
    """Also when it has asked for the same operator, which never came."""
    make_rule(coup, departments=["59"])
    need = hand_in()
    other = make_pole("Pôle voisin", ("80",))
    theirs = make_operator(other, "Somme Ensemble")
    if asked:
        make_seat(coup, other, status=asked)
    Organisation.objects.filter(pk=need.organisation_id).update(pole=other)
    needs.follow_moved_structures()
    client.force_login(person_of(theirs))
    for url in (
        reverse("desk-need", args=[need.pk]),
        reverse("organisation-story", args=[need.organisation_id]),
    ):
        assert "Coup de Pouce" not in client.get(url).content.decode()


# --- what the database holds -------------------------------------------------------------------
def test_what_was_dispatched_is_written_once(coup):
    make_rule(coup)
    hand_in()
    for change in (
        lambda: Dispatched.objects.update(rule="autre"),
        lambda: Dispatched.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.parametrize("position", [0, 51])
def test_a_pole_has_fifty_places(coup, position):
    with pytest.raises(IntegrityError), transaction.atomic():
        DispatchRule.objects.create(pole=coup.pole, position=position, operator=coup)


def test_a_place_and_a_set_of_conditions_are_one_rules(coup):
    make_rule(coup, departments=["59"])
    for twice in ({"position": 1, "departments": ["62"]}, {"position": 2, "departments": ["59"]}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DispatchRule.objects.create(pole=coup.pole, operator=coup, **twice)
