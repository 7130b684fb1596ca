"""Who supports a pôle, as its reports name them."""

from datetime import datetime

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Pole, User
from marketplace.actions.refusals import NotYet, where_there_is_room
from marketplace.models import ReportPartner


def add_partner(
    pole: Pole, *, name: str, role: str, logo: ContentFile | None, by: User, now: datetime
) -> ReportPartner:
    """Raises NotYet when the name is in the list already, or the disk is full."""
    partner = ReportPartner(pole=pole, name=name, role=role, agreed_by=by, agreed_at=now)
    if logo:
        partner.logo = logo  # Django stores it as it saves the row
    try:
        with where_there_is_room(), transaction.atomic():
            partner.save()
    except IntegrityError:
        raise NotYet(_("This partner is in the list already.")) from None
    return partner


def remove_partner(partner: ReportPartner) -> None:
    """It is in no report any more, nor in those that were sent; its logo is deleted."""
    logo, path = partner.logo, partner.logo.name
    with transaction.atomic():
        partner.delete()
        if path:
            transaction.on_commit(lambda: logo.storage.delete(path))
