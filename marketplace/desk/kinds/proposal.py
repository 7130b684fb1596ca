"""Proposals that nobody has answered within the days after which the pôle steps in."""

from collections.abc import Collection
from typing import Any, Literal

from django.db.models import Case as If
from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, When
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from marketplace.desk import nouns
from marketplace.desk.kind import Charge, Kind, through
from marketplace.desk.line import Help, Words, in_charge
from marketplace.desk.ranks import LATER, OTHERS, unless_chased
from marketplace.desk.scope import Scope
from marketplace.models import Behalf, Proposal, Side
from marketplace.rules import audience, readings


def _rows(scope: Scope) -> QuerySet[Proposal]:
    """Without those that the reader leaves to another coordinator, and what is offered at home under them; nor those that
    wait for the coordination itself, in a structure's place (`in_place`)."""
    sleeping = Proposal.objects.open().filter(
        _asked_until(scope, "soon"), ~Proposal.kept_from(scope.reader), need__pole__in=scope.poles
    )
    unclaimed = Behalf.objects.unclaimed().filter(need=OuterRef("need"))
    sleeping = sleeping.exclude(
        Exists(unclaimed), need_said_yes_at=None, offer_said_yes_at__isnull=False
    )
    return nouns.without_case(sleeping, "proposal")


def _asked_until(scope: Scope, bound: Literal["soon", "late"]) -> Q:
    """Soon: from the day on which the coordination is told of their silence (`actions/market/silence`), the last one that their
    page names. They are late once it has passed."""
    today, found = timezone.localdate(scope.now), Q(pk__in=[])
    for pole, days in scope.steps_in.items():
        bounds = readings.Bounds.of(days, today)
        until = bounds.late if bound == "late" else bounds.soon
        found |= Q(need__pole=pole, created_at__lte=until)
    return found


def _rank(scope: Scope) -> Combinable:
    late = unless_chased(scope, "proposal", OTHERS, rests_at=LATER)
    soon = unless_chased(scope, "proposal", OTHERS + 1, rests_at=LATER)
    return If(
        When(_asked_until(scope, "late"), then=late), default=soon, output_field=IntegerField()
    )


def _read(numbers: Collection[int], _scope: Scope) -> QuerySet[Any]:
    rows = Proposal.objects.filter(pk__in=numbers).select_related(
        "need__organisation",
        "need__coordinator",
        "need__operator",
        "offer__person",
        "offer__organisation",
    )
    promised = readings.days_promised("tell_after", pole="need__pole")
    return nouns.with_chases(rows.annotate(promised=promised), "proposal")


def _say(proposal: Any) -> Words:
    need = proposal.need
    return Words(
        what=need.title,
        why=_who_is_silent(proposal),
        since=proposal.created_at,
        url=proposal.get_absolute_url(),
        act=_("Chase"),
        chases=True,
        expected=_("expected %(within)s") % {"within": readings.in_words({int(proposal.promised)})},
        who=need.organisation.name,
        chased_at=proposal.chased_at,
        chased_by=proposal.chased_by or "",
        story=reverse("organisation-story", args=[need.organisation_id]),
        **in_charge(need),
    )


def _who_is_silent(proposal: Proposal) -> str:
    need, offer = proposal.need.organisation.name, proposal.offer.name_within
    sides = proposal.silent_sides
    one, *other = [need if side == Side.NEED else offer for side in sides] or [offer]
    if other:
        said = {"who": one, "other": other[0]}
        return _("Neither %(who)s nor %(other)s has answered the proposal") % said
    return capfirst(_("%(who)s hasn’t answered the proposal") % {"who": one})


def _silent(proposal: Proposal) -> list[User] | None:
    if not proposal.is_open:
        return None
    return [
        person
        for side in Side
        if not proposal.has_yes_of(side)
        for person in audience.of_side(proposal, side)
    ]


KIND = Kind(
    code="proposal",
    label=gettext_lazy("Proposals without an answer"),
    help=Help(
        wants=gettext_lazy("Chase whoever hasn’t answered: a letter leaves with your name."),
        because=gettext_lazy(
            "One side, or both, has been silent for as many working days as your pôle promises before it steps in."
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
    silent=_silent,
)
