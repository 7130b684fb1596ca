"""Two needs of two structures that are alike, and that nobody has put together or left apart."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.desk.kind import Charge, Kind, through
from marketplace.desk.line import Help, Words, in_charge
from marketplace.desk.ranks import LATER, by_age
from marketplace.desk.scope import Scope
from marketplace.models import Joining
from marketplace.states import NeedStatus


def _among(_scope: Scope) -> QuerySet[Joining]:
    return Joining.objects.found()


def _rows(scope: Scope) -> QuerySet[Any]:
    return _among(scope).filter(
        pk__in=Joining.objects.judged_by(scope.reader).values("pk"),
        older__pole__in=scope.poles,
        older__status=NeedStatus.PUBLISHED,
        younger__status=NeedStatus.PUBLISHED,
    )


def _rank(scope: Scope) -> Combinable:
    return by_age("found_at", scope) + LATER


def _read(numbers: Collection[int], _scope: Scope) -> QuerySet[Any]:
    return Joining.objects.filter(pk__in=numbers).select_related(
        "older__organisation", "older__coordinator", "older__operator", "younger__organisation"
    )


def _say(joining: Any) -> Words:
    houses = {"one": joining.older.organisation, "other": joining.younger.organisation}
    return Words(
        what=_("To be carried together? “%(one)s”, “%(other)s”")
        % {"one": joining.older, "other": joining.younger},
        why=_why(joining) % (houses | {"km": joining.kilometres}),
        since=joining.found_at,
        url=joining.get_absolute_url(),
        act=_("Look at both"),
        who=joining.older.organisation.name,
        **in_charge(joining.older),
    )


def _why(joining: Any) -> str:
    if not joining.kilometres:
        return _("The same skills, in the same town, at the same time: %(one)s, %(other)s")
    return _("The same skills, %(km)s km apart, at the same time: %(one)s, %(other)s")


KIND = Kind(
    code="joining",
    label=gettext_lazy("To be carried together?"),
    help=Help(
        wants=gettext_lazy(
            "Propose to both structures to carry one need together, or leave the two apart."
        ),
        because=gettext_lazy(
            "Two structures ask for the same skills, not far from each other and at the same time."
        ),
        otherwise=gettext_lazy("Both needs go on by themselves, and ask the same people."),
    ),
    among=_among,
    rows=_rows,
    number="pk",
    since="found_at",
    rank=_rank,
    communes=("older__commune",),
    followed=through("older__"),
    read=_read,
    say=_say,
    charge=Charge(Joining, "older"),
    silent=None,
)
