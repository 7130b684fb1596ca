"""Conditions that know nothing of a person but their number: a page asks the same ones of its reader many times, and to put
a long one together takes longer than the answer."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Concatenate

from django.db.models import Q

from accounts.models import User
from accounts.reading import leaves_nothing

PEOPLE = 256  # of whom the last ones stay at hand


def kept(condition: Callable[..., Q]) -> Callable[..., Q]:
    """A decorator of `condition(user, *words)`, which is given a person with a number and nothing else: no session, no
    name, no time."""

    @lru_cache(PEOPLE)
    def of(number: int | None, *words: str) -> Q:
        return condition(User(pk=number), *words)

    @wraps(condition)
    def asked(user: User, *words: str) -> Q:
        return of(user.pk, *words)

    return asked


def unless_on_no_side[**P](
    condition: Callable[Concatenate[User, P], Q],
) -> Callable[Concatenate[User, P], Q]:
    """A decorator of a condition on what a coordinator leaves to others: of one of whom a page has found that there is nothing
    of the kind, it holds of no row."""

    @wraps(condition)
    def asked(user: User, *words: P.args, **more: P.kwargs) -> Q:
        return Q(pk__in=[]) if leaves_nothing(user) else condition(user, *words, **more)

    return asked
