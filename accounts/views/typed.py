"""After a lost session: the page that shows what was typed, to be sent or not."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts import typed
from accounts.requests import SignedInRequest


@never_cache
@require_GET
def resume(request: SignedInRequest) -> HttpResponse:
    """The page shows the form, and only a click on it sends it: a login never does an act. A reload shows it again."""
    kept = typed.kept_in(request, typed.FORM)
    if kept is None:
        return redirect("home")
    if typed.is_somebody_else_s(request, kept.account):
        messages.info(
            request,
            _(
                "A form was typed in this browser with another account: it was not sent, and it is not shown to you."
            ),
        )
        return redirect("home")
    form = QueryDict(kept.form)
    context = {
        "path": kept.path,
        "fields": [(name, value) for name, many in form.lists() for value in many],
        "typed": typed.words_of(form),
        "had_files": kept.had_files,
        "is_known": kept.account is not None,
        "was_logged_out": kept.why != typed.SECOND_FACTOR,
    }
    return render(request, "accounts/typed.html", context)
