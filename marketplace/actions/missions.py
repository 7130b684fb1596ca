"""What happens to a mission. One verb, one transaction."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace import notify, ranking
from marketplace.actions.refusals import NotYet
from marketplace.models import Mission, Need, Offer, Review
from marketplace.states import MissionStatus, NeedStatus, OfferStatus


@transaction.atomic
def finish(mission: Mission, *, by) -> None:
    """The work is done: both sides are asked for their review."""
    step = mission.move(MissionStatus.DONE, by=by)
    notify.mission_ended("mission_done", step)


@transaction.atomic
def cancel(mission: Mission, *, reason: str, by) -> None:
    """It won't happen: the place and the person are free again, and everyone hears why."""
    need = Need.objects.select_for_update(no_key=True).get(pk=mission.need_id)
    offer = Offer.objects.select_for_update(no_key=True).get(pk=mission.offer_id)
    step = mission.move(MissionStatus.CANCELLED, by=by, reason=reason)
    today = timezone.localdate()
    if need.status == NeedStatus.FILLED and not need.is_over(today):
        need.move(NeedStatus.PUBLISHED, by=by)
    if offer.status == OfferStatus.USED_UP and offer.ends_on >= today:
        offer.move(OfferStatus.PUBLISHED, by=by)
    notify.mission_ended("mission_cancelled", step)
    ranking.changed(need, offer)


@transaction.atomic
def review(mission: Mission, *, side: str, rating: int, words: str, again: bool, by) -> Review:
    """One side says how it went. Once."""
    Mission.objects.select_for_update(no_key=True).get(pk=mission.pk)
    if mission.reviews.filter(side=side).exists():
        raise NotYet(_("Your side has already given its review."))
    mission.follow_ups.unanswered().filter(side=side).update(answered_at=timezone.now())
    return Review.objects.create(
        mission=mission, side=side, author=by, rating=rating, words=words, again=again
    )


