"""The letters about what coordinators have written for somebody: to whom it is for, and to the coordinators."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext_noop, override

from accounts.models import Pole, User
from marketplace.letters.desk.visits import OF_BEHALF_VISIT
from marketplace.letters.families import DESK, NEEDS
from marketplace.models import Behalf
from marketplace.rules import audience
from notifications.letter import Key, Letter
from notifications.models import Notification
from notifications.rendering import language_for


def _over(letter: Notification, *, behalf: int, **_parts: object) -> str:
    waits = Behalf.objects.waiting().filter(pk=behalf)
    return "" if waits.exists() else gettext_noop("No longer open")


def _answered(letter: Notification, *, behalf: int, asker: int, **_parts: object) -> str:
    waits = Behalf.objects.asked().filter(pk=behalf, asked_by=asker)
    return "" if waits.exists() else gettext_noop("Another coordinator has dealt with it")


OF_BEHALF = Key("behalf:{behalf}:")
# Its link lets its reader take it up, or delete it.
BEHALF_WRITTEN = Letter("behalf_written", OF_BEHALF + "written:{times}", secret=True, moot=_over)
BEHALF_YOURS = Letter("behalf_yours", OF_BEHALF + "yours:{times}", NEEDS, asks=True, moot=_over)
BEHALF_ENDING = Letter("behalf_ending", OF_BEHALF + "ending:{day:word}", DESK, moot=_over)
BEHALF_CLAIMED = Letter("behalf_claimed", OF_BEHALF + "claimed", DESK)
BEHALF_ASKED = Letter(
    "behalf_asked", OF_BEHALF + "asked:{asker}:{at:word}", DESK, asks=True, moot=_answered
)
BEHALF_NOT_YOURS = Letter("behalf_not_yours", OF_BEHALF + "not-yours:{asker}:{at:word}", NEEDS)
BEHALF_OVER = Letter("behalf_over", OF_BEHALF + "over", DESK)


def behalf_written(behalf: Behalf, secret: str) -> None:
    """To an address, perhaps of somebody whom the site has never seen."""
    with override(language_for(behalf.email)):
        BEHALF_WRITTEN.write_to(
            behalf.email,
            url=reverse("behalf-claim", args=[secret]),
            behalf=behalf.pk,
            times=behalf.times,
            pole=behalf.pole,
            need=behalf.need,
            structure=behalf.organisation,
            written_by=behalf.by.get_full_name(),
            on_a_visit=behalf.is_from_a_visit,
            from_a_file=behalf.is_from_a_file,
            heard_on=behalf.heard_on,
            until=behalf.last_day,
            expires_at=behalf.ends_at,
        )


def behalf_yours(behalf: Behalf) -> None:
    """To the administrators of a structure that is on the site already."""
    if behalf.need is None or behalf.organisation is None:
        return
    BEHALF_YOURS.tell(
        audience.administrators(behalf.organisation),
        url=behalf.need.get_absolute_url(),
        behalf=behalf.pk,
        times=behalf.times,
        need=behalf.need,
        structure=behalf.organisation,
        written_by=behalf.by.get_full_name(),
        on_a_visit=behalf.is_from_a_visit,
        from_a_file=behalf.is_from_a_file,
        heard_on=behalf.heard_on,
    )


def behalf_ending(behalf: Behalf) -> None:
    BEHALF_ENDING.tell(
        _told(behalf),
        url=behalf.get_absolute_url(),
        behalf=behalf.pk,
        day=behalf.last_day.isoformat(),
        pole=behalf.pole,
        need_title=_title(behalf),
        until=behalf.last_day,
    )


def behalf_claimed(behalf: Behalf, *, by: User) -> None:
    facts: dict[str, Model] = {"need": behalf.need} if behalf.need else {"pole": behalf.pole}
    BEHALF_CLAIMED.tell(
        _told(behalf),
        url=behalf.need.get_absolute_url() if behalf.need else behalf.get_absolute_url(),
        but=by,
        behalf=behalf.pk,
        structure=behalf.organisation,
        who=by.get_full_name(),
        is_need=behalf.need is not None,
        **facts,
    )


def behalf_asked(behalf: Behalf) -> None:
    """To those who may say whether it is for whoever asks."""
    asker, at = behalf.asked_by, behalf.asked_at
    if asker is None or at is None:
        return
    ours = audience.coordinators_of(behalf.pole)
    row = Behalf.objects.filter(pk=behalf.pk)
    BEHALF_ASKED.tell(
        [one for one in ours if row.visible_to(one).exists()],
        url=behalf.get_absolute_url(),
        but=asker,
        behalf=behalf.pk,
        asker=asker.pk,
        at=f"{at:%Y%m%dT%H%M%S}",
        pole=behalf.pole,
        who=asker.get_full_name(),
        need_title=_title(behalf),
        structure=behalf.organisation,
    )


def behalf_not_yours(behalf: Behalf, asker: User, *, asked_at: datetime) -> None:
    BEHALF_NOT_YOURS.tell(
        [asker],
        url=reverse("home"),
        behalf=behalf.pk,
        asker=asker.pk,
        at=f"{asked_at:%Y%m%dT%H%M%S}",
        pole_name=str(behalf.pole),
        asked_on=asked_at,
    )


def behalf_over(
    told: Iterable[User],
    *,
    number: int,
    pole: Pole,
    url: str,
    need_title: str,
    heard_on: date,
    is_refused: bool,
    goes_on: bool,
) -> None:
    """Tell the coordinators that it was erased, or what becomes of a need in which people are engaged."""
    BEHALF_OVER.tell(
        told,
        url=url,
        behalf=number,
        pole=pole,
        need_title=need_title,
        heard_on=heard_on,
        is_refused=is_refused,
        goes_on=goes_on,
    )


def forget_behalf(behalf: Behalf) -> None:
    """Nothing of the person stays: neither their address on the letters that went to it."""
    for key in (OF_BEHALF, OF_BEHALF_VISIT):
        Notification.objects.filter(
            recipient=None, key__startswith=key.written(behalf=behalf.pk)
        ).delete()


def told_of_behalf(behalf: Behalf) -> list[User]:
    return _told(behalf)


def _told(behalf: Behalf) -> list[User]:
    """Whoever wrote it, while they coordinate there; otherwise all who read it."""
    ours = audience.coordinators_of(behalf.pole)
    row = Behalf.objects.filter(pk=behalf.pk)
    seen = [one for one in ours if row.visible_to(one).exists()]
    return [one for one in seen if one.pk == behalf.by_id] or seen


def _title(behalf: Behalf) -> str:
    return behalf.need.title if behalf.need else ""
