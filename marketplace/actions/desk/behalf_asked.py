"""Whoever holds the letter's link and uses another address asks to take up what was written: a coordinator says whether it is for
them. A yes sends the letter to their own address; by its link they take it up like anybody.

What is asked is locked in the one order that behalf.py gives."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from marketplace import letters
from marketplace.actions.desk import behalf as acts
from marketplace.actions.refusals import NotYet
from marketplace.models import Behalf


def own_address(user: User) -> str:
    """The address that they have shown to be theirs, the one of their account first; "" for none."""
    shown = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk")
    return shown.values_list("email", flat=True).first() or ""


@transaction.atomic
def ask(found: Behalf, *, by: User, now: datetime) -> None:
    """Somebody with the link asks; asked twice is once. Raises NotYet."""
    row = _waiting(found, now)
    if row.token != found.token:
        raise NotYet(_("It has been taken up meanwhile, or is over."))
    if row.asked_by_id == by.pk:
        return
    if row.asked_by_id is not None:
        raise NotYet(_("Somebody has asked already: the coordination answers them first."))
    if not own_address(by):
        raise NotYet(_("Confirm the address of your account first."))
    if row.organisation is not None:
        acts.require_enterable(row.organisation)
    row.asked_by, row.asked_at = by, now
    row.save(update_fields=["asked_by", "asked_at"])
    letters.behalf_asked(row)


@transaction.atomic
def grant(found: Behalf, *, asker: int, by: User, now: datetime) -> None:
    """A coordinator says that it is for them: the letter leaves again, to their own address. Raises NotYet."""
    row = _to_answer(found, asker, by=by, now=now)
    person = row.asked_by
    assert person is not None
    address = own_address(person) if person.is_active else ""
    if not address:
        raise NotYet(_("They have closed their account, or their address no longer answers."))
    if row.organisation is not None:
        acts.require_enterable(row.organisation)
    row.email, row.asked_by, row.asked_at = address.lower(), None, None
    row.save(update_fields=["email", "asked_by", "asked_at"])
    acts.send(row, now=now)


@transaction.atomic
def turn_down(found: Behalf, *, asker: int, by: User, now: datetime) -> None:
    """A coordinator says that it isn't for them: they are told. Raises NotYet."""
    row = _to_answer(found, asker, by=by, now=now)
    person = row.asked_by
    assert person is not None
    asked_at, row.asked_by, row.asked_at = row.asked_at, None, None
    row.save(update_fields=["asked_by", "asked_at"])
    letters.behalf_not_yours(row, person, asked_at=asked_at or now)


def _waiting(found: Behalf, now: datetime) -> Behalf:
    row = acts.locked(found)
    if row is None or row.is_ended(now):
        raise NotYet(_("It has been taken up meanwhile, or is over."))
    return row


def _to_answer(found: Behalf, asker: int, *, by: User, now: datetime) -> Behalf:
    """The row, locked, that this person (`asker`, their number) asks for still, and that `by` may answer today."""
    row = _waiting(found, now)
    if not Behalf.objects.visible_to(by).filter(pk=row.pk).exists():
        raise NotYet(_("You no longer coordinate this pôle."))
    if row.asked_by_id is None or row.asked_by_id != asker:
        raise NotYet(_("Another coordinator has answered meanwhile."))
    if row.asked_by_id == by.pk:
        raise NotYet(_("You asked for it yourself: another coordinator answers."))
    return row
