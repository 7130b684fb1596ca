"""Papers that were made after the backup that has been restored: the vault has them, and no row knows them."""

from django.db import models

from accounts.models import Organisation


class LostPaper(models.Model):
    """A paper of the list apart that the database doesn't know: its bytes are kept, and its number isn't given again."""

    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, related_name="+")
    letter = models.CharField(max_length=1)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    is_signed = models.BooleanField(default=False, help_text="The copy with its signatures.")
    path = models.CharField(max_length=120, unique=True)
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    found_at = models.DateTimeField()

    class Meta:
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return f"{self.letter}-{self.year}-{self.number:04}"
