"""People of the pôle whose mail server refuses our letters: somebody should ring them up."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership, User
from marketplace.desk.kind import Followed, Kind
from marketplace.desk.line import Help, Words, within
from marketplace.desk.ranks import LATE, OTHERS, by_age
from marketplace.desk.scope import Scope
from marketplace.models import Offer
from notifications.models import SuppressedAddress

UNREACHABLE = timedelta(days=30)  # who has not been reached by then is in /courrier/ only


def _rows(scope: Scope) -> QuerySet[Any]:
    refused = SuppressedAddress.objects.filter(since__gt=scope.now - UNREACHABLE)
    speaking = Membership.objects.representing().filter(user=OuterRef("pk"))
    members = speaking.filter(organisation__pole__in=scope.poles)
    at_home = Offer.at_home_under(scope.reader)
    offers = Offer.objects.filter(~at_home, pole__in=scope.poles, person=OuterRef("pk"))
    return (
        User.objects.filter(is_active=True, email__in=refused.values("address"))
        .filter(Exists(members) | Exists(offers))
        .annotate(refused_at=_marked("since"))
    )


def _marked(field: str) -> Subquery:
    mark = SuppressedAddress.objects.filter(address=OuterRef("email"))
    return Subquery(mark.values(field)[:1])


def _rank(scope: Scope) -> Combinable:
    return by_age("refused_at", scope) + OTHERS


def _read(numbers: Collection[int], _scope: Scope) -> QuerySet[Any]:
    return User.objects.filter(pk__in=numbers).annotate(
        refused_at=_marked("since"), refused_because=_marked("reason")
    )


def _say(person: Any) -> Words:
    return Words(
        what=person.get_full_name(),
        why=_("Our letters don’t reach them: %(reason)s") % {"reason": person.refused_because},
        since=person.refused_at,
        url=reverse("person-story", args=[person.pk]),
        act=_("Get in touch"),
        expected=within(LATE),
    )


KIND = Kind(
    code="unreachable",
    label=gettext_lazy("Addresses that refuse our letters"),
    help=Help(
        wants=gettext_lazy("Ring them up and ask for an address that works."),
        because=gettext_lazy("Their mail server refuses our letters."),
        otherwise=gettext_lazy(
            "They receive nothing more from us, and this line goes after thirty days."
        ),
    ),
    among=None,
    rows=_rows,
    number="pk",
    since="refused_at",
    rank=_rank,
    communes=("commune",),
    followed=Followed(people=(), operators=()),  # a person is nobody's in particular
    read=_read,
    say=_say,
    charge=None,
    silent=None,
)
