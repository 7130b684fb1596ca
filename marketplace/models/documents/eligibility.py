"""Whether a structure may give tax receipts (art. 238 bis CGI): each answer is kept, and the last one counts."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from common.dates import spoken
from marketplace.models.talk.files import StoredFile


class EligibilityQuerySet(models.QuerySet["Eligibility"]):
    def current_of(self, organisation: Organisation) -> "Eligibility | None":
        found = self.filter(organisation=organisation).order_by("pk").last()
        if found is not None:
            found.organisation = organisation  # its legal form is asked, without another question
        return found

    def current_of_each(self, organisations: Iterable[Organisation]) -> "dict[int, Eligibility]":
        """The same of several, in one question, by the number of each that has said something."""
        known = {one.pk: one for one in organisations}
        found: dict[int, Eligibility] = {}
        for row in self.filter(organisation__in=known).order_by("pk"):
            row.organisation = known[row.organisation_id]
            found[row.organisation_id] = row
        return found

    def before_receipt_of(
        self, organisation: models.OuterRef | models.Func, day: date
    ) -> models.QuerySet:
        """What stands before a structure's receipts, in one column: the Before of its last answer; no row where it
        has said nothing yet."""
        status, before = Eligibility.Status, Eligibility.Before
        another_form = ~Q(legal_form="") & ~Q(legal_form=models.F("organisation__legal_form"))
        stands = models.Case(
            models.When(another_form, then=models.Value(before.DECLARE.value)),
            models.When(status=status.NOT_ELIGIBLE, then=models.Value(before.NEVER.value)),
            models.When(verified_at=None, then=models.Value(before.CHECK.value)),
            # The coordinators have looked, and written what is to be declared.
            models.When(status=status.TO_CHECK, then=models.Value(before.DECLARE.value)),
            models.When(valid_until__lt=day, then=models.Value(before.DECLARE.value)),
            default=models.Value(before.NOTHING.value),
        )
        said = self.filter(organisation=organisation).order_by("-pk")
        return said.annotate(before=stands).values("before")[:1]

    def to_verify(self) -> Self:
        """The last declarations of structures that no coordinator has checked yet, and the doubts about which one helps."""
        newer = Eligibility.objects.filter(
            organisation=models.OuterRef("organisation"), pk__gt=models.OuterRef("pk")
        )
        return self.filter(verified_at=None).exclude(models.Exists(newer))


class Eligibility(models.Model):
    class Status(models.TextChoices):
        RESCRIT = "RESCRIT", gettext_lazy("yes: the tax office has written it (rescrit)")
        SELF_DECLARED = "SELF_DECLARED", gettext_lazy("yes: the structure declares it")
        SECTORISED = "SECTORISED", gettext_lazy("yes, for its non-commercial activities only")
        NOT_ELIGIBLE = "NOT_ELIGIBLE", gettext_lazy("no")
        TO_CHECK = "TO_CHECK", gettext_lazy("to be checked")

    class Category(models.TextChoices):
        """The categories of article 238 bis, 1: the one that is printed on a receipt."""

        GENERAL_INTEREST = "GENERAL_INTEREST", gettext_lazy("body of general interest")
        RUP = "RUP", gettext_lazy("foundation or association of recognised public utility")
        FOUNDATION = "FOUNDATION", gettext_lazy("corporate, university or partnership foundation")
        ENDOWMENT = "ENDOWMENT", gettext_lazy("endowment fund")
        PUBLIC = "PUBLIC", gettext_lazy("public body")
        OTHER = "OTHER", gettext_lazy("other body named by article 238 bis")

    class Before(models.TextChoices):
        """What has to happen before a receipt: the structure's word, a coordinator's look; or there is none."""

        NOTHING = "NOTHING"
        DECLARE = "DECLARE"
        CHECK = "CHECK"
        NEVER = "NEVER"

    ELIGIBLE = (Status.RESCRIT, Status.SELF_DECLARED, Status.SECTORISED)

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="eligibilities")
    status = models.CharField(
        gettext_lazy("may it give tax receipts?"), max_length=20, choices=Status
    )
    category = models.CharField(gettext_lazy("as"), max_length=20, choices=Category, blank=True)
    proof = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=gettext_lazy("proof"),
    )  # fmt: skip
    reference = models.CharField(
        gettext_lazy("reference of the proof"),
        max_length=160,
        blank=True,
        help_text=gettext_lazy("Date and number of the tax office’s letter, for instance."),
    )
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    declared_at = models.DateTimeField(default=timezone.now)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    valid_until = models.DateField(gettext_lazy("valid until"), null=True, blank=True)
    note = models.TextField(gettext_lazy("a word"), max_length=1000, blank=True)
    # What the structure was when it was said, or checked: it holds for that form alone.
    legal_form = models.CharField(
        max_length=20, blank=True, default="", db_default="", editable=False
    )

    objects = EligibilityQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("eligibility")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verified_at=None, verified_by=None)
                | Q(verified_at__isnull=False, verified_by__isnull=False),
                name="eligibility_verified_by_someone",
            )
        ]
        indexes = [
            models.Index(
                fields=["declared_at"], condition=Q(verified_at=None), name="eligibility_to_verify"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_status_display()}"

    @property
    def is_eligible(self) -> bool:
        return self.status in self.ELIGIBLE and not self.is_of_another_form

    @property
    def is_of_another_form(self) -> bool:
        """Whether the structure has changed its legal form since: an association has become a cooperative, say."""
        return self.legal_form not in {"", self.organisation.legal_form}

    def waits_with(self, words: dict[str, str]) -> bool:
        """Whether it says this already, without a proof, and nobody has checked it yet."""
        same = all(getattr(self, name) == said for name, said in words.items())
        return same and self.verified_at is None and self.proof_id is None

    @property
    def is_a_no(self) -> bool:
        """Whether it is known that the structure, as it is, may give no receipt."""
        return self.status == self.Status.NOT_ELIGIBLE and not self.is_of_another_form

    def why_no_receipt(self, day: date) -> str:
        """Why no receipt may be given on that day, as a sentence for the reader; empty when one may."""
        if self.is_of_another_form:
            return _(
                "The structure’s legal form has changed since this was said: it has to declare it again."
            )
        if self.status == self.Status.NOT_ELIGIBLE:
            return _(
                "This structure may not give tax receipts: it isn’t one of those that article 238 bis names."
            )
        if self.status == self.Status.TO_CHECK and self.verified_at is None:
            return _(
                "The structure doubts whether it may give tax receipts, and the coordinators look at it: no receipt before that."
            )
        if self.status == self.Status.TO_CHECK:
            return _(
                "The structure hasn’t declared yet, for all its missions, whether it may give tax receipts: no receipt before that."
            )
        if self.verified_at is None:
            return _(
                "The coordinators haven’t checked yet what the structure declares: no receipt before that."
            )
        if self.valid_until and self.valid_until < day:
            return _(
                "What was checked ran out on %(day)s: the structure has to declare it again."
            ) % {"day": spoken(self.valid_until, "j F Y")}
        return ""


def may_never_give(organisation: Organisation) -> bool:
    """Whether it is known that the structure may give no tax receipt; not so while nobody has said anything."""
    current = Eligibility.objects.current_of(organisation)
    return current is not None and current.is_a_no


def why_no_receipt(organisation: Organisation, day: date) -> str:
    """The same as `Eligibility.why_no_receipt`, for a structure, which may not have declared anything yet."""
    current = Eligibility.objects.current_of(organisation)
    if current is None:
        return _(
            "The structure hasn’t declared yet, for all its missions, whether it may give tax receipts: no receipt before that."
        )
    return current.why_no_receipt(day)
