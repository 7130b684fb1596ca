"""The tags of a coordinator's pôles: which there are, how often, in other words, and gone."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from marketplace.actions.desk import tags
from marketplace.actions.refusals import NotYet
from marketplace.forms.desk.bulk import MOST_TAGS, RenameForm
from marketplace.models.desk.left_to_others import asked_beforehand
from marketplace.views.desk.desk import scope_of


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """Each tag with how many carry it; `?etiquette=` opens the form of one of them."""
    scope_of(request)
    found = tags.used_by(asked_beforehand(request.user), most=MOST_TAGS)
    asked = request.GET.get("etiquette", "")
    chosen = next((tag for tag in found if tag.words == asked), None)
    context = {"tags": found, "chosen": chosen}
    return render(request, "marketplace/desk/tags.html", context)


@require_POST
def rename(request: SignedInRequest) -> HttpResponse:
    scope_of(request)
    form = RenameForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A tag is a few words, of 40 letters at the most."))
        return redirect("tags")
    try:
        tags.rename(form.cleaned_data["words"], to=form.cleaned_data["new"], by=request.user)
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Renamed, wherever it is."))
    return redirect("tags")


@require_POST
def retire(request: SignedInRequest) -> HttpResponse:
    scope_of(request)
    try:
        gone = tags.retire(request.POST.get("words", "").replace("\0", "")[:40], by=request.user)
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        words = ngettext("Removed from %(n)s line.", "Removed from %(n)s lines.", gone)
        messages.success(request, words % {"n": gone})
    return redirect("tags")
