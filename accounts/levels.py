"""The levels of local authorities, and what the number of a public body says of its own.

INSEE gives public bodies numbers by category: 21 begins those of municipalities, 22 of départements, 23 of regions.
Those made since begin with 20 whatever they are, as the regions of 2016 do: these are listed. An intercommunality is known
by the code that its communes carry, which is its number (`authorities.level_found`)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AuthorityLevel(TextChoices):
    COMMUNE = "COMMUNE", _("municipality")
    EPCI = "EPCI", _("intercommunality")
    DEPARTMENT = "DEPARTMENT", _("département")
    REGION = "REGION", _("region")
    OTHER = "OTHER", _("another public body")


OF_AUTHORITIES = (
    AuthorityLevel.COMMUNE,
    AuthorityLevel.EPCI,
    AuthorityLevel.DEPARTMENT,
    AuthorityLevel.REGION,
)
_BY_PREFIX = {
    "21": AuthorityLevel.COMMUNE,
    "22": AuthorityLevel.DEPARTMENT,
    "23": AuthorityLevel.REGION,
}
# The regions of 2016 in the order of their names, then the single authorities of Corse, Martinique and Guyane.
_RECENT_REGIONS = {
    *("200053767", "200053726", "200052264", "200053742", "200053403", "200053759", "200053791"),
    *("200076958", "200055507", "200052678"),
}


def by_number(siren: str) -> AuthorityLevel | None:
    """The level that this number tells by itself; None when it tells none."""
    if siren in _RECENT_REGIONS:
        return AuthorityLevel.REGION
    return _BY_PREFIX.get(siren[:2])
