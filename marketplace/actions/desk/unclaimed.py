"""What was written for somebody who doesn't take it up, or says no, is erased; its coordinator is told before.

What is erased is locked in the one order that behalf.py gives."""

from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actions import erasures
from accounts.models import Organisation, User
from accounts.models.organisations import OrganisationStep
from marketplace import letters, ranking
from marketplace.actions.desk.behalf import locked
from marketplace.actions.market import needs
from marketplace.actions.refusals import NotYet
from marketplace.models import Behalf, Need, Serving, Thread, reasons
from marketplace.models.desk.behalf import TOLD_AHEAD
from marketplace.states import NeedStatus
from notifications.faults import each_row

ACT = "unclaimed"
# By which the list of erasures knows what was written for somebody (accounts.actions.erasures).
UNCLAIMED, REFUSED = "behalf", "behalf-refused"
ITS_OWN = (OrganisationStep, Serving)


def sweep(now: datetime) -> int:
    """Erase what nobody has taken up for sixty days, and tell its coordinators a fortnight before. Returns how many."""
    ahead = Q(ends_at__lte=now + TOLD_AHEAD, warned_at=None)
    due = Behalf.objects.waiting().filter(ahead | Q(ends_at__lte=now))
    rows = due.order_by("ends_at", "pk")
    return each_row(ACT, ((one, now) for one in rows), _one)


def _one(found: Behalf, now: datetime) -> bool:
    behalf = locked(found)
    if behalf is None:
        return False
    if behalf.is_ended(now):
        _erase(behalf, now=now)
        return True
    if behalf.warned_at or behalf.ends_at > now + TOLD_AHEAD:
        return False
    behalf.warned_at = now
    behalf.save(update_fields=["warned_at"])
    letters.behalf_ending(behalf)
    return True


@transaction.atomic
def refuse(found: Behalf, *, by: User | None, now: datetime) -> None:
    """Whom it was for says no by the link, or a coordinator takes it back: it is erased at once. Raises NotYet."""
    behalf = locked(found)
    if behalf is None or (by is None and behalf.token != found.token):
        raise NotYet(_("It has been taken up meanwhile, or is over."))
    _erase(behalf, now=now, is_refused=True, by=by)


@transaction.atomic
def end(found: Behalf, *, now: datetime, is_refused: bool) -> bool:
    """Erase what had been erased before a backup brought it back. Returns whether it was still there."""
    behalf = locked(found)
    if behalf is not None:
        _erase(behalf, now=now, is_refused=is_refused)
    return behalf is not None


def _erase(
    behalf: Behalf, *, now: datetime, is_refused: bool = False, by: User | None = None
) -> None:
    """Nothing of the person stays. The need goes too, unless others have answered it: it is then closed, and they are told;
    with people engaged it goes on, and the coordination answers for it."""
    erasures.note(REFUSED if is_refused else UNCLAIMED, [(behalf.pk, behalf.created_at)], now=now)
    told = [one for one in letters.told_of_behalf(behalf) if one != by]
    need, house = behalf.need, behalf.organisation if behalf.made_here else None
    goes_on = need is not None and need.missions.exists()
    stays = need is not None and (goes_on or _is_talked_about(need))
    url = need.get_absolute_url() if need and stays else reverse("behalf-first")
    letters.behalf_over(
        told, number=behalf.pk, pole=behalf.pole, url=url, need_title=need.title if need else "",
        heard_on=behalf.heard_on, is_refused=is_refused, goes_on=goes_on,
    )  # fmt: skip
    letters.forget_behalf(behalf)
    if need is None or not stays:
        behalf.delete()
        if need is not None:
            ranking.changed(need)
            need.delete()
    else:
        _empty(behalf, now=now)
        if not goes_on and need.may(NeedStatus.WITHDRAWN):
            needs.withdraw(need, reason=reasons.coded("unclaimed"), by=None)
    if house is not None and _hangs_nothing_on(house):
        _delete(house)


def _is_talked_about(need: Need) -> bool:
    """Or given to an operator by a rule, which is written once and for all."""
    talked = need.proposals.exists() or Thread.objects.filter(need=need).exists()
    return talked or need.dispatched.exists()


def _empty(behalf: Behalf, *, now: datetime) -> None:
    behalf.person = behalf.email = behalf.phone = behalf.text = behalf.token = ""
    behalf.over_at = now
    behalf.save(update_fields=["person", "email", "phone", "text", "token", "over_at"])


def _hangs_nothing_on(house: Organisation) -> bool:
    """Whether nothing but its own steps, and whom its need says that it serves, speaks of the organisation."""
    for relation in Organisation._meta.related_objects:
        rows = relation.related_model._base_manager.filter(**{relation.field.name: house.pk})
        if relation.related_model not in ITS_OWN and rows.exists():
            return False
    return True


def _delete(house: Organisation) -> None:
    try:
        with transaction.atomic():
            house.delete()
    except ProtectedError:
        return
