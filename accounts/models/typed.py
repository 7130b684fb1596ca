"""What somebody typed who had been logged out meanwhile."""

import uuid

from django.db import models


class TypedForm(models.Model):
    """A form as it was sent, but for its files and its secrets. Its number stands in the session of the browser
    that sent it, and nowhere else. Here, and not in that session, so that it can go at its hour:
    a session lives for weeks."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    path = models.CharField(max_length=2000)
    form = models.TextField()
    had_files = models.BooleanField(default=False)
    why = models.CharField(max_length=20, blank=True, help_text="Why it had to wait: see typed.py.")
    account = models.BigIntegerField(null=True)  # that this browser last had; None: nobody knows
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.path
