"""A question that is put into words once answers for whoever asks, about whatever row."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Value
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import Membership, User
from common import prepared
from tests.factories import make_organisation, make_user


def _belongs(reader, row):
    return Membership.objects.filter(user=reader, organisation=row)


def _joined_long_ago(reader, row):
    return _belongs(reader, row).filter(created_at__lt=datetime(2026, 1, 1, tzinfo=UTC))


def _is_there(reader, row):
    return User.objects.filter(pk=reader)


def test_each_asks_for_themselves_and_in_one_question(django_assert_num_queries):
    inside, outside = make_user(), make_user()
    one, other = make_organisation(member=inside), make_organisation()
    with django_assert_num_queries(4):
        found = {
            (user.pk, row.pk): prepared.holds(_belongs, user.pk, row.pk)
            for user in (inside, outside)
            for row in (one, other)
        }
    assert [pair for pair, holds in found.items() if holds] == [(inside.pk, one.pk)]


def test_a_number_that_no_database_holds_is_nobody_s():
    """Whoever types an address may write one of thirty digits in it."""
    assert not prepared.holds(_belongs, make_user().pk, 10**30)


def _joined(reader, by_role):
    rows = Membership.objects.filter(user=reader).order_by("pk")
    return rows.values_list("organisation", "created_at", *(["role"] if by_role else []))


def test_rows_are_what_the_queryset_gives_to_each_reader():
    """The moments too, which SQLite keeps as text."""
    one, other = make_user(), make_user()
    make_organisation(member=one), make_organisation(member=one), make_organisation(member=other)
    for user in (one, other, make_user()):
        for by_role in (True, False):
            found = prepared.rows(_joined, user.pk, by_role)
            assert found == list(_joined(user.pk, by_role))
    assert [len(prepared.rows(_joined, user.pk, False)) for user in (one, other)] == [2, 1]


def _joined_since(reader):
    rows = Membership.objects.filter(created_at__gt=datetime(2026, 1, 1, tzinfo=UTC))
    return rows.filter(user=reader).values_list("pk")


def _everybody_s(reader):
    return Membership.objects.values_list("pk")


def _of_these(numbers, since, name):
    rows = Membership.objects.filter(pk__in=numbers, created_at__gt=since - timedelta(days=7))
    return rows.filter(organisation__name=name).select_related("organisation").order_by("pk")


def test_numbers_moments_and_words_stand_where_they_are_given(django_assert_num_queries):
    """Rows of a model, with what they were selected with; a list may have any length, or none."""
    now, user = timezone.now(), make_user()
    for days in (1, 6, 8, 9):
        make_organisation(name="La Ruche", member=user)
        last = Membership.objects.order_by("pk").last()
        Membership.objects.filter(pk=last.pk).update(created_at=now - timedelta(days=days))
    make_organisation(name="Une autre", member=user)
    every = list(Membership.objects.order_by("pk").values_list("pk", flat=True))
    for numbers in (every, every[:1], every[1:4], []):
        for since in (now, now - timedelta(days=2)):
            for name in ("La Ruche", "Une autre", "Aucune"):
                expected = list(_of_these(numbers, since, name))
                with django_assert_num_queries(1):
                    found = prepared.rows(_of_these, numbers, since, name)
                    assert {row.organisation.name for row in found} <= {name}
                assert found == expected
                assert [row.created_at for row in found] == [row.created_at for row in expected]


def _on(day):
    return Membership.objects.filter(created_at__date=day).values_list("pk", "created_at")


def test_a_day_is_the_one_that_is_given():
    make_organisation(member=make_user())
    today = timezone.localdate()
    assert len(prepared.rows(_on, today)) == 1
    assert prepared.rows(_on, today - timedelta(days=1)) == []


def _named(reader):
    return Membership.objects.filter(user=reader).annotate(words=Value(gettext("Read")))


def test_what_would_be_said_in_the_language_of_the_first_is_refused():
    with pytest.raises(AssertionError, match="language"):
        prepared.rows(_named, 1)


@pytest.mark.parametrize("question", [_joined_since, _everybody_s])
def test_rows_of_a_time_or_of_nobody_are_refused(question):
    with pytest.raises(AssertionError):
        prepared.rows(question, 1)


@pytest.mark.parametrize("question", [_joined_long_ago, _is_there])
def test_what_would_be_kept_wrongly_is_refused(question):
    """A time would stay what it was; a question that forgets one of the two would answer for all."""
    with pytest.raises(AssertionError):
        prepared.holds(question, 1, 1)


def _of_both(first, second):
    rows = Membership.objects.filter(pk__in=first).order_by("pk").values_list("pk", flat=True)
    return rows.exclude(user__in=second)


def test_two_long_lists_are_not_taken_for_each_other():
    ours = [make_organisation(member=make_user()).memberships.get() for _ in range(2)]
    nobody = list(range(10_000_000, 10_001_100))
    first = [*nobody, ours[0].pk, ours[1].pk]
    second = [*nobody, ours[1].user_id]
    assert prepared.rows(_of_both, first, second) == [ours[0].pk]
