"""Amendments that wait for signatures, or for the employer's agreement."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.desk.kind import Kind, through
from marketplace.desk.line import Help, Words, in_charge, within
from marketplace.desk.ranks import LATE, PAPERWORK, first_of
from marketplace.desk.scope import Scope
from marketplace.models import Amendment, Document, Offer
from marketplace.states import DocumentStatus

WAITS = timedelta(days=10)  # as long as the papers a mission starts with


def _rows(scope: Scope) -> QuerySet[Amendment]:
    at_home = Offer.at_home_under(scope.reader, at="mission__offer__")
    return Amendment.objects.open().filter(~at_home, mission__need__pole__in=scope.poles)


def _rank(scope: Scope) -> Combinable:
    """Late once the end date in force has passed: hours have stopped."""
    rank = first_of(
        When(mission__ends_on__lt=scope.now.date(), then=Value(0)),
        When(proposed_at__lte=scope.now - WAITS, then=Value(0)),
        When(proposed_at__lte=scope.now - LATE, then=Value(1)),
        otherwise=2,
    )
    return rank + PAPERWORK


def _read(numbers: Collection[int], _scope: Scope) -> QuerySet[Any]:
    unsigned = Document.objects.filter(amendment=OuterRef("pk"), status=DocumentStatus.TO_SIGN)
    return (
        Amendment.objects.filter(pk__in=numbers)
        .select_related("mission__need__organisation", "mission__coordinator", "mission__operator")
        .annotate(is_unsigned=Exists(unsigned))
    )


def _say(amendment: Any) -> Words:
    mission = amendment.mission
    return Words(
        what=mission.need.title,
        why=_awaited(amendment),
        since=amendment.proposed_at,
        url=amendment.get_absolute_url(),
        act=_("Get it signed"),
        expected=within(WAITS),
        who=mission.need.organisation.name,
        story=reverse("organisation-story", args=[mission.need.organisation_id]),
        **in_charge(mission),
    )


def _awaited(amendment: Any) -> str:
    if amendment.mission.ends_on < timezone.localdate():
        return _(
            "%(amendment)s is awaited, and the end in force has passed: hours have stopped"
        ) % {"amendment": amendment}
    if amendment.waits_for_employer and not amendment.is_unsigned:
        return _("%(amendment)s waits for the employer’s agreement") % {"amendment": amendment}
    return _("%(amendment)s waits for signatures") % {"amendment": amendment}


KIND = Kind(
    code="amendment",
    label=gettext_lazy("Amendments to sign"),
    help=Help(
        wants=gettext_lazy("Get it signed, or ask the employer for their agreement."),
        because=gettext_lazy(
            "A change to a mission that was signed has been proposed, and somebody’s signature is missing."
        ),
        otherwise=gettext_lazy(
            "What was signed first still holds, and hours stop on its last day."
        ),
    ),
    among=None,
    rows=_rows,
    number="pk",
    since="proposed_at",
    rank=_rank,
    communes=("mission__need__commune",),
    followed=through("mission__"),
    read=_read,
    say=_say,
    charge=None,  # it goes with its mission
    silent=None,
)
