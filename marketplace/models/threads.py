"""What people write to each other: one thread a proposal, which goes on in the mission."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.models.proposals import Proposal


class ThreadQuerySet(models.QuerySet["Thread"]):
    def visible_to(self, user):
        return self.filter(proposal__in=Proposal.objects.visible_to(user).values("pk"))

    def taken_part_in_by(self, user):
        """Threads of one's own two sides; a coordinator's only once they wrote in it or follow it."""
        ours = Proposal.objects.filter(Proposal.needed_by(user) | Proposal.offered_by(user))
        joined = Q(reads__user_id=user.pk) | Q(proposal__need__coordinator_id=user.pk)
        return self.filter(
            Q(proposal__in=ours.values("pk")) | Q(pk__in=Thread.objects.filter(joined).values("pk"))
        )

    def with_unread(self, user):
        """Adds `is_unread`: someone else wrote after this person last looked."""
        seen = ThreadRead.objects.filter(thread=OuterRef("pk"), user_id=user.pk).values("up_to")
        newer = Message.objects.filter(thread=OuterRef("pk")).exclude(author_id=user.pk)
        return self.annotate(seen=Subquery(seen[:1])).annotate(
            is_unread=Exists(newer.filter(Q(pk__gt=OuterRef("seen"))))
            | Q(seen=None) & Exists(newer)
        )

    def unread_by(self, user):
        return self.visible_to(user).taken_part_in_by(user).with_unread(user).filter(is_unread=True)


class Thread(models.Model):
    proposal = models.OneToOneField(Proposal, models.CASCADE, related_name="thread")
    last_message_at = models.DateTimeField(default=timezone.now)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        ordering = ["-last_message_at", "-pk"]
        indexes = [models.Index(fields=["-last_message_at"], name="thread_inbox")]

    def __str__(self) -> str:
        return str(self.proposal)

    def get_absolute_url(self) -> str:
        return reverse("thread", args=[self.pk])


class Message(models.Model):
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(_("message"), max_length=5000)
    sent_key = models.CharField(
        max_length=40, help_text="One form, one message: a double click writes once."
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("message")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["author", "sent_key"], name="message_once_per_form")
        ]

    def __str__(self) -> str:
        return self.text[:60]


class ThreadRead(models.Model):
    """How far someone has read. `up_to` is the id of the last message seen."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="reads")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    up_to = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "user"], name="thread_read_once")]

    def __str__(self) -> str:
        return f"{self.user_id} ≤ {self.up_to}"
