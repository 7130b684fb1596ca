"""Back after a lost session: what had been typed is here, to be sent or not."""

from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts import typed


@never_cache
@require_GET
def resume(request):
    """Sent only by who reads it: an act is never done by a login. A reload shows it again."""
    kept = typed.kept_in(request)
    if kept is None:
        return redirect("home")
    context = {
        "path": kept["path"],
        "fields": [(name, value) for name, many in kept["form"].lists() for value in many],
        "typed": typed.words_of(kept["form"]),
        "had_files": kept["files"],
    }
    return render(request, "accounts/typed.html", context)
