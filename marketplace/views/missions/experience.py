"""One's own experience: missions, skills, reviews received. Nobody else can open the page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from marketplace.documents import experience
from marketplace.documents.experience_file import as_pdf
from marketplace.models import Review
from marketplace.views.documents.documents import pdf
from marketplace.views.long_lists import first_of

QUOTED = "mots"  # in the address


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    found, page = experience.page_of(request.user, request.GET.get("page"))
    said = Review.objects.public().filter(author=request.user)
    said = said.select_related("mission__need__organisation", "mission__apart_for")
    quoted, more_quoted = first_of(said, request.GET.get(QUOTED))
    return render(
        request,
        "marketplace/missions/experience.html",
        {"experience": found, "page": page, "quoted": quoted, "more_quoted": more_quoted},
    )


@require_safe
def download(request: SignedInRequest) -> HttpResponse:
    with override("fr"):  # papers are French, with the names of the skills
        found = experience.of(request.user)
    return pdf(as_pdf(found, request.user, on=timezone.localdate()), "parcours")
