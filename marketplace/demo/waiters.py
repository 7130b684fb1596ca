"""Waiting lists of the invented pôle: a full need with two who wait, an offer on all its missions that a structure waits for; and a
need that asks two questions."""

from datetime import timedelta
from itertools import islice

from django.utils import timezone

from accounts.models import User
from marketplace.actions.market import proposals, waiters
from marketplace.actions.refusals import NotYet
from marketplace.demo.clock import Story, at
from marketplace.demo.market import Cast, posted
from marketplace.models import Need, Offer, Side, Time
from marketplace.states import NeedStatus, OfferStatus

WORD = "Je connais ce genre de mission, et je suis libre le mardi."
ASKS = "velo"
ASKING = {
    "title": "Animer notre assemblée générale autrement",
    "context": "Quarante adhérents viennent, dix parlent. Nous voulons une matinée où chacun dit ce qu’il attend de l’atelier.",
    "deliverable": "Un déroulé d’une page, et une matinée animée avec nous.",
    "place": "ON_SITE", "format": "SHORT", "hours": 10, "weeks": 6, "skills": ["facilitation 2"],
    "questions": ["Avez-vous déjà accompagné une petite équipe ?", "Par quoi commenceriez-vous ?"],
}  # fmt: skip
ANSWERS = (
    "Deux associations de quartier, pour une journée chacune.",
    "Par une heure avec trois personnes qui ne parlent jamais en réunion.",
)
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
    """A need that asks two questions, and somebody who answers them with their application."""
    today = timezone.localdate()
    need = yield from posted(cast, ASKING, ASKS, today - timedelta(days=6))
    yield at(today - timedelta(days=1), 11, 20)
    skills = need.wanted.values("skill")
    free = Offer.objects.published().filter(
        pole=cast.pole, held__skill__in=skills, person__isnull=False, proposals=None
    )
    offer = free.select_related("person").order_by("pk").first()
    if offer is not None and offer.person is not None:
        answers = zip(need.question_list, ANSWERS, strict=True)
        proposals.apply(need, offer, word=WORD, by=offer.person, answers=answers)
