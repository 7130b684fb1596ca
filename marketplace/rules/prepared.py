"""Questions about one person that are put together once in each process (common/prepared.py). Reads only."""

from collections.abc import Callable
from functools import cache

from django.db.models import QuerySet

from accounts.models import User
from accounts.scope import WHOLE, scope_of
from common import prepared
from common.prepared import Given

type Question = Callable[..., QuerySet]  # of a User, then of what is also said


def rows_for(user: User, question: Question, *also: Given) -> list:
    """The rows of `question(user, *also)`. What a company's sign-in opens is put together anew: it names an organisation."""
    if scope_of(user) == WHOLE:
        return prepared.rows(_of_a_number(question), user.pk, *also)
    return list(question(user, *also))


@cache
def _of_a_number(question: Question) -> Question:
    def asked(reader: int, *also: Given) -> QuerySet:
        # Of whom nothing else is known: a question that asks for an address finds nobody, and fails.
        return question(User.from_db(None, ["id"], [reader]), *also)

    asked.__name__ = question.__name__
    return asked
