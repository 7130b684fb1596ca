"""The reports that a pôle makes for those who pay: their chapters, their targets, who supports it, and the versions that were
sent."""

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Organisation, Pole, Seat, User
from marketplace.models.desk.figures import slice_of
from marketplace.models.market.programmes import CompanyProgramme
from marketplace.models.written_once import WrittenOnce

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST = 6000  # of the words above or below
OF = ("operator", "department", "programme")


class Edition(models.TextChoices):
    """For whom a report is laid out; its value is a word of the address."""

    PUBLIC = "publique", _("Public version")
    FUNDER = "financeur", _("Funder’s version")


class ChapterKind(models.TextChoices):
    """What the site adds to a chapter, between the pôle's words above and below."""

    WORDS = "WORDS", _("The pôle’s own words")
    FIGURES = "FIGURES", _("The figures of the year")
    FAMILIES = "FAMILIES", _("What was done")
    MAP = "MAP", _("Where it happened")
    STRUCTURES = "STRUCTURES", _("The structures that found somebody")
    PROMISES = "PROMISES", _("Promises kept, and delays")
    BRAKES = "BRAKES", _("Brakes lifted")
    STORIES = "STORIES", _("What they tell of it")
    PARTNERS = "PARTNERS", _("Partners")
    METHOD = "METHOD", _("How it was counted")


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: User) -> Self:
        """The reports of the pôles that this person coordinates today; one of an operator is for that operator's alone."""
        seats = Seat.objects.held_by(user).filter(pole=OuterRef("pole"))
        own = Q(operator=None) | Q(Exists(seats.filter(operator=OuterRef("operator"))))
        return self.filter(own, Exists(seats))

    def alike(self, report: "Report") -> Self:
        """Those of the same pôle, or of the same operator, département or programme of it."""
        return self.filter(
            pole=report.pole_id, **{f"{name}_id": getattr(report, f"{name}_id") for name in OF}
        )


def _at_most_one() -> Q:
    """A condition: a report is of the whole pôle, or of one thing in it."""
    found = Q(**{f"{name}__isnull": True for name in OF})
    for chosen in OF:
        found |= Q(**{f"{name}__isnull": name != chosen for name in OF})
    return found


def _once() -> list[models.UniqueConstraint]:
    whole = Q(**{f"{name}__isnull": True for name in OF})
    return [
        models.UniqueConstraint(fields=["pole", "year"], condition=whole, name="report_once"),
        *(
            models.UniqueConstraint(
                fields=["pole", "year", name],
                condition=Q(**{f"{name}__isnull": False}),
                name=f"report_once_of_{name}",
            )
            for name in OF
        ),
    ]


class Report(models.Model):
    """A year of a pôle, or of an operator, a département or a programme in it. `facts` are its figures as they may be told,
    made with those of the pôle (figures/report_facts.py); empty until then."""

    pole = models.ForeignKey(Pole, models.PROTECT, related_name="reports")
    year = models.PositiveSmallIntegerField(_("year"))
    operator = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+"
    )
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+"
    )
    programme = models.ForeignKey(
        CompanyProgramme, models.PROTECT, null=True, blank=True, related_name="+"
    )
    targets = models.JSONField(
        default=dict, blank=True, help_text="Code of a figure → whole number."
    )
    facts = models.JSONField(null=True, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of a pôle")
        verbose_name_plural = _("reports of the pôles")
        ordering = ["-year", "pk"]
        constraints = [
            models.CheckConstraint(condition=_at_most_one(), name="report_of_one_thing"),
            *_once(),
        ]

    def __str__(self) -> str:
        return f"{self.whose} {self.year}"

    def get_absolute_url(self) -> str:
        return reverse("report", args=[self.pk])

    @property
    def of(self) -> Organisation | Department | CompanyProgramme | None:
        """What it is of; None for the whole pôle."""
        return self.operator or self.department or self.programme

    @property
    def whose(self) -> str:
        return str(self.of or self.pole)

    @property
    def scope(self) -> str:
        """As slices of the figures are named; "" for the whole pôle."""
        return slice_of(**{name: getattr(self, f"{name}_id") for name in OF})


class ReportChapter(models.Model):
    """One chapter: what the site says of that kind, and the pôle's own words. `version` grows with each change, so that of two
    who write at once the later reads what the other wrote."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="chapters")
    kind = models.CharField(_("kind"), max_length=12, choices=ChapterKind)
    position = models.PositiveSmallIntegerField()
    is_on = models.BooleanField(_("in the report"), default=True)
    title = models.CharField(_("title"), max_length=120, blank=True)
    above = models.TextField(_("your words, above"), max_length=LONGEST, blank=True)
    below = models.TextField(_("your words, below"), max_length=LONGEST, blank=True)
    left_out = models.JSONField(
        default=list, blank=True, help_text="Numbers of the missions whose story isn't shown."
    )
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("chapter of a report")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ChapterKind.values), name="report_chapter_kind_known"
            )
        ]

    def __str__(self) -> str:
        return str(self.heading)

    def get_absolute_url(self) -> str:
        return reverse("report-chapter", args=[self.pk])

    @property
    def heading(self) -> "StrOrPromise":
        return self.title or ChapterKind(self.kind).label

    @property
    def tells_stories(self) -> bool:
        return self.kind == ChapterKind.STORIES

    @property
    def is_only_words(self) -> bool:
        return self.kind == ChapterKind.WORDS

    @property
    def is_to_write(self) -> bool:
        """It holds the pôle's own words alone, and none yet: it isn't on the page."""
        return self.is_only_words and not self.above.strip()

    def as_kept(self) -> dict[str, Any]:
        """What a version that is sent keeps of it: the words and the choices; never what somebody tells."""
        return {
            "kind": self.kind,
            "title": self.title,
            "above": self.above,
            "below": self.below,
            "left_out": self.left_out,
        }


class ReportPartnerQuerySet(models.QuerySet["ReportPartner"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(pole__in=Seat.objects.held_by(user).values("pole"))


class ReportPartner(models.Model):
    """Who supports the pôle, as its reports name them; `agreed_by` is the coordinator who says that they agree to it."""

    pole = models.ForeignKey(Pole, models.PROTECT, related_name="partners")
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("what they do for the pôle"), max_length=160, blank=True)
    logo = models.ImageField(_("logo"), upload_to="logos/", blank=True)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(default=timezone.now)

    objects = ReportPartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner of a pôle")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pole", "name"],
                name="report_partner_once",
                violation_error_message=_("This partner is in the list already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def logo_url(self) -> str:
        """The address of the logo; "" without one. It changes with the file, so that browsers may cache it."""
        if not self.logo:
            return ""
        return (
            reverse("report-partner-logo", args=[self.pk])
            + f"?{PurePosixPath(str(self.logo)).stem}"
        )


class ReportVersion(models.Model):
    """A report as it was sent: its figures, its chapters and its targets stay what they were. What somebody tells is read
    again each time, and is gone with their consent."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    edition = models.CharField(max_length=10, choices=Edition)
    kept = models.JSONField(help_text="facts, targets, chapters.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("version of a report")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="report_version_once"),
            models.CheckConstraint(
                condition=Q(edition__in=Edition.values), name="report_version_edition_known"
            ),
            WrittenOnce(
                name="report_version_written_once",
                fields=["report", "number", "edition", "kept", "by", "at"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} ({self.number})"

    def get_absolute_url(self) -> str:
        return reverse("report-version", args=[self.pk])
