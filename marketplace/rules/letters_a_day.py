"""How many letters a day may leave for what people type or ask by hand. Reads only."""

from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _

A_DAY: Final = timedelta(days=1)
MOST: Final = 10


def why_no_more(sent: int, *, most: int = MOST) -> str:
    """Why no other letter leaves, as a sentence, once `most` have left in the day that ends now; "" before."""
    if sent < most:
        return ""
    return _("That is a lot of letters for one day: go on tomorrow.")
