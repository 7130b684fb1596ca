"""Who doesn't want to deal with whom: a person or an organisation keeps another one away."""

from collections.abc import Collection
from typing import Any, Self

from django.conf import settings
from django.db import connection, models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User, coordinated_by
from marketplace.models.market.needs import Need
from marketplace.models.market.offers import Offer
from marketplace.models.talk.conversations import Thread

ONE_BY_ONE = 0x626C6F636B73  # the number of our lock in PostgreSQL


def wait_for_each_other(*, asking: bool) -> None:
    """Until the end of this transaction: whoever keeps somebody away waits for those who are just putting
    two people in touch, and they for them; otherwise neither would see the other. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        suffix = "_shared" if asking else ""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_xact_lock{suffix}({ONE_BY_ONE})")


class BlockQuerySet(models.QuerySet["Block"]):
    def live(self) -> Self:
        return self.filter(lifted_at=None)

    def made_by(self, user: User) -> Self:
        """One's own, and those made in the name of an organisation that one speaks for."""
        mine = Organisation.objects.spoken_for_by(user).values("pk")
        return self.filter(Q(by_id=user.pk, for_organisation=None) | Q(for_organisation__in=mine))

    def visible_to(self, user: User) -> Self:
        """Whoever made it, and the coordinators who answer for either side; never the one kept away."""
        if not user.pk:
            return self.none()
        poles = coordinated_by(user)
        theirs = Q(for_organisation__pole__in=poles) | Q(organisation__pole__in=poles)
        for end in ("by", "person"):
            theirs |= Q(**{f"{end}__offers__pole__in": poles})
            theirs |= Q(**{f"{end}__organisations__pole__in": poles})
        return self.filter(
            Q(pk__in=self.made_by(user).values("pk"))
            | Q(pk__in=Block.objects.filter(theirs).values("pk"))
        )

    def between(self, some: Collection[int], others: Collection[int]) -> Self:
        """Live ones between any of these and any of those (`ends_of` gives them), whoever made it."""
        return self.live().filter(
            Q(blocker__in=some, blocked__in=others) | Q(blocker__in=others, blocked__in=some)
        )

    def within(self, thread: Thread) -> Self:
        """Between its two sides."""
        return self.between(*ends_of_thread(thread))


class Block(models.Model):
    """One row a block; lifting it keeps the row, so that coordinators can follow what happened.

    Each end is one number, so that a search asks one question of one index: a person is their own
    number, an organisation is its number below zero.
    """

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="blocks_made")
    for_organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="blocks_made",
        help_text=_("In whose name; empty for oneself."),
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="blocks_met",
        verbose_name=_("person kept away"),
    )
    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="blocks_met",
        verbose_name=_("organisation kept away"),
    )
    blocker = models.BigIntegerField(editable=False)
    blocked = models.BigIntegerField(editable=False)
    reason = models.TextField(_("why"), max_length=2000, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = BlockQuerySet.as_manager()

    class Meta:
        verbose_name = _("block")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["blocker", "blocked"],
                condition=Q(lifted_at=None),
                name="block_one_live_per_pair",
            ),
            models.CheckConstraint(
                condition=Q(person=None) ^ Q(organisation=None), name="block_of_one_end"
            ),
            models.CheckConstraint(condition=~Q(blocker=F("blocked")), name="block_not_of_oneself"),
        ]
        indexes = [models.Index(fields=["blocked", "lifted_at"], name="block_met")]

    def __str__(self) -> str:
        return f"{self.maker} ✕ {self.kept_away}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.blocker = end_of(self.by_id, self.for_organisation_id)
        self.blocked = end_of(self.person_id, self.organisation_id)
        super().save(*args, **kwargs)

    @property
    def maker(self) -> Organisation | User:
        return self.for_organisation or self.by

    @property
    def kept_away(self) -> Organisation | User | None:
        return self.organisation or self.person


def end_of(person: int | None, organisation: int | None) -> int:
    """An organisation stands before the person who spoke for it."""
    return -organisation if organisation else int(person or 0)


def ends_of_need(need: Need) -> list[int]:
    """Whom a need brings: its structure and the person who wrote it."""
    return [-need.organisation_id, need.created_by_id]


def ends_of_offer(offer: Offer) -> list[int]:
    """Whom an offer brings: who would come (for a team, who wrote it) and their company."""
    ends = [offer.person_id or offer.created_by_id]
    return [*ends, -offer.organisation_id] if offer.organisation_id else ends


def ends_of_thread(thread: Thread) -> tuple[list[int], list[int]]:
    """The structure's, and those of whoever it talks with: nobody, among coordinators."""
    structure = ends_of_need(thread.subject)
    if thread.proposal:
        return structure, ends_of_offer(thread.proposal.offer)
    return structure, ends_of_user(thread.asker) if thread.asker else []


def ends_of_user(user: User) -> list[int]:
    """For whom a person may be speaking: themselves and each of their organisations."""
    return [user.pk, *(-pk for pk in user.memberships.values_list("organisation", flat=True))]
