"""A list that somebody sends by a form, of whichever kind."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.requests import SignedInRequest
from marketplace.actions.market import imports
from marketplace.actions.refusals import NotYet
from marketplace.forms.market.imports import ListForm


def received(
    request: SignedInRequest, organisation: Organisation, kind: str, form: ListForm
) -> HttpResponse | None:
    """Take the list that was sent, and go to its page; None when it is refused, which the form then says."""
    by, now = request.user, timezone.now()
    try:
        table, is_new = imports.receive(organisation, kind, **form.given, by=by, now=now)
    except NotYet as refusal:
        form.add_error(None, str(refusal))
        return None
    if not is_new:
        messages.info(request, _("This list is here already: twice is once."))
    return redirect(table)
