"""Rounds of which teams look for a need: their offers are shown, and none has been put forward for a need yet."""

from collections.abc import Collection
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Organisation
from accounts.states import ACTIVE
from marketplace.desk.kind import Kind, through
from marketplace.desk.line import Help, Words, in_charge, within
from marketplace.desk.ranks import LATE, OTHERS, by_age
from marketplace.desk.scope import Scope
from marketplace.models import Proposal, Round, RoundTeam
from marketplace.states import OfferStatus, RoundStatus


def _looking() -> QuerySet[RoundTeam]:
    asked = Proposal.objects.going_on().filter(offer=OuterRef("offer"))
    return RoundTeam.objects.filter(offer__status=OfferStatus.PUBLISHED).exclude(Exists(asked))


def _with_looking(rounds: QuerySet[Any]) -> QuerySet[Any]:
    looking = Q(teams__in=_looking().values("pk"))
    return rounds.annotate(
        looking=Count("teams", filter=looking),
        all_teams=Count("teams"),
        since=Min("teams__offer__published_at", filter=looking),
    )


def _among(scope: Scope) -> QuerySet[Any]:
    today = timezone.localdate(scope.now)
    return Round.objects.filter(status=RoundStatus.CLOSED, ends_on__gte=today)


def _rows(scope: Scope) -> QuerySet[Any]:
    """Without those of organisations that the reader leaves to another coordinator."""
    theirs = Organisation.objects.verified_by(scope.reader).filter(
        pole__in=scope.poles, status__in=ACTIVE
    )
    standing = _with_looking(_among(scope))
    return standing.filter(looking__gt=0, organisation__in=theirs.values("pk"))


def _rank(scope: Scope) -> Combinable:
    return by_age("since", scope) + OTHERS


def _read(numbers: Collection[int], _scope: Scope) -> QuerySet[Any]:
    return (
        _with_looking(Round.objects.all())
        .filter(pk__in=numbers)
        .select_related("organisation__referent__coordinator", "organisation__referent__operator")
    )


def _say(row: Any) -> Words:
    if row.looking == row.all_teams:
        words = ngettext(
            "%(n)s team looks for a need in %(month)s",
            "%(n)s teams look for a need in %(month)s",
            row.looking,
        )
    else:  # the letter that announced the round told of all of them
        words = ngettext(
            "%(n)s of %(all)s teams looks for a need in %(month)s",
            "%(n)s of %(all)s teams look for a need in %(month)s",
            row.looking,
        )
    named = {"n": row.looking, "all": row.all_teams, "month": MONTHS[row.starts_on.month]}
    return Words(
        what=row.organisation.name,
        why=words % named,
        since=row.since,
        url=row.get_absolute_url(),
        act=_("See the teams"),
        expected=within(LATE),
        who=row.title,
        **in_charge(getattr(row.organisation, "referent", None)),
    )


KIND = Kind(
    code="round",
    label=gettext_lazy("Teams that look for a need"),
    help=Help(
        wants=gettext_lazy("Look at the teams, and put each forward for a need."),
        because=gettext_lazy(
            "A company has formed them for a day or a week, and no need has been proposed to them yet."
        ),
        otherwise=gettext_lazy("On their first day these teams have nowhere to go."),
    ),
    among=_among,
    rows=_rows,
    number="pk",
    since="since",
    rank=_rank,
    communes=("organisation__commune",),
    followed=through("organisation__referent__"),
    read=_read,
    say=_say,
    charge=None,  # its page leads to each team's offer, and from there to the needs
    silent=None,
)
