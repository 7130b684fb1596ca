"""Forms that somebody sent while they were logged out without knowing it."""

import uuid

from django.db import models


class TypedForm(models.Model):
    """A form as it was sent, but for its files and its secrets. Only the session of the
    browser that sent it has its number.

    It is stored here, and not in that session, so that it can be deleted after an hour: a
    session lives for weeks.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    path = models.CharField(max_length=2000)
    form = models.TextField()
    had_files = models.BooleanField(default=False)
    why = models.CharField(max_length=20, blank=True, help_text="Why it had to wait: see typed.py.")
    account = models.BigIntegerField(null=True)  # that this browser last had; None: nobody knows
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.path
