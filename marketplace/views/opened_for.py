"""For whom a page was opened on which something new is written: the person may act for another organisation by now, in
another tab, or have left the first."""

from django import forms
from django.utils.translation import gettext as _

from accounts.middleware import MYSELF
from accounts.models import Organisation
from accounts.requests import SignedInRequest

FIELD = "acting"


def key_of(organisation: Organisation | None) -> str:
    return str(organisation.pk if organisation else MYSELF)


def refuse_another(
    request: SignedInRequest, form: forms.BaseForm, organisation: Organisation | None
) -> None:
    """Add an error to the form when its page was opened for somebody else than for whom it would be kept now: what was
    typed for one organisation isn't for the people of another."""
    opened = request.POST.get(FIELD)
    if opened is None or opened == key_of(organisation):
        return
    words = _(
        "This page was opened for another organisation than the one for which you act now (%(now)s). Read it again, then send it."
    )
    form.add_error(None, words % {"now": organisation or _("yourself")})
