"""The views that coordinators keep of their lists: under a name, for themselves or for their colleagues too."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import require
from accounts.requests import SignedInRequest
from marketplace.actions.desk import saved_filters
from marketplace.actions.refusals import NotYet
from marketplace.desk.lists import KINDS
from marketplace.desk.lists.asked import Asked
from marketplace.desk.lists.kind import Reader
from marketplace.forms.desk.saved_filters import NewViewForm, ViewForm
from marketplace.models import SavedFilter
from marketplace.models.desk.desk import LONGEST_QUERY
from marketplace.views.desk.lists import WHOLE, asked_of, plain


def address_of(code: str, query: str) -> str:
    """The list by this view; by none, rather than by the one that opens it."""
    return f"{reverse('lists', args=[code])}?{query or WHOLE + '=1'}"


@require_POST
def keep(request: SignedInRequest, what: str) -> HttpResponse:
    """Keep the list as it is under a name."""
    asked = asked_of(request, what)
    form = NewViewForm(request.POST, user=request.user)
    if not form.is_valid():
        messages.error(request, _("Give your view a name, of 60 letters at the most."))
        return redirect(address_of(what, asked.query()))
    given = form.cleaned_data
    # As it is understood today: nothing else is kept.
    given["query"] = Asked.of(asked.kind, asked.reader, plain(QueryDict(given["query"]))).query()
    if len(given["query"]) > LONGEST_QUERY:
        messages.error(request, _("This search is too long to be kept: take some words away."))
        return redirect(address_of(what, given["query"]))
    try:
        saved_filters.keep(request.user, of=what, **given)
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Kept: you find it above the list."))
    return redirect(address_of(what, given["query"]))


def view(request: SignedInRequest, pk: int) -> HttpResponse:
    """A view that is kept: its name, who sees it, whether the list opens by it; or its end."""
    require(bool(Reader.of(request.user).poles))
    kept = get_object_or_404(SavedFilter.objects.editable_by(request.user).exclude(list=""), pk=pk)
    is_mine = kept.user_id == request.user.pk
    form = ViewForm(request.POST or None, instance=kept, user=request.user) if is_mine else None
    if request.method == "POST":
        require(is_mine)
    if request.method == "POST" and form and form.is_valid():
        try:
            saved_filters.change(kept, by=request.user, **form.cleaned_data)
        except NotYet as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("Kept."))
            return redirect(address_of(kept.list, kept.query))
    context = {"kept": kept, "form": form, "kind": KINDS.get(kept.list)}
    return render(request, "marketplace/desk/lists/view.html", context)
