"""One's own path: missions, skills, words received. Nobody else's page."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace import learning
from marketplace.actions import missions
from marketplace.documents.learning import as_pdf
from marketplace.models import Review
from marketplace.views.papers import pdf


@require_safe
def index(request):
    return render(
        request,
        "marketplace/learning.html",
        {
            "learning": learning.of(request.user),
            "quoted": Review.objects.public()
            .filter(author=request.user)
            .select_related("mission__need__organisation"),
        },
    )


@require_safe
def download(request):
    found = learning.of(request.user)
    return pdf(as_pdf(found, request.user, on=timezone.localdate()), "parcours")


@require_POST
def unquote(request, pk):
    """Consent is taken back as easily as it was given."""
    review = get_object_or_404(Review, pk=pk, author=request.user)
    missions.stop_quoting(review)
    messages.success(request, _("Your words are no longer shown publicly."))
    return redirect("learning")
