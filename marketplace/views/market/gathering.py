"""How an organisation brings its people in: by a list, by a link, by their addresses, or by its own sign-in."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import permissions
from accounts.requests import SignedInRequest
from accounts.views import join_links, mail_domains, sign_in_settings
from accounts.views.organisations import visible


@require_safe
def index(request: SignedInRequest, pk: int) -> HttpResponse:
    """The ways there are, each with what is under way."""
    organisation = visible(request, pk)
    permissions.require(permissions.can_gather(request.user, organisation))
    context = {
        "organisation": organisation,
        "mail_domains": mail_domains.card(organisation),
        "join_requests": organisation.join_requests.open().count(),
        "sign_in": sign_in_settings.card(organisation),
    } | join_links.card(organisation)
    return render(request, "marketplace/market/gathering.html", context)
