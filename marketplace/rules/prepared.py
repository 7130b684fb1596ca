"""Questions about one person that are put together once in each process (common/prepared.py). Reads only."""

from collections.abc import Callable
from functools import cache

from django.db.models import QuerySet

from accounts.models import User
from accounts.reading import leaves_nothing
from accounts.scope import WHOLE, scope_of
from common import prepared
from common.prepared import Given
from marketplace.models.desk.left_to_others import is_known_to_leave_nothing

type Question = Callable[..., QuerySet]  # of a User, then of what is also said


def rows_for(user: User, question: Question, *also: Given) -> list:
    """The rows of `question(user, *also)`. What a company's sign-in opens is put together anew: it names an organisation. What
    the page has read of its reader makes the question shorter: who coordinates nothing, or leaves nothing to others, isn't
    asked about that of each row."""
    if scope_of(user) == WHOLE:
        none = user.coordinates_nothing
        leaves = not none and (leaves_nothing(user) or is_known_to_leave_nothing(user))
        return prepared.rows(_of_a_number(question, none, leaves), user.pk, *also)
    return list(question(user, *also))


@cache
def _of_a_number(question: Question, of_no_pole: bool, on_no_side: bool) -> Question:
    def asked(reader: int, *also: Given) -> QuerySet:
        # Of whom nothing else is known: a question that asks for an address finds nobody, and fails.
        user = User.from_db(None, ["id"], [reader])
        user.of_no_pole, user.on_no_side = of_no_pole, on_no_side
        return question(user, *also)

    asked.__name__ = question.__name__
    return asked
