"""The mission sheet: what both sides agree on, every version of it, and the dates to keep."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.poles import LONGEST_CURRENCY
from marketplace.models.market.choices import Place
from marketplace.models.market.proposals import Side
from marketplace.models.missions.missions import Mission
from marketplace.models.talk.files import StoredFile

MOST_HOURS = 6000  # three years of work
# What both sides agree on: the fields of the sheet, and the two dates that the mission keeps.
SHEET_FIELDS = (
    "aim",
    "work",
    "deliverables",
    "need_referent",
    "offer_referent",
    "hours",
    "schedule",
    "where",
    "address",
    "material",
    "confidentiality",
    "rights",
    "expenses",
    "currency",
    "billed_share",
    "counterparts",
    "counterparts_value",
)
DATES = ("starts_on", "ends_on")
# Those who offer read it too: it names their side, not “the other”.
OFFER_REFERENT = _("who to turn to on the side that offers")


AT_COST = 100  # percent


class Rights(models.TextChoices):
    LICENCE = "LICENCE", _("the structure may use it freely; its author keeps the rights")
    TRANSFER = "TRANSFER", _("the rights pass to the structure, in writing")
    OPEN = "OPEN", _("shared with everyone under a free licence")
    NONE = "NONE", _("nothing is produced that calls for it")


class MissionSheet(models.Model):
    mission = models.OneToOneField(Mission, models.CASCADE, related_name="sheet")
    # These three are written for the papers: in the third person, whoever reads them.
    aim = models.TextField(
        _("aim"),
        max_length=2000,
        help_text=_("What the structure wants to reach. For instance: the team updates its site."),
    )
    work = models.TextField(
        _("work entrusted"),
        max_length=2000,
        default="",
        help_text=_("What the person does. For instance: builds the site and trains the team."),
    )
    deliverables = models.TextField(_("what is handed over at the end"), max_length=2000)
    need_referent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("who to turn to at the structure"),
    )  # fmt: skip
    offer_referent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("who to turn to on the other side"),
    )  # fmt: skip
    hours = models.PositiveSmallIntegerField(
        _("hours planned"), validators=[MinValueValidator(1), MaxValueValidator(MOST_HOURS)]
    )
    schedule = models.TextField(
        _("days and hours"),
        max_length=1000,
        blank=True,
        help_text=_("For instance: Thursday mornings, or two full days in March."),
    )
    where = models.CharField(_("where"), max_length=10, choices=Place, default=Place.BOTH)
    address = models.CharField(_("address on site"), max_length=200, blank=True)
    material = models.TextField(
        _("material and access"),
        max_length=1000,
        blank=True,
        help_text=_("Computer, keys, accounts: who provides what."),
    )
    confidentiality = models.TextField(_("what stays between you"), max_length=1000, blank=True)
    rights = models.CharField(
        _("rights on what is produced"), max_length=10, choices=Rights, default=Rights.LICENCE
    )
    expenses = models.TextField(
        _("expenses"),
        max_length=1000,
        blank=True,
        help_text=_("Which are paid back, by whom, on which proof."),
    )
    # The name of the pôle's local currency as it was when both agreed on it; "": in euros.
    currency = models.CharField(
        _("paid back in"), max_length=LONGEST_CURRENCY, blank=True, default="", db_default=""
    )
    # In the frames in which the employer bills what the person costs it. Less than that is for the coordination to
    # agree to (actions/missions/below_cost.py).
    billed_share = models.PositiveSmallIntegerField(
        _("share of the cost that is billed, in %"),
        default=AT_COST,
        db_default=AT_COST,
        validators=[MaxValueValidator(AT_COST)],
        help_text=_(
            "100: what the person costs the employer, which is the rule. Less asks a coordinator’s yes."
        ),
    )
    least_share = models.PositiveSmallIntegerField(
        default=AT_COST,
        db_default=AT_COST,
        help_text="The least share to which the coordination has said yes.",
    )
    refused_share = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The greatest share to which it has said no."
    )
    share_asked_at = models.DateTimeField(null=True, blank=True)
    counterparts = models.TextField(
        _("what the company receives in return"),
        max_length=1000,
        blank=True,
        help_text=_(
            "Its name on a poster, invitations… The structure puts the value. Empty: nothing."
        ),
    )
    counterparts_value = models.DecimalField(
        _("its value, in euros"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("The structure puts it."),
    )
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    need_agreed = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The version that the structure has said yes to."
    )
    offer_agreed = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("mission sheet")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(counterparts_value=None)
                | models.Q(counterparts_value__gte=0, counterparts_value__lt=10**12),
                name="sheet_counterparts_sensible",
            ),
            models.CheckConstraint(
                condition=models.Q(billed_share__lte=AT_COST, least_share__lte=AT_COST),
                name="sheet_never_bills_above_cost",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mission} v{self.number}"

    def is_agreed_by(self, side: str) -> bool:
        agreed = self.need_agreed if side == Side.NEED else self.offer_agreed
        return agreed == self.number

    @property
    def is_written_for_documents(self) -> bool:
        """Whether the aim, the work entrusted and the deliverables are written. Old sheets, from before these were
        asked for, lack the work, and their aim is the need's."""
        return all(words.strip() for words in (self.aim, self.work, self.deliverables))

    @property
    def is_remote(self) -> bool:
        return self.where == Place.REMOTE

    @property
    def address_there(self) -> str:
        """Where to come; "" of a mission that is remote, whatever its sheet still says."""
        return "" if self.is_remote else self.address

    @property
    def billed_words(self) -> str:
        if self.billed_share == AT_COST:
            return str(_("Billed at cost"))
        return str(_("Billed at %(share)s%% of its cost") % {"share": self.billed_share})

    @property
    def is_refused_below_cost(self) -> bool:
        """Whether the coordination has said no to a loan billed so little."""
        refused = self.refused_share
        return refused is not None and self.billed_share <= min(refused, self.least_share - 1)

    @property
    def waits_for_coordination(self) -> bool:
        """Whether it is for the coordination to say whether the loan may be billed so little."""
        return self.billed_share < self.least_share and not self.is_refused_below_cost

    @property
    def is_agreed(self) -> bool:
        return self.is_agreed_by(Side.NEED) and self.is_agreed_by(Side.OFFER)


class SheetVersion(models.Model):
    """The whole sheet as it was after somebody's change; never edited."""

    sheet = models.ForeignKey(MissionSheet, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    data = models.JSONField(help_text="Field → what it said, as read on the screen.")
    side = models.CharField(max_length=10, choices=Side, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "number"], name="sheet_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.sheet.mission} v{self.number}"

    @property
    def is_of_need_side(self) -> bool:
        return self.side == Side.NEED

    @property
    def is_of_offer_side(self) -> bool:
        return self.side == Side.OFFER


class Milestone(models.Model):
    mission = models.ForeignKey(Mission, models.CASCADE, related_name="milestones")
    label = models.CharField(_("milestone"), max_length=160)
    due_on = models.DateField(_("for"))
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("milestone")
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.label


class Deliverable(models.Model):
    """Something handed over: a file, or an address where it can be seen."""

    mission = models.ForeignKey(Mission, models.CASCADE, related_name="deliverables")
    title = models.CharField(_("what it is"), max_length=160)
    link = models.URLField(_("where it can be seen"), blank=True)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("deliverable")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.title
