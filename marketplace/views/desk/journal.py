"""The journal of the pôles, for the administrators of their operators: which lists have been taken out, by whom, when and
why."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import require
from accounts.requests import SignedInRequest
from marketplace.models import JournalEntry
from marketplace.models.desk.journal import OF_POLES
from marketplace.rules.permissions import poles_whose_journal_is_read_by
from marketplace.views.market.journal import read


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    poles = poles_whose_journal_is_read_by(request.user)
    require(bool(poles))
    entries = JournalEntry.objects.of_poles(poles)
    context = read(request, entries, OF_POLES)
    return render(request, "marketplace/desk/journal.html", context)
