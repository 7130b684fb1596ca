"""A group ends: by either side, by one that closes; what unites two, and who meets at the same moment."""

from datetime import timedelta
from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import groups, memberships, organisations
from accounts.actions.refusals import Refusal
from accounts.models import GroupTie, Organisation
from accounts.states import OrganisationStatus
from marketplace.actions.market import groups as market
from marketplace.actions.market import people
from notifications.models import Notification
from notifications.settled import is_settled
from tests.at_once import together
from tests.factories import make_coordinator, make_need, make_organisation, make_user
from tests.rounds import rounds

pytestmark = pytest.mark.django_db


def end(tie):
    return reverse("group-end", args=[tie.pk])


def letters(person, kind):
    return Notification.objects.filter(recipient=person, kind=kind)


# --- who asked ---
def test_the_head_agrees_to_nothing_that_somebody_asked_who_has_been_shown_out(
    as_, asked, structure, administrator, boss
):
    """They may say no, and the structure may ask again."""
    stays = make_user()
    structure.memberships.create(user=stays, role="ADMINISTRATOR")
    now, page = timezone.now(), reverse("group-tie", args=[asked.pk])
    people.remove(structure.memberships.get(user=administrator), by=stays, now=now)
    assert "ne décide plus pour elle" in as_(boss).post(page, {"answer": "yes"}, follow=True).text
    asked.refresh_from_db()
    assert asked.is_waiting
    as_(stays).post(end(asked))
    again = groups.ask(structure, asked.head, by=stays, now=now)
    market.agree(again, by=boss, now=now)
    assert GroupTie.objects.unite(structure, asked.head)


@pytest.mark.parametrize("how", ["suspended", "no administrator any more"])
def test_nobody_is_asked_by_letter_who_may_not_answer_today(asked, boss, how):
    letter = letters(boss, "group_asked").get()
    assert not is_settled(letter)
    if how == "suspended":
        Organisation.objects.filter(pk=asked.head_id).update(status=OrganisationStatus.SUSPENDED)
    else:
        asked.head.memberships.filter(user=boss).update(role="MEMBER")
    assert is_settled(letter)


# --- its end -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "told", "side"),
    [("administrator", "boss", "MEMBER"), ("boss", "administrator", "HEAD")],
)
def test_either_side_ends_it_and_the_other_is_told(as_, request, agreed, who, told, side):
    browser = as_(request.getfixturevalue(who))
    assert "ne font plus partie du même groupe" in browser.get(end(agreed)).text
    agreed.refresh_from_db()
    assert agreed.is_agreed, "reading the page ends nothing"
    browser.post(end(agreed))
    agreed.refresh_from_db()
    assert agreed.ended_side == side
    assert letters(request.getfixturevalue(told), "group_ended").count() == 1
    assert not letters(request.getfixturevalue(who), "group_ended").exists()
    browser.post(end(agreed))  # a second click
    assert Notification.objects.filter(kind="group_ended").count() == 1


@pytest.mark.parametrize(
    ("who", "status"),
    [("member", 403), ("colleague", 403), ("coordinator", 404), ("stranger", 404), (None, 302)],
)
def test_nobody_else_ends_it(as_, request, agreed, who, status):
    browser = as_(who and request.getfixturevalue(who))
    assert browser.post(end(agreed)).status_code == status
    agreed.refresh_from_db()
    assert agreed.is_agreed


def test_the_head_answers_a_question_and_does_not_take_it_back(as_, asked, boss):
    assert as_(boss).post(end(asked)).status_code == 403


def test_a_suspended_one_ends_nothing(as_, agreed, administrator, boss):
    organisations.suspend(agreed.member, reason="À voir.", by=make_coordinator(agreed.member.pole))
    assert as_(administrator).post(end(agreed)).status_code == 403
    as_(boss).post(end(agreed))
    agreed.refresh_from_db()
    assert agreed.ended_side == "HEAD"


@pytest.mark.parametrize("whose", ["member", "head"])
def test_one_that_closes_leaves_its_group(agreed, whose, administrator, boss):
    one, other = (administrator, boss) if whose == "member" else (boss, administrator)
    closing = getattr(agreed, whose)
    closing.memberships.exclude(user=one).delete()
    people.close_account(one, now=timezone.now())
    closing.refresh_from_db()
    assert closing.status == OrganisationStatus.CLOSED
    agreed.refresh_from_db()
    assert agreed.ended_side == whose.upper()
    assert "a quitté le site" in letters(other, "group_ended").get().text


# --- no letters without end ------------------------------------------------------------------
def test_it_is_not_asked_again_soon_after_a_no(asked, administrator, boss):
    now = timezone.now()
    groups.decline(asked, by=boss, now=now)
    with pytest.raises(Refusal, match="après 30 jours"):
        groups.ask(asked.member, asked.head, by=administrator, now=now + timedelta(days=29))
    again = groups.ask(asked.member, asked.head, by=administrator, now=now + timedelta(days=31))
    assert again.is_waiting


