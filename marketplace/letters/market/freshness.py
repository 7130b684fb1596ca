"""The letters about what sleeps: needs and offers that may not be true any more, drafts,
needs without anyone.

The Reminder that notes such a letter has the same key.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop, override

from accounts.models import Organisation, User
from marketplace import ranking
from marketplace.letters.families import DESK, NEEDS
from marketplace.models import Need, Offer, Proposal
from marketplace.rules import audience, permissions
from marketplace.rules.still_true import noun
from marketplace.states import NeedStatus
from notifications.letter import Key, Letter
from notifications.models import Notification
from notifications.rendering import language_of

STILL_TRUE_ANSWERS = (
    ("yes", gettext_noop("Yes, still true")),
    ("pause", gettext_noop("Pause it for now")),
)
# Of a need without dates: it rests by itself where nobody answers.
STILL_WANTED_ANSWERS = (
    ("yes", gettext_noop("Yes, still true")),
    ("close", gettext_noop("No, close it")),
)


def _found(letter: Notification, *, need: int) -> str:
    """Why the letter to the coordinators needn't leave: somebody was found, or one whom it names on their own time has come
    to work under its reader. "" otherwise."""
    alone = Need.objects.published().filter(pk=need)
    asked = Proposal.objects.going_on().filter(need=need)
    if not alone.exists() or asked.exists():
        return gettext_noop("Somebody was found")
    return gettext_noop("No longer theirs") if _names_at_home(letter) else ""


def _names_at_home(letter: Notification) -> bool:
    """Whether the letter names what somebody offers at home under its reader of today."""
    if letter.recipient is None:
        return False
    at_home = Offer.objects.published().at_home_under(letter.recipient).select_related("person")
    said = " ".join(letter.text.split())
    return any(" ".join(_line(offer).split()) in said for offer in at_home)


def _line(offer: Offer) -> str:
    """How a letter names an offer: it is known by it again."""
    return f"{offer.discreet_name}, {offer.title}"


def _said_again(letter: Notification, *, noun: str, row: int, day: str) -> str:
    """Why the question “still true?” needn't leave: the row was confirmed after `day`, from which the silence
    counts, or isn't published any more. "" otherwise."""
    rows = Need.objects if noun == "need" else Offer.objects
    found = rows.filter(pk=row, status="PUBLISHED").first()
    confirmed_at = found.confirmed_at if found else None
    said = confirmed_at is not None and timezone.localdate(confirmed_at).isoformat() > day
    return gettext_noop("Answered meanwhile") if found is None or said else ""


def _sent(letter: Notification, *, noun: str, row: int, day: str) -> str:
    rows = Need.objects if noun == "need" else Offer.objects
    waits = rows.filter(pk=row, status="DRAFT")
    return "" if waits.exists() else gettext_noop("Answered meanwhile")


NEED_ALONE = Letter("need_alone", Key("need:{need}:alone"), DESK, asks=True, moot=_found)
FRESH = Key("{noun:word}:{row}:fresh:")
STILL_TRUE = Letter("still_true", FRESH + "{day:word}", NEEDS, asks=True, moot=_said_again)
FELL_ASLEEP = Letter("fell_asleep", Key("{noun:word}:{row}:paused:{day:word}"), NEEDS)
DRAFT = Key("{noun:word}:{row}:draft:{day:word}")
DRAFT_WAITING = Letter("draft_waiting", DRAFT, NEEDS, asks=True, moot=_sent)
QUIET = Key("organisation:{organisation}:quiet:{day:word}")
ORGANISATION_QUIET = Letter("organisation_quiet", QUIET, NEEDS)


