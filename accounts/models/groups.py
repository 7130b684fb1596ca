"""Groups of organisations: who says that it belongs to whose group, and whether that one agrees.

A group is known by its head. It is flat: a member leads nobody, and the head is no member. Nothing is written on the
organisations themselves: the tie is the one truth.
"""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.memberships import Membership
from accounts.models.organisations import Organisation
from accounts.models.people import User


class GroupTieQuerySet(models.QuerySet["GroupTie"]):
    def live(self) -> Self:
        """Asked or agreed, and not ended."""
        return self.filter(ended_at=None)

    def waiting(self) -> Self:
        """Asked, and not answered yet."""
        return self.live().filter(agreed_at=None)

    def agreed(self) -> Self:
        return self.live().filter(agreed_at__isnull=False)

    def about(self, *organisations: Organisation) -> Self:
        """Ties of which one of these is an end."""
        return self.filter(Q(member__in=organisations) | Q(head__in=organisations))

    def visible_to(self, user: User) -> Self:
        """Ties of the organisations that this person represents."""
        mine = Membership.objects.of(user).representing().values("organisation")
        return self.filter(Q(member__in=mine) | Q(head__in=mine))

    def to_answer_by(self, user: User) -> Self:
        """Ties that wait for this person, as an administrator of the head."""
        acting = Membership.objects.of(user).acting().administrators()
        return self.waiting().filter(head__in=acting.values("organisation"))

    def unite(self, one: Organisation | None, other: Organisation | None) -> bool:
        """Whether these are two organisations of one group."""
        if one is None or other is None or one.pk == other.pk:
            return False
        ends = self.agreed().about(one, other).values_list("member", "head")
        heads = dict(ends)
        return heads.get(one.pk, one.pk) == heads.get(other.pk, other.pk)


class GroupTie(models.Model):
    """An organisation belongs to the group of another one, the head, once both have said so."""

    class End(models.TextChoices):
        MEMBER = "MEMBER", _("whoever asked")
        HEAD = "HEAD", _("the head of the group")

    member = models.ForeignKey(Organisation, models.CASCADE, related_name="group_ties")
    head = models.ForeignKey(Organisation, models.CASCADE, related_name="ties_led")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(pgettext_lazy("when", "asked"), default=timezone.now)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    agreed_at = models.DateTimeField(pgettext_lazy("when", "agreed"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_side = models.CharField(_("ended by"), max_length=10, choices=End, blank=True)

    objects = GroupTieQuerySet.as_manager()

    class Meta:
        verbose_name = _("tie of a group")
        verbose_name_plural = _("ties of groups")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(ended_at=None),
                name="group_tie_one_live",
                violation_error_message=_("This organisation has named its group already."),
            ),
            models.CheckConstraint(condition=~Q(member=F("head")), name="group_tie_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.member} → {self.head}"

    def get_absolute_url(self) -> str:
        return reverse("group-tie", args=[self.pk])

    @property
    def is_waiting(self) -> bool:
        return self.ended_at is None and self.agreed_at is None

    @property
    def is_agreed(self) -> bool:
        return self.ended_at is None and self.agreed_at is not None

    def other_than(self, organisation: Organisation) -> Organisation:
        """The other end."""
        return self.head if organisation.pk == self.member_id else self.member

    def end(self, *, side: str, by: User, now: datetime) -> None:
        """Write that one end has ended it: a no, a withdrawal, or the end of what was agreed. The act holds the lock."""
        self.ended_by, self.ended_at, self.ended_side = by, now, side
        self.save(update_fields=["ended_by", "ended_at", "ended_side"])


def group_or_self(organisation: str) -> Coalesce:
    """For `annotate`: the number of the head of the group of the organisation in this field, or its own number
    without a group. Two rows with the same number are of one house."""
    heads = GroupTie.objects.agreed().order_by().filter(member=OuterRef(organisation))
    return Coalesce(
        Subquery(heads.values("head")[:1]), F(organisation), output_field=models.BigIntegerField()
    )


def group_of(organisation: Organisation) -> list[Organisation]:
    """The organisations of its group, the head first, then by their names; none without a group."""
    above = Subquery(organisation.group_ties.agreed().values("head")[:1])
    head = Coalesce(above, Value(organisation.pk), output_field=models.BigIntegerField())
    ties = GroupTie.objects.agreed().filter(head=head).select_related("head", "member")
    found = list(ties.order_by("member__name", "member"))
    return [found[0].head, *(tie.member for tie in found)] if found else []
