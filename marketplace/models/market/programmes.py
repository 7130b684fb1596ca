"""What a company gives its people: programmes and their quota, who is charged with what, what it says of an
employee."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import AddressChange, Invitation, Membership, Organisation, User
from accounts.scope import scope_of
from accounts.states import ACTIVE
from common.numbers import chosen_by
from marketplace.models.market.causes import Cause
from marketplace.models.market.grades import Grade
from marketplace.models.market.sites import Site

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Contract(models.TextChoices):
    """The categories of employees that a programme opens to."""

    PERMANENT = "PERMANENT", _("permanent contract (CDI)")
    FIXED_TERM = "FIXED_TERM", _("fixed-term contract (CDD)")
    APPRENTICE = "APPRENTICE", _("apprentice or trainee")
    PUBLIC = "PUBLIC", _("public agent")

    @classmethod
    def name_at(cls, employer: Organisation, contract: "Contract") -> "StrOrPromise":
        """What it is called there: of its public agents, a local authority lends its civil servants alone."""
        if contract == cls.PUBLIC and employer.is_authority:
            return _("civil servant")
        return contract.label


class DutyQuerySet(models.QuerySet["Duty"]):
    def held_today(self) -> Self:
        """The duties of those whose account is active: nobody is kept waiting for somebody who can't log in."""
        return self.filter(membership__user__is_active=True)

    def managing(self, user: User) -> Self:
        """This person's duties as the manager of a team, in companies that aren't suspended."""
        held = self.filter(
            membership__user_id=user.pk,
            kind=Duty.Kind.MANAGER,
            membership__organisation__status__in=ACTIVE,
        )
        return scope_of(user).opened(held, "membership__organisation")


class Duty(models.Model):
    """What somebody is charged with in their organisation, besides being its member or administrator."""

    class Kind(models.TextChoices):
        CSR = "CSR", _("in charge of skills sponsorship (CSR)")
        PROGRAMME = "PROGRAMME", _("in charge of a programme")
        HR = (
            "HR",
            _(
                "human resources: confirms contracts and entry dates, enters what an hour costs, and is alone to see it"
            ),
        )
        MANAGER = "MANAGER", _("manager of a team")
        SIGNATORY = "SIGNATORY", _("may sign for the organisation")
        TREASURER = "TREASURER", _("treasurer: receipts")

    COMPANY = (Kind.CSR, Kind.PROGRAMME, Kind.HR, Kind.MANAGER, Kind.SIGNATORY)
    STRUCTURE = (Kind.SIGNATORY, Kind.TREASURER)
    # Sees what each of the company's people does on its time; the others see their own.
    OVERSEES = (Kind.CSR, Kind.PROGRAMME, Kind.HR, Kind.SIGNATORY)

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="duties")
    kind = models.CharField(_("duty"), max_length=20, choices=Kind)
    capacity = models.CharField(
        _("capacity"),
        max_length=120,
        blank=True,
        help_text=_("As it is written under a signature: president, managing director…"),
    )
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty")
        ordering = ["kind", "pk"]
        constraints = [models.UniqueConstraint(fields=["membership", "kind"], name="duty_once")]

    def __str__(self) -> str:
        return f"{self.membership.user}: {self.words}"

    @property
    def words(self) -> "StrOrPromise":
        return self.words_of(Duty.Kind(self.kind), self.membership.organisation)

    @classmethod
    def kinds_of(cls, organisation: Organisation) -> list["Duty.Kind"]:
        """The duties that there are in this organisation: those of who lends, those of who asks, or both."""
        lent = cls.COMPANY if organisation.may_offer else ()
        asked = cls.STRUCTURE if organisation.may_ask else ()
        return list(dict.fromkeys([*lent, *asked]))

    @classmethod
    def words_of(cls, kind: "Duty.Kind", organisation: Organisation) -> "StrOrPromise":
        """What somebody is charged with there: who lends by name alone sponsors nobody and declares no value."""
        own = _WHERE_NOTHING_IS_GIVEN if organisation.lends_by_name_alone else {}
        return own.get(kind, kind.label)


