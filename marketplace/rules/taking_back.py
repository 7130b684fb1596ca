"""What becomes of a yes that is taken back, said beside the button and after it; and which other yeses somebody has given elsewhere."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from allauth.socialaccount.models import SocialAccount
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from marketplace.models import CalendarAddress, ConsentKind, Learning
from notifications.models import Habits
from notifications.models.preferences import Pace

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# What goes at once, as one reads it before.
GOES: dict[str, "StrOrPromise"] = {
    ConsentKind.OFFER: gettext_lazy("If you take it back, at once: the offer is shown no more, and what waits is closed."),
    ConsentKind.MISSION: gettext_lazy("If you take it back, at once: a proposal that waits is withdrawn. A mission under way goes on, and nothing of what is over changes."),
    ConsentKind.RENEWAL: gettext_lazy("If you take it back, at once: nothing more is renewed in your name. A mission under way goes on, and nothing of what is over changes."),
    ConsentKind.TEAM: gettext_lazy("If you take it back, at once: you are no longer in the team, unless its mission is already over. Your hours stay yours."),
    ConsentKind.QUOTE: gettext_lazy("If you take it back, at once: the site quotes these words no more."),
    ConsentKind.LISTED: gettext_lazy("If you take it back, at once: it leaves the public directory."),
    ConsentKind.WORKED_WITH: gettext_lazy("If you take it back, at once: the two names are shown together no more by your yes."),
    ConsentKind.FAMILY: gettext_lazy("If you take it back, at once: this offer no longer makes its field shown."),
    ConsentKind.TELLING: gettext_lazy("If you take it back, at once: the words and the picture are shown nowhere."),
    ConsentKind.LETTERS: gettext_lazy("If you take it back, at once: the pôle’s letters to several reach you no more."),
    ConsentKind.BEHALF: gettext_lazy("What was written stays with your account: you can change or delete it there."),
}  # fmt: skip
# The same, as one reads it afterwards.
GONE: dict[str, "StrOrPromise"] = {
    ConsentKind.QUOTE: gettext_lazy("Taken back: your words are quoted nowhere on the site any more."),
    ConsentKind.LISTED: gettext_lazy("Taken back: it is in the public directory no more."),
    ConsentKind.WORKED_WITH: gettext_lazy("Taken back: by your yes the two names are shown together no more."),
    ConsentKind.FAMILY: gettext_lazy("Taken back: this offer no longer makes its field shown."),
    ConsentKind.TELLING: gettext_lazy("Taken back: the words and the picture are shown nowhere any more."),
    ConsentKind.LETTERS: gettext_lazy("Taken back: the letters that the pôle writes to several reach you no more."),
}  # fmt: skip
# Nobody waits for an answer by these, and nothing else ends with them: one click is enough.
AT_ONCE = frozenset(GONE)


def gone(kind: str) -> "StrOrPromise":
    """What is said once it is taken back."""
    return GONE.get(kind) or _("Taken back. Nothing more is done in your name by it.")


@dataclass(frozen=True)
class OtherYes:
    """Something that somebody has chosen on another page, where it is taken back."""

    title: str
    words: str
    url: str
    act: str


def other_yeses(user: User) -> list[OtherYes]:
    """What else is a yes of this person: each is a choice of theirs, which nothing else rests on."""
    found = [_letters(user), _learning(user), _calendar(user), _sign_ins(user)]
    return [one for one in found if one]


def _letters(user: User) -> OtherYes:
    chosen = Habits.objects.of(user).paces.values()
    off = sum(pace == Pace.OFF for pace in chosen)
    words = _(
        "One by one, or in a summary; each kind can be stopped. Those about your account always reach you."
    )
    if off:
        words = ngettext("You have stopped %(n)s kind.", "You have stopped %(n)s kinds.", off) % {
            "n": off
        }
    return OtherYes(_("Letters by e-mail"), words, reverse("letter-habits"), _("Choose"))


def _learning(user: User) -> OtherYes | None:
    number = Learning.objects.filter(person=user).count()
    if not number:
        return None
    words = ngettext(
        "%(n)s skill, which the coordinators of your pôle read; never your employer.",
        "%(n)s skills, which the coordinators of your pôle read; never your employer.",
        number,
    )
    return OtherYes(
        _("What I would like to learn"),
        words % {"n": number},
        reverse("learning"),
        _("Change or erase"),
    )


def _calendar(user: User) -> OtherYes | None:
    if not CalendarAddress.objects.filter(user=user).exists():
        return None
    words = _("Whoever has its address reads your dates. Making another one shuts it.")
    return OtherYes(_("My dates in my calendar"), words, reverse("calendar-address"), _("Shut it"))


def _sign_ins(user: User) -> OtherYes | None:
    number = SocialAccount.objects.filter(user=user).count()
    if not number:
        return None
    words = _(
        "An organisation’s sign-in opens what you do on its working time, and nothing of your own."
    )
    return OtherYes(
        _("Organisations whose sign-in opens my account"),
        words,
        reverse("profile") + "#security",
        _("Remove"),
    )
