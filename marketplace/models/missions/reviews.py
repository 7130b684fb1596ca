"""What each side says at the end of a mission: nobody reads it until both sides have spoken, or their days are
over."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from marketplace.models.market.consents import Consent, ConsentKind
from marketplace.models.market.offers import Time
from marketplace.models.market.proposals import Side
from marketplace.models.market.skills import Skill
from marketplace.models.missions.missions import Mission, Voice

# The structures served: the one that leads the need, and those that carry it with it.
STRUCTURES = (Voice.NEED, Voice.CARRIER)


class ReviewQuerySet(models.QuerySet["Review"]):
    def opened(self, now: datetime) -> Self:
        return self.filter(mission__in=Mission.objects.with_open_reviews(now).values("pk"))

    def facing(self, voice: str) -> Self:
        """The reviews of those whom this voice deals with: the structure, or whoever came and their company."""
        if voice in STRUCTURES:
            return self.exclude(side__in=STRUCTURES)
        return self.filter(side__in=STRUCTURES)

    def readable_by(self, user: User, now: datetime) -> Self:
        """Among the missions that this person sees: the reviews that are open, and their own."""
        return self.filter(Q(pk__in=self.opened(now).values("pk")) | Q(author=user))

    def public(self, now: datetime | None = None) -> Self:
        """Open reviews with words and with their author's consent to be shown, while their account is active: nobody
        else takes that consent back for them."""
        shown = self._agreed().opened(now or timezone.now()).filter(author__is_active=True)
        return shown.exclude(words="")

    def public_about(self, organisation: Organisation) -> Self:
        """Public reviews by the other side, about what this organisation received and what it lent."""
        return self._shown(_received(organisation) | _lent(organisation))

    def quoted_of(
        self, organisation: Organisation, year: int, *, lent: bool, most: int
    ) -> list["Review"]:
        """A few public reviews written in a year: of what an organisation lent, by the structures and only of missions on
        working time, or of what it received, by those who came. Where nobody agrees to be quoted, the long question isn't asked."""
        condition = _lent(organisation) if lent else _received(organisation)
        written = self._agreed().filter(condition, created_at__year=year)
        numbers = list(written.order_by().values_list("pk", flat=True))
        return list(self._shown(condition).filter(pk__in=numbers)[:most]) if numbers else []

    def _agreed(self) -> Self:
        quotes = Consent.objects.standing(kind=ConsentKind.QUOTE)
        return self.filter(Exists(quotes.filter(person=OuterRef("author"), about=OuterRef("pk"))))

    def _shown(self, condition: Q) -> Self:
        return (
            self.public()
            .filter(condition)
            .select_related("author", "mission__need__organisation", "mission__offer__organisation")
            .order_by("-created_at")
        )


def _received(structure: Organisation) -> Q:
    return Q(mission__need__organisation=structure, side__in=[Voice.OFFER, Voice.COMPANY])


def _lent(company: Organisation) -> Q:
    offer = {"mission__offer__organisation": company, "mission__offer__time": Time.WORK}
    return Q(side=Voice.NEED, **offer)


