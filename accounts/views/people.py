"""One's own page."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.forms.people import ProfileForm


def profile(request):
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        user = form.save()
        with override(user.language):
            messages.success(request, _("Your profile is up to date."))
        answer = redirect("profile")
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language)
        return answer
    return render(
        request,
        "accounts/profile.html",
        {
            "form": form,
            "is_new": request.user.commune_id is None,
            "has_second_factor": Authenticator.objects.filter(user=request.user).exists(),
        },
    )
