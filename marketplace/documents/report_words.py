"""What a report says in words of ours, and how long what others say may be, in whichever file it is laid out."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.quotes import labelled
from marketplace.documents.report_blocks import Map, Story
from marketplace.documents.report_map import most_first

TITLE, LABEL, HEAD = 300, 240, 60  # letters, at the most
NO_TITLE = "–"
NAMED = 5  # places, where a map is told
EMPTY_LINES = re.compile(r"\n\s*\n\s*")


def titled(words: str) -> str:
    """The words of a heading, which may not be empty."""
    return short(words, TITLE) or NO_TITLE


def short(words: str, most: int) -> str:
    """Words on one line. The head of a table that is taller than its page would be set for ever, so nothing is longer
    than it has a reason to be."""
    one_line = " ".join(words[: 2 * most].split())
    return one_line if len(one_line) <= most else f"{one_line[:most].rstrip()}…"


def told(words: str) -> str:
    """A paragraph as it was typed, without its rows of empty lines."""
    return EMPTY_LINES.sub("\n\n", words.strip())


def our_words() -> dict[str, str]:
    """Our own words, in the language of the report."""
    return {
        "page": _("page"),
        "contents": _("Contents"),
        "nothing": _("This report has no chapter yet."),
        "empty": _("Nothing to tell in this chapter for this period."),
        "nowhere": _("No mission of this period has a place."),
        "figure": _("Figure"),
        "target": _("Target"),
        "share": _("Share of the target"),
        "structure": _("Structure"),
        "place": _("Commune"),
        "number": _("Missions"),
    }


def in_percent(share: int | None) -> str:
    return "" if share is None else _("%(n)s%%") % {"n": share}


def map_in_words(block: Map) -> str:
    """What somebody who doesn't see the map is told of it."""
    places = most_first(block)
    first = ", ".join(f"{one.name} ({one.count})" for one in places[:NAMED])
    return ngettext(
        "Map of one place: %(first)s.",
        "Map of %(count)d places; those with most: %(first)s. The list below tells them all.",
        len(places),
    ) % {"count": len(places), "first": first}


def photo_in_words(block: Story) -> str:
    return labelled(_("Photograph"), block.title)


def logo_in_words(name: str) -> str:
    return labelled(_("Logo"), name)


def our_logo_in_words() -> str:
    return _("Logo of the pôle")


def chart_in_words(title: str) -> str:
    return _("Chart: %(title)s. The table below says the same.") % {"title": title}
