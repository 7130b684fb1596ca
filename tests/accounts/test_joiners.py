"""Who has joined by themselves is told to the administrators once a day, the morning after."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions import invitations, joiners, memberships
from accounts.letters.members import JOINERS
from accounts.models import Organisation
from notifications.models import Notification
from tests.factories import make_organisation, make_user, verify


def at(hour, *, days=0):
    """That hour by the wall's clock, so many days from today."""
    here = timezone.localtime() + timedelta(days=days)
    return here.replace(hour=hour, minute=0, second=0, microsecond=0)


def join(house, name, moment, how="LINK", **fields):
    person = make_user(first_name=name, last_name="Arnaud", **fields)
    house.memberships.create(user=person, role="EMPLOYEE", came_by=how, created_at=moment)
    return person


def told(person=None):
    letters = Notification.objects.filter(kind="joiners").order_by("pk")
    return letters.filter(recipient=person) if person else letters


@pytest.mark.parametrize("how", ["LIST", "LINK", "DOMAIN"])
def test_the_morning_after_one_letter_names_them(head, boss, colleague, how):
    for name in ("Ana", "Bob"):
        join(head, name, at(15, days=-1), how)
    assert joiners.tell(at(6)) == 1
    letter = told().get()
    assert letter.recipient == boss, "a plain representative isn't told"
    assert letter.subject == "2 personnes ont rejoint Fonderie du Nord"
    assert "- Ana Arnaud\n- Bob Arnaud\n" in letter.text
    assert f"/organisations/{head.pk}/salaries/?tri=arrivee" in letter.text
    assert "temps" not in letter.text.partition("Bonjour")[2].partition("Voir la liste")[0]


@pytest.mark.parametrize("how", ["INVITATION", "ASKED", ""])
def test_who_was_invited_by_name_is_told_otherwise(head, how):
    join(head, "Ana", at(15, days=-1), how)
    assert joiners.tell(at(9)) == 0
    assert not told().exists()


def test_nothing_leaves_before_the_morning(head):
    join(head, "Ana", at(15, days=-1))
    assert joiners.tell(at(5)) == 0
    assert joiners.tell(at(6)) == 1


def test_who_joins_today_is_told_tomorrow(head, boss):
    join(head, "Ana", at(5))
    assert joiners.tell(at(23)) == 0
    assert joiners.tell(at(6, days=1)) == 1


def test_a_day_is_never_told_twice(head, boss):
    join(head, "Ana", at(15, days=-1))
    for hour in (6, 7, 23):
        joiners.tell(at(hour))
    join(head, "Bob", at(23))
    joiners.tell(at(6, days=1))
    joiners.tell(at(7, days=1))
    first, second = told(boss)
    assert "Ana" in first.text
    assert "Ana" not in second.text
    assert "Bob" in second.text


def test_days_that_were_missed_are_told_together(head, boss):
    join(head, "Ana", at(0, days=-4))
    join(head, "Bob", at(23, days=-1))
    assert joiners.tell(at(17)) == 1
    letter = told(boss).get()
    assert "Ana" in letter.text
    assert "Bob" in letter.text
    assert " du " in letter.text
    assert " au " in letter.text


def test_who_has_left_meanwhile_is_not_told(head, boss):
    ana, _bob = join(head, "Ana", at(15, days=-1)), join(head, "Bob", at(15, days=-1))
    cleo = join(head, "Cléo", at(15, days=-1))
    memberships.leave(head.memberships.get(user=ana))
    cleo.is_active = False
    cleo.save()
    joiners.tell(at(6))
    letter = told(boss).get()
    assert letter.subject == "1 personne a rejoint Fonderie du Nord"
    assert "Ana" not in letter.text
    assert "Cléo" not in letter.text


def test_when_all_have_left_there_is_nothing_to_tell(head):
    ana = join(head, "Ana", at(15, days=-1))
    memberships.leave(head.memberships.get(user=ana))
    assert joiners.tell(at(6)) == 0


def test_more_than_ten_are_counted(head, boss):
    for n in range(13):
        join(head, f"Ana{n}", at(10, days=-1) + timedelta(minutes=n))
    joiners.tell(at(6))
    text = told(boss).get().text
    assert text.count("- Ana") == 10
    assert "- et 3 autres" in text


def test_each_house_hears_of_its_own_people(head, boss):
    other_boss = verify(make_user())
    other = make_organisation("COMPANY", administrator=other_boss, name="Verrerie du Sud")
    join(head, "Ana", at(15, days=-1))
    join(other, "Bob", at(15, days=-1))
    assert joiners.tell(at(6)) == 2
    assert "Bob" not in told(boss).get().text
    assert "Ana" not in told(other_boss).get().text


def test_a_suspended_house_is_told_once_it_is_back(head, boss):
    join(head, "Ana", at(15, days=-1))
    Organisation.objects.filter(pk=head.pk).update(status="SUSPENDED")
    assert joiners.tell(at(6)) == 0
    Organisation.objects.filter(pk=head.pk).update(status="ACCEPTED")
    assert joiners.tell(at(6, days=2)) == 1


def test_nobody_is_told_who_administers_no_more(head, boss, stranger):
    join(head, "Ana", at(15, days=-1))
    joiners.tell(at(6))
    letter = told(boss).get()
    assert JOINERS.rule.moot(letter) == ""
    head.memberships.create(user=stranger, role="ADMINISTRATOR")
    memberships.change_role(head.memberships.get(user=boss), "MEMBER", by=stranger)
    assert JOINERS.rule.moot(letter)


def test_who_comes_by_a_list_is_told_so_and_in_no_letter_of_their_own(head, boss):
    invitation, _secret = invitations.invite(
        head, email="ana@example.org", role="EMPLOYEE", by=boss, now=timezone.now()
    )
    invitation.by_list = True
    invitation.save()
    ana = verify(make_user(first_name="Ana", email="ana@example.org"))
    invitations.accept(invitation, by=ana, now=timezone.now())
    assert not Notification.objects.filter(recipient=boss).exists()
    joiners.tell(at(6, days=1))
    assert told(boss).count() == 1
