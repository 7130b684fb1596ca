"""What was written for somebody who asks to take it up by another address than the letter's: is it for them?"""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.desk.kind import Kind, through
from marketplace.desk.line import Help, Words, within
from marketplace.desk.ranks import ANSWER, LATE, by_age
from marketplace.desk.scope import Scope
from marketplace.models import Behalf
from marketplace.models.desk.behalf import BehalfQuerySet


def _among(scope: Scope) -> BehalfQuerySet:
    return Behalf.objects.asked().filter(pole__in=scope.poles)


def _rows(scope: Scope) -> QuerySet[Any]:
    """Without what the reader asks for themselves, and what one of their own people does."""
    return _among(scope).visible_to(scope.reader).exclude(asked_by=scope.user)


def _rank(scope: Scope) -> Combinable:
    return by_age("asked_at", scope) + ANSWER


def _read(numbers: Collection[int], _scope: Scope) -> QuerySet[Any]:
    return Behalf.objects.filter(pk__in=numbers).select_related("need", "organisation", "asked_by")


def _say(row: Any) -> Words:
    return Words(
        what=row.need.title if row.need else _("What somebody could offer"),
        why=_("%(who)s says that it is for them, by another address")
        % {"who": row.asked_by.get_full_name() if row.asked_by else ""},
        since=row.asked_at,
        url=row.get_absolute_url(),
        act=_("Answer"),
        expected=within(LATE),
        who=row.organisation.name if row.organisation else "",
        story=reverse("organisation-story", args=[row.organisation_id]) if row.organisation else "",
    )


KIND = Kind(
    code="claim",
    label=gettext_lazy("Written for somebody: is it for them?"),
    help=Help(
        wants=gettext_lazy("See who asks, and say whether it is for them."),
        because=gettext_lazy(
            "What was written for somebody is asked for by an account whose address isn’t the letter’s."
        ),
        otherwise=gettext_lazy(
            "Whoever asks goes on waiting, and what nobody has taken up after sixty days is erased."
        ),
    ),
    among=_among,
    rows=_rows,
    number="pk",
    since="asked_at",
    rank=_rank,
    communes=("organisation__commune", "commune"),
    followed=through("need__"),
    read=_read,
    say=_say,
    charge=None,  # whoever reads it answers
    silent=None,
)
