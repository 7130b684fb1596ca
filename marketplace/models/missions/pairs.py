"""A pair: of a need that wants two people, the mission of one on working time and that of one on their own time."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Anybody, User
from accounts.scope import scope_of
from marketplace.models.market.needs import Need
from marketplace.models.market.offers import Offer, Time
from marketplace.models.missions.missions import Mission


class PairQuerySet(models.QuerySet["Pair"]):
    def going_on(self) -> Self:
        return self.filter(ended_at=None)

    def of(self, mission: Mission) -> Self:
        """Of a mission, of one that goes on with it, or that serves one of its structures apart."""
        same = mission.proposal_id
        halves = Q(work__proposal=same) | Q(own__proposal=same)
        return self.filter(halves, need=mission.need_id)

    def brought_by(self, user: User) -> Self:
        """Those in which this person is one of the two, and which their own password opens: an employer's sign-in shows
        nothing of what is done at home. Nor is it for who answers today for the employer of the other one."""
        if not (user.pk and scope_of(user).own):
            return self.none()
        mine = Offer.with_coming(user, at="work__offer__") | Offer.with_coming(
            user, at="own__offer__"
        )
        return self.filter(mine & ~Offer.at_home_under(user, at="own__offer__"))


class Pair(models.Model):
    """Two missions of one need, each under its own legal frame, with its own papers and hours: they go on as two, and the
    pair is over as soon as one of them is interrupted."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="pairs")
    work = models.ForeignKey(
        Mission, models.PROTECT, related_name="pairs_at_work", verbose_name=_("on working time")
    )
    own = models.ForeignKey(
        Mission, models.PROTECT, related_name="pairs_at_home", verbose_name=_("on their own time")
    )
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = PairQuerySet.as_manager()

    class Meta:
        verbose_name = _("pair")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["need"], condition=Q(ended_at=None), name="pair_one_a_need"
            ),
            models.UniqueConstraint(fields=["work", "own"], name="pair_of_two_once"),
            models.CheckConstraint(condition=~Q(work=models.F("own")), name="pair_of_two"),
        ]

    def __str__(self) -> str:
        return self.need.title

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None

    @property
    def halves(self) -> list[Mission]:
        return [self.work, self.own]

    def beside(self, mission: Mission) -> Mission:
        """The other one's mission."""
        return self.own if mission.proposal_id == self.work.proposal_id else self.work

    def half_of(self, user: Anybody) -> Mission | None:
        """The mission that this person does in it; None for the others."""
        for half in self.halves:
            if user.pk and half.offer.person_id == user.pk:
                return half
        return None


def there(need: Need) -> dict[str, Mission]:
    """Who comes today of each half of the pair that a need wants, by the time on which they do."""
    engaged = need.missions.taking_a_place().select_related("offer__person")
    return {mission.offer.time: mission for mission in engaged.order_by("pk")}


def in_order(one: Offer, other: Offer) -> tuple[Offer, Offer]:
    """The one on working time first."""
    return (one, other) if one.time == Time.WORK else (other, one)
