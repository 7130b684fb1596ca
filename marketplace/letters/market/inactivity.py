"""The letters about people of whom nothing is seen any more."""

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import Organisation, User
from marketplace.letters.families import DESK
from marketplace.models import Inactivity
from marketplace.rules import audience
from notifications.letter import Key, Letter
from notifications.models import Notification


def _over(letter: Notification, *, inactivity: int) -> str:
    waits = Inactivity.objects.open().filter(pk=inactivity)
    return "" if waits.exists() else gettext_noop("Answered meanwhile")


def _came_back(letter: Notification, *, organisation: int, day: str) -> str:
    """Why the coordinators needn't be told: somebody who administers it has been seen since that day."""
    people = User.objects.filter(
        memberships__organisation=organisation, memberships__role="ADMINISTRATOR", is_active=True
    )
    back = people.filter(seen_on__gt=date.fromisoformat(day))
    return gettext_noop("Answered meanwhile") if back.exists() else ""


SILENCE = Key("inactive:{inactivity}")
ACCOUNT_UNUSED = Letter("account_unused", SILENCE, asks=True, moot=_over)
ACCOUNT_CLOSES = Letter("account_closes", Key("inactive-soon:{inactivity}"), asks=True, moot=_over)
SILENT = Key("administrator-silent:{organisation}:{day:word}")
ADMINISTRATOR_SILENT = Letter("administrator_silent", SILENT, DESK, asks=True, moot=_came_back)


def account_unused(silence: Inactivity, houses: Iterable[Organisation], *, url: str) -> None:
    """Ask whether they stay, and say until when one click keeps the account. `houses` close with it."""
    _tell(ACCOUNT_UNUSED, silence, houses, url=url)


def account_closes(silence: Inactivity, houses: Iterable[Organisation], *, url: str) -> None:
    """The last letter before the closing."""
    _tell(ACCOUNT_CLOSES, silence, houses, url=url)


def _tell(letter: Letter, silence: Inactivity, houses: Iterable[Organisation], *, url: str) -> None:
    letter.tell(
        [silence.person],
        url=url,
        inactivity=silence.pk,
        since=silence.since,
        closes_on=silence.closes_on,
        houses=", ".join(map(str, houses)),  # by name: the letter is about the account alone
        data=f"{settings.SITE_URL}{reverse('my-data')}",
        kept=f"{settings.SITE_URL}{reverse('legal')}#durees",
    )


def administrator_silent(
    organisation: Organisation, person: User, *, since: date, closes_on: date | None
) -> None:
    """Tell the coordinators first: nothing is seen of the last person who administers it. `closes_on` where it would close
    with their account."""
    ADMINISTRATOR_SILENT.tell(
        audience.coordinators_of(organisation.pole),
        url=organisation.get_absolute_url(),
        but=person,
        organisation=organisation,
        day=since.isoformat(),
        name=person.get_full_name(),
        since=since,
        closes_on=closes_on,
    )