def test_asking_and_taking_back_ends_after_three(structure, head, administrator):
    now = timezone.now()
    for days in range(3):
        later = now + timedelta(days=days)
        market.end(
            groups.ask(structure, head, by=administrator, now=later), by=administrator, now=later
        )
    with pytest.raises(Refusal, match="après 30 jours"):
        groups.ask(structure, head, by=administrator, now=now + timedelta(days=3))


def test_three_others_are_asked_in_a_day_and_no_more(structure, administrator):
    now = timezone.now()
    for _number in range(3):
        tie = groups.ask(structure, make_organisation(), by=administrator, now=now)
        market.end(tie, by=administrator, now=now)
    with pytest.raises(Refusal, match="beaucoup"):
        groups.ask(structure, make_organisation(), by=administrator, now=now)


# --- what unites -----------------------------------------------------------------------------
def test_two_members_of_one_head_are_of_one_group(agreed, boss):
    chief = make_user()
    third = make_organisation(administrator=chief)
    assert not GroupTie.objects.unite(agreed.member, third)
    market.agree(
        groups.ask(third, agreed.head, by=chief, now=timezone.now()), by=boss, now=timezone.now()
    )
    assert GroupTie.objects.unite(agreed.member, third)
    assert GroupTie.objects.unite(agreed.head, third)
    assert not GroupTie.objects.unite(third, third)
    assert not GroupTie.objects.unite(None, third)
    assert not GroupTie.objects.unite(third, make_organisation())


def test_the_page_of_the_group_takes_few_questions(
    as_, agreed, boss, django_assert_max_num_queries
):
    for _number in range(5):
        chief = make_user()
        one = make_organisation(administrator=chief)
        groups.ask(one, agreed.head, by=chief, now=timezone.now())
    make_need(agreed.member)
    browser = as_(boss)
    with django_assert_max_num_queries(20):
        page = browser.get(reverse("group", args=[agreed.head_id])).text
    assert page.count("Répondre") >= 5


# --- at the same moment ----------------------------------------------------------------------
def tried(act):
    """The act, whose refusal is one of the two ends that it may have."""

    def run():
        try:
            act()
        except Refusal:
            return

    return run


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(rounds(5, 50)))
def test_a_yes_and_a_no_at_once_leave_one_answer(asked, boss, _round):
    other = make_user()
    asked.head.memberships.create(user=other, role="ADMINISTRATOR")
    now = timezone.now()
    together(
        tried(partial(market.agree, asked, by=boss, now=now)),
        tried(partial(groups.decline, asked, by=other, now=now)),
        tried(partial(market.end, asked, by=asked.asked_by, now=now)),
    )
    tie = GroupTie.objects.get()
    agreed = Notification.objects.filter(kind="group_agreed", recipient=asked.asked_by)
    declined = Notification.objects.filter(kind="group_declined")
    assert agreed.count() == (tie.agreed_at is not None)
    assert declined.count() == (tie.ended_side == "HEAD")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(rounds(5, 50)))
def test_two_heads_named_at_once_are_one(structure, head, administrator, _round):
    other = make_organisation(administrator=make_user())
    now = timezone.now()
    together(
        tried(partial(groups.ask, structure, head, by=administrator, now=now)),
        tried(partial(groups.ask, structure, other, by=administrator, now=now)),
    )
    assert GroupTie.objects.live().count() == 1
    assert Notification.objects.filter(kind="group_asked").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(rounds(5, 50)))
def test_a_head_that_joins_another_group_as_it_says_yes_leaves_the_groups_flat(
    asked, head, boss, _round
):
    top = make_organisation(administrator=make_user())
    upper = groups.ask(head, top, by=boss, now=timezone.now())
    now, chief = timezone.now(), top.members.get()
    together(
        tried(partial(market.agree, asked, by=boss, now=now)),
        tried(partial(market.agree, upper, by=chief, now=now)),
        tried(partial(people.close_account, chief, now=now)),
    )
    leading = GroupTie.objects.agreed().values("head")
    assert not GroupTie.objects.agreed().filter(member__in=leading).exists()
    closed = {"status": OrganisationStatus.CLOSED}
    assert (
        not GroupTie.objects.live().filter(head__in=Organisation.objects.filter(**closed)).exists()
    )


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(rounds(5, 50)))
def test_whoever_leaves_the_head_meets_their_own_yes(asked, boss, _round):
    """Either they say yes and then leave, or they have left and don't."""
    asked.head.memberships.create(user=make_user(), role="ADMINISTRATOR")
    now = timezone.now()
    together(
        tried(partial(market.agree, asked, by=boss, now=now)),
        tried(partial(memberships.leave, boss.memberships.get())),
    )
    assert not boss.memberships.exists()
    assert GroupTie.objects.get().agreed_by in {boss, None}
