"""What somebody who has just arrived came for, until it is sent."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.places import Commune


class Coming(models.Model):
    """What somebody came for, as they said it before they had an account: a need to be written, an offer, an answer to a
    need that they read, or a seat at a gathering. One a person; it goes once it is sent, or put aside."""

    class Kind(models.TextChoices):
        NEED = "NEED", _("to ask for help")
        OFFER = "OFFER", _("to offer their help")
        APPLY = "APPLY", _("to answer a need")
        ATTEND = "ATTEND", _("to come to a gathering")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="coming")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    text = models.TextField(blank=True, help_text="The sentence, as it was typed.")
    commune = models.ForeignKey(Commune, models.SET_NULL, null=True, blank=True, related_name="+")
    about = models.BigIntegerField(
        null=True, help_text="The number of the need, for an answer; of the gathering, for a seat."
    )
    words = models.JSONField(default=dict, help_text="What else was typed, by field.")
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind}"
