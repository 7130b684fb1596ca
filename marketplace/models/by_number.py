"""Conditions that know nothing of a person but their number: a page asks the same ones of its reader many times, and to put
a long one together takes longer than the answer."""

from collections.abc import Callable
from functools import lru_cache, wraps

from django.db.models import Q

from accounts.models import User

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
