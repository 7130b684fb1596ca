"""Of a need that wants a pair: who would make one, and asking both."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User, coordinated_by
from accounts.requests import SignedInRequest
from marketplace import ranking
from marketplace.actions.market import pair_asks
from marketplace.actions.refusals import NotYet, PutForwardAlready
from marketplace.forms.market.offers import WordForm
from marketplace.matching.match import Match
from marketplace.matching.pairs import PairMatch, brings
from marketplace.models import Mission, Need, Offer, Proposal, Time
from marketplace.models.missions import pairs as halves
from marketplace.rules import permissions, service_levels
from marketplace.views.market.first_look import FirstLook, Sign
from marketplace.views.market.gaps import NeedSide
from marketplace.views.market.needs import need_or_404

A_FEW = 3


@dataclass(frozen=True)
class Asked:
    """Somebody who was asked, or has applied, as one half; `next` are those who would complete them."""

    proposal: Proposal
    next: list[Match]


@dataclass(frozen=True)
class Pairing:
    """What the candidates' page says: who comes already, who is asked, and the pairs where nobody is yet."""

    comes: list[Mission]
    asked: list[Asked]
    pairs: list[PairMatch]

    @property
    def is_begun(self) -> bool:
        """Whether somebody comes already, or is asked."""
        return bool(self.comes or self.asked)

    @property
    def is_complete(self) -> bool:
        return len(self.comes) > 1


def pairing(
    user: User, need: Need, side: NeedSide, said: Iterable[Proposal], look: FirstLook
) -> Pairing | None:
    """`said`: the last proposal of each offer for this need that this reader sees. None for a need that wants no pair:
    nothing is asked for it."""
    if not need.in_pair:
        return None
    comes = halves.there(need) if look.has(Sign.COMES) else {}
    hidden = side.hidden
    shown = [one for one in comes.values() if one.offer_id not in hidden]
    waiting = list(_waiting(user, said, comes))
    times = {one.offer.time for one in waiting} | comes.keys()
    asked = [
        Asked(
            one,
            [] if len(times) > 1 else ranking.completing(need, one.offer, top=A_FEW, hidden=hidden),
        )
        for one in waiting
    ]
    if times or not need.is_published:
        return Pairing(shown, asked, [])
    assert side.around is not None, "read by the page"
    return Pairing(shown, asked, ranking.pairs_for(side.around))


def _waiting(user: User, said: Iterable[Proposal], comes: dict[str, Mission]) -> Iterable[Proposal]:
    rows = Proposal.objects.open().filter(pk__in=[one.pk for one in said if one.is_open])
    rows = rows.exclude(offer__time__in=list(comes)).exclude(offer__person=None)
    rows = rows.filter(~Offer.at_home_under(user, at="offer__"))
    return rows.select_related("offer__person", "offer__organisation").order_by("pk")[:A_FEW]


# --- asking both ----------------------------------------------------------------------------
def ask(request: SignedInRequest, pk: int, work_pk: int, own_pk: int) -> HttpResponse:
    """Ask both halves: the structure invites, a coordinator proposes."""
    need = need_or_404(request, pk)
    if not need.in_pair:
        raise Http404
    invites = permissions.can_invite(request.user, need)
    permissions.require(invites or permissions.can_propose(request.user, need))
    work, own = _two(request.user, need, work_pk, own_pk, invites=invites)
    form = WordForm(request.POST or None, may_give_contacts=not invites)
    if request.method == "POST" and form.is_valid():
        word = form.cleaned_data["word"]
        try:
            pair_asks.ask(need, work, own, word=word, by=request.user, invites=invites)
        except PutForwardAlready:
            messages.info(request, _("Both are in touch about this need already."))
        except NotYet as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Sent to both. Each answers by themselves; you are told."))
        if not form.errors:
            return redirect("need-candidates", pk)
    return render(
        request,
        "marketplace/market/pair_ask.html",
        {
            "need": need,
            "form": form,
            "invites": invites,
            "halves": [(one, brings(one)) for one in ranking.why_these(need, [work.pk, own.pk])],
            "promise": service_levels.promise_from_now(need, timezone.now()),
        },
    )


def _two(
    user: User, need: Need, work_pk: int, own_pk: int, *, invites: bool
) -> tuple[Offer, Offer]:
    """The offers that this reader may ask: a coordinator of a pôle that was asked, those of their own people."""
    shown = Offer.objects.visible_to(user).published().select_related("person", "organisation")
    if not (invites or permissions.can_ask_elsewhere(user, need)):
        shown = shown.filter(pole__in=coordinated_by(user))
    shown = shown.filter(~Offer.at_home_under(user))
    return (
        get_object_or_404(shown, pk=work_pk, time=Time.WORK),
        get_object_or_404(shown, pk=own_pk, time=Time.OWN),
    )
