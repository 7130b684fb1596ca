"""“Why not her?”: any offer of the pôle against a need, for coordinators who are asked."""

from datetime import date
from itertools import islice
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.models import User, coordinated_by
from accounts.requests import SignedInRequest
from common.roots import fold
from marketplace import ranking
from marketplace.matching.calculation import calculation_of
from marketplace.models import Block, InTouch, Need, Offer, Proposal
from marketplace.models.talk.blocks import ends_of_need, ends_of_offer, may_be_ends_of
from marketplace.rules import permissions
from marketplace.rules.prepared import rows_for
from marketplace.views.market.gaps import NeedSide
from marketplace.views.market.needs import need_or_404

MOST_FOUND = 8


def search(request: SignedInRequest, pk: int) -> HttpResponse:
    """Search by the name of a person, a company or a trade, and show what keeps each of them away."""
    need = _need_to_explain(request, pk)
    asked = request.GET.get("qui", "").strip()[:80]
    found = _offers_named(request.user, asked) if asked else []
    side = NeedSide.of(request.user, need)
    judged = [(match, side.buttons(match)) for match in ranking.why_these(need, found)]
    context = {"need": need, "asked": asked, "found": judged}
    if len(judged) == 1:
        context["calculation"] = calculation_of(judged[0][0])
    return render(request, "marketplace/market/why_not.html", context)


def pair(request: SignedInRequest, pk: int, offer_pk: int) -> HttpResponse:
    """The full calculation of one pair, whatever the state of the two."""
    need = _need_to_explain(request, pk)
    offer = next(iter(rows_for(request.user, _offer, offer_pk)), None)
    if offer is None:
        raise Http404
    match = ranking.why(need, offer)
    person = offer.person_id or 0
    today = timezone.localdate()
    in_touch = InTouch(rows_for(request.user, _in_touch, need.pk, offer.pk, person, today))
    there = in_touch.between(need.pk, offer)
    may_meet = not match.excluded and not (there and there.is_put_off(today))
    return render(
        request,
        "marketplace/market/why_pair.html",
        {
            "need": need,
            "match": match,
            "buttons": NeedSide.of(request.user, need, in_touch=in_touch).buttons(match),
            "calculation": calculation_of(match),
            "blocks": _blocks(request.user, need, offer),
            "can_propose": may_meet and permissions.can_propose(request.user, need),
        },
    )


def _offer(user: User, pk: int) -> QuerySet[Offer]:
    """Prepared, as that below (common/prepared.py)."""
    return Offer.objects.visible_to(user).filter(pk=pk)


def _in_touch(user: User, need: int, offer: int, person: int, today: date) -> QuerySet[Proposal]:
    """`person`: who would come by the offer; 0 for a team."""
    seen = Proposal.objects.visible_to(user).not_to_ask(today).filter(need=need)
    return seen.filter(Q(offer=offer) | Q(offer__person=person)).select_related("offer")


def _blocks(user: User, need: Need, offer: Offer) -> QuerySet[Block]:
    """Those between the two. Where there is none around the offer, as mostly, nothing more is asked."""
    if not Block.objects.of_ends(may_be_ends_of(offer)).exists():
        return Block.objects.none()
    there = Block.objects.visible_to(user).between(ends_of_need(need), ends_of_offer(offer))
    return there.select_related("by", "person", "organisation", "for_organisation")


def from_desk(request: SignedInRequest) -> HttpResponse:
    """The same search from the desk: which need, and who."""
    permissions.require(coordinated_by(request.user).exists())
    which = request.GET.get("besoin", "").strip()[:80]
    asked = request.GET.get("qui", "").strip()[:80]
    needs = _needs_named(request.user, which) if which else []
    if asked and len(needs) == 1:  # nothing is left to choose
        return redirect(
            f"{reverse('need-why-not', args=[needs[0].pk])}?{urlencode({'qui': asked})}"
        )
    return render(
        request,
        "marketplace/market/why_from_desk.html",
        {"which": which, "asked": asked, "needs": needs},
    )


def _need_to_explain(request: SignedInRequest, pk: int) -> Need:
    need = need_or_404(request, pk)
    permissions.require(request.user.coordinates(need.pole))
    # Whoever is on the side of an offer for it reads nothing of how well the others suit.
    permissions.require(permissions.answers_for_need(request.user, need))
    return need


def _offers_named(user: User, asked: str) -> list[int]:
    offers = Offer.objects.visible_to(user).in_poles_of(user)
    return _named(
        offers,
        ("person__first_name", "person__last_name", "organisation__name", "title"),
        asked,
    )


def _needs_named(user: User, which: str) -> list[Need]:
    needs = Need.objects.published().filter(pole__in=coordinated_by(user))
    found = _named(needs, ("title", "organisation__name"), which)
    return list(needs.filter(pk__in=found).select_related("organisation"))


def _named(rows: QuerySet, fields: tuple[str, ...], asked: str) -> list[int]:
    """The numbers of the rows that contain every word, whatever the accents. The texts are compared here, since
    SQLite can't ignore accents."""
    wanted = fold(asked).split()
    texts = rows.order_by("pk").values_list("pk", *fields)
    found = (
        number
        for number, *said in texts
        if all(word in fold(" ".join(filter(None, said))) for word in wanted)
    )
    return list(islice(found, MOST_FOUND))
