"""One's own page: name, town, language, and what one can do."""

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.actions import directory, sign_in_links
from accounts.models import Organisation, User
from accounts.requests import SignedInRequest
from marketplace.actions.desk import pole_letters
from marketplace.actions.market import portraits
from marketplace.forms.market import skills
from marketplace.forms.market.profile import ProfileForm
from marketplace.models import PortraitSkill
from marketplace.rules import pole_letters as rules
from marketplace.views.market.skills import as_typed, posted_picker


def profile(request: SignedInRequest) -> HttpResponse:
    """The form with its picker of skills: the picker's buttons change the list, the form's button saves."""
    posted = request.method == "POST"
    form = ProfileForm(request.POST if posted else None, instance=request.user)
    held = PortraitSkill.objects.filter(portrait=request.user.pk).select_related("skill")
    picker = posted_picker(request) if posted else skills.from_rows(held)
    if posted and skills.is_picking(request.POST):
        form = ProfileForm(instance=request.user, initial=as_typed(form))
    elif posted and form.is_valid():
        return _keep(request, form, picker)
    elif not posted:
        skills.read_into(picker, [form.initial["trade"], form.initial["about"]])
    return render(
        request,
        "accounts/profile.html",
        {
            "form": form,
            "picker": picker,
            "is_new": request.user.commune_id is None,
            "has_second_factor": Authenticator.objects.filter(user=request.user).exists(),
            "sign_in_links": sign_in_links.of(request.user),
            "has_password": request.user.has_usable_password(),
        },
    )


def _keep(request: SignedInRequest, form: ProfileForm, picker: skills.Picker) -> HttpResponse:
    theirs = Organisation.objects.filter(memberships__user=request.user)
    offered = list(rules.poles_around(request.user))
    with transaction.atomic(), directory.asking_those_it_names(theirs):
        still = User.objects.select_for_update(no_key=True).filter(is_active=True)
        get_object_or_404(still, pk=request.user.pk)  # a closed account takes nothing back
        user = form.save()
        portraits.write(user, about=form.cleaned_data["about"], chosen=picker.chosen)
        if "letters" in form.cleaned_data:
            pole_letters.choose(form.cleaned_data["letters"], of=offered, by=user)
    with override(user.language):
        messages.success(request, _("Your profile is up to date."))
    return redirect("profile")
