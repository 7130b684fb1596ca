"""The families of letters that concern accounts."""

from django.utils.translation import gettext_lazy as _

from accounts.models import (
    coordinated_by,
)
from notifications.rules import Family

DESK = Family(
    "desk",
    _("The coordination desk"),
    _("For coordinators: what arrives on the desk."),
    is_for=lambda user: coordinated_by(user).exists(),
)