def need_alone(need: Need) -> None:
    """Tell the coordinators of a need that nobody is being asked for, whoever was before: the best who could be, and
    what keeps the others away. It counts from the last time it came online."""
    shown = need.steps.filter(after=NeedStatus.PUBLISHED).order_by("pk").last()
    for person in audience.neutral_of(need):
        hidden = set(Offer.objects.at_home_under(person).values_list("pk", flat=True))
        with override(language_of(person)):
            colon = gettext(": ")
            best = [
                f"{_line(match.offer)}{colon}{match.strength_words}"
                for match in ranking.offers_for(need, top=5, hidden=hidden)
            ]
            others = [
                f"{_line(match.offer)}{colon}{gettext('; ').join(map(str, match.excluded))}"
                for match in ranking.near_misses_for_need(need, top=5, hidden=hidden)
            ]
            nobody = "" if best else _nobody(need, hidden=hidden, is_near=bool(others))
        NEED_ALONE.tell(
            [person],
            url=reverse("need-candidates", args=[need.pk]),
            need=need,
            online_since=shown.at if shown else need.published_at,
            is_over=need.is_over(timezone.localdate()),
            best=best,
            others=others,
            nobody=nobody,
        )


def _nobody(need: Need, *, hidden: set[int], is_near: bool) -> str:
    """Why nobody is left to be asked, as the page of the candidates says it: they may fit, and have been asked."""
    if not is_near:
        return " ".join(ranking.nobody_because(need, hidden=hidden))
    if need.proposals.exists():
        return gettext("But for whoever has been asked already, nobody fits it as it is written.")
    return gettext("Nobody fits it as it is written.")


def key_of_still_true(row: Need | Offer, since: date) -> str:
    """For a silence that counts from this day."""
    return STILL_TRUE.key.written(noun=noun(row), row=row, day=since.isoformat())


def still_true(
    row: Need | Offer, *, occasion: str, url: Callable[[Need | Offer, User], str], pauses_on: date
) -> None:
    """Ask the owners whether the row is still true. A click in the letter leads to a page that confirms the answer."""
    for person in owners(row):
        page = settings.SITE_URL + url(row, person)
        with override(language_of(person)):
            choices = [
                {"label": gettext(label), "url": f"{page}?answer={code}"}
                for code, label in answers_of(row)
            ]
        STILL_TRUE.tell(
            [person],
            url=page,
            noun=noun(row),
            day=occasion,
            row=row,
            answers=choices,
            pauses_on=pauses_on,
            last_day=row.ends_on if isinstance(row, Need) and row.is_over(pauses_on) else None,
            **_named(row),
        )


def answers_of(row: Need | Offer) -> tuple[tuple[str, str], ...]:
    is_undated = isinstance(row, Need) and row.is_undated
    return STILL_WANTED_ANSWERS if is_undated else STILL_TRUE_ANSWERS


def fell_asleep(
    row: Need | Offer, *, occasion: str, url: Callable[[Need | Offer, User], str]
) -> None:
    for person in owners(row):
        FELL_ASLEEP.tell(
            [person],
            url=url(row, person),
            noun=noun(row),
            day=occasion,
            row=row,
            is_over=isinstance(row, Need) and row.is_over(timezone.localdate()),
            **_named(row),
        )


def draft_waiting(row: Need | Offer, *, occasion: str) -> None:
    """Tell whoever began the draft, if they may still go on with it: not what has become a colleague's own time."""
    writer = row.created_by
    is_offer = isinstance(row, Offer)
    goes_on = permissions.can_edit_offer if is_offer else permissions.can_edit_need
    may = writer.is_active and goes_on(writer, row)  # type: ignore[arg-type]  # each its own noun
    DRAFT_WAITING.tell(
        [writer] if may else [],
        url=row.get_absolute_url(),
        noun=noun(row),
        day=occasion,
        row=row,
        **_named(row),
    )


def owners(row: Need | Offer) -> Iterable[User]:
    return audience.structure(row) if isinstance(row, Need) else audience.offering(row)


def _named(row: Need | Offer) -> dict[str, Any]:
    """The row under the name by which the letter's words and the summary's thread know it: need or offer."""
    return {noun(row): row}


def organisation_quiet(organisation: Organisation, *, occasion: str) -> None:
    ORGANISATION_QUIET.tell(
        audience.administrators(organisation),
        url=reverse("need-new" if organisation.may_ask else "offer-new"),
        day=occasion,
        organisation=organisation,
    )
