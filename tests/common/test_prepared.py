"""A question that is put into words once answers for whoever asks, about whatever row."""

from datetime import UTC, datetime

import pytest

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


@pytest.mark.parametrize("question", [_joined_since, _everybody_s])
def test_rows_of_a_time_or_of_nobody_are_refused(question):
    with pytest.raises(AssertionError):
        prepared.rows(question, 1)


@pytest.mark.parametrize("question", [_joined_long_ago, _is_there])
def test_what_would_be_kept_wrongly_is_refused(question):
    """A time would stay what it was; a question that forgets one of the two would answer for all."""
    with pytest.raises(AssertionError):
        prepared.holds(question, 1, 1)