class Review(models.Model):
    """What one side says at the end: once, and never edited."""

    class Arrived(models.TextChoices):
        YES = "YES", _("Yes, all of it")
        PARTLY = "PARTLY", _("In part")
        NO = "NO", _("No")

    class Used(models.TextChoices):
        YES = "YES", _("Yes, already")
        SOON = "SOON", _("Soon")
        NO = "NO", _("No")

    class HandedOver(models.TextChoices):
        ALONE = "ALONE", _("Yes, we know how to do it now")
        HELP = "HELP", _("With a little help")
        NO = "NO", _("No, not yet")
        ASIDE = "ASIDE", _("That wasn’t the aim")

    mission = models.ForeignKey(Mission, models.CASCADE, related_name="reviews")
    side = models.CharField(max_length=10, choices=Voice)
    structure = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="In whose name it speaks, of the structures that carry the need with its lead.",
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    rating = models.PositiveSmallIntegerField(
        _("how did it go?"), validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    words = models.TextField(_("in a few words"), max_length=2000, blank=True)
    again = models.BooleanField(_("would you do it again?"))
    handed_over = models.CharField(
        _("can the team go on alone?"), max_length=10, choices=HandedOver, blank=True
    )
    arrived = models.CharField(
        _("did what was planned arrive?"), max_length=10, choices=Arrived, blank=True
    )
    used = models.CharField(_("is it in use?"), max_length=10, choices=Used, blank=True)
    recommend = models.PositiveSmallIntegerField(
        _("would you recommend it to others?"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(10)],
        help_text=_("0: not at all, 10: certainly."),
    )
    learnt = models.TextField(_("what was learnt"), max_length=1000, blank=True)
    other_factors = models.TextField(_("another brake, another help"), max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["mission", "side"],
                condition=Q(structure=None),
                name="review_once_a_side",
                violation_error_message=_("Your side has already given its review."),
            ),
            models.UniqueConstraint(
                fields=["mission", "structure"],
                condition=Q(structure__isnull=False),
                name="review_once_a_structure",
                violation_error_message=_("Your side has already given its review."),
            ),
            models.CheckConstraint(
                condition=Q(side="CARRIER", structure__isnull=False)
                | ~Q(side="CARRIER") & Q(structure=None),
                name="review_of_a_structure_served",
            ),
            models.CheckConstraint(
                condition=Q(rating__gte=1, rating__lte=5), name="review_rating_1_to_5"
            ),
            models.CheckConstraint(
                condition=Q(recommend=None) | Q(recommend__lte=10), name="review_recommend_0_to_10"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mission} {self.rating}/5"

    @property
    def organisation(self) -> Organisation | None:
        """The organisation in whose name the review speaks; None for whoever came, who speaks for themselves."""
        match self.side:
            case Voice.NEED:
                return self.mission.structure
            case Voice.COMPANY:
                return self.mission.offer.organisation
            case Voice.CARRIER:
                return self.structure
        return None

    @property
    def may_quote(self) -> bool:
        """Whether the author agrees to the review being shown, and has an account to say otherwise."""
        return self.pk in quotable([self])

    @property
    def signature(self) -> str:
        """The first name of the author with their organisation, while it is public: nothing more was announced to
        them."""
        mission = self.mission
        whose = {
            Voice.NEED: mission.structure,
            Voice.OFFER: None if mission.is_own_time else mission.offer.organisation,
            Voice.COMPANY: mission.offer.organisation,
            Voice.CARRIER: self.structure,
        }[Voice(self.side)]
        named = whose is not None and whose.is_accepted
        return f"{self.author.first_name}, {whose}" if named else self.author.first_name

    @property
    def names_its_mission(self) -> bool:
        """Whether anybody may read the title of its mission, which is its need's."""
        need = self.mission.need
        return need.is_listed and need.organisation.is_accepted


class ReviewFactor(models.Model):
    """One brake or enabler that a reviewer named, by its code in marketplace/data/factors.csv."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="factors")
    code = models.CharField(max_length=40)

    class Meta:
        verbose_name = _("brake or enabler")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["review", "code"], name="factor_once")]
        indexes = [models.Index(fields=["code"], name="factor_code")]

    def __str__(self) -> str:
        return self.code


class SkillGained(models.Model):
    """A skill that somebody has gained in the mission."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="gained")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+")
    by = models.CharField(_("by whom"), max_length=10, choices=Side)

    class Meta:
        verbose_name = _("skill gained")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["review", "skill", "by"], name="skill_gained_once")
        ]

    def __str__(self) -> str:
        return f"{self.review} + {self.skill}"


def quotable(reviews: Iterable[Review]) -> set[int]:
    """The numbers of those whose author agrees to their being shown, and has an account to say otherwise: one question."""
    authors = {one.pk: one.author_id for one in reviews if one.author.is_active}
    standing = Consent.objects.standing(kind=ConsentKind.QUOTE).filter(about__in=authors)
    rows = standing.values_list("about", "person_id")
    return {about for about, person in rows if authors[about] == person}
