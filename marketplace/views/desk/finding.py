"""The one search of the header: people, organisations, needs, offers, missions, conversations and papers, as far as its reader may see them."""

from allauth.core.internal import ratelimit
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from marketplace.actions.desk import journal
from marketplace.finding.asked import LONGEST, SHORTEST, Asked
from marketplace.finding.found import OF, Found, find
from marketplace.finding.kind import ALL
from marketplace.models import JournalKind
from marketplace.rules.journal_parties import NOUNS, Reader

LIMITS = {"find": "240/m/user"}  # as fast as one types


@require_safe
@never_cache
def page(request: SignedInRequest) -> HttpResponse:
    """The whole page, or its list alone while somebody types. The words are in the address, which no log keeps."""
    asked = Asked.of(request.GET.get("q", ""))
    code = request.GET.get("quoi", "")
    kind = OF.get(code)
    too_often = bool(asked.text) and not _may_ask(request)
    found = Found([]) if too_often else find(request.user, asked, kind.code if kind else "")
    _tell(request, found)
    context = {
        "asked": asked, "kind": kind, "found": found, "too_often": too_often,
        "longest": LONGEST, "shortest": SHORTEST, "all": ALL,
    }  # fmt: skip
    if request.htmx:  # without the request, whose header costs more than the search
        return HttpResponse(render_to_string("marketplace/desk/_found.html", context))
    return render(request, "marketplace/desk/find.html", context)


def _tell(request: SignedInRequest, found: Found) -> None:
    """Those whom a coordinator, or else their employer, has looked for by their whole name."""
    if sought := found.sought:
        reader = Reader.of(request.user.pk, request.memberships)
        noun = NOUNS["person" if reader.operators else "employee"]
        journal.tell(JournalKind.SOUGHT, noun, sought, reader=reader, now=timezone.now())


def _may_ask(request: SignedInRequest) -> bool:
    usage = ratelimit.consume(
        request,
        app="marketplace",
        action="find",
        config=LIMITS,
        user=request.user,
        limit_get=True,
    )
    return usage is not None
