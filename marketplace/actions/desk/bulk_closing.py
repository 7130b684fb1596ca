"""Many needs are closed at once; and stand again where they did, with the proposals that waited."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import ForbiddenMove, Membership
from marketplace import ranking
from marketplace.actions.desk.bulk_wish import Wish, left_unsaid, numbers_of, on_a_side, said_for
from marketplace.actions.market import needs
from marketplace.actions.refusals import NotYet
from marketplace.models import BulkLine, Need, NeedStep, Offer, ProposalStep, reasons
from marketplace.models.missions import places
from marketplace.rules import permissions
from marketplace.states import NEED_MOVES, NeedStatus, OfferStatus, ProposalStatus

UNABLE_TO_WAIT = (OfferStatus.USED_UP, OfferStatus.EXPIRED)


class Closing:
    def seen(self, wish: Wish, rows: QuerySet[Any]) -> dict[int, str]:
        return dict(rows.order_by().values_list("pk", "status"))

    def left(self, wish: Wish, rows: QuerySet[Any]) -> dict[int, str]:
        found = self.seen(wish, rows)
        labels = dict(NeedStatus.choices)
        left = {
            number: _("It is “%(state)s”.") % {"state": labels[status]}
            for number, status in found.items()
            if NeedStatus.CLOSED not in NEED_MOVES[status]
        }
        kept = rows.filter(pk__in=left_unsaid(wish.by, wish.listed).values("pk"))
        mine = Membership.objects.of(wish.by).acting().representing().values("organisation")
        return left | said_for(numbers_of(kept.exclude(organisation__in=mine)), on_a_side())

    def do(self, wish: Wish, row: Any, line: BulkLine) -> None:
        need = _locked(row)
        if need.status != line.seen:
            raise ForbiddenMove(need, need.status, NeedStatus.CLOSED)
        if not permissions.can_close_need(wish.by, need):
            raise NotYet(on_a_side())
        waiting = list(need.proposals.open().values_list("pk", flat=True))
        needs.close(need, reason=wish.words, by=wish.by)
        closed = ProposalStep.objects.filter(proposal__in=waiting, after=ProposalStatus.CLOSED)
        step = NeedStep.objects.filter(need=need, after=NeedStatus.CLOSED).latest("pk")
        line.before = {"step": step.pk, "proposals": list(closed.values_list("pk", flat=True))}

    def undo(self, wish: Wish, row: Any, line: BulkLine) -> None:
        need = _locked(row)
        if not permissions.answers_for_need(wish.by, need):
            raise NotYet(on_a_side())
        steps = ProposalStep.objects.filter(pk__in=line.kept("proposals")).order_by("proposal")
        waiting = list(steps.select_related("proposal__offer"))
        if any(step.proposal.offer.status in UNABLE_TO_WAIT for step in waiting):
            raise NotYet(_("An offer that was proposed for it has ended since."))
        said = reasons.coded("bulk-undone")
        step = NeedStep.objects.get(pk=line.kept("step"))
        need.take_back(step, by=wish.by, reason=said)
        for one in waiting:
            one.proposal.take_back(one, by=wish.by, reason=said)
        if need.status == NeedStatus.FILLED and places.open_in(need) > 0:
            need.move(NeedStatus.PUBLISHED, by=wish.by, reason=reasons.coded("place-free"))
        ranking.changed(need, *Offer.objects.filter(proposals__steps__in=waiting).distinct())


def _locked(need: Need) -> Need:
    rows = Need.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("organisation", "pole").get(pk=need.pk)