_WHERE_NOTHING_IS_GIVEN: "dict[Duty.Kind, StrOrPromise]" = {
    Duty.Kind.CSR: _("in charge of lending its people"),
    Duty.Kind.HR: _("human resources"),
}


class CompanyProgrammeQuerySet(models.QuerySet["CompanyProgramme"]):
    def open_on(self, day: date) -> Self:
        return self.filter(
            Q(ends_on=None) | Q(ends_on__gte=day), closed_at=None, starts_on__lte=day
        )

    def in_year(self, year: int) -> Self:
        """Those that were open at some time of that year."""
        new_year = date(year, 1, 1)
        midnight = timezone.make_aware(datetime(year, 1, 1))
        return self.filter(
            Q(ends_on=None) | Q(ends_on__gte=new_year),
            Q(closed_at=None) | Q(closed_at__gte=midnight),
            starts_on__lte=date(year, 12, 31),
        )


class CompanyProgramme(models.Model):
    """How much time, for whom, under which conditions. The figures are the company's own."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="programmes")
    name = models.CharField(_("name"), max_length=120)
    about = models.TextField(
        _("what it is about"), max_length=3000, blank=True, default="", db_default=""
    )
    days_per_year = models.DecimalField(
        _("days a year, per person"),
        max_digits=5,
        decimal_places=1,
        validators=[MinValueValidator(Decimal("0.5")), MaxValueValidator(Decimal(366))],
    )
    hours_per_day = models.DecimalField(
        _("hours in a day"),
        max_digits=3,
        decimal_places=1,
        default=Decimal(7),
        validators=[MinValueValidator(Decimal(1)), MaxValueValidator(Decimal(12))],
    )
    seniority_months = models.PositiveSmallIntegerField(
        _("months in the company before taking part"), default=0
    )
    contracts = models.JSONField(_("open to"), default=list, blank=True)
    months_before_retirement = models.PositiveSmallIntegerField(
        _("for the end of a career: how many months before retirement"), null=True, blank=True
    )
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("in charge of the programme"),
    )
    places = models.PositiveIntegerField(
        _("places: how many people a year"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1_000_000)],
    )
    budget_days = models.DecimalField(
        _("days a year, for all of them together"),
        max_digits=8,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.5")), MaxValueValidator(Decimal(1_000_000))],
    )
    sites = models.ManyToManyField(
        Site, blank=True, related_name="programmes", verbose_name=_("sites")
    )
    causes = models.ManyToManyField(
        Cause, blank=True, related_name="+", verbose_name=_("causes preferred")
    )
    starts_on = models.DateField(_("from"), default=timezone.localdate)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = CompanyProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("company programme")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(days_per_year__gt=0), name="programme_gives_some_time"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="programme_ends_after_it_starts",
                violation_error_message=_("The end comes before the beginning."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("programme", args=[self.pk])

    @property
    def budget_hours(self) -> Decimal | None:
        """What the employer gives in a year for all of its people; None where it has set no limit."""
        return None if self.budget_days is None else self.budget_days * self.hours_per_day

    @property
    def whole_hours(self) -> int:
        """By which a language chooses between one hour a day and several."""
        return chosen_by(self.hours_per_day)

    @property
    def hours_per_year(self) -> Decimal:
        return self.days_per_year * self.hours_per_day

    @property
    def open_to(self) -> list[str]:
        """The contracts that it is open to; none is everybody. A local authority lends civil servants alone, which the law
        says where nothing is ticked (law n° 2022-217, article 209)."""
        if self.contracts or not self.organisation.is_authority:
            return self.contracts
        return [Contract.PUBLIC.value]

    @property
    def contract_names(self) -> list[str]:
        return [
            str(Contract.name_at(self.organisation, Contract(value)))
            for value in self.open_to
            if value in Contract.values
        ]


class Headcount(models.Model):
    """How many people an employer has, in a year: what the share of those who take part is told of."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="headcounts")
    year = models.PositiveSmallIntegerField(_("year"))
    people = models.PositiveIntegerField(
        _("how many people work there"),
        validators=[MinValueValidator(1), MaxValueValidator(2_000_000)],
    )

    class Meta:
        verbose_name = _("headcount")
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year"], name="headcount_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.year}"


