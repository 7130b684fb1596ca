"""The site's addresses, with the two through which these tests leave for a provider and come back."""

import html
import re

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.urls import path

from accounts.models import SignIn
from accounts.openid import flow
from accounts.openid.faults import Fault
from config.urls import urlpatterns as ours


@login_not_required
def leave(request, provider_id):
    """A form, as the page of login has one, and where it leads: to the page in between, or by a bare redirection."""
    sign_in = get_object_or_404(SignIn, app__provider_id=provider_id)
    if request.method == "GET":
        token = get_token(request)
        field = f'<input type="hidden" name="csrfmiddlewaretoken" value="{token}">'
        return HttpResponse(f'<form method="post">{field}<button>Partir</button></form>')
    answer = told(lambda: flow.begin(request, sign_in, data={"for": "login"}, next="/profil/"))
    if "naive" in request.GET:
        return HttpResponseRedirect(address_in(answer))
    return answer


def address_in(page):
    """Where the page in between leads."""
    found = re.findall(r'href="([^"]+)" rel="noreferrer"', page.content.decode())
    return html.unescape(found[0])


@login_not_required
def come_back(request, provider_id):
    sign_in = get_object_or_404(SignIn, app__provider_id=provider_id)
    return told(lambda: arrived(flow.finish(request, sign_in)))


def arrived(arrival):
    who = arrival.identity
    return JsonResponse(vars(who) | {"data": arrival.data, "next": arrival.next})


def told(go):
    try:
        return go()
    except Fault as fault:
        return JsonResponse({"fault": fault.code.value}, status=400)


urlpatterns = [
    path("connexion/<slug:provider_id>/", leave, name="openid_connect_login"),
    path("connexion/<slug:provider_id>/retour/", come_back, name="openid_connect_callback"),
    *ours,
]
