"""What the site puts in a need in the place of what its writer hasn't said, and what is still to be said before it is sent.

A draft may lack anything but its title: its hours and its cause then hold a value that nobody reads as theirs, and that is
never sent. Dates are different: a need without any takes place whenever it suits (`Need.is_undated`).
"""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import Organisation
from common.as_written import time_said, time_spread
from common.day_words import last_day_said
from marketplace.models import Beneficiary, Cause, Format, Need, Place, Serving, Welcome
from marketplace.models.market.lengths import Length
from marketplace.models.market.needs import HOURS_A_DAY

HOURS, CAUSE = "hours", "cause"
SIX_MONTHS = timedelta(days=182)
WHAT, WHEN, WHERE = STEPS = ("quoi", "quand", "ou")
LONGEST_TITLE = 80
# The ready choices that tell of a rhythm: ticked where the words say for how many months, too.
SPREAD = {(15, 1): Length.MONTH, (40, 3): Length.QUARTER, (80, 6): Length.HALF_YEAR}
# The ready choices in whose words an amount lies, (amount, whether in days): those that tell of a rhythm say more than it.
LENGTH_SAID = {(1, True): Length.DAY, (20, False): Length.DAYS}
LENGTH_SAID |= dict.fromkeys(((2, True), (3, True)), Length.DAYS)
GREETING = re.compile(
    r"\s*(?:bonjour|bonsoir|bjr|bsr|salut|coucou|hello|hi|dear|madame|monsieur)\b", re.I
)
# Words of four letters and more that no title ends with.
OPENING = {
    *("notre", "votre", "leur", "leurs", "nous", "vous", "elle", "elles", "cette", "ceux", "celle"),
    *("pour", "avec", "dans", "avant", "après", "depuis", "sans", "sous", "chez", "vers", "entre"),
    *("dont", "parce", "lorsque", "quand", "comme", "mais", "donc", "plus", "moins", "très"),
    *("tout", "tous", "toute", "toutes", "être", "avoir", "faire", "sont", "était", "étaient"),
}


def format_for(hours: int) -> Format:
    """The shape of that many hours for one person."""
    if hours <= 2:
        return Format.ONE_HOUR
    return Format.ONE_DAY if hours <= 10 else Format.SPLIT


def title_of(sentence: str) -> str:
    """A title proposed from what somebody has written: its first sentence, cut after a word that may end it."""
    first = " ".join(sentence.split("\n")[0].split(". ")[0].split())
    if len(first) > LONGEST_TITLE:
        words = first[: LONGEST_TITLE + 1].split()[:-1] or [first[:LONGEST_TITLE]]
        while len(words) > 1 and _opens(words[-1]):
            words.pop()
        first = " ".join(words).rstrip(".,;: ") + "\N{HORIZONTAL ELLIPSIS}"
    first = first.rstrip(".,;: ")
    return first[:1].upper() + first[1:]


def is_no_title(sentence: str) -> bool:
    """Whether what somebody has written makes a poor title: it greets first, or goes on beyond one."""
    return bool(GREETING.match(sentence)) or title_of(sentence).endswith("\N{HORIZONTAL ELLIPSIS}")


def _opens(word: str) -> bool:
    """Whether something has to follow that word: an article, “avant”, the day of a month."""
    bare = word.strip('(«“"').lower()
    return len(bare) < 4 or bare in OPENING or bare.rstrip("er").isdigit()


def read_in(words: str, today: date) -> dict[str, Any]:
    """The last day and the length that the words surely say, as values of the fields that ask them."""
    read: dict[str, Any] = {}
    if day := last_day_said(words, today):
        read["ends_on"] = day
    if spread := time_spread(words):
        read |= {"volume": Decimal(spread[0]), "unit": "hours"}
        if ready := SPREAD.get(spread):
            read["length"] = ready
    elif said := time_said(words):
        read |= {"volume": said.amount, "unit": "days" if said.in_days else "hours"}
        if ready := LENGTH_SAID.get((int(said.amount), bool(said.in_days))):
            read["length"] = ready
    return read


def serving_of(organisation: Organisation) -> Serving | None:
    """What the organisation says that it works for, and whom it serves; None when it hasn't said so."""
    said = Serving.objects.select_related("cause").prefetch_related("beneficiaries")
    return said.filter(pk=organisation.pk).first()


def begins_with(need: Need) -> tuple[Cause, list[Beneficiary]] | None:
    """The cause and the people served with which a need begins: what its organisation has said once; of one that hasn't,
    its last need whose cause was said."""
    if said := serving_of(need.organisation):
        return said.cause, said.served
    others = Need.objects.of(need.organisation).exclude(pk=need.pk).exclude(deduced__contains=CAUSE)
    last = others.select_related("cause").order_by("-pk").first()
    return (last.cause, list(last.beneficiaries.all())) if last else None


def complete(need: Need, today: date) -> None:
    """Put something in each place that was left empty, and note what of it nobody has said."""
    unsaid = need.unsaid
    if need.hours is None:
        unsaid.add(HOURS)
        need.hours, need.format = HOURS_A_DAY, Format.ONE_DAY
    need.format = need.format or format_for(need.hours)
    if need.cause_id is None:
        said = begins_with(need)
        if said is None:
            unsaid.add(CAUSE)
        need.cause = said[0] if said else Cause.objects.order_by("pk")[0]
    if need.commune_id is None:
        need.commune = need.organisation.commune
    need.places = need.places or 1
    need.place, need.time = need.place or Place.BOTH, need.time or Welcome.BOTH
    _dates(need, today)
    need.deduced = " ".join(sorted(unsaid))


def _dates(need: Need, today: date) -> None:
    """Without dates, whenever it suits; with one of the two, the other is deduced."""
    if need.starts_on is None and need.ends_on is None:
        need.is_undated = True
        need.freshen(today)
    elif need.starts_on is None:
        need.starts_on = min(today, need.ends_on)
    elif need.ends_on is None:
        need.ends_on = need.starts_on + SIX_MONTHS


def lacking(need: Need) -> str:
    """The step in which something is still to be said before the need can be sent; "" when nothing is."""
    if not (need.context.strip() and need.wanted.exists()):
        return WHAT
    if HOURS in need.unsaid:
        return WHEN
    return WHERE if CAUSE in need.unsaid else ""
