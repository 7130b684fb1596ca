"""Whose side somebody may be on, as short lists that indexes give: for who asks of thousands of rows at once, where one
condition with "or" would read them all."""

from django.apps import apps
from django.db.models import Q, QuerySet

from accounts.models import Membership, User
from accounts.reading import leaves_nothing
from marketplace.models.market.bosses import answered_for_by, managed_by
from marketplace.models.market.carried import at_home_within
from marketplace.models.market.offers import Time
from marketplace.models.market.proposals import Proposal


def beside(user: User) -> Q:
    """A condition on proposals that leaves all of which `Proposal.on_a_side` may hold."""
    return _any_of(_beside(Proposal.objects.all(), user))


def of_a_side(user: User) -> Q:
    """A condition on missions: this person is of one of their sides today, and reads them. Who is known to be on no side of
    anything is of none."""
    if leaves_nothing(user):
        return Q(pk__in=[])
    mine = Membership.objects.of(user).representing().values("organisation")
    sheets = apps.get_model("marketplace", "MissionSheet").objects.filter(offer_referent=user.pk)
    at_work = Q(offer__time=Time.WORK, offer__organisation__in=mine)
    referred = Q(pk__in=sheets.values("mission")) & at_work
    served = apps.get_model("marketplace", "Served").objects.filter(organisation__in=mine)
    serves = Q(pk__in=served.order_by().values("mission")) & ~at_home_within(user)
    return Q(need__organisation__in=mine) | serves | Proposal.offered_by(user) | referred


def missions_beside(user: User) -> Q:
    """A condition on missions that leaves all those of `MissionQuerySet.left_to_others_by`."""
    rows = apps.get_model("marketplace", "Mission").objects.order_by().values("pk")
    written = apps.get_model("marketplace", "SheetVersion").objects.filter(by=user.pk)
    signed = apps.get_model("marketplace", "Signature").objects.filter(user=user.pk)
    ways = {
        "pk__in": (
            written.order_by().values("sheet__mission"),
            signed.filter(document__mission__isnull=False).order_by().values("document__mission"),
        ),
        "offer__person__in": (
            answered_for_by(user).order_by().values("user"),
            managed_by(user).order_by().values("person"),
        ),
    }
    more = [rows.filter(**{way: one}) for way, found in ways.items() for one in found]
    return _any_of([*_beside(rows, user), *more])


def _beside(rows: QuerySet, user: User) -> list[QuerySet]:
    mine = Membership.objects.filter(user_id=user.pk).order_by().values("organisation")
    team = apps.get_model("marketplace", "TeamMember").objects.filter(person=user.pk)
    ways = {
        "need__organisation__in": mine,
        "offer__organisation__in": mine,
        "offer__person": user.pk,
        "offer__created_by": user.pk,
        "need__created_by": user.pk,
        "need__in": team.order_by().values("mission__need"),
    }
    rows = rows.order_by().values("pk")
    return [rows.filter(**{way: found}) for way, found in ways.items()]


def _any_of(lists: list[QuerySet]) -> Q:
    first, *others = lists
    return Q(pk__in=first.union(*others))
