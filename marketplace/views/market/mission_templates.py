"""The library of mission templates, which anybody may read and from which a need may start."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.requests import OurRequest
from marketplace.models import MissionTemplate


@login_not_required
def index(request: OurRequest) -> HttpResponse:
    templates = MissionTemplate.objects.current().prefetch_related("wanted__skill")
    return render(request, "marketplace/market/mission_templates.html", {"templates": templates})


@login_not_required
def detail(request: OurRequest, code: str) -> HttpResponse:
    template = get_object_or_404(MissionTemplate.objects.current(), code=code)
    return render(
        request,
        "marketplace/market/mission_template.html",
        {"template": template, "wanted": template.wanted.select_related("skill")},
    )
