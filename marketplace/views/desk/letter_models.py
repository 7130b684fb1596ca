"""The models of letters of a pôle: written, changed, retired."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Pole, poles_of
from accounts.permissions import require
from accounts.requests import SignedInRequest
from marketplace.actions.desk import mailings as acts
from marketplace.actions.refusals import NotYet
from marketplace.forms.desk.mailings import ModelForm
from marketplace.models import LetterModel


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    require(poles_of(request.user).exists())
    ours = LetterModel.objects.visible_to(request.user).in_use().select_related("pole", "by")
    several = poles_of(request.user).count() > 1
    context = {"models": ours, "several": several}
    return render(request, "marketplace/desk/letter_models.html", context)


def new(request: SignedInRequest) -> HttpResponse:
    poles = poles_of(request.user)
    require(poles.exists())
    posted = request.POST if request.method == "POST" else None
    form = ModelForm(posted, poles=poles)
    if posted is not None and form.is_valid():
        try:
            acts.keep_model(by=request.user, now=timezone.now(), **form.cleaned_data)
        except NotYet as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("Kept: your colleagues can use it too."))
            return redirect("letter-models")
    return render(request, "marketplace/desk/letter_model.html", {"form": form})


def _model(request: SignedInRequest, pk: int) -> LetterModel:
    ours = LetterModel.objects.visible_to(request.user).in_use().select_related("pole")
    return get_object_or_404(ours, pk=pk)


def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    model = _model(request, pk)
    posted = request.POST if request.method == "POST" else None
    said = {"name": model.name, "subject": model.subject, "text": model.text}
    here = Pole.objects.filter(pk=model.pole_id)
    form = ModelForm(posted, poles=here, initial=said)
    if posted is not None and form.is_valid():
        form.cleaned_data.pop("pole")
        try:
            acts.change_model(model, by=request.user, now=timezone.now(), **form.cleaned_data)
        except NotYet as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("letter-models")
    context = {"form": form, "model": model}
    return render(request, "marketplace/desk/letter_model.html", context)


@require_POST
def retire(request: SignedInRequest, pk: int) -> HttpResponse:
    try:
        acts.retire_model(_model(request, pk), by=request.user, now=timezone.now())
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Retired: letters that were written with it stay as they are."))
    return redirect("letter-models")
