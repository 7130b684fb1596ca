"""What organisations declare of the tax receipts that they may give, and nobody has checked yet."""

from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.desk import nouns
from marketplace.desk.kind import Kind, through
from marketplace.desk.line import Help, Words, in_charge, within
from marketplace.desk.ranks import LATE, PAPERWORK, by_age
from marketplace.desk.scope import Scope
from marketplace.models import Eligibility


def _rows(scope: Scope) -> QuerySet[Eligibility]:
    """The last declaration of each structure, if it isn't checked yet."""
    return Eligibility.objects.to_verify().filter(organisation__pole__in=scope.poles)


def _rank(scope: Scope) -> Combinable:
    return by_age("declared_at", scope) + PAPERWORK


def _say(organisation: Any) -> Words:
    status = Eligibility.Status(organisation.said).label
    return Words(
        what=organisation.name,
        why=_("Tax receipts to check: %(status)s") % {"status": status},
        since=organisation.said_at,
        url=reverse("eligibility", args=[organisation.pk]),
        act=_("Check"),
        expected=within(LATE),
        story=reverse("organisation-story", args=[organisation.pk]),
        **in_charge(getattr(organisation, "referent", None)),
    )


KIND = Kind(
    code="receipts",
    label=gettext_lazy("Tax receipts to check"),
    help=Help(
        wants=gettext_lazy("Read what the structure has joined, then check what it declares."),
        because=gettext_lazy(
            "It has declared whether it may give tax receipts, and nobody has checked it yet."
        ),
        otherwise=gettext_lazy(
            "Its companies don’t know whether they may count on a receipt: they wait for your answer."
        ),
    ),
    among=None,
    rows=_rows,
    number="organisation",
    since="declared_at",
    rank=_rank,
    communes=("organisation__commune",),
    followed=through("organisation__referent__"),
    read=nouns.organisations,
    say=_say,
    charge=nouns.AN_ORGANISATION,
    silent=None,
)
