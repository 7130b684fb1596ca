"""A condition on what somebody may read is kept for the next time: for that person, and for nobody else."""

import pytest
from django.db.models import Q

from accounts.models import User
from accounts.scope import Scope, scope_of
from marketplace.models import Offer, Proposal, by_number
from tests.factories import make_offer, make_organisation, make_user


@pytest.fixture
def asked() -> list[tuple[User, str]]:
    return []


@pytest.fixture
def condition(asked):
    @by_number.kept
    def theirs(user: User, person: str) -> Q:
        asked.append((user, person))
        return Q(**{person: user.pk})

    return theirs


def test_it_is_put_together_once_for_each_person_and_each_way_to_them(condition, asked):
    lea, tom = User(pk=1), User(pk=2)
    for _twice in range(2):
        assert condition(lea, "person") == Q(person=1)
        assert condition(lea, "by") == Q(by=1)
        assert condition(tom, "person") == Q(person=2)
    assert len(asked) == 3


def test_it_is_told_the_number_alone_whatever_session_opened_the_page(condition, asked):
    lea = User(pk=1, first_name="Léa", email="lea@example.org")
    lea.scope = Scope(own=False, only=7)
    condition(lea, "person")
    ((told, _person),) = asked
    assert (told.pk, told.first_name, told.email) == (1, "", "")
    assert scope_of(told) != lea.scope


def test_what_changes_in_the_base_changes_the_answer():
    """It is the question that is kept: who becomes a boss after a page was asked for reads nothing more of it."""
    person, boss, other = make_user(), make_user(), make_user()
    offer = make_offer(person, ranked=False)
    below = {one.pk: Offer.objects.filter(Offer.at_home_under(one)) for one in (boss, other)}
    assert not any(rows.exists() for rows in below.values())
    company = make_organisation("COMPANY", member=person, administrator=boss)
    assert list(Offer.objects.filter(Offer.at_home_under(boss))) == [offer]
    assert not Offer.objects.filter(Offer.at_home_under(other)).exists()
    company.memberships.filter(user=boss).delete()
    assert not Offer.objects.filter(Offer.at_home_under(boss)).exists()


def test_the_condition_of_one_reader_is_never_another_s():
    lea, tom = make_user(), make_user()
    words = [str(Proposal.objects.left_to_others_by(one).query) for one in (lea, tom, lea)]
    assert words[0] == words[2] != words[1]
