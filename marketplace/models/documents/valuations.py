"""What a mission is worth: what an hour costs (encrypted), and the value that the company declares."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation, User, coordinated_by
from marketplace.models.market.grades import Grade
from marketplace.models.market.offers import Offer
from marketplace.models.market.programmes import Duty
from marketplace.models.missions.missions import Mission


def told_to(user: User) -> Q:
    """A condition on missions: this person may read their value and their receipt. Divided by the hours it is what an
    hour of whoever came costs: of the company's people, they read it and those who oversee its people do."""
    mine = Membership.objects.of(user).representing()
    charged = Q(role=Membership.Role.ADMINISTRATOR) | Q(duties__kind__in=Duty.OVERSEES)
    return (
        Q(need__organisation__in=mine.values("organisation"))
        | Q(offer__organisation__in=mine.filter(charged).values("organisation"))
        | Offer.with_coming(user, at="offer__")
        | Q(need__pole__in=coordinated_by(user))
    )


class HourCost(models.Model):
    """What an hour of somebody costs: entered and read by human resources alone, and encrypted in its column."""

    mission = models.OneToOneField(Mission, models.PROTECT, related_name="hour_cost")
    sealed = models.TextField(editable=False)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("cost of an hour")

    def __str__(self) -> str:
        return f"{self.mission}: …"


class AverageCost(models.Model):
    """What an hour costs on average in a year, over the company or for a grade: for human resources alone, encrypted."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="average_costs")
    year = models.PositiveSmallIntegerField(_("year"))
    grade = models.ForeignKey(
        Grade, models.CASCADE, null=True, blank=True, related_name="average_costs"
    )
    sealed = models.TextField(editable=False)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("average cost of an hour")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "year"],
                condition=Q(grade=None),
                name="average_cost_once",
            ),
            models.UniqueConstraint(fields=["grade", "year"], name="average_cost_of_grade_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.year}: …"


class Basis(models.TextChoices):
    """What the cost of an hour was taken from."""

    OWN = "OWN", _("cost entered for this mission")
    GRADE = "GRADE", _("average of the grade")
    AVERAGE = "AVERAGE", _("average of the company")
    FIGURE = "FIGURE", _("the company’s own figure")


class Valuation(models.Model):
    """The value that the company declares. The structure sees the value, and nothing of how it was reckoned."""

    mission = models.OneToOneField(Mission, models.PROTECT, related_name="valuation")
    amount = models.DecimalField(_("value of the gift, in euros"), max_digits=14, decimal_places=2)
    hours = models.DecimalField(_("hours"), max_digits=8, decimal_places=2)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    declared_at = models.DateTimeField(default=timezone.now)
    # How it was reckoned on that day; empty for those from before it was kept.
    bases = models.JSONField(null=True, blank=True, help_text="Codes of Basis.")
    figures = models.JSONField(null=True, blank=True, help_text="Year → figure of the law → value.")
    shares = models.JSONField(
        null=True,
        blank=True,
        help_text="Of a mission that serves several: structure → confirmed hours on that day.",
    )
    confirmed_words = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="What was confirmed of an average, as read.",
    )

    class Meta:
        verbose_name = _("value declared")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, amount__lt=10**12), name="valuation_sensible"
            )
        ]

    def __str__(self) -> str:
        return f"{self.mission}: {self.amount}"


class CompanyYear(models.Model):
    """What the yearly estimate needs to know of the company, besides the gifts made here."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="years")
    year = models.PositiveSmallIntegerField(_("year"))
    turnover = models.DecimalField(_("turnover without tax"), max_digits=14, decimal_places=2)
    other_gifts = models.DecimalField(
        _("other gifts of the year"), max_digits=14, decimal_places=2, default=0
    )
    in_difficulty = models.DecimalField(
        _("of which to bodies that help people in difficulty"),
        max_digits=14,
        decimal_places=2,
        default=0,
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year"], name="company_year_once"),
            models.CheckConstraint(
                condition=Q(turnover__gte=0, other_gifts__gte=0, in_difficulty__gte=0),
                name="company_year_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.year}"
