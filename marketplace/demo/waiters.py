"""Waiting lists of the invented pôle: a full need with two who wait, an offer on all its missions that a structure waits for; and a
need that asks two questions."""

from datetime import timedelta
from itertools import islice

from django.utils import timezone

from accounts.models import User
from marketplace.actions.market import waiters
from marketplace.actions.refusals import NotYet
from marketplace.demo.clock import Story, at
from marketplace.demo.market import Cast
from marketplace.models import Need, Offer, Side, Time
from marketplace.states import NeedStatus, OfferStatus

WORD = "Je connais ce genre de mission, et je suis libre le mardi."
QUESTIONS = "Avez-vous déjà accompagné une petite équipe ?\nPar quoi commenceriez-vous ?"
A_FEW = 2


def stories(cast: Cast) -> list[Story]:
    return [_for_a_need(cast), _for_an_offer(cast), _asking(cast)]


def _put_down(need: Need, offer: Offer, side: Side, *, by: User, word: str = "") -> bool:
    """Whether they wait: not everybody may, and then somebody else does."""
    try:
        waiters.put_down(need, offer, side, word=word, by=by, now=timezone.now())
    except NotYet:
        return False
    return True


def _for_a_need(cast: Cast) -> Story:
    today = timezone.localdate()
    yield at(today - timedelta(days=3), 11)
    full = Need.objects.filter(pole=cast.pole, status=NeedStatus.FILLED, ends_on__gte=today)
    free = Offer.objects.filter(
        pole=cast.pole, status=OfferStatus.PUBLISHED, time=Time.OWN, person__isnull=False
    ).select_related("person")
    for need in full.order_by("-ends_on", "pk")[:1]:
        come = (
            offer
            for offer in free.order_by("pk")
            if offer.person and _put_down(need, offer, Side.OFFER, by=offer.person, word=WORD)
        )
        list(islice(come, A_FEW))


def _for_an_offer(cast: Cast) -> Story:
    today = timezone.localdate()
    yield at(today - timedelta(days=2), 15)
    booked = Offer.objects.filter(pole=cast.pole, status=OfferStatus.USED_UP, ends_on__gte=today)
    needs = Need.objects.in_the_catalogue().filter(pole=cast.pole).select_related("organisation")
    for offer in booked.filter(time=Time.OWN).order_by("pk"):
        for need in needs.order_by("pk"):
            by = cast.author(need.organisation)
            reads = Offer.objects.visible_to(by).filter(pk=offer.pk).exists()
            if reads and _put_down(need, offer, Side.NEED, by=by):
                return


def _asking(cast: Cast) -> Story:
    yield at(timezone.localdate() - timedelta(days=4), 10)
    asks = Need.objects.in_the_catalogue().filter(pole=cast.pole).order_by("-published_at", "-pk")
    Need.objects.filter(pk__in=list(asks.values_list("pk", flat=True)[:1])).update(
        questions=QUESTIONS
    )
