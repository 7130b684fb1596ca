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


@pytest.mark.parametrize("question", [_joined_long_ago, _is_there])
def test_what_would_be_kept_wrongly_is_refused(question):
    """A time would stay what it was; a question that forgets one of the two would answer for all."""
    with pytest.raises(AssertionError):
        prepared.holds(question, 1, 1)
