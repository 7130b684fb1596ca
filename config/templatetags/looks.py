"""What templates need to look the same everywhere: icons, initials, the tone of a state."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from html import escape
from zlib import crc32

from django import template
from django.core.paginator import Paginator
from django.forms import BaseForm
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext

from accounts.models import Anybody
from common.spoken import said_in
from config.browsers import in_words
from marketplace.figures.tiles import days_in_words, hours_in_words
from marketplace.models import Need, Offer, Welcome
from marketplace.models.market.choices import work_words
from marketplace.words.markdown import as_words

register = template.Library()
register.filter("without_marks", as_words)
register.filter("browser", in_words)
register.filter("days", days_in_words)

# The tone and the icon of every state; the words are the state's own label.
STATE_LOOKS = {
    "DRAFT": ("sand", "pencil"),
    "SUBMITTED": ("amber", "hourglass-split"),
    "MORE_ASKED": ("amber", "question-circle"),
    "PUBLISHED": ("green", "check-circle"),
    "FILLED": ("teal", "people"),
    "USED_UP": ("teal", "people"),
    "CLOSED": ("sand", "lock"),
    "WITHDRAWN": ("sand", "slash-circle"),
    "REFUSED": ("red", "x-circle"),
    "REDIRECTED": ("blue", "signpost-2"),
    "SUSPENDED": ("red", "pause-circle"),
    "LEFT": ("red", "pause-circle"),
    "PAUSED": ("sand", "pause-circle"),
    "EXPIRED": ("sand", "clock-history"),
    "OPEN": ("amber", "hourglass-split"),
    "INVITED": ("amber", "hourglass-split"),
    "NO_TIME": ("red", "x-circle"),
    "LAPSED": ("sand", "clock-history"),
    "TOOK_PLACE": ("teal", "check-circle"),
    "AGREED": ("green", "check-circle"),
    "ACCEPTED": ("green", "patch-check"),
    "DECLINED": ("red", "x-circle"),
    "RUNNING": ("green", "play-circle"),
    "FRAMING": ("amber", "pencil"),
    "AGREEMENT": ("amber", "hourglass-split"),
    "DOCUMENTS": ("amber", "file-earmark-text"),
    "DISPUTED": ("red", "exclamation-triangle"),
    "DELIVERED": ("blue", "flag"),
    "REVIEWED": ("blue", "star"),
    "VALUED": ("blue", "check-circle"),
    "IN_HAND": ("blue", "play-circle"),
    "DONE": ("green", "check-circle"),
    "SET_ASIDE": ("sand", "slash-circle"),
    "UNANSWERED": ("sand", "clock-history"),
    "ASKED": ("amber", "hourglass-split"),
    "FOUND": ("green", "check-circle"),
    "NOBODY": ("sand", "slash-circle"),
    "TAKEN_BACK": ("sand", "slash-circle"),
    "RENEWED": ("sand", "arrow-repeat"),
    "INTERRUPTED": ("sand", "slash-circle"),
    # letters
    "WAITING": ("amber", "hourglass-split"),
    "HELD": ("amber", "journal-text"),
    "SENT": ("green", "envelope-check"),
    "CARRIED": ("green", "journal-text"),
    "ON_SCREEN": ("sand", "bell"),
    "TO_SIGN": ("amber", "hourglass-split"),
    "PROPOSED": ("amber", "hourglass-split"),
    "SEATED": ("green", "check-circle"),
    "LEAVING": ("amber", "hourglass-split"),
    "ENDED": ("sand", "lock"),
    "IN_FORCE": ("green", "patch-check"),
    "SIGNED": ("green", "patch-check"),
    "ISSUED": ("green", "check-circle"),
    "VOIDED": ("sand", "slash-circle"),
    "CANCELLED": ("sand", "slash-circle"),
    "CONFIRMED": ("green", "check-circle"),
    "OFFERED": ("apricot", "hourglass-split"),
    "SERVED_BY_GATHERING": ("teal", "mortarboard"),
    "CAME": ("teal", "check-circle"),
    "MISSED": ("sand", "x-circle"),
    "GIVEN_UP": ("red", "exclamation-octagon"),
}
SELECTED = " selected"
TONES = ("teal", "apricot", "blue", "amber", "green", "sand")


register.simple_tag(said_in)


@register.simple_tag
@lru_cache(500)
def icon(name: str) -> SafeString:
    """An icon of the sprite. Screen readers don't say it, so a word has to be beside it. A list draws the same ones a hundred
    times: where the sprite is, is asked once a process for each."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("icons.svg"),
        name,
    )


