"""When a need takes place: from one day to another, or whenever it suits, and then how long what it says is fresh."""

from datetime import date

from django.utils.translation import gettext

from common.dates import add_months, period, spoken
from marketplace.states import NeedStatus

# Long enough for people to be found and to agree on days, short enough for what has changed meanwhile to be asked about
# within a season.
FRESH_MONTHS = 3


class HasDays:
    """The days of a need. Whatever tells them asks here: without dates, its two columns hold when it is fresh."""

    is_undated: bool
    starts_on: date
    ends_on: date
    status: str

    def is_over(self, today: date) -> bool:
        """Whether its dates have passed. One without dates is never over: it rests, once it is no longer fresh."""
        return not self.is_undated and self.is_stale(today)

    def is_stale(self, today: date) -> bool:
        """Whether its last day has passed: of its dates, or of its freshness."""
        return self.ends_on < today

    def freshen(self, today: date) -> None:
        """Without dates: it is fresh from today on. Nothing changes where dates were said."""
        if self.is_undated:
            self.starts_on, self.ends_on = today, add_months(today, FRESH_MONTHS)

    @property
    def when_words(self) -> str:
        """When it takes place, as pages say it in full."""
        if not self.is_undated:
            return period(self.starts_on, self.ends_on)
        if self.status != NeedStatus.PUBLISHED:  # what isn't online is neither fresh nor stale
            return self.when_in_short
        said = {"when": self.when_in_short, "day": spoken(self.ends_on, "j F Y")}
        return gettext("%(when)s, request fresh until %(day)s") % said

    @property
    def when_in_short(self) -> str:
        """The same for a line or a card: its last day alone."""
        if self.is_undated:
            return gettext("whenever suits you")
        return gettext("until %(day)s") % {"day": spoken(self.ends_on, "j F Y")}
