"""New matches are told: the best first, never the same pair twice, never above the month's budget."""

from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace import ranking
from marketplace.actions.market import news, proposals
from marketplace.actions.talk import blocks
from marketplace.models import KeptMatch, Need, Offer, Promises, Solicitation, ToldMatch
from marketplace.rules import ask_limits
from marketplace.states import NeedStatus
from notifications import rules
from notifications.models import Habits, Notification
from tests.factories import make_need, make_offer, make_organisation, make_user

NOW = timezone.now


@pytest.fixture
def long_ago():
    return NOW() - timedelta(days=30)


@pytest.fixture
def offer(long_ago):
    return make_offer(make_user("Noé", "Lambert"), published_at=long_ago, capacity=5, hours=400)


@pytest.fixture
def structure():
    return make_organisation(member=make_user("Aline", "Moreau"))


def lists_are_made():
    ranking.refresh_due(NOW())


def told(kind, user):
    return list(Notification.objects.filter(kind=kind, recipient=user).order_by("pk"))


def test_a_new_need_is_told_to_who_could_do_it_with_the_reasons(offer, structure):
    make_need(structure, title="Refaire le site")
    lists_are_made()
    assert news.tell_new(NOW()) == 1
    (letter,) = told("new_needs", offer.person)
    assert "Refaire le site" in letter.subject
    assert "rapprochement" in letter.text.lower() or "Création" in letter.text or ":" in letter.text
    assert Solicitation.objects.get().why == Solicitation.Why.MATCHES
    assert letter.family == "matches"


def test_where_a_month_has_one_request_none_is_kept_back_for_people(offer, structure):
    Promises.objects.create(pole=offer.pole, solicitations=1)
    make_need(structure)
    lists_are_made()
    assert news.tell_new(NOW()) == 1
    (letter,) = told("new_needs", offer.person)
    assert "une fois en trente jours au plus" in letter.text


@pytest.mark.parametrize(("solicitations", "said"), [(2, "une fois"), (4, "3 fois")])
def test_the_letter_says_how_often_it_comes_by_the_pole_s_own_promise(
    offer, structure, solicitations, said
):
    Promises.objects.create(pole=offer.pole, solicitations=solicitations)
    for turn in range(5):
        make_need(structure, title=f"Besoin {turn}")
        lists_are_made()
        news.tell_new(NOW())
    letters = told("new_needs", offer.person)
    assert len(letters) == solicitations - 1
    assert all(f"{said} en trente jours au plus" in letter.text for letter in letters)


def test_the_structure_hears_of_a_new_offer_at_most_once_a_week(structure, long_ago):
    need = make_need(structure, published_at=long_ago)
    make_offer(make_user("Noé", "Lambert"))
    lists_are_made()
    news.tell_new(NOW())
    make_offer(make_user("Ada", "Petit"))
    lists_are_made()
    news.tell_new(NOW())
    aline = structure.members.get()
    assert len(told("new_offers", aline)) == 1
    ToldMatch.objects.update(told_at=NOW() - timedelta(days=6, hours=23))
    news.tell_new(NOW())
    assert len(told("new_offers", aline)) == 1, "not yet a week"
    ToldMatch.objects.update(told_at=NOW() - timedelta(days=7))
    news.tell_new(NOW())
    first, second = told("new_offers", aline)
    assert "Noé L." in first.text
    assert "Ada P." in second.text
    assert "Noé L." not in second.text
    assert need.title in first.subject


def test_two_offers_of_one_person_are_told_as_two_offers_not_two_people(structure, long_ago):
    need = make_need(structure, title="Refaire le site", published_at=long_ago)
    ada = make_user("Ada", "Petit")
    make_offer(ada)
    make_offer(ada, title="Graphiste")
    lists_are_made()
    news.tell_new(NOW())
    (letter,) = told("new_offers", structure.members.get())
    assert "2 offres qui pourraient aider" in letter.subject
    assert need.title in letter.subject


