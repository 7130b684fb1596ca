"""What the clock erased of each line of the retention table when it last went through it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RetentionPass(models.Model):
    """The last pass over one line of the table (`line` is its code): how many rows went, and how many go within a month.
    Numbers alone."""

    line = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()
    gone = models.PositiveIntegerField()
    soon = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("pass over what is kept")
        ordering = ["line"]

    def __str__(self) -> str:
        return f"{self.line}: {self.gone}"
