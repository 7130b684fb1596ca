"""The end of a mission is told: written, agreed to, taken back. One verb, one transaction."""

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import erasures
from accounts.models import User
from marketplace import letters
from marketplace.actions.market import consents
from marketplace.actions.missions import missions
from marketplace.actions.refusals import NotYet
from marketplace.models import Consent, ConsentKind, Mission, Side, Telling
from marketplace.rules import tellings

LINES = ("needed", "done", "changed", "alt")
PICTURE = "picture"  # by which the list of erasures knows one that was taken off


@transaction.atomic
def write(
    mission: Mission,
    *,
    side: str,
    read: str,
    picture: ContentFile | bool | None = None,
    by: User,
    **said: str,
) -> Telling:
    """Tell it, or tell it otherwise: whoever writes agrees to it, and the other side is asked. `picture`: a new one, False
    to take it off, None to leave it. Raises NotYet."""
    mission = missions.locked(mission)
    _require_ended(mission)
    telling = Telling.objects.filter(mission=mission).first() or Telling(mission=mission, version=0)
    if read != str(telling.version):
        raise NotYet(_("The other side has changed it meanwhile: read it again."))
    former = telling.picture.name
    same = all(getattr(telling, name) == said[name] for name in LINES)
    if same and picture is None and tellings.agrees(telling, side):
        return telling
    for name in LINES:
        setattr(telling, name, said[name])
    if picture is not None:
        telling.picture = picture or ""
    telling.version += 1
    _speaks(telling, side, by)
    telling.save()
    if former and telling.picture.name != former:
        _forget_picture(telling, former)
    consents.void(ConsentKind.TELLING, telling)
    _keep_yes(telling, by)
    letters.telling_asked(telling, side=Side.NEED if side == Side.OFFER else Side.OFFER, by=by)
    return telling


@transaction.atomic
def take_off(telling: Telling) -> None:
    """Its picture had been taken off, or another put in its place, before a backup brought it back. Both sides agreed to
    it with that picture: they are asked anew by whoever tells it anew."""
    former, telling.picture, telling.alt = str(telling.picture.name), "", ""
    telling.version += 1
    telling.save(update_fields=["picture", "alt", "version", "updated_at"])
    _forget_picture(telling, former)
    consents.void(ConsentKind.TELLING, telling)


def _forget_picture(telling: Telling, name: str) -> None:
    erasures.note(PICTURE, [(telling.pk, name)])
    transaction.on_commit(lambda: telling.picture.storage.delete(name))


@transaction.atomic
def agree(telling: Telling, *, side: str, read: str, by: User) -> None:
    """The other side says yes to the words and the picture that it has `read`. Raises NotYet."""
    telling = Telling.objects.select_for_update(no_key=True).get(pk=telling.pk)
    _require_ended(missions.locked(telling.mission))
    if read != str(telling.version):
        raise NotYet(_("The other side has changed it meanwhile: read it again."))
    if tellings.agrees(telling, side):
        return
    _speaks(telling, side, by)
    telling.save(update_fields=["for_need", "for_offer", "updated_at"])
    _keep_yes(telling, by)


@transaction.atomic
def take_back(telling: Telling, *, side: str, by: User) -> None:
    """A side takes its yes back, whoever of it has said it: it is shown nowhere from then on. Raises NotYet."""
    person = telling.spoken_for(side)
    given = Consent.objects.standing(person or 0, ConsentKind.TELLING, telling).first()
    because = Consent.Ended.TAKEN_BACK if person == by.pk else Consent.Ended.ORGANISATION
    if given is None or not consents.end(given, because=because):
        raise NotYet(_("This yes has ended already."))


def _keep_yes(telling: Telling, by: User) -> None:
    words = tellings.words_of(telling.mission)
    consents.give(by, ConsentKind.TELLING, telling, words=words)


def _speaks(telling: Telling, side: str, by: User) -> None:
    if side == Side.NEED:
        telling.for_need = by
    else:
        telling.for_offer = by


def _require_ended(mission: Mission) -> None:
    if not tellings.has_ended(mission):
        raise NotYet(_("Its end is told once the mission has ended."))