class EmployeeQuerySet(models.QuerySet["Employee"]):
    def there(self) -> Self:
        """Those who are of the organisation today."""
        return self.filter(person__is_active=True, organisation__memberships__user=F("person"))

    def to_confirm(self) -> Self:
        """Those of whom something is declared that the employer hasn't confirmed, or who ask for a correction."""
        declared = Q(hired_on__isnull=False) | ~Q(contract="")
        return self.there().filter(Q(confirmed_at=None) & declared | ~Q(correction=""))

    def managed_from_a_mailbox_of(self, users: models.QuerySet[User]) -> Self:
        """Employees who are still there, whose manager's mailbox, as their employer has named it, one of these people
        reads, or has given up lately."""
        theirs = {"user__in": users.values("pk")}
        shown = EmailAddress.objects.filter(verified=True, **theirs).order_by()
        former = AddressChange.objects.filter(**theirs).order_by()
        # One list: "or" between three would be asked of each employee there is.
        mailboxes = users.order_by().values(at=Lower("email"))
        mailboxes = mailboxes.union(
            shown.values(at=Lower("email")), former.values(at=Lower("before"))
        )
        return self.alias(mailbox=Lower("manager_email")).filter(
            mailbox__in=mailboxes, organisation__memberships__user=F("person")
        )

    def led_by(self, user: User) -> Self:
        """Employees whose manager is this person, in companies where they have the duty of managing a team."""
        manages = Duty.objects.managing(user)
        return self.filter(
            manager_email__iexact=user.email,
            organisation__in=manages.values("membership__organisation"),
        )


class EmploymentFacts(models.Model):
    """What an employer says of one of its people, known before they have an account or after."""

    NAMES = ("team", "site", "contract", "hired_on", "manager_name", "manager_email")

    site = models.ForeignKey(
        Site, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("site")
    )
    team = models.CharField(_("team"), max_length=120, blank=True, default="", db_default="")
    contract = models.CharField(_("contract"), max_length=20, choices=Contract, blank=True)
    hired_on = models.DateField(_("in the company since"), null=True, blank=True)
    manager_name = models.CharField(_("name of the manager"), max_length=160, blank=True)
    manager_email = models.EmailField(_("e-mail address of the manager"), blank=True)

    class Meta:
        abstract = True


class Employee(EmploymentFacts):
    """What the agreement and the loan's papers need to know of an employee; never a salary."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="employees")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="employments")
    position = models.CharField(_("position and qualification"), max_length=160, blank=True)
    retires_on = models.DateField(_("retires on"), null=True, blank=True)
    # The contract and the entry date are declared until the employer has confirmed them.
    confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    is_confirmed_by_list = models.BooleanField(default=False, db_default=False)
    correction = models.CharField(
        _("what isn’t right"), max_length=500, blank=True, default="", db_default=""
    )
    correction_at = models.DateTimeField(null=True, blank=True, editable=False)
    grade = models.ForeignKey(
        Grade, models.SET_NULL, null=True, blank=True, related_name="employees"
    )

    objects = EmployeeQuerySet.as_manager()

    class Meta:
        verbose_name = _("employee")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "person"], name="employee_once")
        ]

    def __str__(self) -> str:
        return f"{self.person} @ {self.organisation}"

    @property
    def contract_name(self) -> "StrOrPromise":
        """What the contract is called where they work; "" as long as none is said."""
        return Contract.name_at(self.organisation, Contract(self.contract)) if self.contract else ""

    @property
    def is_confirmed(self) -> bool:
        """Whether the employer has confirmed the contract and the entry date, as they stand."""
        return self.confirmed_at is not None


class InvitedEmployee(EmploymentFacts):
    """What a list says of somebody who is invited: it becomes an Employee's once they have joined."""

    invitation = models.OneToOneField(Invitation, models.CASCADE, related_name="facts")

    class Meta:
        verbose_name = _("invited employee")

    def __str__(self) -> str:
        return str(self.invitation)