@register.simple_tag
def options(choices: Iterable[tuple[str, object]], chosen: str) -> SafeString:
    """Those of a long select. A loop of the template takes ten times as long to write them."""
    rows = (
        f'<option value="{escape(value)}"{SELECTED if value == chosen else ""}>{escape(capfirst(str(words)))}</option>'
        for value, words in choices
    )
    return mark_safe("".join(rows))


@register.simple_tag
def cells(row: list[dict[str, str]]) -> SafeString:
    """Those of a long table, but for the first one of the row; each that isn't empty with its heading, for a phone."""
    rows = (
        f'<td data-label="{escape(str(one["label"]))}">{escape(one["words"])}</td>' if one["words"] else "<td></td>"
        for one in row[1:]
    )  # fmt: skip
    return mark_safe("".join(rows))


@register.filter
def fault_count(form: BaseForm) -> int:
    """How many lines say what is wrong in a form: a field may have two."""
    return sum(len(errors) for errors in form.errors.values())


@register.filter
def state_tone(state: str) -> str:
    return STATE_LOOKS.get(str(state), ("sand", "circle"))[0]


@register.filter
def state_icon(state: str) -> str:
    return STATE_LOOKS.get(str(state), ("sand", "circle"))[1]


@register.filter
def volume(hours: int) -> str:
    """The hours as people count them; from two days on, in days of seven hours as well, to the half day. What makes whole
    days is told in days alone."""
    if hours < 14:
        return ngettext("about %(n)s hour", "about %(n)s hours", hours) % {"n": hours}
    days = round(hours / 7 * 2) / 2
    shown = number_format(days, 0 if days == int(days) else 1)
    in_days = ngettext("about %(days)s day", "about %(days)s days", int(days)) % {"days": shown}
    if hours % 7 == 0:
        return in_days
    in_hours = ngettext("%(n)s hour", "%(n)s hours", hours)
    return f"{in_hours % {'n': number_format(hours, force_grouping=True)}}, {in_days}"


@register.filter
def time_for(offer: Offer, need: Need) -> str:
    """On whose time the offer's person would come, as it is said of this need."""
    employer = offer.employer
    return str(work_words(employer, need.organisation)) if employer else offer.time_words


@register.filter
def hours(number: Decimal) -> str:
    return hours_in_words(number)


@register.filter
def euros(amount: Decimal) -> str:
    """The amount as 12 015,00 €, with spaces that don't break."""
    return number_format(amount, 2, use_l10n=True, force_grouping=True) + "\N{NO-BREAK SPACE}€"


@register.filter
def initials(name: str) -> str:
    """Two letters at the most, without the small words: "Les Jardins de Wazemmes" gives "JW"."""
    words = [word for word in re.split(r"[-’\s]+", str(name)) if word[:1].isalnum()]
    strong = [word for word in words if len(word) > 3]
    return "".join(word[0] for word in (strong if len(strong) > 1 else words)[:2]).upper()


@register.filter
def name_tone(name: str) -> str:
    """The colour tone of a name: always the same for the same name, so that people recognise it."""
    return TONES[crc32(str(name).encode()) % len(TONES)]


@register.filter
def age(since: datetime) -> str:
    """How long ago, in one unit: nobody counts in "1 week, 4 days"."""
    passed = timezone.now() - since
    hours, days = passed // timedelta(hours=1), passed.days
    if hours < 1:
        return gettext("less than an hour")
    if days < 1:
        return ngettext("one hour", "%(n)s hours", hours) % {"n": hours}
    if days < 60:
        return ngettext("one day", "%(n)s days", days) % {"n": days}
    return ngettext("one month", "%(n)s months", days // 30) % {"n": days // 30}


@register.filter
def figure(amount: Decimal | int) -> str:
    """The number without useless zeros: 3,5 and 20, not 3,50 and 20,00."""
    exact = Decimal(amount)
    return number_format(exact.normalize() if exact % 1 else int(exact), use_l10n=True)


@register.filter
def page_numbers(paginator: Paginator, current: int) -> Iterator[int]:
    """The page numbers to offer: the ends and the neighbours, with 0 where some are left out."""
    near = {current - 1, current, current + 1} & set(paginator.page_range)
    shown = 0
    for number in sorted({1, paginator.num_pages} | near):
        if number - shown > 1:
            yield 0
        shown = number
        yield number


@register.filter
def one_time(need: Need) -> str:
    """On whose time alone people may come to a need, in words; "" where both are welcome."""
    return "" if need.time == Welcome.BOTH else need.get_time_display()


@register.filter
def takes_own_time(need: Need | str) -> bool:
    """Whether people may come to it on their own time; where it is still being written, they may."""
    return not need or isinstance(need, str) or need.time != Welcome.WORK


@register.filter
def whose_time(offer: Offer, reader: Anybody) -> str:
    """On whose time somebody comes, in words for the reader."""
    return offer.time_words_for(reader)
