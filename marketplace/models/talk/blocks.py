"""Blocks: a person or an organisation keeps another one away."""

from collections.abc import Collection, Iterable
from typing import Any, Self

from django.conf import settings
from django.db import connection, models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation, User, coordinated_by
from accounts.models.memberships import MembershipQuerySet
from marketplace.models.market.bosses import under
from marketplace.models.market.carriers import Carrier
from marketplace.models.market.needs import Need, NeedQuerySet
from marketplace.models.market.offers import Offer, OfferQuerySet, Time
from marketplace.models.talk.conversations import Thread

ONE_BY_ONE = 0x626C6F636B73  # the number of our lock in PostgreSQL


def wait_for_each_other(*, asking: bool) -> None:
    """Take a lock until the end of the transaction: whoever blocks somebody (`asking=False`) waits for those who
    are putting two people in touch (`asking=True`), and they for them; otherwise neither would see what the
    other does. SQLite, which has one writer at a time, needs no lock."""
    if connection.vendor == "postgresql":
        suffix = "_shared" if asking else ""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_xact_lock{suffix}({ONE_BY_ONE})")


class BlockQuerySet(models.QuerySet["Block"]):
    def live(self) -> Self:
        return self.filter(lifted_at=None)

    def made_by(self, user: User) -> Self:
        """Blocks that this person made, and those made in the name of an organisation for which they speak."""
        mine = Organisation.objects.spoken_for_by(user).values("pk")
        return self.filter(Q(by_id=user.pk, for_organisation=None) | Q(for_organisation__in=mine))

    def visible_to(self, user: User) -> Self:
        """Blocks for whoever made them and for the coordinators of either side; never for the one kept away, nor, between
        people, for a coordinator who is a boss of one of them."""
        if not user.pk:
            return self.none()
        poles = coordinated_by(user)
        theirs = Q(for_organisation__pole__in=poles) | Q(organisation__pole__in=poles)
        for end in ("by", "person"):
            theirs |= Q(**{f"{end}__offers__pole__in": poles})
            theirs |= Q(**{f"{end}__organisations__pole__in": poles})
        ours = Block.objects.filter(theirs).exclude(person=user)
        ours = ours.exclude(under(user, "person"))
        ours = ours.exclude(under(user, "by"), for_organisation=None)
        ours = ours.exclude(organisation__in=Organisation.objects.joined_by(user).values("pk"))
        return self.filter(Q(pk__in=self.made_by(user).values("pk")) | Q(pk__in=ours.values("pk")))

    def between(self, some: Collection[int], others: Collection[int]) -> Self:
        """Live blocks between one of `some` and one of `others` (numbers as `end_of` gives them), whoever made
        them."""
        return self.live().filter(
            Q(blocker__in=some, blocked__in=others) | Q(blocker__in=others, blocked__in=some)
        )

    def of_ends(self, ends: Collection[int]) -> Self:
        """Live blocks of which one of these is an end, whoever made them."""
        return self.live().filter(Q(blocker__in=ends) | Q(blocked__in=ends))

    def facing(self, ends: Collection[int]) -> set[int]:
        """The numbers of all whom a live block keeps apart from one of these ends, whoever made it."""
        there = self.of_ends(ends)
        return {end for pair in there.values_list("blocker", "blocked") for end in pair} - set(ends)

    def around_a_question(self, asker: User, others: Collection[int]) -> Self:
        """Live blocks between the others and whoever asks a question, with the organisations to which they belong. They
        ask in their own name: what one of these keeps away is nothing to them, or an employer would decide on its
        people's own time."""
        theirs = [end for end in ends_of_user(asker) if end not in others]
        return self.between(theirs, others).exclude(blocker__in=[end for end in theirs if end < 0])

    def within(self, thread: Thread) -> Self:
        """Live blocks between the two sides of a thread; in that of a pair, between the two as well."""
        if thread.asker is not None:
            return self.around_a_question(thread.asker, ends_of_need(thread.subject))
        structure, others = ends_of_thread(thread)
        if thread.pair and len(others) == 2:
            one, other = others
            return self.between([*structure, one], [other]) | self.between(structure, [one])
        return self.between(structure, others)


