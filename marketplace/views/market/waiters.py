"""One's own place on a waiting list."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from accounts.requests import SignedInRequest
from marketplace.models import Waiter


def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    return redirect(get_object_or_404(Waiter.objects.visible_to(request.user), pk=pk).need)
