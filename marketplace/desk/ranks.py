"""How urgent a row is, in SQL: -1 urgent, 0 late, 1 soon, 2 calm; 3 to 5 are late, soon and calm for paperwork,
which comes after people who wait."""

from datetime import timedelta

from django.db.models import Case as If
from django.db.models import Exists, IntegerField, OuterRef, Value, When
from django.utils import timezone

from marketplace.desk.scope import Scope
from marketplace.models import Chase
from marketplace.rules import readings

SOON, LATE = timedelta(days=2), timedelta(days=5)
URGENT = -1  # somebody calls for help: before whatever is late, however old
PAPERWORK = 3  # comes after all that people wait for, however old it is
RANKS = {
    URGENT: "urgent",
    **{0: "late", 1: "soon", 2: "calm"},
    **{PAPERWORK: "late", PAPERWORK + 1: "soon", PAPERWORK + 2: "calm"},
}
LATE_RANKS = {rank for rank, urgency in RANKS.items() if urgency in {"urgent", "late"}}


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


def unless_chased(scope: Scope, field: str) -> If:
    """Late; calm for a few days when somebody has just chased it."""
    chased = Chase.objects.recent(scope.now).filter(**{field: OuterRef("pk")})
    return first_of(When(Exists(chased), then=Value(2)), otherwise=0)
