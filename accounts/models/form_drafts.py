"""What somebody is typing in a form, kept at each keystroke until they send it."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class FormDraft(models.Model):
    """One form that somebody has begun, as they typed it. Once it is sent its words are gone, and the row stays a while
    to refuse a late copy of them. It is theirs alone: neither their colleagues nor their organisation read it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    place = models.CharField(max_length=60, help_text="Which form, of which row, for whom.")
    key = models.CharField(max_length=40, help_text="Of the form as it was opened.")
    form = models.TextField(blank=True, help_text="As it would be sent; empty once it is.")
    is_sent = models.BooleanField(default=False)
    saved_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="form_draft_once"),
            models.CheckConstraint(
                condition=models.Q(is_sent=False) | models.Q(form=""),
                name="form_draft_sent_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.place}"
