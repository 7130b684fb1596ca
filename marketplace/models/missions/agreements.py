"""The employer's agreement: the manager answers by a link used once, then the company does."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.dates import period
from marketplace.models.market.programmes import Duty
from marketplace.models.market.proposals import Side
from marketplace.models.missions.missions import Mission


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def waiting(self) -> Self:
        return self.filter(answer="", voided_at=None)

    def current(self) -> Self:
        return self.filter(voided_at=None)

    def of_mission_itself(self) -> Self:
        """Agreements about the mission, without those about an amendment, or about one person of its team."""
        return self.filter(amendment=None, member=None)

    def of_nobody_alone(self) -> Self:
        """Without those about one person of a team, which nobody but that person and who named them reads."""
        return self.filter(member=None)

    def asked_to(self, user: User) -> Self:
        """Questions to this person as a manager: they were asked at this person's address, and the company says
        that they manage a team."""
        manages = Duty.objects.managing(user)
        theirs = User.objects.filter(pk=user.pk, email__iexact=OuterRef("email"))
        return self.filter(
            Exists(theirs),
            asked=Agreement.Asked.MANAGER,
            mission__offer__organisation__in=manages.values("membership__organisation"),
        )


class Agreement(models.Model):
    """One question to one person at work. They answer it once; it is void when the mission has changed."""

    class Asked(models.TextChoices):
        MANAGER = "MANAGER", _("manager")
        COMPANY = "COMPANY", _("company")

    class Answer(models.TextChoices):
        YES = "YES", _("I agree")
        NO = "NO", _("I don’t agree")
        OTHER_DATES = "OTHER_DATES", _("I would rather have other dates")

    mission = models.ForeignKey(Mission, models.CASCADE, related_name="agreements")
    amendment = models.ForeignKey(
        "marketplace.Amendment",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="agreements",
        help_text="What is asked is a change of the mission; what was agreed before stands meanwhile.",
    )
    member = models.ForeignKey(
        "marketplace.TeamMember",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agreements",
        help_text="The person of a team whose manager is asked; empty where the mission has one person, or none named.",
    )
    asked = models.CharField(_("who is asked"), max_length=10, choices=Asked)
    name = models.CharField(_("name"), max_length=160)
    email = models.EmailField(_("e-mail address"), blank=True)
    token = models.CharField(max_length=64, unique=True, null=True, blank=True)
    sent_count = models.PositiveSmallIntegerField(default=1)
    sheet_version = models.PositiveSmallIntegerField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    reminded_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=20, choices=Answer, blank=True)
    reason = models.TextField(_("why"), max_length=1000, blank=True)
    starts_on = models.DateField(_("rather from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_name = models.CharField(max_length=160, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["mission", "asked"],
                condition=Q(voided_at=None, amendment=None, member=None),
                name="agreement_one_current",
            ),
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(voided_at=None, member__isnull=False),
                name="agreement_one_a_member",
            ),
            models.CheckConstraint(
                condition=Q(member=None) | Q(asked="MANAGER", amendment=None),
                name="agreement_of_a_member_is_a_managers",
            ),
            models.UniqueConstraint(
                fields=["amendment", "asked"],
                condition=Q(voided_at=None, amendment__isnull=False),
                name="agreement_one_an_amendment",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="agreement_answered_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mission} · {self.get_asked_display()}"

    @property
    def subject(self) -> Mission:
        """The mission that is agreed to: as it stands, or as its amendment would make it."""
        return self.amendment.amended() if self.amendment else self.mission

    @property
    def person(self) -> User | None:
        """Whose working time is asked for; None for a team of which nobody is named."""
        return self.member.person if self.member else self.mission.offer.person

    @property
    def hours(self) -> int:
        """How many hours are asked for: of one person of a team, their own part."""
        return self.member.hours if self.member else self.subject.sheet.hours

    @property
    def is_answered(self) -> bool:
        return bool(self.answer)

    @property
    def is_for_manager(self) -> bool:
        return self.asked == self.Asked.MANAGER

    @property
    def is_for_company(self) -> bool:
        return self.asked == self.Asked.COMPANY

    @property
    def answering(self) -> str:
        """In whose name it is answered: the manager's own, never the whole employer's; or the company's."""
        return _("%(name)s (manager)") % {"name": self.name} if self.is_for_manager else self.name

    @property
    def is_other_dates(self) -> bool:
        return self.answer == self.Answer.OTHER_DATES

    @property
    def other_dates(self) -> str:
        """The dates that would suit better, in words; "" where none were said."""
        if self.starts_on is None or self.ends_on is None:
            return ""
        return period(self.starts_on, self.ends_on)

    @property
    def is_yes(self) -> bool:
        return self.answer == self.Answer.YES

    @property
    def has_lost_its_reader(self) -> bool:
        """Whether the manager who was asked has left the company before answering: their link is gone too."""
        return self.asked == self.Asked.MANAGER and not self.answer and self.token is None

    @property
    def has_lost_its_asker(self) -> bool:
        """Whether whoever asked the manager has left the company, or asked for a colleague and no longer speaks for it, and
        the mailbox that they named is nobody's there: it may be their own. Those who propose a change for the other side
        name nobody: the manager that is known is asked."""
        company, change = self.mission.offer.organisation, self.amendment
        if company is None or not self.is_for_manager:
            return False
        if change and change.proposed_by_id == self.asked_by_id and change.side != Side.OFFER:
            return False
        there, comes = company.memberships.of_active_accounts(), self.person
        asks = there if comes and self.asked_by_id == comes.pk else there.representing()
        reads = there.filter(user__in=User.objects.of_mailbox(self.email).values("pk"))
        return not (asks.filter(user=self.asked_by_id).exists() or reads.exists())

    def is_expired(self, now: datetime) -> bool:
        return not self.answer and self.expires_at is not None and self.expires_at <= now