class Block(models.Model):
    """A block; lifting it keeps the row, so that coordinators can follow what happened.

    Each end is one number, so that a search asks one question of one index: a person is
    their own number, an organisation its number below zero.
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
    """The number of one end: an organisation's below zero if there is one, otherwise the person's."""
    return -organisation if organisation else int(person or 0)


def ends_of_need(need: Need) -> list[int]:
    """The ends that a need brings: its structure, those that carry it too and, while they belong to its structure with an
    active account, the person who wrote it. Both are asked at once."""
    wrote = _there(need.created_by_id, need.organisation_id).values_list("user_id")
    carriers = need.carriers.agreed().order_by().values_list(-F("organisation_id"))
    return [-need.organisation_id, *(end for (end,) in wrote.union(carriers, all=True).order_by())]


def ends_of_offer(offer: Offer) -> list[int]:
    """The ends that an offer brings. On their own time it is the person alone, whose employer keeps nobody away from
    it; on a company's time the company and, while they belong to it, whoever would come (for a team, who wrote it)."""
    company = offer.organisation_id
    if company is None or (offer.time == Time.OWN and offer.person_id):
        return [offer.person_id or offer.created_by_id]
    return [*_if_there(offer.person_id or offer.created_by_id, company), -company]


def may_be_ends_of(offer: Offer) -> list[int]:
    """Those that an offer may bring: `ends_of_offer` are among them. Nothing is asked for these."""
    company = offer.organisation_id
    return [offer.person_id or offer.created_by_id, *([-company] if company else [])]


def _if_there(person: int, organisation: int) -> list[int]:
    return [person] if _there(person, organisation).exists() else []


def _there(person: int, organisation: int) -> MembershipQuerySet:
    there = Membership.objects.of_active_accounts().order_by()
    return there.filter(user_id=person, organisation_id=organisation)


def needs_of(ends: Iterable[int]) -> NeedQuerySet:
    """The needs that bring one of these ends, as `ends_of_need` says of one."""
    people, organisations = _apart(ends)
    there = Membership.objects.of_active_accounts().filter(
        user=OuterRef("created_by"), organisation=OuterRef("organisation")
    )
    wrote = Q(created_by__in=people) & Q(Exists(there))
    carried = Carrier.objects.agreed().filter(organisation__in=organisations).values("need")
    return Need.objects.filter(Q(organisation__in=organisations) | Q(pk__in=carried) | wrote)


def offers_of(ends: Iterable[int]) -> OfferQuerySet:
    """The offers that bring one of these ends, as `ends_of_offer` says of one."""
    people, organisations = _apart(ends)
    there = Membership.objects.of_active_accounts().filter(
        user=Coalesce(OuterRef("person"), OuterRef("created_by")),
        organisation=OuterRef("organisation"),
    )
    own = Q(time=Time.OWN, person__isnull=False)
    speaks = Q(person__in=people) | Q(person=None, created_by__in=people)
    return Offer.objects.filter(
        own & Q(person__in=people)
        | speaks & Q(Exists(there))
        | Q(organisation__in=organisations) & ~own
    )


def _apart(ends: Iterable[int]) -> tuple[list[int], list[int]]:
    """The numbers of the people, and those of the organisations."""
    ends = list(ends)
    return [end for end in ends if end > 0], [-end for end in ends if end < 0]


def ends_of_thread(thread: Thread) -> tuple[list[int], list[int]]:
    """The ends of the structure, and those of whoever it talks with; the second list is empty in a conversation
    with the coordinators."""
    structure = ends_of_need(thread.subject)
    if thread.pair:
        two = [half.offer.person_id for half in thread.pair.halves]
        return structure, [person for person in two if person]
    if thread.proposal:
        return structure, ends_of_offer(thread.proposal.offer)
    return structure, ends_of_user(thread.asker) if thread.asker else []


def ends_in_a_pair(user: User, thread: Thread) -> tuple[list[int], list[int]]:
    """Of whoever writes in a pair's conversation, the structure or one of the two, their ends and all the others'."""
    structure, two = ends_of_thread(thread)
    if user.pk not in two:
        return [*structure, user.pk], two
    return [user.pk], [*structure, *(one for one in two if one != user.pk)]


def ends_of_user(user: User) -> list[int]:
    """The ends for which a person may be speaking: themselves and each of their organisations."""
    if user.reading is not None:
        return [user.pk, *(-row.organisation_id for row in user.reading.memberships)]
    return [user.pk, *(-pk for pk in user.memberships.values_list("organisation", flat=True))]
