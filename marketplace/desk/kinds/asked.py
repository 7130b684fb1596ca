"""Needs of another pôle that looks for somebody in ours, as long as nobody here has answered."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet, When
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.desk.kind import Followed, Kind
from marketplace.desk.line import Help, Words
from marketplace.desk.ranks import ANSWER, first_of
from marketplace.desk.scope import Scope
from marketplace.models import AskedPole
from marketplace.models.desk.elsewhere import REMINDED_AFTER, AskedPoleQuerySet
from marketplace.rules import readings


def _among(scope: Scope) -> AskedPoleQuerySet:
    return AskedPole.objects.waiting().filter(pole__in=scope.poles)


def _rows(scope: Scope) -> QuerySet[Any]:
    """Without those that the reader leaves to another coordinator."""
    return _among(scope).looked_into_by(scope.reader).with_since()


def _rank(scope: Scope) -> Combinable:
    """Late once the working days that the line names have passed: the reminder leaves on the last of them."""
    bounds = readings.Bounds.of(REMINDED_AFTER, timezone.localdate(scope.now))
    rank = first_of(
        When(since__lte=bounds.late, then=0), When(since__lte=bounds.soon, then=1), otherwise=2
    )
    return rank + ANSWER


def _read(numbers: Collection[int], _scope: Scope) -> QuerySet[Any]:
    rows = AskedPole.objects.filter(pk__in=numbers).with_since()
    return rows.select_related("need__organisation", "need__pole")


def _say(asked: Any) -> Words:
    return Words(
        what=asked.need.title,
        why=_("A need of another pôle looks for somebody here: %(structure)s, %(pole)s")
        % {"structure": asked.need.organisation, "pole": asked.need.pole},
        since=asked.since,
        url=reverse("asked-pole", args=[asked.pk]),
        act=_("Answer"),
        expected=_("expected %(within)s") % {"within": readings.in_words({REMINDED_AFTER})},
    )


KIND = Kind(
    code="asked",
    label=gettext_lazy("Needs of other pôles"),
    help=Help(
        wants=gettext_lazy(
            "Look among your people for somebody, put them forward, or say that you have nobody."
        ),
        because=gettext_lazy("Another pôle looks for somebody here for one of its needs."),
        otherwise=gettext_lazy(
            "Its coordinators are told after ten working days that no answer came."
        ),
    ),
    among=_among,
    rows=_rows,
    number="pk",
    since="since",
    rank=_rank,
    communes=("need__commune",),
    followed=Followed(people=(), operators=()),  # whoever follows the need is of its own pôle
    read=_read,
    say=_say,
    charge=None,
    silent=None,
)