def test_that_those_who_offer_were_told_keeps_no_structure_waiting(offer, structure, long_ago):
    """Both sides of one pair are told on the same day, each in a letter of its own."""
    need = make_need(structure, published_at=long_ago)
    lists_are_made()
    assert news.tell_offer(offer.pk, now=NOW())
    assert news.tell_need(need.pk, now=NOW())
    aline = structure.members.get()
    assert [len(told("new_needs", offer.person)), len(told("new_offers", aline))] == [1, 1]


def test_never_the_same_pair_twice_however_often_the_task_runs(offer, structure):
    make_need(structure)
    lists_are_made()
    for _turn in range(3):
        news.tell_new(NOW())
    KeptMatch.objects.all().delete()
    ranking.changed(offer)
    lists_are_made()
    news.tell_new(NOW() + timedelta(days=40))
    assert len(told("new_needs", offer.person)) == 1


def test_never_above_the_budget_and_one_is_left_for_who_asks_in_person(offer, structure):
    for turn in range(3):
        make_need(structure, title=f"Besoin {turn}")
        lists_are_made()
        news.tell_new(NOW())
    assert len(told("new_needs", offer.person)) == 1
    assert ask_limits.left(offer, NOW()) == 1
    news.tell_new(NOW() + timedelta(days=31))
    letters = told("new_needs", offer.person)
    assert len(letters) == 2
    assert "Besoin 0" not in letters[1].text


def test_the_best_come_first_and_three_at_most(offer, structure):
    needs = [make_need(structure, hours=40 + 150 * turn, title=f"N{turn}") for turn in range(5)]
    lists_are_made()
    news.tell_new(NOW())
    best = [match.need for match in ranking.needs_for(offer, top=3)]
    assert set(ToldMatch.objects.filter(side="OFFER").values_list("need", flat=True)) <= {
        need.pk for need in best
    }
    assert len(needs) == 5


def test_what_was_on_the_screen_when_one_published_isnt_news(structure):
    make_need(structure, published_at=NOW() - timedelta(days=3))
    fresh = make_offer()
    lists_are_made()
    news.tell_new(NOW())
    assert told("new_needs", fresh.person) == []


def test_what_was_put_forward_blocked_or_closed_meanwhile_isnt_told(offer, structure):
    asked, kept_away, closed = (make_need(structure) for _turn in range(3))
    other = make_organisation(member=make_user())
    Need.objects.filter(pk=kept_away.pk).update(organisation=other)
    ranking.changed(kept_away)
    lists_are_made()
    proposals.apply(asked, offer, word="", by=offer.person)
    blocks.block(by=offer.person, organisation=other)
    Need.objects.filter(pk=closed.pk).update(status=NeedStatus.CLOSED)
    news.tell_new(NOW())
    assert told("new_needs", offer.person) == []


def test_a_letter_about_needs_that_have_all_closed_doesnt_leave(offer, structure):
    need = make_need(structure)
    lists_are_made()
    news.tell_new(NOW())
    (letter,) = told("new_needs", offer.person)
    moot = rules.rule_for("new_needs").moot
    assert moot(letter) == ""
    Need.objects.filter(pk=need.pk).update(status=NeedStatus.CLOSED)
    assert moot(letter) == "No longer open"


@pytest.mark.parametrize(("pace", "status"), [("EACH", "WAITING"), ("WEEKLY", "HELD"), ("OFF", "ON_SCREEN")])  # fmt: skip
def test_as_each_one_chose(offer, structure, pace, status):
    Habits.objects.create(user=offer.person, paces={"matches": pace})
    make_need(structure)
    lists_are_made()
    news.tell_new(NOW())
    (letter,) = told("new_needs", offer.person)
    assert letter.status == status


def test_a_paused_offer_hears_nothing(offer, structure):
    make_need(structure)
    lists_are_made()
    Offer.objects.filter(pk=offer.pk).update(status="PAUSED")
    assert news.tell_new(NOW()) == 0
