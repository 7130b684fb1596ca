"""Which line comes before which, said once: first who calls for help, then whoever waits for an answer of the
coordination, then people who wait for somebody whom it can chase, then what is awaited by no day, and paperwork last;
in each of these whoever has waited longest. How late a line is gives it its colour, not its place.

In SQL a rank is one number: the place, and how late (0 late, 1 soon, 2 calm).
"""

from datetime import timedelta

from django.db.models import Case as If
from django.db.models import Exists, IntegerField, OuterRef, Value, When
from django.db.models.expressions import Combinable
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.desk.scope import Scope
from marketplace.models import Chase
from marketplace.rules import readings

SOON, LATE = timedelta(days=2), timedelta(days=5)
LATENESS = ("late", "soon", "calm")
PLACE = 10  # what tells a place from the next one

CALLED = 0  # somebody calls for help, or two sides don't agree
ANSWER = 1 * PLACE  # people wait for an answer of the coordination
OTHERS = 2 * PLACE  # people wait for somebody else, whom the coordination can chase
LATER = (
    3 * PLACE
)  # nothing is awaited by a day: nobody is being asked, or somebody has just been chased
PAPERWORK = 4 * PLACE  # comes after all that people wait for, however old it is

PLACES = {
    CALLED: _("Called for help"),
    ANSWER: _("An answer of yours is awaited"),
    OTHERS: _("Somebody else keeps people waiting"),
    LATER: _("Nothing is awaited by a day"),
    PAPERWORK: _("Paperwork"),
}
RANKS = {
    place + nth: lateness if place else "urgent"
    for place in PLACES
    for nth, lateness in enumerate(LATENESS)
}
LATE_RANKS = {rank for rank, urgency in RANKS.items() if urgency in {"urgent", "late"}}


def place_of(rank: int) -> int:
    return rank - rank % PLACE


def first_of(*whens: When, otherwise: int) -> If:
    """The rank of the first condition that holds."""
    return If(*whens, default=Value(otherwise), output_field=IntegerField())


def by_age(since: str, scope: Scope) -> If:
    return first_of(
        When(**{f"{since}__lte": scope.now - LATE}, then=Value(0)),
        When(**{f"{since}__lte": scope.now - SOON}, then=Value(1)),
        otherwise=2,
    )


def by_promise(since: str, scope: Scope) -> If:
    """Late or soon by what each of the pôles has promised."""
    whens = []
    for pole, days in scope.promised.items():
        bounds = readings.Bounds.of(days, timezone.localdate(scope.now))
        for rank, until in ((0, bounds.late), (1, bounds.soon)):
            whens.append(When(**{"pole": pole, f"{since}__lte": until}, then=Value(rank)))
    return first_of(*whens, otherwise=2)


def unless_chased(scope: Scope, field: str, place: int, *, rests_at: int) -> Combinable:
    """Late, at its place; calm at another for a few days when somebody has just chased it."""
    chased = Chase.objects.recent(scope.now).filter(**{field: OuterRef("pk")})
    return first_of(When(Exists(chased), then=Value(rests_at + 2)), otherwise=place)
