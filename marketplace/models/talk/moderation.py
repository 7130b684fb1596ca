"""What coordinators do about conversations: reports they settle, notes to themselves, ready-made first lines."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Pole, User, coordinated_by
from marketplace.models.market.bosses import under
from marketplace.models.market.offers import Offer
from marketplace.models.market.proposals import Proposal
from marketplace.models.talk.conversations import LONGEST, Message, Thread


class MessageReportQuerySet(models.QuerySet["MessageReport"]):
    def waiting(self) -> Self:
        return self.filter(settled_at=None)

    def on_the_desk_of(self, user: User) -> Self:
        """Reports of the pôles that this person coordinates, except those of conversations of which they are a side."""
        poles = coordinated_by(user)
        return self.filter(
            Q(message__thread__proposal__need__pole__in=poles)
            | Q(message__thread__need__pole__in=poles)
        ).judged_by(user)

    def judged_by(self, user: User) -> Self:
        """Reports that this person may judge: neither of their own words, nor in a conversation of which they are a
        side, since no side reads who reported, nor in one that is kept from them (`Thread.kept_from`,
        `Proposal.kept_from`), be it another candidate's."""
        mine = Membership.objects.filter(
            user_id=user.pk, organisation=OuterRef("message__thread__need__organisation")
        )
        sided = Proposal.objects.filter(
            Proposal.on_a_side(user) | Proposal.kept_from(user),
            pk=OuterRef("message__thread__proposal"),
        )
        left = Proposal.objects.filter(
            Proposal.left_to_others(user), need=OuterRef("message__thread__need")
        )
        sides = Q(Exists(mine)) | Q(Exists(sided)) | Q(Exists(left))
        sides |= under(user, "message__thread__asker")
        sides |= Offer.at_home_under(user, at="message__thread__pair__own__offer__")
        return self.exclude(Q(message__author=user.pk) | sides)


class MessageReport(models.Model):
    class Reason(models.TextChoices):
        RUDE = "RUDE", _("It is hurtful, threatening or discriminating")
        MONEY = "MONEY", _("I am asked for money, or for something else than the mission")
        FRAUD = "FRAUD", _("It looks like a fraud, or like somebody else’s name")
        PRIVATE = "PRIVATE", _("It gives away private facts about somebody")
        OTHER = "OTHER", _("Another reason")

    class Outcome(models.TextChoices):
        KEPT = "KEPT", _("the message stays")
        REMOVED = "REMOVED", _("the message was removed")

    message = models.ForeignKey(Message, models.CASCADE, related_name="reports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    words = models.TextField(_("in a few words"), max_length=1000, blank=True)
    text = models.TextField(help_text="What the message said then: it may be removed since.")
    created_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)

    objects = MessageReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of a message")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["message", "by"], name="message_reported_once_each"),
            models.CheckConstraint(
                condition=Q(settled_at=None, outcome="")
                | Q(settled_at__isnull=False) & ~Q(outcome=""),
                name="report_settled_with_an_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(settled_at=None), name="report_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.message_id} · {self.get_reason_display()}"

    def get_absolute_url(self) -> str:
        return reverse("reported-message", args=[self.pk])

    @property
    def led_to_removal(self) -> bool:
        return self.outcome == self.Outcome.REMOVED


class ThreadNote(models.Model):
    """A note between coordinators; neither side of the thread ever sees it."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(_("note"), max_length=LONGEST)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("private note")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:60]


# Of the lines in data/canned_lines.json, as they are kept once a pôle has made them its own.
HOUSE_TITLES = {
    "Faire connaissance": _("Getting acquainted"),
    "Proposer un premier échange": _("Suggesting a first talk"),
    "Relancer en douceur": _("A gentle reminder"),
    "Demander des précisions à la structure": _("Asking the structure for details"),
    "Avant le départ": _("Before setting out"),
    "Prendre des nouvelles": _("Asking how it goes"),
    "Apaiser un désaccord": _("Calming a disagreement"),
    "Remercier à la fin": _("Thanking at the end"),
}


class CannedLine(models.Model):
    """A first line ready to send. A pôle that has none of its own uses the site's."""

    pole = models.ForeignKey(Pole, models.CASCADE, related_name="canned_lines")
    title = models.CharField(_("title"), max_length=80)
    text = models.TextField(_("text"), max_length=2000)

    class Meta:
        verbose_name = _("ready-made line")
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pole", "title"],
                name="canned_line_title_once",
                violation_error_message=_("The pôle already has a line with this title."),
            )
        ]

    def __str__(self) -> str:
        return self.shown_title

    @property
    def shown_title(self) -> str:
        """The title; the site's own titles are translated for the reader, unlike the text, which is sent as it is."""
        return str(HOUSE_TITLES.get(self.title, self.title))
