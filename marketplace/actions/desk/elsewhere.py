"""Asks another pôle to look among its own people, when nobody here suits a need."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Pole, User
from marketplace import letters
from marketplace.actions.refusals import NotYet
from marketplace.models import AskedPole, Need
from marketplace.states import NeedStatus


@transaction.atomic
def ask(need: Need, pole: Pole, *, word: str, by: User) -> AskedPole:
    """Tell the coordinators of another pôle, who may then put their people forward. Raises NotYet with a sentence:
    the need is over or private, or this pôle has been asked already."""
    need = Need.objects.select_for_update(no_key=True).get(pk=need.pk)
    if need.status != NeedStatus.PUBLISHED:
        raise NotYet(_("This need isn't open any more: it is filled or closed."))
    if not need.is_listed:
        raise NotYet(_("This need is proposed privately: put it in the catalogue first."))
    if pole.pk == need.pole_id:
        raise NotYet(_("This is the need’s own pôle."))
    asked, is_new = AskedPole.objects.get_or_create(
        need=need, pole=pole, defaults={"word": word, "by": by}
    )
    if not is_new:
        raise NotYet(_("%(pole)s has been asked already.") % {"pole": pole})
    letters.pole_asked(asked)
    return asked
