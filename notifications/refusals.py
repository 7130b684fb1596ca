"""What mail servers say when a letter doesn't arrive, in plain words."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# How a letter's row begins where the way itself fails; the words of the server or of the machine follow.
AWAY, LOGIN, CUT_OFF = (
    "The mail server doesn't answer",
    "Login refused",
    "The mail server cut us off",
)
SENDER, CUT = "Our sender is refused", "Cut while sending"
SENTENCES = {
    AWAY: _("The mail server doesn’t answer."),
    LOGIN: _("The mail server doesn’t let us in."),
    CUT_OFF: _("The mail server cut the line before it took the letter."),
    SENDER: _("The mail server refuses the address from which we write."),
    CUT: _("The line was cut in the middle of the letter."),
}
ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
PLAIN = re.compile(r"\b([45]\d\d)(?=[ -]|$)")


@dataclass(frozen=True)
class Meaning:
    """`codes` as servers write them; what it means, and what to do about it."""

    codes: str
    means: Any
    do: Any
    is_it: Callable[[str, str, str], bool]


def _begins(*codes: str) -> Callable[[str, str, str], bool]:
    return lambda plain, enhanced, _words: (
        enhanced.startswith(codes) or (not enhanced and plain in codes)
    )


def _unproven(_plain: str, enhanced: str, words: str) -> bool:
    named = re.search(r"\b(spf|dkim|dmarc|unauthenticated)\b", words, re.IGNORECASE)
    return enhanced.startswith(("5.7.2", "4.7.2")) or bool(named and enhanced[2:3] in ("7", ""))


# The first that it is, is what it means.
MEANINGS = (
    Meaning(
        "530, 535",
        _("The mail server doesn’t know our login."),
        _("Whoever runs the site corrects EMAIL_HOST_USER and EMAIL_HOST_PASSWORD; nothing is lost meanwhile."),
        lambda plain, _e, _w: plain in {"530", "534", "535"},
    ),
    Meaning(
        "5.7.23 … 5.7.26",
        _("The other mailbox couldn’t make sure that the letter is ours."),
        _("Look at SPF, DKIM and DMARC: one is missing, or doesn’t name our mail server."),
        _unproven,
    ),
    Meaning(
        "550 5.1.1",
        _("There is no such mailbox: a letter too many in the address, or somebody who has left."),
        _("Ask the person, by telephone say, for their address today."),
        _begins("5.1.", "550", "551", "553"),
    ),
    Meaning(
        "452 4.2.2, 552 5.2.2",
        _("The mailbox is full."),
        _("We try again for two days; tell the person otherwise."),
        _begins("4.2.2", "5.2.2", "452", "552"),
    ),
    Meaning(
        "450, 451 4.7.1",
        _("The other server asks us to come back later, as it does with all whom it doesn’t know yet."),
        _("Nothing: we come back by ourselves, and it lets us in."),
        _begins("4.7.", "4.2.", "450", "451"),
    ),
    Meaning(
        "421, 4.3, 4.4",
        _("The other server is busy, away, or wants fewer letters at once."),
        _("Nothing: we try again for two days, ever more slowly."),
        _begins("4.", "421", "454"),
    ),
    Meaning(
        "550 5.4",
        _("The domain of the address takes no mail, or can’t be reached."),
        _("Look at what follows the @: it is often mistyped."),
        _begins("5.4."),
    ),
    Meaning(
        "550 5.7.1, 554",
        _("The other server refuses us: by a rule of its own, or since our mail server is on a list of senders of junk."),
        _("Whoever runs the mail server looks its address up on such lists, and asks to be taken off."),
        _begins("5.7.", "5.3.", "554"),
    ),
    Meaning(
        "552 5.3.4, 5.6",
        _("The other server refuses these words, or their size; the address is good."),
        _("Write to the person otherwise, and tell whoever runs the site."),
        _begins("5."),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Why:
    """Why a letter hasn't left: a sentence of ours, and what a server or a machine said, as it was said."""

    ours: str
    theirs: str = ""


def why(words: str) -> Why:
    """What a letter's row, or the pipe, keeps of it, for a page."""
    for beginning, sentence in SENTENCES.items():
        if words.startswith(f"{beginning}: "):
            return Why(str(sentence), words.removeprefix(f"{beginning}: "))
    if meaning_of(words):
        return Why(gettext("The mail server has answered:"), words)
    return Why(gettext(words) if words else "")


def meaning_of(words: str) -> Meaning | None:
    """What the words of a server, as a letter's row keeps them, mean; None for what is no server's."""
    enhanced, plain = ENHANCED.search(words), PLAIN.search(words)
    if not plain and not enhanced:
        return None
    codes = plain[1] if plain else "", enhanced[1] if enhanced else ""
    return next((one for one in MEANINGS if one.is_it(*codes, words)), None)
