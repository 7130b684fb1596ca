"""One click in a letter keeps an account of which nothing is seen any more."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.requests import OurRequest
from marketplace.actions.market import inactivity
from marketplace.actions.refusals import NotYet
from marketplace.views.links import link_cut, link_over


@login_not_required
def answer(request: OurRequest, token: str) -> HttpResponse:
    """The page of the letter. Opening it changes nothing, since mail scanners open links: its button does. It opens no
    session, and shows nothing of the account."""
    try:
        silence = inactivity.from_token(token)
        if silence is None:
            return link_cut(request)
        if request.method == "POST":
            inactivity.keep(silence, now=timezone.now())
            silence.refresh_from_db()
    except NotYet as over:
        return link_over(request, str(over))
    context = {"silence": silence, "is_kept": silence.is_kept}
    response = render(request, "marketplace/market/account_keep.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response
