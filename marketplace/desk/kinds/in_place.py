"""Proposals to which the coordination answers in the place of a structure that hasn't taken its need up."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.among import among
from marketplace.desk.kind import Charge, Kind, through
from marketplace.desk.line import Help, Words, in_charge, within
from marketplace.desk.ranks import ANSWER, LATE, by_age
from marketplace.desk.scope import Scope
from marketplace.models import Behalf, Proposal


def _rows(scope: Scope) -> QuerySet[Proposal]:
    """Those that wait for the structure's yes alone; without those that the reader leaves to another coordinator."""
    ours = Proposal.objects.open().filter(
        ~Proposal.kept_from(scope.reader),
        need__in=Behalf.objects.unclaimed().filter(need__isnull=False).values("need"),
        need__pole__in=scope.poles,
        need_said_yes_at=None,
        offer_said_yes_at__isnull=False,
    )
    left = Proposal.objects.left_to_others_by(scope.reader)
    return ours.exclude(among(left, "pk"))


def _rank(scope: Scope) -> Combinable:
    return by_age("created_at", scope) + ANSWER


def _read(numbers: Collection[int], _scope: Scope) -> QuerySet[Any]:
    return Proposal.objects.filter(pk__in=numbers).select_related(
        "need__organisation",
        "need__coordinator",
        "need__operator",
        "offer__person",
        "offer__organisation",
    )


def _say(proposal: Any) -> Words:
    need = proposal.need
    said = {"who": proposal.offer.discreet_name}
    return Words(
        what=need.title,
        why=_("%(who)s waits for an answer: you give it, until the structure takes its need up")
        % said,
        since=proposal.created_at,
        url=proposal.get_absolute_url(),
        act=_("Answer"),
        expected=within(LATE),
        who=need.organisation.name,
        story=reverse("organisation-story", args=[need.organisation_id]),
        **in_charge(need),
    )


KIND = Kind(
    code="in_place",
    label=gettext_lazy("Answers in a structure’s place"),
    help=Help(
        wants=gettext_lazy("Answer for the structure, as long as it hasn’t taken its need up."),
        because=gettext_lazy(
            "Somebody has said yes to a need that the coordination wrote for a structure."
        ),
        otherwise=gettext_lazy(
            "The proposal closes by itself when the days that your pôle promises are over, and whoever waited hears so kindly."
        ),
    ),
    among=None,
    rows=_rows,
    number="pk",
    since="created_at",
    rank=_rank,
    communes=("need__commune",),
    followed=through("need__"),
    read=_read,
    say=_say,
    charge=Charge(Proposal, "need"),
    silent=None,
)
