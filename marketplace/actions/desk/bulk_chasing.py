"""Those who are silent about many needs or missions are chased at once; and it is as if nobody had asked."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership
from common.among import among
from marketplace.actions.desk import desk
from marketplace.actions.desk.bulk_wish import Wish, all_as_they_are, numbers_of, said_for
from marketplace.actions.desk.desk import Item
from marketplace.actions.refusals import NotYet
from marketplace.desk.kinds import BY_CODE
from marketplace.desk.kinds.mission import CHASED
from marketplace.desk.scope import Scope
from marketplace.models import BulkLine, Chase, Mission, Need
from marketplace.models.market.sides import missions_beside


def _keep_us_waiting(wish: Wish) -> QuerySet[Any]:
    """The lines of the desk whose people may be chased: for needs, the proposals about them."""
    ours = Membership.objects.of(wish.by).select_related("organisation")
    scope = Scope.of(wish.by, ours, timezone.now())
    if wish.listed == "besoins":
        return BY_CODE["proposal"].rows(scope)
    missions = BY_CODE["mission"].rows(scope).filter(status__in=CHASED)
    left = Mission.objects.filter(missions_beside(wish.by)).left_to_others_by(wish.by)
    return missions.exclude(among(left, "pk"))


def _not_chased_today(waiting: QuerySet[Any]) -> QuerySet[Any]:
    noun = waiting.model._meta.model_name
    today = Chase.objects.filter(day=timezone.localdate(), **{noun: OuterRef("pk")})
    return waiting.filter(~Exists(today))


class Chasing:
    def seen(self, wish: Wish, rows: QuerySet[Any]) -> dict[int, str]:
        return all_as_they_are(rows)

    def left(self, wish: Wish, rows: QuerySet[Any]) -> dict[int, str]:
        waiting = _keep_us_waiting(wish)
        way = "need" if wish.listed == "besoins" else "pk"
        to_chase = _not_chased_today(waiting).order_by().values(way)
        chased = rows.exclude(pk__in=to_chase).filter(pk__in=waiting.order_by().values(way))
        nobody = rows.exclude(pk__in=waiting.order_by().values(way))
        words = _("Nobody has kept you waiting for longer than was promised.")
        return said_for(numbers_of(nobody), words) | said_for(
            numbers_of(chased), _("It has been chased today already.")
        )

    def do(self, wish: Wish, row: Any, line: BulkLine) -> None:
        waiting = _not_chased_today(_keep_us_waiting(wish))
        if isinstance(row, Need):
            found = waiting.filter(need=row).select_related("need__organisation", "offer__person")
            items = [Item(BY_CODE["proposal"], one.pk, "", one, row) for one in found]
        else:
            items = [Item(BY_CODE["mission"], row.pk, "", row, row)]
            items = items if waiting.filter(pk=row.pk).exists() else []
        if not items:
            raise NotYet(_("Nobody’s answer is awaited any more."))
        line.before = {"chases": [desk.chase(item, by=wish.by).pk for item in items]}

    def undo(self, wish: Wish, row: Any, line: BulkLine) -> None:
        """Nobody has read of it: it is as if nobody had asked."""
        Chase.objects.filter(pk__in=line.kept("chases")).delete()
