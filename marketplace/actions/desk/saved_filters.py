"""The views that somebody keeps of the desk and of the lists: under a name, shared with the colleagues of a pôle or not."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Pole, User
from marketplace.actions.refusals import NotYet
from marketplace.models import SavedFilter
from marketplace.models.desk.desk import SavedFilterQuerySet

MOST = 20  # of the desk, and of each list


@transaction.atomic
def keep(
    user: User,
    *,
    name: str,
    query: str,
    of: str = "",
    pole: Pole | None = None,
    is_default: bool = False,
) -> SavedFilter:
    """Keep the view of a list, or of the desk (""), under a name; one's own of that name is replaced. Raises NotYet beyond
    twenty."""
    _require_of_the_pole(user, pole)
    mine = _locked(user, of)
    if not mine.filter(name=name).exists() and mine.count() >= MOST:
        raise NotYet(_("Twenty filters at the most: remove one first."))
    if is_default:
        mine.update(is_default=False)
    kept, _new = SavedFilter.objects.update_or_create(
        user=user,
        list=of,
        name=name,
        defaults={"query": query, "pole": pole, "is_default": is_default},
    )
    return kept


@transaction.atomic
def change(
    kept: SavedFilter, *, by: User, name: str, pole: Pole | None, is_default: bool
) -> SavedFilter:
    """Rename one's own, share it or share it no more, have the list open by it. Raises NotYet for a name that another one
    has."""
    _require_of_the_pole(by, pole)
    mine = _locked(by, kept.list)
    if mine.exclude(pk=kept.pk).filter(name=name).exists():
        raise NotYet(_("Another view of yours has this name."))
    if is_default:
        mine.update(is_default=False)
    kept.name, kept.pole, kept.is_default = name, pole, is_default
    kept.save(update_fields=["name", "pole", "is_default"])
    return kept


def _locked(user: User, of: str) -> SavedFilterQuerySet:
    """One's views of a list. Two clicks at once come one after the other."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    return SavedFilter.objects.of(user, of)


def _require_of_the_pole(user: User, pole: Pole | None) -> None:
    if pole and not user.coordinates(pole):
        raise NotYet(_("You coordinate this pôle no more."))
